import Foundation
import Localization
import Outbox

extension MailCertificateReport {
    /// Whether the page would soon show something else.
    func isAboutToChange(now: Date) -> Bool {
        switch order {
        case .underWay: true
        case .waits(let until): until.timeIntervalSince(now) < 5
        case .failed, nil: false
        }
    }
}

extension MailServerPage.Certificate {
    /// The words for how it stands.
    init(_ report: MailCertificateReport, _ text: Localizer, _ zone: TimeZone, now: Date) {
        let certificate = report.certificate
        let (kind, icon, title, none): (String, String, String, String?) =
            switch certificate {
            case nil:
                (
                    "warn", "warning", text("page.mailserver.certificate.none"),
                    text("page.mailserver.certificate.noneText")
                )
            case .some(let one) where one.notAfter <= now:
                ("bad", "stop", text("page.mailserver.certificate.expired"), nil)
            case .some: ("good", "check-circle", text("page.mailserver.certificate.good"), nil)
            }
        let facts = certificate.map { Self.facts($0, report, text, zone) } ?? []
        switch report.order {
        case .underWay(let step):
            self.init(
                "info", "clock", text("page.mailserver.certificate.underWay"),
                text("page.mailserver.certificate.step.\(step)"), nil, facts, canOrder: false)
        case .failed(let problem, let detail, let at, let next):
            let when = text(
                "page.mailserver.certificate.again",
                ["at": text.relative(at, now: now), "next": text.relative(next, now: now)])
            self.init(
                certificate == nil ? "bad" : "warn", certificate == nil ? "stop" : "warning",
                text("page.mailserver.certificate.failed"),
                "\(text("certificate.problem.\(problem.rawValue)")) \(when)",
                detail.isEmpty ? nil : detail, facts, canOrder: true)
        case .waits(let until):
            let isSoon = until.timeIntervalSince(now) < 5
            self.init(
                isSoon ? "info" : kind, isSoon ? "clock" : icon, title,
                isSoon
                    ? text("page.mailserver.certificate.soon")
                    : text("page.mailserver.certificate.next", ["date": text.relative(until, now: now)]),
                nil, facts, canOrder: !isSoon)
        case nil:
            self.init(kind, icon, title, none, nil, facts, canOrder: false)
        }
    }

    private init(
        _ kind: String, _ icon: String, _ title: String, _ text: String?, _ detail: String?, _ facts: [FactView],
        canOrder: Bool
    ) {
        self.init(
            kind: kind, icon: icon, title: title, text: text, detail: detail, facts: facts, canOrder: canOrder)
    }

    private static func facts(
        _ certificate: MailServerCertificate, _ report: MailCertificateReport, _ text: Localizer, _ zone: TimeZone
    ) -> [FactView] {
        [
            FactView(text("page.mailserver.certificate.names"), text.list(certificate.names)),
            FactView(
                text("page.mailserver.certificate.expires"), text.dateTime(certificate.notAfter, timeZone: zone)),
            FactView(text("page.mailserver.certificate.issuer"), certificate.issuer),
            FactView(
                text("page.mailserver.certificate.source"),
                report.isFromAuthority
                    ? text("page.mailserver.certificate.fromAuthority") + (report.directory.map { ": \($0)" } ?? "")
                    : text("page.mailserver.certificate.fromFile")),
        ]
    }
}
