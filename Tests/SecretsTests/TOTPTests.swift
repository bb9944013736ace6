import Secrets
import Testing

@Suite struct TOTPTests {
    let secret = TOTPSecret(bytes: Array("12345678901234567890".utf8))

    // RFC 4226, appendix D.
    @Test func counterVectors() throws {
        let secret = try #require(secret)
        let expected = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489",
        ]
        for (step, code) in expected.enumerated() { #expect(secret.code(step: Int64(step)) == code) }
    }

    // RFC 6238, appendix B (SHA-1), the last six of its eight digits.
    @Test(arguments: [
        (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924"),
        (2_000_000_000, "279037"), (20_000_000_000, "353130"),
    ]) func timeVectors(seconds: Int64, code: String) throws {
        let secret = try #require(secret)
        #expect(secret.code(step: TOTPSecret.step(at: seconds)) == code)
        #expect(secret.acceptedStep(typed: code, at: seconds, lastUsedStep: nil) == seconds / 30)
    }

    @Test func acceptsOneStepOfDifferenceAndNoMore() throws {
        let secret = try #require(secret)
        let now: Int64 = 1_234_567_890
        let step = TOTPSecret.step(at: now)
        for offset in Int64(-3)...3 {
            let accepted = secret.acceptedStep(typed: secret.code(step: step + offset), at: now, lastUsedStep: nil)
            #expect(accepted == (abs(offset) <= 1 ? step + offset : nil))
        }
        #expect(secret.acceptedStep(typed: secret.code(step: 0), at: 3, lastUsedStep: nil) == 0)
    }

    @Test func refusesACodeThatWasUsed() throws {
        let secret = try #require(secret)
        let now: Int64 = 1_234_567_890
        let step = TOTPSecret.step(at: now)
        let code = secret.code(step: step)
        #expect(secret.acceptedStep(typed: code, at: now, lastUsedStep: step - 1) == step)
        #expect(secret.acceptedStep(typed: code, at: now + 29, lastUsedStep: step) == nil)
        #expect(secret.acceptedStep(typed: secret.code(step: step - 1), at: now, lastUsedStep: step) == nil)
        #expect(secret.acceptedStep(typed: secret.code(step: step + 1), at: now, lastUsedStep: step) == step + 1)
        #expect(secret.acceptedStep(typed: "", at: now, lastUsedStep: nil) == nil)
    }

    @Test func addressIsWhatAppsRead() throws {
        let secret = try #require(secret)
        #expect(secret.base32 == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
        #expect(
            secret.uri(issuer: "Müller: Recht & Co", account: "anna@kunde.example")
                == "otpauth://totp/M%C3%BCller%20%20Recht%20%26%20Co:anna%40kunde.example?secret="
                + "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=M%C3%BCller%20%20Recht%20%26%20Co&algorithm=SHA1&digits=6&period=30"
        )
        #expect(!"\(secret)".contains("GEZD"))
        #expect(TOTPSecret(bytes: [1, 2, 3]) == nil)
        #expect(TOTPSecret(random: SeededRandomSource(seed: 1)).bytes.count == 20)
    }
}
