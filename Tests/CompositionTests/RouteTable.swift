import Deliveries
import Testing

/// Who may use which route, route by route: what the server is held against. Written by hand on purpose.
enum RouteTable {
    /// Who may use a route.
    enum Admission: Equatable {
        /// Anybody, with a form of ours where something is sent.
        case anybody
        /// The route decides by itself: by a secret in its address, or by showing the way to the sign-in.
        case guarded
        /// Those who are signed in and have one of these roles; nil stands for who has none.
        case roles(Set<Role?>)
        /// Only a browser that is signed in, never a token.
        case session
        /// Only a token.
        case token
    }

    private static let everybody: Set<Role?> = [nil, .sender, .auditor, .userManager, .domainManager, .administrator]

    private static let groups: [(Admission, String)] = [
        (
            .anybody,
            """
            GET /sign-in
            POST /sign-in
            POST /sign-in/second-factor
            POST /sign-out
            POST /language
            GET /password
            POST /password
            GET /password/{token}
            POST /password/{token}
            GET /invitation/{token}
            POST /invitation/{token}
            GET /setup/{token}
            POST /setup/{token}
            GET /genuine
            GET /mail-test/{marker}
            GET /static/{version}/{name}
            GET /brand/logo/{digest}
            GET /health
            GET /ready
            GET /.well-known/acme-challenge/{token}
            GET /.well-known/microsoft-officeaddins-allowed.json
            GET /add-ins/outlook/launchevent.js
            GET /add-ins/outlook/icon-16.png
            GET /add-ins/outlook/icon-20.png
            GET /add-ins/outlook/icon-24.png
            GET /add-ins/outlook/icon-32.png
            GET /add-ins/outlook/icon-40.png
            GET /add-ins/outlook/icon-48.png
            GET /add-ins/outlook/icon-64.png
            GET /add-ins/outlook/icon-80.png
            GET /add-ins/outlook/icon-128.png
            GET /add-ins/outlook/color.png
            GET /add-ins/outlook/outline.png
            GET /add-ins/outlook/manifest.xml
            GET /add-ins/outlook/manifest-on-send.xml
            GET /add-ins/outlook/pane
            GET /add-ins/outlook/launchevent
            GET /add-ins/outlook/package.zip
            GET /add-ins/thunderbird/depesche.xpi
            GET /add-ins/thunderbird/updates.json
            GET /theme/{name}
            GET /m/{token}
            HEAD /m/{token}
            POST /m/{token}
            GET /l
            GET /l/{link}
            HEAD /l/{link}
            GET /l/{link}/report
            GET /l/{link}/open
            GET /l/{link}/password
            GET /l/{link}/code
            GET /l/{link}/code/ask
            GET /l/{link}/fetch
            GET /l/{link}/renewal
            GET /l/{link}/language
            GET /dns/{token}
            GET /dns/{token}/{format}
            GET /postmaster/{token}
            POST /postmaster/{token}
            GET /domain-request
            POST /domain-request
            GET /domain-answer
            POST /domain-answer
            GET /api/v1/openapi.yaml
            """
        ),
        (
            .guarded,
            """
            GET /
            GET /sign-in/second-factor
            GET /metrics
            POST /l/{link}/open
            POST /l/{link}/password
            POST /l/{link}/code
            POST /l/{link}/code/ask
            POST /l/{link}/fetch
            POST /l/{link}/renewal
            POST /l/{link}/report
            POST /l/{link}/language
            GET /d/{address}/{name}
            HEAD /d/{address}/{name}
            POST /api/v1/sign-in-requests
            POST /api/v1/sign-in-requests/{id}/redeem
            """
        ),
        (
            .roles(everybody),
            """
            GET /account
            POST /account/profile
            POST /account/password
            POST /account/sessions/end-others
            POST /account/sessions/{id}/end
            POST /account/tokens
            GET /account/tokens/{id}/revoke
            POST /account/tokens/{id}/revoke
            GET /account/second-factor
            POST /account/second-factor
            POST /account/second-factor/confirm
            GET /account/second-factor/disable
            POST /account/second-factor/disable
            GET /account/second-factor/recovery-codes
            POST /account/second-factor/recovery-codes
            GET /deliveries
            GET /deliveries/{id}
            GET /deliveries/{id}/receipt.html
            GET /deliveries/{id}/receipt.json
            GET /api/v1/account
            GET /api/v1/account/policy
            GET /api/v1/deliveries/{id}/receipt
            GET /api/v1/deliveries
            GET /api/v1/mailboxes
            GET /api/v1/deliveries/{id}
            GET /api/v1/deliveries/{id}/events
            GET /api/v1/events
            """
        ),
        (
            .session,
            """
            GET /api/v1/tokens
            POST /api/v1/tokens
            DELETE /api/v1/tokens/{id}
            """
        ),
        (.token, "DELETE /api/v1/add-in"),
        (
            .roles([.sender, .administrator]),
            """
            GET /deliveries/new
            POST /deliveries/new
            GET /deliveries/{id}/edit
            POST /deliveries/{id}/edit
            GET /deliveries/{id}/withdraw
            POST /deliveries/{id}/withdraw
            GET /deliveries/{id}/discard
            POST /deliveries/{id}/discard
            GET /deliveries/{id}/extend
            POST /deliveries/{id}/extend
            GET /deliveries/{id}/remind
            POST /deliveries/{id}/remind
            GET /recipients/{id}/correct
            POST /recipients/{id}/correct
            GET /recipients/{id}/remind
            POST /recipients/{id}/remind
            GET /recipients/{id}/resend
            POST /recipients/{id}/resend
            GET /domains/ask
            POST /domains/ask
            GET /add-ins/connect
            POST /add-ins/connect
            GET /api/v1/add-in
            POST /api/v1/add-in/links
            POST /api/v1/deliveries
            PATCH /api/v1/deliveries/{id}
            DELETE /api/v1/deliveries/{id}
            POST /api/v1/deliveries/{id}/files
            POST /api/v1/deliveries/{id}/send
            POST /api/v1/deliveries/{id}/withdraw
            POST /api/v1/deliveries/{id}/extend
            POST /api/v1/deliveries/{id}/remind
            POST /api/v1/deliveries/{id}/insertion
            POST /api/v1/deliveries/{id}/registration
            GET /api/v1/files/{id}
            DELETE /api/v1/files/{id}
            PUT /api/v1/files/{id}/chunks/{number}
            POST /api/v1/recipients/check
            GET /api/v1/recipients/suggestions
            POST /api/v1/recipients/{id}/correct
            POST /api/v1/recipients/{id}/remind
            POST /api/v1/recipients/{id}/resend
            GET /api/v1/sender
            """
        ),
        (.roles([.auditor, .userManager, .domainManager, .administrator]), "GET /admin"),
        (
            .roles([.auditor, .userManager, .administrator]),
            """
            GET /admin/users
            GET /admin/users/{id}
            GET /admin/users/{id}/policy
            GET /admin/groups
            GET /admin/groups/{id}
            GET /api/v1/users
            GET /api/v1/users/{id}/policy
            GET /api/v1/groups
            GET /api/v1/groups/{id}
            GET /api/v1/groups/{id}/members
            """
        ),
        (
            .roles([.userManager, .administrator]),
            """
            GET /admin/users/new
            POST /admin/users/new
            GET /admin/users/{id}/edit
            POST /admin/users/{id}/edit
            GET /admin/users/{id}/roles
            POST /admin/users/{id}/roles
            GET /admin/users/{id}/delete
            POST /admin/users/{id}/delete
            GET /admin/users/{id}/{action}
            POST /admin/users/{id}/{action}
            POST /admin/groups/{id}/members
            POST /admin/groups/{id}/members/remove
            PUT /api/v1/groups/{id}/members/{account}
            DELETE /api/v1/groups/{id}/members/{account}
            POST /api/v1/users
            PATCH /api/v1/users/{id}
            DELETE /api/v1/users/{id}
            """
        ),
        (
            .roles([.auditor, .domainManager, .administrator]),
            """
            GET /admin/domains
            GET /admin/domains/settings
            GET /admin/domains/{domain}
            GET /admin/domains/{domain}/dmarc
            GET /admin/domains/{domain}/{action}
            GET /admin/domain-requests/{id}
            GET /admin/mailserver
            GET /admin/mailserver/check/{id}
            GET /admin/tls-reports
            GET /admin/outbox/hours
            GET /admin/outbox/destinations
            GET /api/v1/outbox/destinations
            """
        ),
        (
            .roles([.domainManager, .administrator]),
            """
            POST /admin/domains/look
            POST /admin/domains/new
            POST /admin/domains/settings
            POST /admin/domains/{domain}/{action}
            GET /admin/domain-requests/{id}/{answer}
            POST /admin/domain-requests/{id}/{answer}
            POST /admin/mailserver/check
            """
        ),
        (
            .roles([.auditor, .administrator]),
            """
            GET /admin/organisation
            GET /admin/smtp
            GET /admin/bounces
            GET /admin/mail-intake
            GET /admin/submission
            GET /admin/notifications
            GET /admin/deliveries
            GET /admin/add-ins
            GET /admin/security
            GET /admin/outbox
            GET /admin/outbox/{id}
            GET /admin/suppressions
            GET /admin/audit
            POST /admin/audit/export
            GET /admin/reports
            GET /admin/reports/users/{id}
            POST /admin/reports/export
            GET /admin/suppressions/reminders
            GET /admin/scan
            GET /admin/clean-up
            GET /admin/all-deliveries
            GET /admin/all-deliveries/{id}
            GET /api/v1/all-deliveries
            GET /api/v1/all-deliveries/{id}
            GET /admin/mail-templates
            GET /admin/mail-templates/{kind}/{language}
            GET /admin/mail-templates/{kind}/{language}/compare
            GET /admin/mail-templates/{kind}/{language}/frame
            POST /admin/mail-templates/{kind}/{language}/frame
            GET /api/v1/mail-templates
            GET /api/v1/mail-templates/{kind}/{language}
            GET /api/v1/mail-templates/{kind}/{language}/versions
            POST /api/v1/mail-templates/{kind}/{language}/preview
            GET /api/v1/audit
            GET /api/v1/reports
            GET /api/v1/reminder-refusals
            GET /api/v1/held-files
            GET /api/v1/settings
            GET /api/v1/organisation/logo
            GET /api/v1/submission-credentials
            GET /api/v1/suppressions
            GET /api/v1/outbox
            GET /api/v1/outbox/{id}
            """
        ),
        (
            .roles([.administrator]),
            """
            GET /setup/mail
            GET /admin/groups/new
            POST /admin/groups/new
            GET /admin/groups/{id}/edit
            POST /admin/groups/{id}/edit
            GET /admin/groups/{id}/rules
            POST /admin/groups/{id}/rules
            GET /admin/groups/{id}/mailbox
            POST /admin/groups/{id}/mailbox
            GET /admin/groups/{id}/remove
            POST /admin/groups/{id}/remove
            POST /api/v1/groups
            PATCH /api/v1/groups/{id}
            DELETE /api/v1/groups/{id}
            POST /admin/organisation
            POST /admin/organisation/logo
            POST /admin/organisation/logo/remove
            POST /admin/smtp
            POST /admin/smtp/waiting
            POST /admin/smtp/test
            GET /admin/smtp/test/{id}
            POST /admin/smtp/returned
            POST /admin/smtp/find
            GET /admin/smtp/find/{id}
            POST /admin/bounces
            POST /admin/bounces/try
            GET /admin/bounces/try/{id}
            POST /admin/mail-intake
            GET /admin/submission/new
            POST /admin/submission/new
            GET /admin/submission/{id}/revoke
            POST /admin/submission/{id}/revoke
            POST /admin/notifications
            POST /admin/mail-templates/{kind}/{language}
            GET /admin/mail-templates/{kind}/{language}/reset
            POST /admin/mail-templates/{kind}/{language}/reset
            GET /admin/mail-templates/{kind}/{language}/restore
            POST /admin/mail-templates/{kind}/{language}/restore
            PUT /api/v1/mail-templates/{kind}/{language}
            DELETE /api/v1/mail-templates/{kind}/{language}
            POST /api/v1/mail-templates/{kind}/{language}/send
            POST /api/v1/mail-templates/{kind}/{language}/versions/{version}/restore
            POST /admin/deliveries
            POST /admin/add-ins
            POST /admin/security
            POST /admin/scan
            GET /admin/scan/try
            GET /admin/scan/files/{id}/{action}
            POST /admin/scan/files/{id}/{action}
            POST /api/v1/held-files/{id}/release
            POST /api/v1/held-files/{id}/remove
            POST /admin/mailserver/certificate
            GET /admin/outbox/destinations/ask
            POST /admin/outbox/destinations/ask
            GET /admin/outbox/orders/{id}
            POST /admin/outbox/{id}/retry
            POST /admin/outbox/{id}/hold
            POST /admin/outbox/{id}/release
            GET /admin/outbox/{id}/cancel
            POST /admin/outbox/{id}/cancel
            POST /admin/suppressions
            POST /admin/suppressions/lift
            GET /admin/mailbox
            GET /admin/mailbox/{id}
            GET /admin/mailbox/{id}/frame
            PATCH /api/v1/settings
            PUT /api/v1/organisation/logo
            DELETE /api/v1/organisation/logo
            POST /api/v1/mail/test
            POST /api/v1/submission-credentials
            DELETE /api/v1/submission-credentials/{id}
            POST /api/v1/suppressions
            DELETE /api/v1/suppressions/{address}
            POST /api/v1/outbox/destinations
            GET /api/v1/outbox/orders/{id}
            POST /api/v1/outbox/{id}/retry
            POST /api/v1/outbox/{id}/cancel
            POST /api/v1/outbox/{id}/hold
            POST /api/v1/outbox/{id}/release
            """
        ),
    ]

    /// Each route as `METHOD /path/{parameter}` and who may use it.
    static let all: [String: Admission] = {
        var table: [String: Admission] = [:]
        for (admission, lines) in groups {
            for line in lines.split(separator: "\n") {
                if table.updateValue(admission, forKey: String(line)) != nil { Issue.record("twice: \(line)") }
            }
        }
        return table
    }()
}
