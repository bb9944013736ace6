import Testing

@testable import WebUI

@Suite struct MessageTextTests {
    private func links(_ message: String) -> [String] {
        MessageText(message).paragraphs.flatMap(\.parts).compactMap(\.href)
    }

    @Test func emptyLinesEndParagraphsAndLineEndsAreKept() {
        let text = MessageText("\n\nGuten Tag,\nanbei alles.\n \n\nGruß\n")
        #expect(text.paragraphs.map { $0.parts.map(\.text) } == [["Guten Tag,\nanbei alles."], ["Gruß"]])
        #expect(MessageText(" \n ").paragraphs.isEmpty)
    }

    @Test func webAddressesBecomeLinks() {
        #expect(
            links("Siehe https://kunde.example/a?b=1. Und (http://b.example)!") == [
                "https://kunde.example/a?b=1", "http://b.example",
            ])
        #expect(links("https://w.example/Wort_(Sinn)") == ["https://w.example/Wort_(Sinn)"])
        #expect(links("HTTPS://GROSS.example") == ["HTTPS://GROSS.example"])
    }

    @Test func otherSchemesStayWords() {
        #expect(links("javascript:alert(1) ftp://a.example xhttps://b.example https://").isEmpty)
    }

    @Test func nothingIsLost() {
        let message = "a https://b.example/, c <https://d.example> e://f"
        #expect(MessageText(message).paragraphs.flatMap(\.parts).map(\.text).joined() == message)
    }
}
