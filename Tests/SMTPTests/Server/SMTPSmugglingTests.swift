import SMTP
import Testing

/// What one server takes for the end of a message and the next one does not lets a client put a second mail into the
/// first one, with an envelope that nobody checked.
@Suite("Server: SMTP smuggling")
struct SMTPSmugglingTests {
    /// Ends that are none.
    private static let ends = [
        "\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r.\r\n", "\r\n.\r", "\r\n.\r\r\n", "\n\n.\r\n", "\r\r\n.\r\n",
        "\n.\r\r\n",
        "\r\n\u{0}.\n",
    ]

    @Test(
        "CVE-2023-51764, CVE-2023-51765, CVE-2023-51766: no other end ends the message, and it is refused",
        arguments: ends)
    func otherEnds(_ end: String) throws {
        var driver = try ServerDriver.inContent()
        let smuggled = "a\(end)MAIL FROM:<evil@example.org>\r\nRCPT TO:<b@example.net>\r\nDATA\r\nevil\r\n.\r\n"
        // "\r\r\n.\r\n" has the true end in it: what stands before it makes the message refused as well.
        let replies = driver.send(smuggled)
        #expect(replies.prefix(2) == ["(discard)", "550 5.6.0"])
        #expect(driver.stored.isEmpty || end == "\r\r\n.\r\n")
        if end != "\r\r\n.\r\n" { #expect(replies.count == 2) }
    }

    @Test("The same byte by byte", arguments: ends.filter { $0 != "\r\r\n.\r\n" })
    func bytewise(_ end: String) throws {
        var driver = try ServerDriver.inContent()
        var replies: [String] = []
        for octet in "a\(end)RSET\r\n.\r\n".utf8 { replies += driver.on(.received([octet])) }
        #expect(replies == ["(discard)", "550 5.6.0"])
        #expect(driver.say("NOOP") == ["250 2.0.0"])
    }

    @Test(
        "CVE-2023-51764: a command line ends with CR LF only",
        arguments: ["NOOP\nRSET\r\n", "NOOP\rRSET\r\n", "NOOP\r\r\n"])
    func commands(_ lines: String) throws {
        var driver = try ServerDriver.greeted()
        #expect(driver.send(lines) == ["500 5.5.2"])
        #expect(driver.say("NOOP") == ["250 2.0.0"])
    }

    @Test("A NUL in a command is refused")
    func null() throws {
        var driver = try ServerDriver.greeted()
        #expect(driver.send("MAIL FROM:<a\u{0}@example.org>\r\n") == ["500 5.5.2"])
    }

    @Test("The end right behind DATA is an empty message, and commands follow the true end at once")
    func trueEnd() throws {
        var driver = try ServerDriver.inContent()
        #expect(driver.send(".\r\nNOOP\r\n") == ["250 2.0.0", "250 2.0.0"])
        #expect(driver.stored.first?.message == [])
        driver = try ServerDriver.inContent()
        #expect(driver.send("..\r\n...\r\n.a\r\n.\r\n") == ["250 2.0.0"])
        #expect(text(driver.stored[0].message) == ".\r\n..\r\na\r\n")
    }

    @Test("An unfit message is thrown away as soon as that is known")
    func discarded() throws {
        var driver = try ServerDriver.inContent()
        #expect(driver.send("good\r\n") == [])
        #expect(driver.send("bad\nx") == ["(discard)"])
        #expect(driver.send("more\nand\rmore\r\n") == [])
        #expect(text(driver.message) == "good\r\n")
        #expect(driver.on(.closed) == ["(close)"], "it is not thrown away twice")
    }
}
