import Deliveries
import Localization
import MailMessage
import MailTemplates
import Secrets
import Testing

@Suite struct ErrorTextTests {
    @Test(arguments: Language.allCases) func everyCodeIsSaidInWords(language: Language) {
        let localizer = Localizer(language)
        for code in DeliveriesError.Code.allCases {
            #expect(localizer.has("error.\(code.rawValue)"), "error.\(code.rawValue)")
        }
    }

    @Test(arguments: Language.allCases) func everyReasonOfAnAddressOrPasswordIsSaidInWords(language: Language) {
        let localizer = Localizer(language)
        let reasons = AddressError.allCases.map { "address-\($0.rawValue)" } + PasswordRule.allCases.map(\.code)
        for reason in reasons { #expect(localizer.has("error.field.\(reason)"), "error.field.\(reason)") }
    }

    @Test(arguments: Language.allCases) func everyReasonOfASettingIsSaidInWordsWithItsValues(language: Language)
        async throws
    {
        let localizer = Localizer(language)
        try await AccountHouse.with { house in
            let sets =
                SettingValueTests.rows.filter { $0.reason != nil }.map { [$0.key: $0.typed] }
                + SettingsServiceTests.together.filter { !$0.mistakes.isEmpty }.map(\.set)
                + [["mail.route": "direct"]]
            for values in sets {
                let error = try await refusal { _ = try await house.settings.set(values, by: nil) }
                for field in error.fields {
                    let key = "error.field.\(field.reason)"
                    #expect(localizer.has(key), "\(key)")
                    let words = localizer(key, field.values)
                    #expect(!words.contains("{"), "\(words)")
                }
            }
        }
    }

    @Test(arguments: Language.allCases) func everyMistakeOfAMailTemplateIsSaidInWords(language: Language) {
        let localizer = Localizer(language)
        let values = ["line": "3", "column": "7", "name": "sender"]
        for reason in TemplateMistake.Reason.allCases.map(\.rawValue) + ["outdated"] {
            let key = "error.field.template-\(reason)"
            #expect(localizer.has(key), "\(key)")
            let words = localizer(key, values).replacing("{{", with: "").replacing("}}", with: "")
            #expect(!words.contains("{"), "\(words)")
        }
    }
}
