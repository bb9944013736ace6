import DNS
import Localization
import SenderDomains

/// A line of the check list: a record, how it stands, and when it is opened all that is needed to publish it.
struct ChecklistItem: Sendable, Equatable {
    /// What a check found out, and what to do about it.
    struct Finding: Sendable, Equatable {
        let kind: String
        let icon: String
        let text: String
        let advice: String?
    }

    /// How the live SPF record changes.
    struct Merge: Sendable, Equatable {
        /// A piece of the new record.
        struct Term: Sendable, Equatable {
            let term: String
            let isAdded: Bool
        }

        let terms: [Term]
        let lookups: String
    }

    let id: String
    let kind: String
    let icon: String
    let word: String
    let title: String
    let need: String
    let purpose: String
    let isOpen: Bool
    let finding: Finding?
    let found: [String]
    let hasFound: Bool
    let merge: Merge?
    let record: PublishedRecordView?
    let notNeeded: String?
    /// Whether there is something to publish.
    var isForPublishing: Bool { record != nil }

    /// - Parameters:
    ///   - record: the record of the plan.
    ///   - diagnosis: what the last check found out; `nil` before the first.
    ///   - change: how the domain's SPF record changes, for the SPF line.
    ///   - position: its place on the page.
    ///   - text: the reader's language.
    init(_ record: DomainRecord, _ diagnosis: RecordDiagnosis?, change: SPFChange?, position: Int, _ text: Localizer) {
        id = "record-\(position)"
        let state = DomainWords.status(of: record, diagnosis, text)
        kind = state.kind
        icon = state.icon
        word = state.word
        title = DomainWords.title(of: record, text)
        need = DomainWords.need(of: record.requirement, text)
        purpose = text("domain.purpose.\(record.purpose.rawValue)", ["domain": record.zone.description])
        let isSettled = diagnosis.map { $0.weight == .good } ?? false
        isOpen = record.requirement == .required && !isSettled
        finding = diagnosis.flatMap { diagnosis in
            guard diagnosis != .notChecked, !(record.requirement.isNotNeeded && diagnosis.weight == .good) else {
                return nil
            }
            let words = DomainWords.finding(diagnosis, of: record, text)
            return Finding(kind: state.kind, icon: state.icon, text: words.text, advice: words.advice)
        }
        found = isSettled ? [] : diagnosis?.found ?? []
        hasFound = !found.isEmpty
        if let change, record.purpose == .spf, record.isWanted, !isSettled, change.before != nil {
            self.merge = Merge(
                terms: change.pieces.map { .init(term: $0.text, isAdded: $0.isNew) },
                lookups: text(
                    "page.record.lookups",
                    [
                        "before": change.lookupsBefore.map(text.number) ?? "–",
                        "after": change.lookupsAfter.map(text.number) ?? "–",
                        "limit": text.number(SPFChange.lookupLimit),
                    ]))
        } else {
            self.merge = nil
        }
        if case .notNeeded(let reason) = record.requirement {
            notNeeded = text("domain.not-needed.\(reason.rawValue)", ["domain": record.zone.description])
            self.record = nil
        } else {
            notNeeded = nil
            self.record = PublishedRecordView(record, id: id, text)
        }
    }

    /// The check list of a domain: from its last report, or from its plan before the first.
    static func list(_ plan: RecordPlan, _ report: DomainReport?, _ text: Localizer) -> [ChecklistItem] {
        let diagnoses = Dictionary((report?.findings ?? []).map { ($0.record.identity, $0.diagnosis) }) { first, _ in
            first
        }
        return plan.records.enumerated().map { position, record in
            ChecklistItem(record, diagnoses[record.identity], change: plan.spf, position: position, text)
        }
    }
}

extension DomainRecord {
    /// What makes it the same record in a plan and in a report.
    fileprivate var identity: String { "\(purpose.rawValue) \(name.key) \(type) \(selector ?? "")" }
}

extension DomainRecord.Requirement {
    /// Whether it counts for nothing.
    fileprivate var isNotNeeded: Bool { if case .notNeeded = self { true } else { false } }
}
