import MailAuth
import Testing

struct TagListTests {
    @Test func readsTagsInTheirOrder() throws {
        let list = try TagList(parsing: Array("v=DKIM1; k=rsa;\r\n\tp= AB CD ;".utf8))
        #expect(list.tags.map(\.name) == ["v", "k", "p"])
        #expect(list["p"] == "AB CD")
        #expect(list["x"] == nil)
    }

    @Test func saysWhereAValueStands() throws {
        let text = Array("a=1; b= xyz ; c=".utf8)
        let list = try TagList(parsing: text)
        #expect(list.tag("b").map { Array(text[$0.range]) } == Array("xyz".utf8))
        #expect(list.tag("c")?.range.isEmpty == true)
    }

    @Test func namesAreCaseSensitive() throws {
        #expect(try TagList(parsing: Array("A=1; a=2".utf8)).tags.count == 2)
    }

    @Test(arguments: ["novalue", "=x", "1a=x", "a b=x", "a=1;;b"]) func refusesWhatIsNoList(_ text: String) {
        #expect(throws: TagList.Problem.malformed) { try TagList(parsing: Array(text.utf8)) }
    }

    @Test func refusesATagThatStandsTwice() {
        #expect(throws: TagList.Problem.duplicate("a")) { try TagList(parsing: Array("a=1;a=1".utf8)) }
    }

    @Test func refusesEndlessLists() {
        let text = (0..<100).map { "a\($0)=x" }.joined(separator: ";")
        #expect(throws: TagList.Problem.tooMany) { try TagList(parsing: Array(text.utf8)) }
    }
}
