import Foundation
import Secrets
import Testing

@testable import FileVault

@Suite struct ZIPTests {
    let random = SeededRandomSource(seed: 81)
    let time = Date(timeIntervalSince1970: 1_800_000_001)

    @Test func checksumVectors() {
        var crc = CRC32()
        #expect(crc.value == 0)
        crc.update(Array("123456789".utf8))
        #expect(crc.value == 0xCBF4_3926)
        var long = CRC32()
        long.update(Array("The quick brown fox jumps over the lazy dog".utf8))
        #expect(long.value == 0x414F_A339)
    }

    @Test func checksumDoesNotDependOnTheCuts() {
        let content = random.bytes(5_000)
        var whole = CRC32()
        whole.update(content)
        for size in [1, 7, 15, 16, 17, 33, 4_999] {
            var parts = CRC32()
            for begin in stride(from: 0, to: content.count, by: size) {
                parts.update(Array(content[begin..<min(begin + size, content.count)]))
            }
            #expect(parts == whole)
        }
    }

    @Test(arguments: [
        "", "/etc/passwd", "../x", "a/../b", "a//b", "a/", ".", "a/.", "C:/x", "a\\b", "a\u{0}b", "a\nb",
        String(repeating: "a", count: 65_536),
    ]) func refusesNamesThatLeadElsewhere(name: String) {
        #expect(ZIPEntry(name: name, size: 1, modifiedAt: time) == nil)
    }

    @Test func timesAreThoseOfMSDOS() throws {
        func dos(_ seconds: Double) throws -> [Int] {
            let entry = try #require(ZIPEntry(name: "a", size: 0, modifiedAt: Date(timeIntervalSince1970: seconds)))
            let (time, date) = (Int(entry.dosTime.time), Int(entry.dosTime.date))
            return [
                (date >> 9) + 1980, (date >> 5) & 15, date & 31, time >> 11, (time >> 5) & 63, (time & 31) * 2,
            ]
        }
        #expect(try dos(0) == [1980, 1, 1, 0, 0, 0])
        #expect(try dos(1_709_209_815) == [2024, 2, 29, 12, 30, 14])
        #expect(try dos(1_798_761_599) == [2026, 12, 31, 23, 59, 58])
        #expect(try dos(9e12) == [2107, 12, 31, 23, 59, 58])
    }

    /// Writes an archive of small entries to a file.
    private func archive(_ contents: [(name: String, bytes: [UInt8])]) throws -> Data {
        let entries = try contents.map { content in
            try #require(ZIPEntry(name: content.name, size: Int64(content.bytes.count), modifiedAt: time))
        }
        var writer = ZIPWriter(entries: entries)
        var data = Data()
        for content in contents {
            data += try writer.beginEntry()
            try content.bytes.withUnsafeBytes { try writer.content($0) }
            data += content.bytes
            data += try writer.endEntry()
        }
        data += try writer.finish()
        #expect(Int64(data.count) == writer.size)
        for (index, range) in writer.contentRanges.enumerated() {
            #expect(Array(data[Int(range.lowerBound)..<Int(range.upperBound)]) == contents[index].bytes)
        }
        return data
    }

    @Test func anEmptyArchiveIsOnlyItsEnd() throws {
        #expect(try archive([]) == Data([0x50, 0x4B, 5, 6] + [UInt8](repeating: 0, count: 18)))
    }

