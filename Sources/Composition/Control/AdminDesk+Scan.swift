import Deliveries
import Foundation
import Localization
import MailMessage

/// The virus scan: how it stands, and what is held because of it.
extension AdminDesk {
    private struct StatusAnswer: Encodable {
        let scanner: String?
        let version: String?
        let failure: String?
        let waiting: Int
        let held: Int
    }

    private struct Line: Encodable {
        let file: String
        let delivery: String
        let deliveryState: String
        let name: String
        let size: Int64
        let state: String
        let finding: String
        let at: Date?
        let sender: String

        init(_ held: HeldFile) {
            file = held.file.id.description
            delivery = held.file.delivery.description
            deliveryState = held.state.rawValue
            name = held.file.name
            size = held.file.size
            state = held.file.scan.state.rawValue
            finding = held.file.scan.finding
            at = held.file.scan.at
            sender = held.senderAddress.displayForm
        }
    }

    private var held: HeldFiles { HeldFiles(installation.deliveries, scanner: installation.scanner) }

    func scanStatus() async throws -> AdminReply {
        let status = try await held.status()
        var lines: [String] = []
        if let scanner = status.scanner {
            let failure = status.failure.map { Localizer(.english)("page.scan.failure.\($0)") }
            lines.append("scanner\t\(scanner)")
            lines.append(status.version.map { "answers\t\($0)" } ?? "silent\t\(failure ?? "")")
        } else {
            lines.append("scanner\tnone: files are not checked")
        }
        lines += ["waiting\t\(status.waiting)", "held\t\(status.held)"]
        var reply = try AdminReply(
            lines: lines,
            json: StatusAnswer(
                scanner: status.scanner, version: status.version, failure: status.failure, waiting: status.waiting,
                held: status.held))
        reply.exitCode = status.scanner == nil || status.version != nil ? 0 : 1
        return reply
    }

    func scanList(limit: Int) async throws -> AdminReply {
        guard limit > 0 else { throw Misuse(text: "The limit is a number from 1 on.") }
        var found: [HeldFile] = []
        while found.count < limit {
            let page = try await held.list(
                offset: found.count, limit: min(limit - found.count, HeldFiles.mostPerPage)
            ).files
            if page.isEmpty { break }
            found += page
        }
        let lines = found.map { Line($0) }
        return try AdminReply(
            lines: lines.map { line in
                [
                    line.file, line.state, line.finding.isEmpty ? "-" : line.finding, "\(line.size)",
                    line.deliveryState,
                    line.sender, line.name,
                ].joined(separator: "\t")
            }, json: lines)
    }

    func scanRelease(_ id: String) async throws -> AdminReply {
        try await held.release(try Self.fileID(id), by: nil, origin: Self.origin)
        return AdminReply(lines: ["The file can be fetched."])
    }

    func scanRemove(_ id: String) async throws -> AdminReply {
        let id = try Self.fileID(id)
        let isDraft = try await held.file(id).state == .draft
        try await held.remove(id, by: nil, origin: Self.origin)
        return AdminReply(
            lines: [isDraft ? "The file is removed from the draft." : "The delivery is withdrawn, with all its files."])
    }

    private static func fileID(_ text: String) throws -> DeliveryFileID {
        guard let id = DeliveryFileID(text) else { throw Misuse(text: "\(text) is not the id of a file.") }
        return id
    }
}
