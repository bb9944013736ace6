import Deliveries
import Hummingbird
import Localization
import MailTemplates
import WebServer

/// Administration → System → E-mail and other notifications: each kind of mail, whether it is sent, to whom, and when.
struct NotificationPages {
    private static let path = "/admin/notifications"

    let renderer: PageRenderer
    let accounts: AccountParts

    func add(to group: RouterGroup<WebContext>) {
        group.get("admin/notifications") { request, context in try await show(request, context) }
        group.post("admin/notifications", use: save)
    }

    private func save(_ request: Request, _ context: WebContext) async throws -> Response {
        let typed = try await renderer.form(request, context)
        let done = "\(Self.path)?done=saved"
        return try await SettingForm.notifications.save(typed, accounts, context, then: done) { errors in
            try await show(request, context, typed: typed, errors: errors)
        }
    }

    private func show(
        _ request: Request, _ context: WebContext, typed: FormBody? = nil, errors: FormErrors? = nil
    ) async throws -> Response {
        let text = context.text
        let groups = SettingForm.notifications.fieldGroups(context.settings, typed: typed, text).map {
            $0.judged(by: errors)
        }
        let fields = groups.flatMap(\.fields)
        let byName = Dictionary(fields.map { ($0.name, $0) }) { first, _ in first }
        let page = NotificationsPage(
            page: renderer.frame(text("page.notifications.title"), .administration(Self.path), request, context),
            intro: text("page.notifications.intro"),
            groups: Array(groups.prefix(SettingForm.generalNotificationGroups)),
            sections: NotificationRule.Audience.allCases.map { section(of: $0, byName, text) },
            errorSummary: errors?.summary(for: fields))
        return renderer.response(page, status: errors?.status ?? .ok)
    }

    private func section(
        of audience: NotificationRule.Audience, _ fields: [String: FormField], _ text: Localizer
    ) -> NotificationsPage.Section {
        let key = "page.settingGroup.\(audience.groupName)"
        return .init(
            title: text("\(key).title"), hint: text.has("\(key).hint") ? text("\(key).hint") : nil,
            rows: NotificationRule.all.filter { $0.audience == audience }.map { rule in
                let choices = ([rule.when, rule.to, rule.addresses].compactMap { $0 } + rule.furtherKeys).compactMap {
                    fields[$0.name]
                }
                let kind = rule.kind.rawValue
                return .init(
                    switches: rule.isOn.flatMap { fields[$0.name] }.map { [$0] } ?? [],
                    name: rule.isOn == nil ? text("page.mailKind.\(kind)") : nil,
                    reason: rule.isOn == nil ? text("page.notifications.always.\(kind)") : nil, choices: choices,
                    hasChoices: !choices.isEmpty)
            })
    }
}

extension NotificationRule.Audience {
    /// The name of the group of settings.
    var groupName: String {
        switch self {
        case .recipients: "recipientNotices"
        case .sender: "senderNotices"
        case .owner: "ownerNotices"
        case .administrators: "administratorNotices"
        }
    }
}

extension NotificationRule {
    /// Settings that stand beside the kind, as they concern nothing else.
    var furtherKeys: [SettingKey] {
        switch kind {
        case .gathered: [.notifyGatherMinutes]
        case .reminder: [.notifyReminderDays]
        case .outboxStuck: [.notifyOutboxStuckHours]
        case .storageLow: [.notifyStoragePercent]
        case .dailySummary: [.notifyDailySummaryHour]
        default: []
        }
    }
}
