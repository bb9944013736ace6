import Foundation
public import MailMessage

/// A group as reports name it.
public struct ReportGroup: Hashable, Sendable {
    /// The group.
    public let id: GroupID
    /// What it is called.
    public let name: String
}

/// One line of a report: one sender in one month.
public struct ReportLine: Equatable, Sendable {
    /// The month.
    public let month: ReportMonth
    /// The sender.
    public let sender: AccountID
    /// The sender's name; may be empty.
    public let name: String
    /// The sender's address.
    public let email: EmailAddress?
    /// The groups that the sender is in now, by name.
    public let groups: [ReportGroup]
    /// What was sent, and what became of it.
    public let figures: UsageFigures
}

extension Sequence<ReportLine> {
    /// What the members of each group sent together, those who sent most first; who is in several counts in each. Last,
    /// under `nil`, come those who are in none.
    public var byGroup: [(group: ReportGroup?, senders: Int, figures: UsageFigures)] {
        var lines: [ReportGroup?: [UsageFigures]] = [:]
        for line in self {
            for group in line.groups.isEmpty ? [nil] : line.groups.map(Optional.some) {
                lines[group, default: []].append(line.figures)
            }
        }
        return lines.map { (group: $0.key, senders: $0.value.count, figures: $0.value.sum) }.sorted {
            let orphans = ($0.group == nil, $1.group == nil)
            if orphans.0 != orphans.1 { return orphans.1 }
            return ($1.figures.deliveries, $0.group?.name ?? "") < ($0.figures.deliveries, $1.group?.name ?? "")
        }
    }
}

/// Which lines a report has.
public struct ReportRequest: Equatable, Sendable {
    /// The most months of one report.
    public static let mostMonths = 12

    /// The last month.
    public let month: ReportMonth
    /// How many months, that one included: 1 to ``mostMonths``.
    public let months: Int
    /// Only this sender; `nil`: all.
    public let sender: AccountID?

    /// A request; a number of months out of bounds is cut.
    public init(month: ReportMonth, months: Int = 1, sender: AccountID? = nil) {
        self.month = month
        self.months = min(max(1, months), Self.mostMonths)
        self.sender = sender
    }

    /// The months, the oldest first.
    var all: [ReportMonth] { (0..<months).map { month.adding($0 - months + 1) } }
}

/// Reports of what was sent, by sender and by month, for those who see to the installation. They count; what is in a
/// delivery and who its recipients are is not in them.
public struct Reports: Sendable {
    private let parts: AccountParts

    /// Works with the given parts.
    public init(_ parts: AccountParts) { self.parts = parts }

    /// The present month.
    public func presentMonth() async throws -> ReportMonth {
        ReportMonth(of: parts.now(), in: try await parts.settings.current().timeZone)
    }

    /// The lines of one month, those who sent most first.
    public func lines(of month: ReportMonth, sender: AccountID? = nil) async throws -> [ReportLine] {
        try await Self.lines(of: month, sender: sender, parts.database, parts.settings)
    }

    static func lines(
        of month: ReportMonth, sender: AccountID?, _ database: any Database, _ settings: SettingsService
    ) async throws -> [ReportLine] {
        try await database.read { transaction in
            let (start, end) = month.interval(in: try settings.current(in: transaction).timeZone)
            let usage = try transaction.figures.usage(from: start, until: end, sender: sender)
            let lines = try usage.map { one in
                let account = try transaction.accounts.account(one.sender)
                return ReportLine(
                    month: month, sender: one.sender, name: account?.name ?? "", email: account?.email,
                    groups: try transaction.groups.groups(of: one.sender)
                        .map { ReportGroup(id: $0.id, name: $0.name) }.sorted { $0.name < $1.name },
                    figures: UsageFigures(one))
            }
            return lines.sorted {
                ($1.figures.deliveries, $0.email?.comparisonKey ?? "", $0.sender.description)
                    < ($0.figures.deliveries, $1.email?.comparisonKey ?? "", $1.sender.description)
            }
        }
    }

    /// How many deliveries were sent in each of the last months up to one, oldest first.
    public func deliveries(
        months: Int = ReportRequest.mostMonths, upTo month: ReportMonth
    ) async throws -> [(month: ReportMonth, deliveries: Int)] {
        let settings = parts.settings
        let all = ReportRequest(month: month, months: months).all
        return try await parts.database.read { transaction in
            let zone = try settings.current(in: transaction).timeZone
            return try all.map { one in
                let (start, end) = one.interval(in: zone)
                return (one, try transaction.figures.sentCount(from: start, until: end))
            }
        }
    }

    /// The figures of one sender in each of the last months up to one, oldest first; months without any are there, too.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound` if there is no such account.
    public func history(
        of sender: AccountID, upTo month: ReportMonth
    ) async throws -> (account: Account, months: [(month: ReportMonth, figures: UsageFigures)]) {
        let settings = parts.settings
        let all = ReportRequest(month: month, months: ReportRequest.mostMonths).all
        return try await parts.database.read { transaction in
            guard let account = try transaction.accounts.account(sender) else { throw DeliveriesError(.notFound) }
            let zone = try settings.current(in: transaction).timeZone
            let months = try all.map { one in
                let (start, end) = one.interval(in: zone)
                let usage = try transaction.figures.usage(from: start, until: end, sender: sender)
                return (one, usage.map { UsageFigures($0) }.sum)
            }
            return (account, months)
        }
    }

    /// A report as a file, a month at a time.
    public func export(_ request: ReportRequest, as format: AuditExport.Format) -> ReportExport {
        ReportExport(format, request, database: parts.database, settings: parts.settings)
    }

    /// The same, with an entry in the audit trail that it was made.
    public func export(
        _ request: ReportRequest, as format: AuditExport.Format, by actor: AccountID?, origin: RequestOrigin
    ) async throws -> ReportExport {
        let first = request.all.first ?? request.month
        let span = first == request.month ? first.name : "\(first.name)/\(request.month.name)"
        try await AuditTrail(parts).note(
            .reportExported, by: actor, target: "\(span) \(format.rawValue)", origin: origin)
        return export(request, as: format)
    }
}
