import Testing

@testable import WebServer

@Suite struct FormBodyTests {
    @Test func decodesNamesValuesAndRepeats() {
        let form = FormBody(encoded: Array("a=1&b=x+y%21&a=2&c&d=%C3%BC".utf8))
        #expect(form["a"] == "1")
        #expect(form.values("a") == ["1", "2"])
        #expect(form["b"] == "x y!")
        #expect(form.value("c") == "")
        #expect(form["d"] == "ü")
        #expect(form.value("e") == nil)
    }

    @Test func unifiesLineEnds() { #expect(FormBody(encoded: Array("m=a%0D%0Ab%0Dc%0Ad".utf8))["m"] == "a\nb\nc\nd") }

    @Test(arguments: ["a=%", "a=%4", "a=%zz", "=", "&&&", "%=%"])
    func neverTripsOverBrokenEscapes(text: String) { _ = FormBody(encoded: Array(text.utf8)) }

    @Test func keepsBrokenEscapesAsTheyAre() { #expect(FormBody(encoded: Array("a=5%zz".utf8))["a"] == "5%zz") }

    @Test func ticksOfBoxes() {
        let form = FormBody(encoded: Array("on=1&off=0&word=on&none=".utf8))
        #expect(form.isOn("on") && form.isOn("word"))
        #expect(!form.isOn("off") && !form.isOn("none") && !form.isOn("absent"))
    }
}
