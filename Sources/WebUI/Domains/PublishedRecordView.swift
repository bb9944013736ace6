import DNS
import Localization
import SenderDomains

/// A record as a page shows it to be copied into a DNS panel.
struct PublishedRecordView: Sendable, Equatable {
    let id: String
    let type: String
    let relativeLabel: String
    let relativeName: String
    let absoluteName: String
    let value: String
    let ttl: String

    /// - Parameters:
    ///   - record: the record.
    ///   - id: unique on the page.
    ///   - text: the reader's language.
    init(_ record: DomainRecord, id: String, _ text: Localizer) {
        self.id = id
        type = record.type.description
        relativeLabel = text("page.record.relativeName", ["zone": record.zone.description])
        relativeName = record.relativeName
        absoluteName = record.absoluteName
        value = record.value
        ttl = String(record.ttl)
    }
}
