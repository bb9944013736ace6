import SMTP
import Testing

@Suite("Conversation and limits of time")
struct SMTPConversationTests {
    @Test("Lines are cut, cleaned and limited in number")
    func limits() {
        var conversation = SMTPConversation()
        conversation.append("EHLO a\r\nb", by: .client, at: 1)
        conversation.append(String(repeating: "x", count: 2000), by: .server, at: 2)
        #expect(conversation.entries[0].text == "EHLO a  b" || conversation.entries[0].text == "EHLO a b")
        #expect(conversation.entries[1].text.count == SMTPConversation.maximumEntryLength)
        for _ in 0..<1000 { conversation.append("x", by: .note, at: 3) }
        #expect(conversation.entries.count == SMTPConversation.maximumEntries)
        #expect(conversation.omitted == 1002 - SMTPConversation.maximumEntries)
        #expect(conversation.description.hasPrefix("1 ms C: EHLO a"))
        #expect(conversation.description.hasSuffix("(… 602 more lines)"))
    }

    @Test("The limits of RFC 5321, 4.5.3.2")
    func timeouts() {
        let timeouts = SMTPTimeouts.standard
        #expect(timeouts[.greeting] == .seconds(300))
        #expect(timeouts[.mail] == .seconds(300))
        #expect(timeouts[.recipient] == .seconds(300))
        #expect(timeouts[.data] == .seconds(120))
        #expect(timeouts[.content] == .seconds(180))
        #expect(timeouts[.finalDot] == .seconds(600))
        for phase in SMTPPhase.allCases { #expect(timeouts[phase] > .zero) }
    }

    @Test("A shorter patience shortens every wait for the server, and lengthens none")
    func shorterPatience() {
        let limits = SMTPTimeouts.standard.limited(to: .seconds(45))
        for phase in SMTPPhase.allCases where phase != .idle {
            #expect(limits[phase] == min(SMTPTimeouts.standard[phase], .seconds(45)))
        }
        #expect(limits.idle == SMTPTimeouts.standard.idle)
    }
}
