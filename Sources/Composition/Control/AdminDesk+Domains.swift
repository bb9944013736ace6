import DNS
import Deliveries
import Foundation
import Localization
import MailMessage
import SenderDomains

/// Commands about sender domains.
extension AdminDesk {
    private var domains: DomainAdministration { DomainAdministration(installation.domains) }

    func domainAdd(_ name: String) async throws -> AdminReply {
        try reply(try await domains.add(try domain(name), by: nil, origin: Self.origin), isQuestion: false)
    }

    /// Exit code 0 if mail may leave in the domain's name, 1 if not, 3 if DNS gave no answer.
    func domainCheck(_ name: String, resolver: String?) async throws -> AdminReply {
        let endpoint = try resolver.map { text in
            guard let endpoint = NetworkEndpoint(text, defaultPort: 53) else {
                throw Misuse(text: "\(text) is no HOST[:PORT].")
            }
            return endpoint
        }
        return try reply(try await domains.check(try domain(name), resolver: endpoint), isQuestion: true)
    }

    func domainRecords(_ name: String, format: String) async throws -> AdminReply {
        let domain = try await domains.domain(try domain(name))
        guard let plan = domain.lastReport?.plan else { throw DeliveriesError(.conflict) }
        let lines: [String]
        switch format {
        case "table":
            lines = plan.records.filter(\.isWanted).map {
                [$0.name.description, "\($0.ttl)", "\($0.type)", $0.value].joined(separator: "\t")
            }
        case "zone": lines = [RecordExport(plan).zoneFile]
        case "text": lines = [RecordExport(plan).plainText]
        case "terraform": lines = [RecordExport(plan).terraform]
        default: throw Misuse(text: "A format is table, zone, text or terraform.")
        }
        return try AdminReply(lines: lines, json: plan.records.map { RecordLine($0, nil) })
    }

    func domainRotate(_ name: String, isEmergency: Bool) async throws -> AdminReply {
        try reply(
            try await domains.rotate(
                try domain(name), isEmergency ? .emergency : .planned, by: nil, origin: Self.origin),
            isQuestion: false)
    }

    private func domain(_ text: String) throws -> MailDomain {
        do throws(DomainRefusal) {
            return try DomainEntry(typed: text, isPublicSuffix: installation.domains.probe.isPublicSuffix).domain
        } catch {
            throw Misuse(text: "\(text) cannot be a sender domain: \(error.code).")
        }
    }

    private func reply(_ domain: SenderDomain, isQuestion: Bool) throws -> AdminReply {
        let text = Localizer(.english)
        var lines = ["\(domain.domain)\t\(domain.state.rawValue)"]
        for finding in domain.lastReport?.findings ?? [] {
            let record = finding.record
            lines.append(
                [
                    text("domain.finding.\(finding.diagnosis.code).word"), record.requirement.code,
                    record.type.description,
                    record.name.description, record.value,
                ].joined(separator: "\t"))
        }
        var reply = try AdminReply(lines: lines, json: DomainLine(domain))
        if isQuestion, !domain.standing.isUsable {
            reply.exitCode = domain.lastReport?.isInconclusive == true ? 3 : 1
        }
        return reply
    }

    private struct RecordLine: Encodable {
        let purpose: String
        let requirement: String
        let name: String
        let relativeName: String
        let type: String
        let value: String
        let ttl: UInt32
        let selector: String?
        let replaces: [String]
        let finding: String?
        let found: [String]?

        init(_ record: DomainRecord, _ diagnosis: RecordDiagnosis?) {
            purpose = record.purpose.rawValue
            requirement = record.requirement.code
            name = record.name.description
            relativeName = record.relativeName
            type = record.type.description
            value = record.value
            ttl = record.ttl
            selector = record.selector
            replaces = record.replaces
            finding = diagnosis?.code
            found = diagnosis?.found
        }
    }

    private struct DomainLine: Encodable {
        struct Key: Encodable {
            let selector: String
            let type: String?
            let phase: String
            let origin: String
        }

        struct Server: Encodable {
            let name: String
            let address: String?
            let trouble: String?
        }

        let domain: String
        let state: String
        let policy: String
        let mayLeave: Bool
        let alignedBy: [String]
        let isControlProven: Bool
        let checkedAt: Date?
        let nextCheckAt: Date
        let keys: [Key]
        let records: [RecordLine]
        let servers: [Server]

        init(_ domain: SenderDomain) {
            self.domain = domain.domain.ascii
            state = domain.state.rawValue
            policy = domain.policy.rawValue
            mayLeave = domain.standing.isUsable
            alignedBy = domain.alignedBy.sorted().map(\.rawValue)
            isControlProven = domain.control.isProven
            checkedAt = domain.lastReport?.at
            nextCheckAt = domain.nextCheckAt
            keys = domain.keys.map {
                Key(
                    selector: $0.selector, type: $0.type?.rawValue, phase: $0.phase.rawValue,
                    origin: $0.origin.rawValue)
            }
            records = domain.lastReport?.findings.map { RecordLine($0.record, $0.diagnosis) } ?? []
            servers =
                domain.lastReport?.servers.map {
                    Server(name: $0.name.description, address: $0.address, trouble: $0.trouble?.rawValue)
                } ?? []
        }
    }
}
