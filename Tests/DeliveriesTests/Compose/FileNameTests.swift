import Foundation
import Secrets
import Testing

@testable import Deliveries

@Suite struct FileNameTests {
    @Test(arguments: [
        ("Befund.pdf", "Befund.pdf"), ("../../etc/passwd", "passwd"), ("C:\\Users\\anna\\Brief.docx", "Brief.docx"),
        ("ordner/unter/bild.png", "bild.png"), ("a/..", "a"), ("..", "file"), ("", "file"), ("   ", "file"),
        ("/", "file"), ("a\u{0}b\r\nc.txt", "a b c.txt"), ("rechnung\u{202E}fdp.exe", "rechnungfdp.exe"),
        ("u\u{308}ber.txt", "über.txt"), ("CON", "_CON"), ("nul.txt", "_nul.txt"), ("com1.log", "_com1.log"),
        ("console.log", "console.log"), ("LPT¹", "_LPT¹"), ("a:b*c?.txt", "a_b_c_.txt"), ("ende. . .", "ende"),
        ("rechnung.pdf             .exe", "rechnung.pdf .exe"), (".env", ".env"), ("日本語.txt", "日本語.txt"),
        ("weit\u{2028}er.txt", "weit er.txt"), ("\u{FEFF}\u{200B}x.txt", "x.txt"), ("a／b.txt", "b.txt"),
    ])
    func `a name keeps its letters and loses its tricks`(raw: String, clean: String) {
        #expect(FileName.clean(raw) == clean)
    }

    @Test func `a long name keeps its extension`() {
        let name = FileName.clean(String(repeating: "ü", count: 300) + ".tar.gz")
        #expect(name.utf8.count <= FileName.maximumOctets)
        #expect(name.hasSuffix("ü.gz"))
    }

    @Test func `whatever comes, a name is short, visible, one part and stays as it is`() {
        let random = SeededRandomSource(seed: 99)
        let alphabet = Array(
            "ab.. //\\\\:*?\"<>|\u{0}\n\r\t\u{7F}\u{85}\u{202E}\u{200F}\u{2066}\u{FEFF}é\u{301}ß日👩‍👩‍👧\u{E0041}\u{2028}"
                .unicodeScalars)
        for _ in 0..<4_000 {
            var scalars = String.UnicodeScalarView()
            for _ in 0..<random.uniform(below: random.uniform(below: 20) == 0 ? 600 : 24) {
                scalars.append(alphabet[Int(random.uniform(below: UInt32(alphabet.count)))])
            }
            let name = FileName.clean(String(scalars))
            #expect(!name.isEmpty && name.utf8.count <= FileName.maximumOctets)
            #expect(name != "." && name != ".." && !name.hasSuffix(".") && !name.hasSuffix(" ") && !name.hasPrefix(" "))
            #expect(
                !name.unicodeScalars.contains {
                    "/\\:*?\"<>|".unicodeScalars.contains($0) || $0.properties.generalCategory == .control
                        || $0.properties.generalCategory == .format
                })
            #expect(FileName.clean(name) == name)
            #expect(name == name.precomposedStringWithCanonicalMapping)
        }
    }

    @Test func `equal names are told apart, also where capitals do not count`() {
        var names: [String] = []
        for name in ["Brief.pdf", "brief.PDF", "Brief.pdf", "Brief (2).pdf", "Brief"] {
            names.append(FileName.distinct(name, from: names))
        }
        #expect(names == ["Brief.pdf", "brief (2).PDF", "Brief (3).pdf", "Brief (2) (2).pdf", "Brief"])
    }

    @Test func `long equal names stay short`() {
        let name = FileName.clean(String(repeating: "x", count: 400) + ".pdf")
        var names = [name]
        for _ in 0..<12 { names.append(FileName.distinct(name, from: names)) }
        #expect(Set(names).count == 13)
        #expect(names.allSatisfy { $0.utf8.count <= FileName.maximumOctets && $0.hasSuffix(".pdf") })
    }
}
