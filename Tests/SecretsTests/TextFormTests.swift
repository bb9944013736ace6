import Secrets
import Testing

@Suite struct TextFormTests {
    // RFC 4648, 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
        ("foobar", "Zm9vYmFy"),
    ]) func base64URLVectors(plain: String, text: String) {
        #expect(Base64URL.encode(plain.utf8) == text)
        #expect(Base64URL.decode(text) == Array(plain.utf8))
    }

    // RFC 4648, 10.
    @Test(arguments: [
        ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"),
        ("foobar", "MZXW6YTBOI"),
    ]) func base32Vectors(plain: String, text: String) {
        #expect(Base32.encode(plain.utf8) == text)
        #expect(Base32.decode(text) == Array(plain.utf8))
        #expect(Base32.decode(text.lowercased() + "==") == Array(plain.utf8))
    }

    @Test func refusesForeignCharacters() {
        for text in ["Zm9v\n", "Zm+v", "Zm/v", "Zm9vA", "Zh"] { #expect(Base64URL.decode(text) == nil) }
        for text in ["MZX1", "M=ZX", "ä"] { #expect(Base32.decode(text) == nil) }
        for text in ["0", "0g", "-1", " 0"] { #expect(Hex.decode(text) == nil) }
        #expect(Hex.decode("00fFA9") == [0, 255, 0xA9])
    }

    @Test func roundTripsOfEveryLength() {
        let random = SeededRandomSource(seed: 3)
        for length in 0..<200 {
            let bytes = random.bytes(length)
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
            #expect(Base32.decode(Base32.encode(bytes)) == bytes)
            #expect(Hex.decode(Hex.encode(bytes)) == bytes)
        }
    }

    @Test func seededSourceRepeatsItself() {
        let one = SeededRandomSource(seed: 5)
        let two = SeededRandomSource(seed: 5)
        #expect(one.bytes(33) == two.bytes(33))
        #expect(one.bytes(33) != SeededRandomSource(seed: 6).bytes(33))
        #expect(SystemRandomSource().bytes(32) != SystemRandomSource().bytes(32))
        #expect(SystemRandomSource().bytes(0).isEmpty)
    }
}
