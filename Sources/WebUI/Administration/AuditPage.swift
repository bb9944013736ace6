import Deliveries
import Foundation
import Hummingbird
import Localization
import WebServer

/// The audit trail: who did what, when.
struct AuditPage: PageModel {
    /// One entry.
    struct Row: Sendable {
        let time: TimeView
        let text: String
        /// To what, where nothing more stands elsewhere.
        let detail: String?
        /// To whom.
        let link: LinkView?
        let who: String
        let address: String
    }

    /// A look at the whole chain.
    struct Verdict: Sendable {
        let kind: String
        let icon: String
        let text: String
        let detail: String
    }

    static let template = "admin-audit"
    let page: PageFrame
    let intro: String
    let search: AuditSearchForm.View
    let rows: [Row]
    let hasRows: Bool
    let emptyTitle: String
    let emptyText: String
    let verdict: Verdict?
    let verifyHref: String
    let paging: PagingView?
}

/// What the audit trail is narrowed to, as the address of the page or the form of an export says.
struct AuditSearchForm {
    /// The fields as the page shows them.
    struct View: Sendable {
        let topics: [FormField.Option]
        let actor: String
        let target: String
        let address: String
        let from: String
        let until: String
        let dateError: String?
        let isNarrowed: Bool
    }

    static let names = ["topic", "actor", "target", "address", "from", "until"]

    private let values: [String: String]
    private let timeZone: TimeZone

    /// - Parameters:
    ///   - timeZone: the zone whose days are meant.
    ///   - value: what was typed into a field.
    init(timeZone: TimeZone, value: (String) -> String) {
        self.timeZone = timeZone
        values = Dictionary(
            uniqueKeysWithValues: Self.names.map { name in
                (name, String(value(name).trimmingCharacters(in: .whitespacesAndNewlines).prefix(200)))
            })
    }

    private func value(_ name: String) -> String { values[name] ?? "" }

    /// Whether less than everything is wanted.
    var isNarrowed: Bool { values.values.contains { !$0.isEmpty } }

    /// What is looked for; what is no day narrows nothing and is told.
    var search: AuditSearch {
        AuditSearch(
            topic: AuditTopic(rawValue: value("topic")), actor: value("actor"), target: value("target"),
            clientAddress: value("address"), from: day("from"), until: day("until", following: 1))
    }

    private func day(_ name: String, following days: Int = 0) -> Date? {
        DayField.beginning(of: value(name), in: timeZone, following: days)
    }

    /// The form.
    func view(_ text: Localizer) -> View {
        let isWrong = ["from", "until"].contains { !value($0).isEmpty && day($0) == nil }
        return View(
            topics: [
                FormField.Option(value: "", label: text("page.audit.allTopics"), isSelected: value("topic").isEmpty)
            ]
                + AuditTopic.allCases.map { topic in
                    FormField.Option(
                        value: topic.rawValue, label: text("page.audit.topic.\(topic.rawValue)"),
                        isSelected: topic.rawValue == value("topic"))
                }, actor: value("actor"), target: value("target"), address: value("address"), from: value("from"),
            until: value("until"), dateError: isWrong ? text("page.audit.noDay") : nil, isNarrowed: isNarrowed)
    }

    /// The address of the page with the same search and something more.
    func href(_ name: String, _ value: String) -> String {
        var components = URLComponents()
        components.path = AuditPages.path
        components.queryItems =
            Self.names.compactMap { name in
                self.value(name).isEmpty ? nil : URLQueryItem(name: name, value: self.value(name))
            } + [URLQueryItem(name: name, value: value)]
        return components.string ?? AuditPages.path
    }
}
