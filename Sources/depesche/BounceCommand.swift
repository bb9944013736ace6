import ArgumentParser
import Foundation
import MailMessage

/// `depesche bounce`
struct BounceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bounce", abstract: "Read mails that came back.", subcommands: [Parse.self])

    struct Parse: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read a mail from standard input and print as JSON what it says of its recipients.")
        @Flag(help: "JSON is all that this command prints.") var json = false

        func run() async throws {
            let mail = FileHandle.standardInput.readDataToEndOfFile()
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            let answer = Answer(DeliveryReportParser().parse(Array(mail)))
            print(String(decoding: try encoder.encode(answer), as: UTF8.self))
        }
    }

    /// What is printed. `bounce` is true if the mail reports that another has not arrived, is late, or was unwelcome.
    private struct Answer: Encodable {
        struct Recipient: Encodable {
            let address: String
            let action: ReportedRecipient.Action
            let status: String?
            let failureClass: FailureClass
            let permanent: Bool
            let diagnostic: String

            enum CodingKeys: String, CodingKey {
                case address, action, status, permanent, diagnostic
                case failureClass = "class"
            }

            func encode(to encoder: any Encoder) throws {
                var container = encoder.container(keyedBy: CodingKeys.self)
                try container.encode(address, forKey: .address)
                try container.encode(action, forKey: .action)
                // A status that nobody gave is null, not missing.
                try container.encode(status, forKey: .status)
                try container.encode(failureClass, forKey: .failureClass)
                try container.encode(permanent, forKey: .permanent)
                try container.encode(diagnostic, forKey: .diagnostic)
            }
        }

        let bounce: Bool
        let kind: String
        let recipients: [Recipient]
        let originalMessageID: String?

        enum CodingKeys: String, CodingKey {
            case bounce, kind, recipients
            case originalMessageID = "original_message_id"
        }

        init(_ report: DeliveryReport) {
            bounce = report.isBounce
            kind = report.kind.rawValue
            recipients = report.recipients.map {
                Recipient(
                    address: $0.address.wireForm, action: $0.action, status: $0.status?.description,
                    failureClass: $0.failureClass, permanent: $0.isPermanent, diagnostic: $0.diagnostic)
            }
            originalMessageID = report.originalMessageID?.wireForm
        }
    }
}
