import Testing

@testable import WebUI

@Suite struct LineDifferenceTests {
    @Test func linesThatStayedWentAndCameAreTold() {
        let difference = LineDifference(from: "a\nb\nc\nd", to: "a\nx\nc\nd\ne")
        #expect(
            difference.lines == [.same("a"), .removed("b"), .added("x"), .same("c"), .same("d"), .added("e")])
        #expect(LineDifference(from: "a", to: "a").lines == [.same("a")])
        #expect(LineDifference(from: "", to: "").lines == [.same("")])
        #expect(LineDifference(from: "a\na\na", to: "a").lines.filter { $0 == .removed("a") }.count == 2)
    }

    @Test(arguments: [("", "x\ny"), ("x\ny", ""), ("1\n2\n3\n4", "4\n3\n2\n1"), ("a\n\nb", "\na\nb\n")])
    func bothTextsComeOutOfIt(old: String, new: String) {
        var (before, after): ([String], [String]) = ([], [])
        for line in LineDifference(from: old, to: new).lines {
            switch line {
            case .same(let text):
                before.append(text)
                after.append(text)
            case .removed(let text): before.append(text)
            case .added(let text): after.append(text)
            }
        }
        #expect(before.joined(separator: "\n") == old)
        #expect(after.joined(separator: "\n") == new)
    }
}
