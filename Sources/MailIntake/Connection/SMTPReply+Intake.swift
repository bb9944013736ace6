import Deliveries
import MailMessage
import SMTP

/// What our desks say. All of it is short, and tells nothing that the client did not know (RFC 5321, 7.3).
extension SMTPReply {
    private init(_ code: Int, _ subject: Int, _ detail: Int, _ text: String) {
        self.init(code: code, lines: ["\(code / 100).\(subject).\(detail) \(text)"])
    }

    /// RFC 3463, 3.8: X.7.1
    static func foreign(_ address: String) -> SMTPReply {
        SMTPReply(550, 7, 1, "You may not send as \(address.prefix(200)): not one of your verified sender domains")
    }

    static var closedToYou: SMTPReply { SMTPReply(550, 7, 1, "You may not hand mail in here") }

    /// RFC 4954, 6 has 454 for sign-ins; for a quota of time X.7.1 of the transient class.
    static var hourlyLimit: SMTPReply { SMTPReply(450, 7, 1, "Enough mails for this hour, try again later") }

    static var notAnAddress: SMTPReply { SMTPReply(553, 1, 3, "This is no address that mail can go to") }

    /// RFC 5321, 4.5.3.1.10
    static var tooManyRecipients: SMTPReply { SMTPReply(452, 5, 3, "Enough recipients for one mail") }

    /// RFC 1870, 6.3
    static var tooLarge: SMTPReply { SMTPReply(552, 3, 4, "The message is too large") }

    static var headerTooLarge: SMTPReply { SMTPReply(552, 3, 4, "The header of the message is too large") }

    /// RFC 5321, 4.2.5: 451 for what is wrong here.
    static var trouble: SMTPReply { SMTPReply(451, 3, 0, "Not possible at the moment, try again later") }

    /// RFC 5321, 4.2.2: 452 for a system that has no room; RFC 3463, 3.4: X.3.1
    static var noRoom: SMTPReply { SMTPReply(452, 3, 1, "There is no room for mail at the moment, try again later") }

    /// What a client hears of an error of ours.
    init(_ error: any Error) {
        self = (error as? DeliveriesError)?.code == .diskFull ? .noRoom : .trouble
    }

    /// RFC 6409, 8; RFC 5322, 3.6; RFC 3463, 3.7: X.6.0
    static func unfit(_ problem: SubmittedHeader.Problem) -> SMTPReply {
        switch problem {
        case .malformed: SMTPReply(550, 6, 0, "The header has a line that is no field")
        case .missing(let name): SMTPReply(550, 6, 0, "The header has no field \(name)")
        case .duplicate(let name): SMTPReply(550, 6, 0, "The header has the field \(name) more than once")
        case .ambiguous(let name): SMTPReply(550, 6, 0, "The field \(name) is not written as RFC 5322 has it")
        }
    }

    /// RFC 5321, 3.6.1 and 7.3: no relaying, and nobody learns whether the address was ever good.
    static var notHere: SMTPReply { SMTPReply(550, 1, 1, "No such address here") }

    /// RFC 5321, 3.8
    static var tooManyUnknown: SMTPReply { SMTPReply(421, 7, 0, "Too many addresses that do not exist here") }
}
