import Deliveries
import HTTPTypes

/// What it takes to see a page and to send its form, by the pattern of its address. A page of the administration that
/// does not stand here is for administrators; any other is for all who are signed in.
struct PageRights: Sendable, Equatable {
    /// What it takes to look.
    let see: Capability
    /// What it takes to send a form there, or from there.
    let change: Capability

    /// Whether an account may do that there.
    func permits(_ method: HTTPRequest.Method, _ account: Account) -> Bool {
        account.permits(method == .get || method == .head ? see : change)
    }

    /// What it takes at the pattern of an address, such as `/admin/users/{id}`.
    static func of(_ pattern: String?) -> PageRights? { pattern.flatMap { all[$0] } }

    /// All of them.
    static let all: [String: PageRights] = {
        var rights: [String: PageRights] = [:]
        func set(_ see: Capability, _ change: Capability? = nil, _ patterns: String...) {
            for pattern in patterns { rights[pattern] = PageRights(see: see, change: change ?? see) }
        }
        set(
            .send, nil, "/deliveries/new", "/deliveries/{id}/edit", "/deliveries/{id}/withdraw",
            "/deliveries/{id}/discard", "/deliveries/{id}/extend", "/deliveries/{id}/remind",
            "/recipients/{id}/correct",
            "/recipients/{id}/remind", "/recipients/{id}/resend", "/domains/ask", "/add-ins/connect")
        set(.seeAdministration, nil, "/admin")
        set(
            .seeUsers, .manageUsers, "/admin/users", "/admin/users/{id}", "/admin/users/{id}/policy",
            "/admin/groups/{id}")
        set(.seeUsers, .manageGroups, "/admin/groups")
        set(
            .manageGroups, nil, "/admin/groups/new", "/admin/groups/{id}/edit", "/admin/groups/{id}/rules",
            "/admin/groups/{id}/mailbox", "/admin/groups/{id}/remove")
        set(
            .manageUsers, nil, "/admin/users/new", "/admin/users/{id}/edit", "/admin/users/{id}/roles",
            "/admin/users/{id}/delete", "/admin/users/{id}/{action}", "/admin/groups/{id}/members",
            "/admin/groups/{id}/members/remove")
        set(
            .seeDomains, .manageDomains, "/admin/domains", "/admin/domains/{domain}", "/admin/domains/{domain}/dmarc",
            "/admin/domain-requests/{id}", "/admin/domains/settings", "/admin/domains/{domain}/{action}")
        set(
            .manageDomains, nil, "/admin/domains/look", "/admin/domains/new", "/admin/domain-requests/{id}/{answer}")
        set(
            .seeMailHealth, .manageDomains, "/admin/mailserver", "/admin/mailserver/check",
            "/admin/mailserver/check/{id}", "/admin/tls-reports", "/admin/outbox/hours")
        set(.seeMailHealth, .steerOutbox, "/admin/outbox/destinations")
        set(
            .seeSettings, .changeSettings, "/admin/organisation", "/admin/smtp", "/admin/bounces", "/admin/mail-intake",
            "/admin/submission", "/admin/notifications", "/admin/deliveries", "/admin/add-ins", "/admin/security",
            "/admin/scan")
        set(
            .seeSettings, nil, "/admin/mail-templates", "/admin/mail-templates/{kind}/{language}/compare",
            "/admin/mail-templates/{kind}/{language}/frame")
        set(.seeSettings, .changeSettings, "/admin/mail-templates/{kind}/{language}")
        set(
            .changeSettings, nil, "/admin/mail-templates/{kind}/{language}/reset",
            "/admin/mail-templates/{kind}/{language}/restore")
        set(
            .changeSettings, nil, "/admin/scan/try", "/admin/scan/files/{id}/{action}", "/admin/organisation/logo",
            "/admin/organisation/logo/remove")
        set(.seeDeliveries, nil, "/admin/all-deliveries", "/admin/all-deliveries/{id}")
        set(.seeSettings, nil, "/admin/clean-up")
        set(
            .seeOutbox, .steerOutbox, "/admin/outbox", "/admin/outbox/{id}", "/admin/suppressions",
            "/admin/suppressions/reminders")
        set(
            .steerOutbox, nil, "/admin/outbox/destinations/ask", "/admin/outbox/orders/{id}",
            "/admin/outbox/{id}/retry",
            "/admin/outbox/{id}/hold", "/admin/outbox/{id}/release", "/admin/outbox/{id}/cancel",
            "/admin/suppressions/lift")
        set(
            .readLocalMail, nil, "/admin/mailbox", "/admin/mailbox/{id}", "/admin/mailbox/{id}/frame")
        set(.seeAudit, nil, "/admin/audit", "/admin/audit/export")
        set(.seeReports, nil, "/admin/reports", "/admin/reports/users/{id}", "/admin/reports/export")
        return rights
    }()
}
