public import MailMessage

/// Keeps what receivers report of the mail of our sender domains.
public protocol DMARCReportStore {
    /// Adds a report with its rows; false if it is there already.
    func insert(_ report: ReceivedDMARCReport) throws -> Bool
    /// What was reported from that day on, by day, the latest first; days without reports are left out.
    func days(of domain: MailDomain, from day: Int) throws -> [DMARCDay]
    /// The sources of mail from that day on, those with the most mails first.
    func sources(of domain: MailDomain, from day: Int, limit: Int) throws -> [DMARCSource]
    /// Who reported from that day on, by name.
    func organisations(of domain: MailDomain, from day: Int) throws -> [String]
    /// Forgets reports about days before that; returns how many.
    func forget(beforeDay day: Int) throws -> Int
}
