import Deliveries
import Foundation
import Hummingbird
import Localization
import MailMessage
import WebServer

/// What the list of the outbox is narrowed to, as its address says.
struct OutboxSearch {
    /// Ages that can be chosen, in hours.
    private static let ages = [1, 4, 24, 72]

    let state: OutboxEntry.State?
    let address: String
    let destination: MailDomain?
    private let typedDestination: String
    private let age: Int?
    private let now: Date

    init(_ request: Request, now: Date) {
        let wanted = request.query("state")
        address = String(request.query("search").trimmingCharacters(in: .whitespacesAndNewlines).prefix(200))
        typedDestination = String(
            request.query("destination").trimmingCharacters(in: .whitespacesAndNewlines).prefix(253))
        destination = try? MailDomain(parsing: typedDestination)
        age = Int(request.query("age")).flatMap { Self.ages.contains($0) ? $0 : nil }
        // Who looks for something finds it whatever became of it.
        let standard: OutboxEntry.State? = address.isEmpty && typedDestination.isEmpty ? .queued : nil
        state = OutboxEntry.State(rawValue: wanted) ?? (wanted == "all" ? nil : standard)
        self.now = now
    }

    /// Whether less than all of a state is shown.
    var isNarrowed: Bool { !address.isEmpty || !typedDestination.isEmpty || age != nil }

    /// What the store looks for. What is no domain is that of no mail.
    var filter: OutboxFilter {
        OutboxFilter(
            states: state.map { [$0] }, search: address,
            destination: typedDestination.isEmpty ? nil : destination?.ascii ?? typedDestination,
            createdBefore: age.map { now.addingTimeInterval(-Double($0) * 3_600) })
    }

    /// The same for another state.
    func href(state: OutboxEntry.State?) -> String {
        var items = [URLQueryItem(name: "state", value: state?.rawValue ?? "all")]
        if !address.isEmpty { items.append(URLQueryItem(name: "search", value: address)) }
        if !typedDestination.isEmpty { items.append(URLQueryItem(name: "destination", value: typedDestination)) }
        if let age { items.append(URLQueryItem(name: "age", value: String(age))) }
        var components = URLComponents()
        components.path = "/admin/outbox"
        components.queryItems = items
        return components.string ?? "/admin/outbox"
    }

    /// The form.
    func view(_ text: Localizer) -> OutboxPage.Search {
        let ages =
            [FormField.Option(value: "", label: text("page.outbox.anyAge"), isSelected: age == nil)]
            + Self.ages.map { hours in
                FormField.Option(
                    value: String(hours), label: text.plural("page.outbox.olderThan", hours), isSelected: hours == age)
            }
        let name = state?.rawValue ?? "all"
        return .init(
            state: name, address: address, destination: typedDestination, ages: ages, isNarrowed: isNarrowed,
            clearHref: "/admin/outbox?state=\(name)")
    }
}

/// The pages of the outbox beside each other.
enum OutboxTab: String, CaseIterable {
    case mails = "/admin/outbox"
    case destinations = "/admin/outbox/destinations"
    case hours = "/admin/outbox/hours"

    /// All that the reader may open, this one as the present one.
    func views(_ context: WebContext) -> [FilterView] {
        Self.allCases.filter { tab in
            context.identity.map { PageRenderer.mayOpen(tab.rawValue, $0.account) } ?? false
        }.map { tab in
            FilterView(href: tab.rawValue, label: context.text("page.outbox.tab.\(tab)"), isCurrent: tab == self)
        }
    }
}
