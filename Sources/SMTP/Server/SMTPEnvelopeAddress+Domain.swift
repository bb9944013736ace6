import MailMessage

extension SMTPEnvelopeAddress {
    /// Checks a mailbox whose domain may have U-labels (RFC 6531, 3.3), which become A-labels.
    init(_ mailbox: String, mappingDomain: Bool) throws(Problem) {
        guard mappingDomain, let at = mailbox.utf8.lastIndex(of: UInt8(ascii: "@")) else {
            try self.init(mailbox)
            return
        }
        let domain = mailbox[mailbox.utf8.index(after: at)...]
        guard domain.utf8.contains(where: { $0 >= 0x80 }) else {
            try self.init(mailbox)
            return
        }
        guard let ascii = try? MailDomain(parsing: String(domain)).ascii else { throw .badDomain }
        try self.init(mailbox[...at] + ascii)
    }
}
