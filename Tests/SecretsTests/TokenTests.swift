import FoundationEssentials
import Secrets
import Testing

@Suite struct TokenTests {
    let random = SeededRandomSource(seed: 1)

    @Test(arguments: Token.Strength.allCases) func readsWhatItWrites(strength: Token.Strength) throws {
        for _ in 0..<200 {
            let token = Token(random: random, strength: strength)
            #expect(token.text.count == (strength == .bits128 ? 22 : 27))
            #expect(Token(text: token.text) == token)
        }
    }

    @Test(arguments: [
        "", "A", "AAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAB", "AAAAAAAAAAAAAAAAAAAAA=",
        "AAAAAAAAAAAAAAAAAAAAAA==",
        "AAAAAAAAAAAAAAAAAAAAA+", "AAAAAAAAAAAAAAAAAAAA A", "AAAAAAAAAAAAAAAAAAAAÄA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAAA",
    ]) func refusesWhatItNeverWrites(text: String) {
        #expect(Token(text: text) == nil)
    }

    @Test func apiTokensCarryTheirPrefix() throws {
        let token = Token(random: random, strength: .bits160)
        #expect(token.apiText.hasPrefix("dpa_"))
        #expect(Token(apiText: token.apiText) == token)
        #expect(Token(apiText: token.text) == nil)
        #expect(Token(apiText: "dpa_" + Token(random: random).text) == nil)
    }

    @Test func hashIsPlainSHA256() throws {
        let token = try #require(Token(text: "AAECAwQFBgcICQoLDA0ODw"))
        #expect(token.hash.hex == "be45cb2605bf36bebde684841a28f0fd43c69850a3dce5fedba69928ee3a8991")
        #expect(TokenHash(hex: token.hash.hex) == token.hash)
        #expect(TokenHash(bytes: token.hash.data) == token.hash)
        #expect(TokenHash(bytes: token.hash.bytes.dropLast()) == nil)
    }

    @Test func neverShowsItselfInLogs() {
        let token = Token(random: random)
        var dumped = ""
        dump(token, to: &dumped)
        for text in ["\(token)", String(reflecting: token), "\([token])", dumped] {
            #expect(!text.contains(token.text))
            #expect(!text.contains("\(token.bytes[0]), "))
        }
    }

    @Test func comparesLengthsAndEveryOctet() {
        #expect(constantTimeEqual([1, 2, 3], [1, 2, 3]))
        #expect(!constantTimeEqual([1, 2, 3], [1, 2]))
        for index in 0..<32 {
            var changed = [UInt8](repeating: 7, count: 32)
            changed[index] ^= 0x80
            #expect(!constantTimeEqual(changed, [UInt8](repeating: 7, count: 32)))
        }
    }
}
