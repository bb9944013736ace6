import MailTemplates
import Testing

@Suite struct AccentColourTests {
    @Test func ourOwnColoursCanBeReadWhereTheyStand() {
        #expect(AccentColour.standard.isReadable(on: .light) && !AccentColour.standard.isReadable(on: .dark))
        let dark = AccentColour.standardOnDark
        #expect(dark.isReadable(on: .dark) && !dark.isReadable(on: .light))
    }

    @Test(arguments: [
        "#000000", "#ffffff", "#ffcc00", "#ff0000", "#00ff00", "#0000ff", "#777777", "#7a1f5c", "#00a0a0", "#fbfaf7",
    ])
    func eachColourHasANearestOneThatCanBeRead(hex: String) throws {
        let colour = try #require(AccentColour(hex: hex))
        for ground in AccentColour.Ground.allCases {
            let nearest = colour.readable(on: ground)
            #expect(nearest.isReadable(on: ground))
            #expect(nearest == colour || !colour.isReadable(on: ground), "it is changed only if it must be")
            #expect(nearest.stronger(on: ground).isReadable(on: ground))
        }
    }

    @Test func theNearestKeepsItsHue() throws {
        let yellow = try #require(AccentColour(hex: "#ffcc00")).readable(on: .light).hex
        // Red a little more than green, and no blue at all.
        let channels = stride(from: 1, to: 7, by: 2).map { Int(yellow.dropFirst($0).prefix(2), radix: 16) ?? -1 }
        #expect(channels[0] > channels[1] && channels[1] > 60 && channels[2] == 0, "\(yellow)")
    }

    @Test func onlySixDigitsAreAColour() {
        for text in ["", "#", "#fff", "1f4b99", "#1f4b9g", "#+1f4b9", "#1f4b999", "#1f4b99;color:red", "url(#x)"] {
            #expect(AccentColour(hex: text) == nil, "\(text)")
        }
    }
}
