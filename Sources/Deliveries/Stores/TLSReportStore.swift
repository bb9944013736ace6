/// Keeps what others report of TLS towards our domains.
public protocol TLSReportStore {
    /// Adds a report with its rows; false if it is there already.
    func insert(_ report: ReceivedTLSReport) throws -> Bool
    /// How sessions went from that day on, by domain.
    func domains(from day: Int) throws -> [TLSReportDomain]
    /// What failed from that day on, the most frequent first.
    func failures(from day: Int, limit: Int) throws -> [TLSReportFailure]
    /// Who reported from that day on, by name.
    func organisations(from day: Int) throws -> [String]
    /// Forgets reports about days before that; returns how many.
    func forget(beforeDay day: Int) throws -> Int
}
