import FoundationEssentials
import Secrets
import Testing

@Suite struct CodeTests {
    let keys = KeyRing(ephemeral: SeededRandomSource(seed: 11))

    @Test func codesAreSixDigitsAndEvenlyDrawn() {
        let random = SeededRandomSource(seed: 12)
        var counts = [Int](repeating: 0, count: 10)
        for _ in 0..<20_000 {
            let code = OneTimeCode(random: random)
            #expect(code.digits.utf8.count == 6)
            counts[Int(code.digits.prefix(1)) ?? 0] += 1
        }
        #expect(counts.allSatisfy { 1_800...2_200 ~= $0 })
    }

    @Test func drawsWithoutBias() {
        let random = SeededRandomSource(seed: 13)
        var counts = [Int](repeating: 0, count: 3)
        for _ in 0..<30_000 { counts[Int(random.uniform(below: 3))] += 1 }
        #expect(counts.allSatisfy { 9_600...10_400 ~= $0 })
        #expect((0..<100).allSatisfy { _ in random.uniform(below: 1) == 0 })
    }

    @Test func understandsHowPeopleTypeCodes() {
        for typed in ["012345", " 012 345 ", "012-345", "012\u{202F}345", "012345\r\n"] {
            #expect(OneTimeCode(typed: typed)?.digits == "012345")
        }
        for typed in ["", "12345", "1234567", "01234x", "٠١٢٣٤٥", String(repeating: " ", count: 500) + "012345"] {
            #expect(OneTimeCode(typed: typed) == nil)
        }
    }

    @Test func hashFitsOnlyTheCodeAndWhatItIsBoundTo() throws {
        let code = try #require(OneTimeCode(typed: "123456"))
        let hash = code.hash(with: keys, binding: "recipient 1, browser 1")
        #expect(hash.count == 32)
        #expect(code.matches(hash, with: keys, binding: "recipient 1, browser 1"))
        #expect(!code.matches(hash, with: keys, binding: "recipient 1, browser 2"))
        #expect(
            try !#require(OneTimeCode(typed: "123457")).matches(hash, with: keys, binding: "recipient 1, browser 1"))
        let foreign = KeyRing(ephemeral: SeededRandomSource(seed: 99))
        #expect(!code.matches(hash, with: foreign, binding: "recipient 1, browser 1"))
    }

    @Test func recoveryCodesWorkAsTyped() throws {
        let codes = RecoveryCode.generate(random: SeededRandomSource(seed: 14))
        #expect(Set(codes).count == 10)
        let stored = codes.map { $0.hash(with: keys, account: "a") }
        for (index, code) in codes.enumerated() {
            #expect(code.text.count == 11)
            let typed = code.text.uppercased().replacing("-", with: " ").replacing("0", with: "O")
                .replacing("1", with: "l")
            let read = try #require(RecoveryCode(typed: typed))
            #expect(read == code)
            #expect(read.index(in: stored, with: keys, account: "a") == index)
            #expect(read.index(in: stored, with: keys, account: "b") == nil)
        }
        for typed in ["", "abcde-fghj", "abcde-fghju", "abcde-fghjkm", "äbcde-fghjk"] {
            #expect(RecoveryCode(typed: typed) == nil)
        }
    }
}
