import Deliveries
import Foundation
import Localization

/// Everybody's deliveries.
struct AllDeliveriesPage: PageModel {
    /// A delivery in the list.
    struct Row: Sendable {
        let href: String
        let sender: String
        let address: String
        let recipients: String
        let files: String
        let status: StatusView
        let statusNote: String?
        let sent: TimeView?
        let expires: String?
    }

    static let template = "admin-all-deliveries"
    let page: PageFrame
    let search: AllDeliveriesForm.View
    let rows: [Row]
    let hasRows: Bool
    let emptyTitle: String
    let emptyText: String
    let paging: PagingView?
}

/// A delivery of somebody's, as those see it who watch over the installation.
struct AllDeliveryPage: PageModel {
    static let template = "admin-all-delivery"
    let page: PageFrame
    let crumb: LinkView
    let status: StatusView
    let summary: String
    let facts: [FactView]
    let sender: LinkView?
    let scan: ScanNotice?
    let columns: [DeliveryPage.Column]
    let recipients: [DeliveryPage.RecipientRow]
    let paging: PagingView?
    let events: [DeliveryPage.EventRow]
    let files: [DeliveryPage.FileRow]
    let hasFiles: Bool
}

/// What the list is narrowed to, as its address says.
struct AllDeliveriesForm {
    /// The fields as the page shows them.
    struct View: Sendable {
        let sender: String
        let recipient: String
        let states: [FormField.Option]
        let from: String
        let until: String
        let dateError: String?
        let isNarrowed: Bool
    }

    private static let names = ["sender", "recipient", "state", "from", "until"]

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

    private var state: DeliveryFilter {
        DeliveryFilter(rawValue: value("state")).flatMap { AllDeliveriesSearch.states.contains($0) ? $0 : nil } ?? .all
    }

    private var from: Date? { DayField.beginning(of: value("from"), in: timeZone) }
    private var until: Date? { DayField.beginning(of: value("until"), in: timeZone, following: 1) }

    /// What is looked for; what is no day narrows nothing and is told.
    var search: AllDeliveriesSearch {
        AllDeliveriesSearch(
            sender: value("sender"), recipient: value("recipient"), state: state, from: from, until: until)
    }

    /// The form.
    func view(_ text: Localizer) -> View {
        let isWrong = !value("from").isEmpty && from == nil || !value("until").isEmpty && until == nil
        return View(
            sender: value("sender"), recipient: value("recipient"),
            states: AllDeliveriesSearch.states.map { one in
                FormField.Option(
                    value: one == .all ? "" : one.rawValue, label: text("page.deliveries.filters.\(one.rawValue)"),
                    isSelected: one == state)
            }, from: value("from"), until: value("until"), dateError: isWrong ? text("page.audit.noDay") : nil,
            isNarrowed: values.values.contains { !$0.isEmpty })
    }
}
