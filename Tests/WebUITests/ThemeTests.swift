import Deliveries
import MailTemplates
import Testing

@testable import WebUI

@Suite struct ThemeTests {
    @Test func theAddressSaysTheColours() throws {
        let theme = Theme(Settings(overrides: ["organisation.accent": "#7a1f5c"]))
        #expect(theme.light.hex == "#7a1f5c" && theme.dark.isReadable(on: .dark))
        let name = try #require(theme.address.split(separator: "/").last)
        #expect(Theme(fileName: String(name)) == theme)
        #expect(theme.sheet.contains("--accent:#7a1f5c") && theme.sheet.contains("--accent:\(theme.dark.hex)"))
    }

    @Test func whatIsSetForDarkPaperHoldsThere() {
        let theme = Theme(
            Settings(overrides: ["organisation.accent": "#7a1f5c", "organisation.accent-dark": "#ffcc00"]))
        #expect(theme.dark.hex == "#ffcc00")
        #expect(Theme(Settings()) == Theme(light: .standard, dark: .standardOnDark))
    }

    @Test(arguments: [
        "", "a.css", "1f4b99.css", "1f4b99-8fb4ff", "1f4b99-8fb4ff.js", "1f4b99-8fb4ff-8fb4ff.css", "ffffff-8fb4ff.css",
        "1f4b99-000000.css", "1f4b9}-8fb4ff.css", "..%2f-8fb4ff.css",
    ])
    func otherAddressesLeadNowhere(name: String) {
        #expect(Theme(fileName: name) == nil)
    }
}