    @Test func otherProgramsReadIt() throws {
        let data = try archive([
            ("Grüße/Übersicht 2026.txt", Array("Zustellung\n".utf8)), ("leer", []),
            ("daten.bin", random.bytes(300_000)),
        ])
        let output = try python(
            """
            import sys, zipfile, datetime
            z = zipfile.ZipFile(sys.argv[1])
            assert z.testzip() is None
            assert z.namelist() == ['Grüße/Übersicht 2026.txt', 'leer', 'daten.bin'], z.namelist()
            assert z.read('Grüße/Übersicht 2026.txt') == b'Zustellung\\n'
            assert z.infolist()[0].date_time == (2027, 1, 15, 8, 0, 0), z.infolist()[0].date_time
            print('ok')
            """, data)
        #expect(output == "ok\n")
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/unzip"), "needs unzip"))
    func unzipReadsIt() throws {
        let data = try archive([
            ("Grüße/Übersicht 2026.txt", Array("Zustellung\n".utf8)), ("leer", []),
            ("daten.bin", random.bytes(300_000)),
        ])
        #expect(try run("/usr/bin/unzip", ["-t"], data).contains("No errors detected"))
    }

    @Test func moreThanSixtyFiveThousandEntries() throws {
        let data = try archive((0..<65_540).map { ("f\($0)", []) })
        let output = try python(
            "import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nprint(len(z.namelist()), z.namelist()[-1])\n", data)
        #expect(output == "65540 f65539\n")
    }

    @Test func entriesBeyondFourGigabytes() throws {
        // A sparse file: only what the writer makes is there, the content is a hole.
        let size: Int64 = 5 << 30
        let entries = try ["large", "small"].enumerated().map { index, name in
            try #require(ZIPEntry(name: name, size: index == 0 ? size : 3, modifiedAt: time))
        }
        let writer = ZIPWriter(entries: entries)
        #expect(writer.contentRanges[0] == 64..<64 + size)
        // 30 + 5 + 9 + 20 and 24 around the first; 30 + 5 + 9 and 16 around the second; the directory has two numbers
        // of eight octets for the first and one for the second; Zip64 end, locator and end.
        #expect(writer.contentRanges[1] == 64 + size + 24 + 44..<64 + size + 24 + 44 + 3)
        #expect(writer.size == 64 + size + 24 + 44 + 3 + 16 + (46 + 5 + 9 + 20) + (46 + 5 + 9 + 12) + 98)
    }

    @Test func sizesAtTheEdgeOfZip64() throws {
        func size(_ content: Int64) throws -> Int64 {
            ZIPWriter(entries: [try #require(ZIPEntry(name: "a", size: content, modifiedAt: time))]).size - content
        }
        #expect(try size(0xFFFF_FFFE) == 30 + 1 + 9 + 16 + 46 + 1 + 9 + 98)
        #expect(try size(0xFFFF_FFFF) == 30 + 1 + 9 + 20 + 24 + 46 + 1 + 9 + 20 + 98)
        #expect(try size(0xFFFF_0000) == 30 + 1 + 9 + 16 + 46 + 1 + 9 + 22)
    }

    @Test func callsOutOfOrderAreRefused() throws {
        let entry = try #require(ZIPEntry(name: "a", size: 2, modifiedAt: time))
        var writer = ZIPWriter(entries: [entry])
        #expect(throws: ZIPWriter.Misuse.outOfOrder) { try writer.finish() }
        #expect(throws: ZIPWriter.Misuse.outOfOrder) { try writer.endEntry() }
        _ = try writer.beginEntry()
        #expect(throws: ZIPWriter.Misuse.outOfOrder) { try writer.beginEntry() }
        #expect(throws: ZIPWriter.Misuse.wrongSize) { try writer.endEntry() }
        #expect(throws: ZIPWriter.Misuse.wrongSize) { try [1, 2, 3].withUnsafeBytes { try writer.content($0) } }
        try [UInt8](repeating: 1, count: 2).withUnsafeBytes { try writer.content($0) }
        _ = try writer.endEntry()
        #expect(throws: ZIPWriter.Misuse.outOfOrder) { try writer.beginEntry() }
        _ = try writer.finish()
        #expect(throws: ZIPWriter.Misuse.outOfOrder) { try writer.finish() }
    }

    @Test func streamsFilesOfAVault() async throws {
        let fixture = try await VaultFixture()
        let contents = [random.bytes(700_000), [], random.bytes(65_536)]
        var items: [ZIPStream.Item] = []
        for (index, content) in contents.enumerated() {
            let file = try await fixture.store(content, chunkSize: 300_000)
            let entry = try #require(ZIPEntry(name: "Datei \(index)", size: file.size, modifiedAt: time))
            items.append(ZIPStream.Item(entry: entry, file: file))
        }
        let stream = ZIPStream(items)
        let data = try await stream.bytes(from: fixture.vault).collected()
        #expect(Int64(data.count) == stream.size)
        for (range, content) in zip(stream.contentRanges, contents) {
            #expect(Array(data[Int(range.lowerBound)..<Int(range.upperBound)]) == content)
        }
        let output = try python("import sys, zipfile\nprint(zipfile.ZipFile(sys.argv[1]).testzip())\n", Data(data))
        #expect(output == "None\n")

        // A damaged file breaks the archive off instead of going into it.
        let path = fixture.objectPath(items[0].file.chunks[1], of: items[0].file.id)
        try Data([1, 2, 3]).write(to: URL(fileURLWithPath: path))
        let code = await vaultErrorCode {
            for try await _ in ZIPStream(items).bytes(from: fixture.vault) {}
        }
        #expect(code == .corrupted)
    }

    private func python(_ program: String, _ archive: Data) throws -> String {
        try run("/usr/bin/env", ["python3", "-c", program], archive)
    }

    /// Runs a program with the archive as its last argument, and returns what it prints.
    private func run(_ program: String, _ arguments: [String], _ archive: Data) throws -> String {
        let path = NSTemporaryDirectory() + "/zip-tests-" + UUID().uuidString + ".zip"
        try archive.write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments + [path]
        var environment = ProcessInfo.processInfo.environment
        environment["LC_ALL"] = "C.UTF-8"
        process.environment = environment
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: output, as: UTF8.self)
    }
}
