import Deliveries
import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import WebServer

@Suite struct ReceivedFormTests {
    /// Takes files up to a size.
    private struct Shelf: FormFileReceiver {
        var most = Int.max
        var files: [String: Int] = [:]
        private var name = ""

        init(most: Int = .max) { self.most = most }

        mutating func begin(_ part: MultipartPart) {
            name = part.fileName ?? ""
            files[name] = 0
        }

        mutating func write(_ content: ByteBuffer) -> Bool {
            let size = (files[name] ?? 0) + content.readableBytes
            guard size <= most else { return false }
            files[name] = size
            return true
        }

        mutating func end() {}
    }

    private static func part(_ name: String, _ value: String, file: String? = nil) -> String {
        let fileName = file.map { "; filename=\"\($0)\"" } ?? ""
        return "--b\r\nContent-Disposition: form-data; name=\"\(name)\"\(fileName)\r\n\r\n\(value)\r\n"
    }

    private static func read(
        _ body: String, as encoding: FormEncoding = .multipart(boundary: "b"), kept: Int = 1_000, surplus: Int = 10_000,
        _ shelf: inout Shelf
    ) async throws -> ReceivedForm {
        var rest = ByteBuffer(string: body)
        let pieces = AsyncStream<ByteBuffer> { source in
            while let piece = rest.readSlice(length: min(100, rest.readableBytes)), piece.readableBytes > 0 {
                source.yield(piece)
            }
            source.finish()
        }
        return try await ReceivedForm(pieces, encoding, limits: .init(kept: kept, surplus: surplus), &shelf)
    }

    @Test func fieldsAndFilesMayComeInAnyOrder() async throws {
        var shelf = Shelf()
        let body =
            Self.part("file", "eins", file: "a.txt") + Self.part("subject", "Grüße\r\nx")
            + Self.part("file", "", file: "b")
            + Self.part("file", "", file: "") + Self.part("subject", "zwei") + "--b--"
        let received = try await Self.read(body, &shelf)
        #expect(received.form["subject"] == "Grüße\nx" && received.form.values("subject").count == 2)
        #expect(received.form.fields.count == 2, "a field without a chosen file is neither field nor file")
        #expect(shelf.files == ["a.txt": 4, "b": 0])
        #expect(received.isWhole && received.cutFields.isEmpty)
    }

    @Test func whatIsTooLongIsCutAndTheRestIsRead() async throws {
        var shelf = Shelf(most: 50)
        let body =
            Self.part("subject", "kurz") + Self.part("message", String(repeating: "x", count: 3_000))
            + Self.part("file", String(repeating: "y", count: 3_000), file: "a") + Self.part("file", "z", file: "b")
            + Self.part("level", "2") + "--b--"
        let received = try await Self.read(body, &shelf)
        #expect(received.isWhole && received.cutFields == ["message", "level"])
        #expect(received.form["subject"] == "kurz" && received.form["message"].count > 900)
        #expect(shelf.files["b"] == 1)
    }

    @Test func nobodyReadsOnForEver() async throws {
        var shelf = Shelf(most: 50)
        let body = Self.part("subject", "kurz") + Self.part("file", String(repeating: "y", count: 99_000), file: "a")
        let received = try await Self.read(body, surplus: 500, &shelf)
        #expect(!received.isWhole && received.form["subject"] == "kurz")
    }

    @Test func anEncodedFormIsCutLikewise() async throws {
        var shelf = Shelf()
        let long = "subject=kurz&message=" + String(repeating: "x", count: 3_000) + "&level=2"
        let cut = try await Self.read(long, as: .urlEncoded, &shelf)
        #expect(cut.isWhole && cut.cutFields == ["message"] && cut.form["subject"] == "kurz")
        let endless = try await Self.read(long, as: .urlEncoded, surplus: 100, &shelf)
        #expect(!endless.isWhole && endless.cutFields == ["message"])
        let short = try await Self.read("subject=a+b", as: .urlEncoded, &shelf)
        #expect(short.form["subject"] == "a b" && short.isWhole && short.cutFields.isEmpty)
    }

    @Test func namesAreNotKeptWithoutEnd() async throws {
        var shelf = Shelf()
        let name = String(repeating: "n", count: 15_000)
        let body = String(repeating: Self.part(name, ""), count: 80) + "--b--"
        let tooMany = DeliveriesError(
            .tooMany, fields: [FieldError("form", "damaged-form")], detail: MultipartError.tooManyParts.rawValue)
        await #expect(throws: tooMany) { try await Self.read(body, &shelf) }
    }

    @Test func aBodyThatEndsEarlyIsNoForm() async throws {
        var shelf = Shelf()
        let damaged = DeliveriesError(
            .invalid, fields: [FieldError("form", "damaged-form")], detail: MultipartError.incomplete.rawValue)
        await #expect(throws: damaged) { try await Self.read(Self.part("subject", "kurz"), &shelf) }
    }

    @Test func smallFormsKeepTheirFilesInMemory() async throws {
        let body = Self.part("a", "1") + Self.part("ca", "PEM", file: "ca.pem") + "--b--"
        let form = try await FormBody(Self.request(body, "multipart/form-data; boundary=b"), limit: 100)
        #expect(form["a"] == "1" && form.files == [FormBody.File(name: "ca", content: Array("PEM".utf8))])
        for (body, type) in [
            (Self.part("a", String(repeating: "x", count: 200)) + "--b--", "multipart/form-data; boundary=b"),
            (
                Self.part("a", String(repeating: "x", count: 200), file: "f") + "--b--",
                "multipart/form-data; boundary=b"
            ),
            ("a=" + String(repeating: "x", count: 200), "application/x-www-form-urlencoded"),
        ] {
            await #expect(throws: DeliveriesError(.tooLarge)) {
                try await FormBody(Self.request(body, type), limit: 100)
            }
        }
        await #expect(throws: DeliveriesError(.invalid)) {
            try await FormBody(Self.request("{}", "application/json"), limit: 100)
        }
    }

    private static func request(_ body: String, _ type: String) -> Request {
        Request(
            head: HTTPRequest(
                method: .post, scheme: "http", authority: "localhost", path: "/", headerFields: [.contentType: type]),
            body: RequestBody(buffer: ByteBuffer(string: body)))
    }
}
