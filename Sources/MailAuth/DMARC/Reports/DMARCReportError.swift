/// Why a report is not read. The raw value is a stable name.
public enum DMARCReportError: String, Error, Sendable, CaseIterable {
    /// It is no well-formed XML.
    case malformed
    /// It has a document type, by which entities are made.
    case documentType = "document-type"
    /// It has an entity that is none of XML's own five.
    case entity
    /// It is nested too deeply, or has too many elements or rows.
    case tooLarge = "too-large"
    /// It is XML, and no aggregate report.
    case notAReport = "not-a-report"
    /// It lacks what tells it from others: an organisation, a name, a time, a domain.
    case incomplete
}
