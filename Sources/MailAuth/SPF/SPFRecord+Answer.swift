public import DNS

extension SPFRecord {
    /// The SPF record among the texts of a domain (RFC 7208, 4.5).
    ///
    /// - Parameters:
    ///   - answer: what DNS says of TXT at the domain.
    ///   - domain: whose texts they are.
    /// - Throws: ``SPFProblem`` if there is none, if there are several, or if it is malformed.
    public init(in answer: DNSAnswer, of domain: DNSName) throws(SPFProblem) {
        try self.init(in: answer, of: domain) { (text) throws(SPFSyntaxError) in try SPFRecord(parsing: text) }
    }

    /// The same, with another way from the text to the record.
    init(
        in answer: DNSAnswer, of domain: DNSName, read: ([UInt8]) throws(SPFSyntaxError) -> SPFRecord
    ) throws(SPFProblem) {
        let texts = Self.texts(in: answer)
        guard let text = texts.first else {
            throw answer.outcome == .noSuchName ? .noSuchDomain(domain) : .noRecord(domain)
        }
        guard texts.count == 1 else { throw .severalRecords(domain, count: texts.count) }
        do {
            self = try read(text)
        } catch {
            throw .syntax(domain, error)
        }
    }

    /// All texts of a domain that are meant as SPF records.
    public static func texts(in answer: DNSAnswer) -> [[UInt8]] { answer.texts.filter(isRecord) }
}
