import NIOCore
import SMTP

/// One connection, as the task sees it that has its questions answered.
struct MailIntakeConnection: Sendable {
    let client: MailIntakeClient
    let desk: any MailIntakeDesk
    let channel: any Channel
    let handler: NIOLoopBound<MailIntakeHandler>
    let questions: AsyncStream<MailIntakeQuestion>

    /// Answers until the connection is closed and its last question is answered: a message that was complete is stored,
    /// whether or not its client still waits.
    func run() async {
        let conversation = desk.conversation(with: client)
        for await question in questions {
            switch question {
            case .authenticate(let user, let password):
                answer(.authenticationAnswered(await conversation.authenticate(user: user, password: password)))
            case .sender(let envelope): answer(.senderAnswered(await conversation.checkSender(envelope)))
            case .recipient(let recipient):
                answer(.recipientAnswered(await conversation.checkRecipient(recipient)))
            case .begin(let message): answer(.messageBegun(await conversation.beginMessage(message)))
            case .content(let octets):
                await conversation.take(octets)
                let count = octets.count
                channel.eventLoop.execute { handler.value.taken(count) }
            case .complete: answer(.messageAnswered(await conversation.completeMessage()))
            case .discard: await conversation.discardMessage()
            }
        }
    }

    private func answer(_ event: SMTPServerSession.Event) {
        channel.eventLoop.execute { handler.value.apply(event) }
    }

    /// Tells the session that the server goes down.
    func shutDown() {
        channel.eventLoop.execute { handler.value.apply(.shutdown) }
    }
}
