/// Answers questions about names.
public protocol DNSResolver: Sendable {
    /// Looks up the records of one type at one name, and follows aliases.
    ///
    /// - Parameters:
    ///   - name: the name.
    ///   - type: the type; class IN.
    /// - Returns: the records, or the certainty that there are none.
    /// - Throws: ``DNSFailure`` if nothing could be found out.
    func resolve(_ name: DNSName, _ type: DNSRecordType) async throws(DNSFailure) -> DNSAnswer
}
