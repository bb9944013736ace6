import Deliveries
import MailIntake
import MailMessage

/// Mail that other servers bring to our own addresses: it takes the same way as what is read from a mailbox.
struct OwnMail: ReturnedMailTaker {
    private let intake: ReturnPathIntake

    init(_ installation: Installation) {
        intake = installation.returnPathIntake
    }

    var mostOctets: Int { intake.mostOctets }

    func isOurs(_ address: EmailAddress) async throws -> Bool { try await intake.isOurs(address) }

    func take(_ octets: [UInt8], sender: EmailAddress?, recipients: [EmailAddress]) async throws {
        try await intake.take(octets, sender: sender, recipients: recipients)
    }
}
