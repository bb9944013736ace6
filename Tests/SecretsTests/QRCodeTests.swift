import Crypto
import Testing

@testable import Secrets

@Suite struct QRCodeTests {
    /// The modules as 0 and 1, row by row.
    private func bits(_ code: QRCode) -> String {
        (0..<code.size).map { row in (0..<code.size).map { code[row, $0] ? "1" : "0" }.joined() }.joined()
    }

    // The modules that another encoder (the Python package qrcode) draws, as the beginning of their SHA-256, for each
    // mask.
    @Test(arguments: [
        (
            1, 21,
            [
                "f81cc9a1", "cba18524", "df9d08e3", "59d6c29e", "74a8dca4", "f8d2248d", "fe4fb6c0", "f9688950",
            ]
        ),
        (
            14, 21,
            [
                "7467e9ce", "74d1e6ca", "ff942ccc", "f39a31f8", "9bacbf42", "e18dbd3d", "a50f777a", "6715a1db",
            ]
        ),
        (
            15, 25,
            [
                "df34935e", "b59cd7b5", "2dcf6c38", "f60d1be9", "7aa8af60", "0a7d47cc", "0edda76b", "ff787ddc",
            ]
        ),
        (
            42, 29,
            [
                "f6be2933", "c86d9f2f", "57b6ced0", "234182a1", "843ad382", "e51cabbf", "9ef41617", "e9e430ce",
            ]
        ),
        (
            62, 33,
            [
                "06c362f8", "c0d0d6af", "84e876d1", "ac3cb1cd", "030017f7", "e5d9cfac", "bbd12e62", "f6518100",
            ]
        ),
        (
            84, 37,
            [
                "53222353", "ee9865bc", "bbd96a6e", "a336b4cc", "62c1eaac", "fdd234a2", "89880d7f", "2d7412d9",
            ]
        ),
        (
            106, 41,
            [
                "e9cb40d7", "160b4a65", "9ea8f972", "73709d2d", "150c3681", "ee1d4885", "69c2feaa", "e762cfd1",
            ]
        ),
        (
            122, 45,
            [
                "5e2c41fb", "7521622d", "97565b55", "241eb10d", "d6292ebd", "f7f39406", "56b7f187", "711ec177",
            ]
        ),
        (
            152, 49,
            [
                "fe956764", "e05bd95f", "c02ab7ea", "15967725", "3f955603", "52954a5b", "3c9ae81e", "9e2f69e7",
            ]
        ),
        (
            180, 53,
            [
                "6ea8fa9e", "acb83d83", "e7cc8423", "5649ceae", "1a5341ee", "17c84fc3", "726f56a5", "50c6242c",
            ]
        ),
        (
            181, 57,
            [
                "f9d600cc", "214de767", "6725a89f", "ad84cb8a", "bba7f2f6", "7d6b9234", "3b6aca03", "d97724e8",
            ]
        ),
        (
            213, 57,
            [
                "9fd92704", "3b1decd6", "f6c36807", "43f750b5", "5ea19d8c", "c8f71885", "27efba27", "69290f39",
            ]
        ),
        (
            251, 61,
            [
                "aff920b7", "0039d4f1", "29741608", "31f85806", "8eceeaf2", "ab9951e9", "e919dfc6", "802b530b",
            ]
        ),
        (
            287, 65,
            [
                "b8b85d74", "b885966e", "9fa885a5", "d6969082", "bcb5bd68", "3d1652f2", "a75332c0", "d27e1887",
            ]
        ),
        (
            331, 69,
            [
                "96a9d635", "c1a3b594", "42332725", "547b92e2", "00e80282", "cc5a30e0", "c6fd7efe", "14d609a6",
            ]
        ),
        (
            362, 73,
            [
                "725249e4", "5a10f66b", "01ffda62", "862e3851", "fc068cca", "778b73b5", "53163345", "560bd684",
            ]
        ),
        (
            412, 77,
            [
                "d39c11d0", "08d90804", "1e2be7af", "7aee3d13", "ec30c6f9", "93be2bce", "5c12698d", "f24e266e",
            ]
        ),
    ]) func drawsWhatAnotherEncoderDraws(length: Int, size: Int, digests: [String]) throws {
        let text = Array(
            String(repeating: "otpauth://totp/Depesche:anna@kunde.example?", count: 10).utf8.prefix(length))
        for (mask, digest) in digests.enumerated() {
            let code = try #require(QRCode(octets: text, mask: mask))
            #expect(code.size == size)
            #expect(Hex.encode(SHA256.hash(data: Array(bits(code).utf8))).hasPrefix(digest), "mask \(mask)")
        }
    }

    @Test func takesTheMaskThatIsEasiestToRead() throws {
        let text = "otpauth://totp/Depesche:anna%40kunde.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        let code = try #require(QRCode(text))
        let least = (0..<8).compactMap { QRCode(octets: Array(text.utf8), mask: $0)?.penalty }.min()
        #expect(code.penalty == least)
    }

    @Test func refusesWhatDoesNotFit() {
        #expect(QRCode(String(repeating: "a", count: 412))?.size == 77)
        #expect(QRCode(String(repeating: "a", count: 413)) == nil)
        #expect(QRCode("")?.size == 21)
    }

    @Test func pathDrawsExactlyTheDarkModules() throws {
        let code = try #require(QRCode("Zustellung"))
        var drawn: Set<[Int]> = []
        for part in code.svgPath.split(separator: "z") {
            let numbers = part.split { !$0.isNumber }.compactMap { Int($0) }
            #expect(numbers.count == 5)
            for column in numbers[0]..<numbers[0] + numbers[2] { drawn.insert([numbers[1] - 4, column - 4]) }
        }
        for row in 0..<code.size {
            for column in 0..<code.size { #expect(drawn.contains([row, column]) == code[row, column]) }
        }
        #expect(code.svgSize == 29)
    }
}
