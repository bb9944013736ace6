/// The certificates that this server shows: that of the pages and that of the mail server.
public struct ServerCertificates: Sendable {
    /// A certificate, and where it stands.
    public struct Shown: Sendable, Equatable {
        /// Where a certificate is shown.
        public enum Place: String, Sendable {
            /// By the pages.
            case pages
            /// By the mail server; by the pages, too, where both use the same file.
            case mail
        }

        /// Where it is shown.
        public let place: Place
        /// What matters of it.
        public let certificate: MailServerCertificate
        /// Whether it comes from a file, which somebody must renew.
        public let isFromFile: Bool
    }

    private let mail: MailCertificates
    private let pages: @Sendable () -> MailServerCertificate?

    /// - Parameters:
    ///   - mail: the mail server's.
    ///   - pages: that of the file which the configuration names for the pages; `nil` if it names none.
    public init(mail: MailCertificates, pages: @escaping @Sendable () -> MailServerCertificate?) {
        self.mail = mail
        self.pages = pages
    }

    /// Those that there are, each once.
    public func all() async -> [Shown] {
        var all: [Shown] = []
        if let report = try? await mail.report(), let certificate = report.certificate {
            all.append(Shown(place: .mail, certificate: certificate, isFromFile: !report.isFromAuthority))
        }
        if let certificate = pages(), certificate != all.first?.certificate {
            all.append(Shown(place: .pages, certificate: certificate, isFromFile: true))
        }
        return all
    }
}
