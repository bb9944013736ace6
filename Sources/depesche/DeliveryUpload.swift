import Crypto
import Foundation
import NIOHTTP1

/// Makes a draft, uploads its files in chunks, several at once, and sends it; remembers on disk how far it is.
struct DeliveryUpload {
    private struct Draft: Decodable {
        let id: String
        let state: String
    }
    private struct Upload: Codable {
        let id: String
        let chunkSize: Int
        let chunkCount: Int
    }
    private struct Status: Decodable {
        struct Span: Decodable {
            let from: Int
            let to: Int
        }
        let complete: Bool
        let received: [Span]
    }
    private struct NewFile: Encodable {
        let name: String
        let size: Int64
        let mediaType: String
    }
    /// What a stopped run leaves for the next one.
    private struct Memory: Codable {
        var delivery: String
        var files: [String: Upload]
    }

    private static let parallelChunks = 3

    let api: APIClient
    let draft: DeliveryRequest
    let files: [SourceFile]

    /// Does all of it and returns the delivery as JSON.
    func run() async throws -> String {
        var memory: Memory
        if let earlier = try await resumed() { memory = earlier } else { memory = try await begin() }
        let progress = UploadProgress(total: files.reduce(0) { $0 + $1.size })
        for (number, file) in files.enumerated() {
            let key = String(number)
            let upload: Upload
            if let known = memory.files[key] {
                upload = known
            } else {
                upload = try await api.json(
                    .POST, "/deliveries/\(memory.delivery)/files",
                    body: NewFile(name: file.name, size: file.size, mediaType: "application/octet-stream"))
                memory.files[key] = upload
                try remember(memory)
            }
            try await send(file, as: upload, progress: progress)
        }
        await progress.finish()
        let json = try await api.data(.POST, "/deliveries/\(memory.delivery)/send", body: draft)
        try? FileManager.default.removeItem(at: memoryFile)
        return String(decoding: json, as: UTF8.self)
    }

    private func begin() async throws -> Memory {
        let made: Draft = try await api.json(.POST, "/deliveries", body: draft)
        let memory = Memory(delivery: made.id, files: [:])
        try remember(memory)
        return memory
    }

    /// The draft of a run that was stopped, if the server still has it.
    private func resumed() async throws -> Memory? {
        guard let data = try? Data(contentsOf: memoryFile),
            let memory = try? JSONDecoder().decode(Memory.self, from: data)
        else { return nil }
        do {
            let draft: Draft = try await api.json(.GET, "/deliveries/\(memory.delivery)")
            guard draft.state == "draft" else { return nil }
        } catch let error as SendError where error.exitCode == 1 {
            return nil  // The server has given the draft up.
        }
        Terminal.complain("Going on with the upload that was stopped.")
        return memory
    }

    private func send(_ file: SourceFile, as upload: Upload, progress: UploadProgress) async throws {
        let status: Status = try await api.json(.GET, "/files/\(upload.id)")
        let received = Set(status.received.flatMap { Array($0.from..<$0.to) })
        let size = Int64(upload.chunkSize)
        func range(_ index: Int) -> Range<Int64> {
            let start = Int64(index) * size
            return start..<min(file.size, start + size)
        }
        for index in received { await progress.add(Int64(range(index).count), of: file.name, isNew: false) }
        let missing = (0..<upload.chunkCount).filter { !received.contains($0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (count, index) in missing.enumerated() {
                if count >= Self.parallelChunks { try await group.next() }
                group.addTask {
                    let octets = try await file.read(range(index))
                    let digest = Data(SHA256.hash(data: octets)).base64EncodedString()
                    try await api.put(
                        "/files/\(upload.id)/chunks/\(index)", octets: octets,
                        headers: ["content-digest": "sha-256=:\(digest):"])  // RFC 9530, 2
                    await progress.add(Int64(octets.count), of: file.name, isNew: true)
                }
            }
            try await group.waitForAll()
        }
    }

    private func remember(_ memory: Memory) throws {
        try FileManager.default.createDirectory(
            at: memoryFile.deletingLastPathComponent(), withIntermediateDirectories: true)
        try JSONEncoder().encode(memory).write(to: memoryFile, options: .atomic)
    }

    /// Named after all that makes this very delivery, so that only the same command goes on with it.
    private var memoryFile: URL {
        let environment = ProcessInfo.processInfo.environment
        let home = environment["HOME"] ?? NSHomeDirectory()
        let state = environment["XDG_STATE_HOME"].map { URL(filePath: $0) } ?? URL(filePath: home + "/.local/state")
        let identity =
            ([api.identity] + draft.recipients + [draft.subject, draft.message, "\(draft.level ?? 0)"]
            + files.flatMap { [$0.path, String($0.size), String($0.modified)] }).joined(separator: "\u{0}")
        let digest = SHA256.hash(data: Data(identity.utf8)).prefix(16).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
        return state.appending(path: "depesche/send-\(digest).json")
    }
}
