import Deliveries
import Foundation
import Images
import Localization
import Storage
import Testing

@Suite struct BrandingTests {
    /// 48 × 16 pixels in blue ink.
    static let picture = [UInt8](
        Data(
            base64Encoded: "iVBORw0KGgoAAAANSUhEUgAAADAAAAAQCAIAAADfzGvmAAAAJElEQVR42mOQ9545qBDDqINGHTTqoFEH"
                + "jTpo1EGjDhp1EH0RADFQCS5l7/zMAAAAAElFTkSuQmCC") ?? Data())

    @Test func aLogoIsSetReplacedGivenOutAndTakenAway() async throws {
        try await AccountHouse.with { house in
            let branding = Branding(house.parts)
            #expect(try await house.settings.current().logo == nil)
            let logo = try await branding.setLogo(Self.picture, by: nil, origin: AccountHouse.origin)
            #expect(logo.width == 48 && logo.height == 16 && logo.format == .png && logo.fitsInMail)
            let current = try await house.settings.current()
            #expect(current.logo == logo && current.isSet(.organisationLogo))
            #expect(logo.path == "/brand/logo/\(logo.digest)")
            let given = try #require(try await branding.logo(logo.digest))
            #expect(given.octets == Data(Self.picture) && given.logo == logo)

            // The same again is no change; another takes its place, and the former is gone.
            try await branding.setLogo(Self.picture, by: nil, origin: AccountHouse.origin)
            let other = try await branding.setLogo(Self.jpeg(), by: nil, origin: AccountHouse.origin)
            #expect(try await branding.logo(logo.digest) == nil)
            #expect(try await branding.logo(other.digest)?.logo.format == .jpeg)

            try await branding.removeLogo(by: nil, origin: AccountHouse.origin)
            try await branding.removeLogo(by: nil, origin: AccountHouse.origin)
            #expect(try await house.settings.current().logo == nil)
            #expect(try await branding.logo(other.digest) == nil)
            #expect(try await house.database.read { try $0.brandPictures.picture(other.digest) } == nil)
            let changes = try await house.database.read { try $0.ledger.audit(offset: 0, limit: 10) }
                .filter { $0.action == AuditAction.settingChanged.rawValue }
            #expect(changes.map(\.target) == ["organisation.logo", "organisation.logo", "organisation.logo"])
        }
    }

    @Test func whatIsNoPictureChangesNothing() async throws {
        try await AccountHouse.with { house in
            let branding = Branding(house.parts)
            let logo = try await branding.setLogo(Self.picture, by: nil, origin: AccountHouse.origin)
            let hostile: [([UInt8], String)] = [
                ([], "image-empty"), (Array("<svg onload=\"alert(1)\"/>".utf8), "image-vector"),
                (Self.picture + Array("PK".utf8), "image-trailing-data"), (Self.picture.dropLast(), "image-malformed"),
                ([UInt8](repeating: 0, count: 600_000), "image-too-large"),
            ]
            for (octets, reason) in hostile {
                let error = try await refusal {
                    try await branding.setLogo(octets, by: nil, origin: AccountHouse.origin)
                }
                #expect(error.fields.map(\.reason) == [reason])
                #expect(error.fields.map(\.field) == ["organisation.logo"])
            }
            #expect(try await house.settings.current().logo == logo)
        }
    }

    @Test func asASettingItIsOnlyRead() async throws {
        try await AccountHouse.with { house in
            let logo = try await Branding(house.parts).setLogo(Self.picture, by: nil, origin: AccountHouse.origin)
            for typed in ["", "logo.png", logo.setting + "0"] {
                let error = try await refusal {
                    _ = try await house.settings.set(["organisation.logo": typed], by: nil)
                }
                #expect(error.fields == [FieldError("organisation.logo", "set-as-file")])
            }
            // All settings as they were read are no change.
            try await house.settings.set(["organisation.logo": logo.setting, "organisation.name": "Neu"], by: nil)
            #expect(try await house.settings.current().logo == logo)
        }
    }

    @Test func aStoredDescriptionThatIsNoneIsNoLogo() {
        let digest = String(repeating: "a", count: 64)
        #expect(BrandLogo(setting: "\(digest) png 48 16 93")?.setting == "\(digest) png 48 16 93")
        for text in [
            "", digest, "\(digest) svg 48 16 93", "\(digest) png 0 16 93", "\(digest) png -1 16 93",
            "\(digest.dropLast()) png 48 16 93", "\(digest.dropLast())/ png 48 16 93", "\(digest) png 48 16 93 1",
        ] {
            #expect(BrandLogo(setting: text) == nil, "\(text)")
        }
    }

    @Test func aLogoThatIsLargeForMailsStaysOnPages() async throws {
        try await AccountHouse.with { house in
            let branding = Branding(house.parts)
            func inMail() async throws -> Bool {
                let settings = try await house.settings.current()
                return try await house.database.read { try $0.mailLogo(settings) } != nil
            }
            #expect(try await !inMail())
            try await branding.setLogo(Self.picture, by: nil, origin: AccountHouse.origin)
            #expect(try await inMail())
            let large = try await branding.setLogo(
                Self.jpeg(packed: BrandLogo.mostOctetsInMail), by: nil, origin: AccountHouse.origin)
            #expect(!large.fitsInMail)
            #expect(try await !inMail())
        }
    }

    @Test(arguments: Language.allCases) func everyMistakeIsSaidInWords(language: Language) {
        let text = Localizer(language)
        for mistake in StillImage.Mistake.allCases {
            #expect(text.has("error.field.\(mistake.rawValue)"), "\(mistake.rawValue)")
        }
        #expect(text.has("error.field.set-as-file"))
    }

    /// A picture with so many octets of packed pixels.
    static func jpeg(packed: Int = 4) -> [UInt8] {
        [0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, 0, 20, 0, 60, 1, 1, 0x11, 0, 0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0]
            + [UInt8](repeating: 0x5A, count: packed) + [0xFF, 0xD9]
    }
}
