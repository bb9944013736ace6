import Deliveries
import Localization

/// What receivers report of mail in the name of a sender domain.
struct DMARCReportsPage: PageModel {
    /// A source of such mail.
    struct Source: Sendable, Equatable {
        let address: String
        let status: StatusView
        let note: String
        let count: String
        let signed: String
        let spf: String
    }

    /// A day.
    struct Day: Sendable, Equatable {
        let date: String
        let passed: String
        let failed: String
        let hasFailed: Bool
    }

    static let template = "admin-domain-dmarc"
    let page: PageFrame
    let crumb: LinkView
    let summary: String
    let sources: [Source]
    let hasReports: Bool
    let days: [Day]
    let reporters: String
    /// The address to put behind `rua=`; nil while no mail comes to us.
    let reportAddress: String?
    /// The record by which our domain says that it wants the reports of this one.
    let consent: FactView?
}

/// The words for sources of mail.
struct DMARCSourceWords {
    let text: Localizer

    func row(_ source: DMARCSource) -> DMARCReportsPage.Source {
        let status =
            switch source.nature {
            case .ours: StatusView(.good, icon: "check", text("page.dmarc.nature.ours"))
            case .allowed: StatusView(.good, icon: "check", text("page.dmarc.nature.allowed"))
            case .unknown: StatusView(.bad, icon: "warning", text("page.dmarc.nature.unknown"))
            }
        var note = text("page.dmarc.natureText.\(source.nature.rawValue)")
        if source.stopped > 0 { note += " " + text.plural("page.dmarc.stopped", source.stopped) }
        return DMARCReportsPage.Source(
            address: source.address, status: status, note: note, count: text.number(source.count),
            signed: share(source.dkimAligned, of: source.count), spf: share(source.spfAligned, of: source.count))
    }

    /// Never "100 %" while one is missing, never "0 %" while there is one.
    private func share(_ part: Int, of whole: Int) -> String {
        guard whole > 0 else { return "–" }
        let percent = part == whole ? 100 : part == 0 ? 0 : min(99, max(1, part * 100 / whole))
        return text("page.dmarc.percent", ["number": text.number(percent)])
    }
}
