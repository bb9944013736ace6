import Deliveries
import Foundation
import MailMessage
import Outbox
import RESTAPI

/// Commands about the outbox by destination.
extension AdminDesk {
    private static func text(_ line: DestinationModel) -> String {
        [
            line.destination, "\(line.queued) queued", "\(line.held) held", "\(line.failed) failed", line.lastAnswer,
        ].joined(separator: "\t")
    }

    static func destination(_ text: String) throws -> MailDomain {
        guard let domain = try? MailDomain(parsing: text) else { throw Misuse(text: "\(text) is not a domain.") }
        return domain
    }

    func outboxDestinations(limit: Int) async throws -> AdminReply {
        let (states, _) = try await installation.outbox.destinations(offset: 0, limit: min(max(limit, 1), 10_000))
        let lines = states.map { DestinationModel($0) }
        return try AdminReply(lines: lines.map(Self.text), json: lines)
    }

    func outboxOrder(action: String, destination: String) async throws -> AdminReply {
        guard let action = DestinationOrder.Action(rawValue: action) else {
            throw Misuse(
                text: "An order is one of: " + DestinationOrder.Action.allCases.map(\.rawValue).joined(separator: ", "))
        }
        let order = DestinationOrder(action, destination: try Self.destination(destination))
        try await installation.outbox.note(order, by: nil, origin: Self.origin)
        let count = try await installation.outbox.carryOut(order)
        return try AdminReply(lines: ["Mails: \(count)"], json: ["count": count])
    }
}
