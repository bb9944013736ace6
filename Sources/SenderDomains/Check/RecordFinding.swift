/// One record of the plan and what a check found out about it.
public struct RecordFinding: Sendable, Hashable, Codable {
    /// The record.
    public let record: DomainRecord
    /// What was found out.
    public let diagnosis: RecordDiagnosis

    /// A finding.
    public init(record: DomainRecord, diagnosis: RecordDiagnosis) {
        self.record = record
        self.diagnosis = diagnosis
    }

    /// Whether the domain is not all right for this: something that counts is wrong.
    public var isWrong: Bool { diagnosis.weight == .wrong && record.requirement == .required }
}
