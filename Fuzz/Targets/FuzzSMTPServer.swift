import FuzzDriver
import SMTP

/// A client sends all kinds of octets, whole or one by one, over TLS or not: no trap, each line answered, the same replies
/// however it is cut, nothing stored that was not a mail with a recipient, and nothing unprintable on the wire.
@main
struct FuzzSMTPServer {
    static func main() {
        fuzz { octets in
            guard let choice = octets.first else { return }
            let input = Array(octets.dropFirst())
            let whole = run([input], isSecured: choice & 1 == 1)
            // STARTTLS ends otherwise if octets of the next command came with it.
            guard !whole.startedTLS, !whole.sawInjection else { return }
            let single = run(input.map { [$0] }, isSecured: choice & 1 == 1)
            demand(single.replies == whole.replies, "the same replies byte by byte")
            demand(single.stored == whole.stored, "the same messages byte by byte")
        }
    }

    struct Outcome {
        var replies: [[UInt8]] = []
        var stored: [[UInt8]] = []
        var startedTLS = false
        var sawInjection = false
    }

    static func run(_ pieces: [[UInt8]], isSecured: Bool) -> Outcome {
        var outcome = Outcome()
        guard let name = SMTPHelloName("mail.example") else { return outcome }
        var offer = SMTPServerOffer()
        offer.size = 2000
        offer.pipelining = true
        offer.eightBitMIME = true
        offer.smtpUTF8 = true
        offer.dsn = true
        offer.startTLS = true
        offer.authentication = [.plain, .login]
        offer.requireTLS = true
        var session = SMTPServerSession(configuration: .init(hostName: name, offer: offer), isSecured: isSecured)
        var message: [UInt8]?
        var events: [SMTPServerSession.Event] = [.connected]
        var last: UInt8?
        // The greeting comes even if nothing does.
        for piece in [[]] + pieces {
            events.append(.received(piece))
            let endsLine = session.wait == .command && last == 0x0D && piece == [0x0A]
            let repliesBefore = outcome.replies.count
            last = piece.last ?? last
            // Answers overtake what is still to come, as they do on a connection that is read only when it may be.
            while !events.isEmpty {
                let event = events.removeFirst()
                var answers: [SMTPServerSession.Event] = []
                for action in session.receive(event) {
                    switch action {
                    case .reply(let reply):
                        let wire = reply.wire
                        demand(wire.suffix(2) == [0x0D, 0x0A], "a reply ends with CR LF")
                        demand(wire.dropLast(2).allSatisfy { $0 < 0x7F }, "a reply is ASCII")
                        outcome.replies.append(wire)
                        outcome.sawInjection = outcome.sawInjection || reply.text.contains("behind STARTTLS")
                    case .startTLS: outcome.startedTLS = true
                    case .authenticate(let user, let password):
                        demand(!user.isEmpty && !password.text.isEmpty, "a sign-in has both")
                        answers.append(.authenticationAnswered(user.utf8.count % 2 == 0 ? .accepted : .refused))
                    case .checkSender: answers.append(.senderAnswered(.accepted))
                    case .checkRecipient: answers.append(.recipientAnswered(.accepted))
                    case .beginMessage(let envelope):
                        demand(message == nil && !envelope.recipients.isEmpty, "a message begins with a recipient")
                        message = []
                        answers.append(.messageBegun(.accepted))
                    case .content(let piece):
                        demand(message != nil, "content belongs to a message")
                        message?.append(contentsOf: piece)
                    case .completeMessage:
                        demand(session.envelope?.recipients.isEmpty == false, "the envelope is there to the end")
                        demand((message?.count ?? .max) <= 2000, "the size is limited")
                        if let message { outcome.stored.append(message) }
                        message = nil
                        answers.append(.messageAnswered(.stored(id: "x")))
                    case .discardMessage:
                        demand(message != nil, "what is thrown away was begun")
                        message = nil
                    case .close: demand(session.isClosed, "closed is closed")
                    }
                }
                events = answers + events
            }
            demand(session.isClosed || session.wait != nil, "no question is left open")
            demand(!endsLine || outcome.replies.count == repliesBefore + 1, "each line has one answer")
        }
        return outcome
    }
}
