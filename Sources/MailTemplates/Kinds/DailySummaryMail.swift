public import Foundation
public import Localization

/// To administrators, once a day: how the installation stands.
public struct DailySummaryMail: MailContent {
    /// Something to repair: its words are those of the administration's start, `page.repair.<name>`.
    public struct Problem: Sendable, Hashable {
        /// The stable name.
        public var name: String
        /// How many of something it is about.
        public var count: Int
        /// Since when it is so, or when it will be.
        public var since: Date?
        /// Where it is repaired.
        public var link: MailLink

        /// A problem.
        public init(name: String, count: Int, since: Date?, link: MailLink) {
            self.name = name
            self.count = count
            self.since = since
            self.link = link
        }
    }

    /// How the virus scanner does.
    public enum Scanner: String, Sendable, Hashable {
        /// None is set up.
        case none
        /// It answers.
        case answers
        /// It does not.
        case silent
    }

    /// The figures of the dashboard.
    public struct Figures: Sendable, Hashable {
        /// Mails handed over within 24 hours.
        public var sent = 0
        /// Attempts put off within 24 hours.
        public var deferred = 0
        /// Mails refused or returned within 24 hours.
        public var refused = 0
        /// Mails that wait now.
        public var waiting = 0
        /// Since when the oldest waits.
        public var oldest: Date?
        /// Deliveries sent yesterday.
        public var deliveries = 0
        /// Sender domains whose records are not in order; shown as they are.
        public var domains: [String] = []
        /// Octets free on the disk.
        public var available: Int64 = 0
        /// Octets of the disk; 0 where an object store keeps the files.
        public var total: Int64 = 0
        /// Octets that the clean-up frees within a week.
        public var freed: Int64 = 0
        /// The virus scanner.
        public var scanner = Scanner.none
        /// Files held because of the virus scanner.
        public var heldFiles = 0
        /// Scheduled work that fails, by its stable names.
        public var failingJobs: [String] = []

        /// Figures that are all zero.
        public init() {}
    }

    /// When the figures were taken.
    public var at: Date
    /// What is not in order, what is urgent first.
    public var problems: [Problem]
    /// The figures.
    public var figures: Figures
    /// The administration.
    public var link: MailLink

    /// A summary.
    public init(at: Date, problems: [Problem], figures: Figures, link: MailLink) {
        self.at = at
        self.problems = problems
        self.figures = figures
        self.link = link
    }

    /// The kind of mail.
    public var kind: MailKind { .dailySummary }

    /// Whether all is well, or how much is not.
    public func subject(_ text: Localizer) -> String {
        problems.isEmpty ? text("mail.dailySummary.well") : text.plural("mail.dailySummary.subject", problems.count)
    }

    /// The letter.
    public func letter(_ text: Localizer, _ branding: MailBranding) -> Letter {
        var blocks: [Letter.Block] = problems.isEmpty ? [.paragraph(text("mail.dailySummary.wellText"))] : []
        for problem in problems {
            blocks.append(.paragraph("\(words(problem, "title", text)). \(words(problem, "text", text))"))
            blocks.append(.link(text("page.repair.\(problem.name).button"), problem.link))
        }
        blocks += [
            .facts(facts(text, branding)), .button(text("mail.dailySummary.button"), link),
            .note(text("mail.dailySummary.why")),
        ]
        return Letter(preview: subject(text), heading: subject(text), blocks: blocks, isAutomatic: true)
    }

    private func words(_ problem: Problem, _ part: String, _ text: Localizer) -> String {
        let key = "page.repair.\(problem.name).\(part)"
        var values = ["count": text.number(problem.count)]
        if let since = problem.since { values["since"] = text.relative(since, now: at) }
        return text.has(key + ".one") ? text.plural(key, problem.count, values) : text(key, values)
    }

    private func facts(_ text: Localizer, _ branding: MailBranding) -> [Letter.Fact] {
        func fact(_ name: String, _ value: String) -> Letter.Fact {
            .init(label: text("mail.dailySummary.fact.\(name)"), value: value)
        }
        let waiting =
            figures.oldest.map {
                text(
                    "mail.dailySummary.waitingSince",
                    [
                        "count": text.number(figures.waiting),
                        "since": text.dateTime($0, timeZone: branding.timeZone, showingZone: true),
                    ])
            } ?? text("mail.dailySummary.none")
        return [
            fact("at", text.dateTime(at, timeZone: branding.timeZone, showingZone: true)),
            fact("sent", text.number(figures.sent)), fact("deferred", text.number(figures.deferred)),
            fact("refused", text.number(figures.refused)), fact("waiting", waiting),
            fact("deliveries", text.number(figures.deliveries)),
            fact(
                "domains",
                figures.domains.isEmpty
                    ? text("mail.dailySummary.inOrder") : text.list(figures.domains.map(\.asShownSubject))),
            fact(
                "storage",
                figures.total == 0
                    ? text("mail.dailySummary.objectStore")
                    : text(
                        "mail.dailySummary.free",
                        ["free": text.size(figures.available), "total": text.size(figures.total)])),
            fact("freed", text.size(figures.freed)),
            fact("scanner", text("mail.dailySummary.scanner.\(figures.scanner.rawValue)")),
            fact("heldFiles", text.number(figures.heldFiles)),
            fact(
                "jobs",
                figures.failingJobs.isEmpty
                    ? text("mail.dailySummary.none") : text.list(figures.failingJobs.map(\.asShownSubject))),
        ]
    }
}
