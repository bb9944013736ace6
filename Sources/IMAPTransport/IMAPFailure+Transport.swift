import IMAP
import SMTP

extension IMAPFailure {
    /// The same trouble of a connection, whichever protocol was to be spoken over it.
    init(_ failure: SMTPFailure, _ phase: Phase) {
        let kind: Kind =
            switch failure.kind {
            case .dns: .dns
            case .connect: .connect
            case .timeout: .timeout
            case .tls: .tls
            case .certificate: .certificate
            case .configuration: .configuration
            case .cancelled: .cancelled
            case .injection: .injection
            default: .closed
            }
        self.init(phase, kind, failure.text)
    }
}
