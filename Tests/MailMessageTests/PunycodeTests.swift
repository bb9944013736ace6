import Testing

@testable import MailMessage

@Suite struct PunycodeTests {
    /// RFC 3492, 7.1, samples in the case that the encoder makes.
    @Test(arguments: [
        ("ليهمابتكلموشعربي؟", "egbpdaj6bu4bxfgehfvwxn"), ("他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye"),
        ("pročprostěnemluvíčesky", "proprostnemluvesky-uyb24dma41a"),
        ("почемужеонинеговорятпорусски", "b1abfaaepdrnnbgefbadotcwatmq2g4l"),
        ("bücher", "bcher-kva"), ("安室奈美恵-with-super-monkeys", "-with-super-monkeys-pc58ag80a8qai00g7n9n"),
    ])
    func samplesOfTheStandard(text: String, encoded: String) {
        #expect(Punycode.encode(text) == encoded)
        #expect(Punycode.decode(encoded) == text)
    }

    @Test func anythingDecodesOrIsRefusedAndNeverCrashes() {
        var random = SeededGenerator(seed: 2)
        for _ in 0..<20_000 {
            let text = random.text(0...20, from: Array("abcxyz0123789-ABC.").map(String.init))
            if let decoded = Punycode.decode(text), decoded.utf8.contains(where: { $0 >= 0x80 }) {
                #expect(Punycode.encode(decoded)?.lowercased() == text.lowercased(), "\(text)")
            }
        }
        #expect(Punycode.decode(String(repeating: "9", count: 63)) == nil)
    }
}
