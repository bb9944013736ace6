import Hummingbird
import Localization

/// What is around every page: the head, the menus, the foot.
struct PageFrame: Sendable {
    /// A place in a menu.
    struct MenuEntry: Sendable {
        let href: String
        let label: String
        let isCurrent: Bool
    }

    /// The organisation's logo in place of its name.
    struct Logo: Sendable {
        let source: String
        let width: String
        let height: String
    }

    /// Places in the menu of the administration under one heading.
    struct MenuGroup: Sendable {
        let heading: String?
        let items: [MenuEntry]
    }

    /// Who is signed in.
    struct User: Sendable {
        let name: String
        let email: String
    }

    /// A language that the page can be had in instead.
    struct OtherLanguage: Sendable {
        let code: String
        let name: String
    }

    /// What was just done.
    struct Notice: Sendable {
        let kind: String
        let icon: String
        let text: String
    }

    var title: String
    let spoken: Language
    let organisation: String
    let assets: String
    let csrf: String?
    let home: String
    let path: String
    let languageAction: String
    let otherLanguages: [OtherLanguage]
    let imprint: String?
    let privacy: String?
    let footer: String?
    let scripts: [String]
    let scriptTexts: String?
    let theme: String?
    let logo: Logo?
    var notice: Notice?
    let user: User?
    let navigation: [MenuEntry]
    let adminNavigation: [MenuGroup]
    /// Cookies that go out with the page: the one that a stranger's form is bound to.
    let cookies: [Cookie]

    /// The language for the `lang` attribute.
    let language: String
    /// Whether the reader may send deliveries.
    var maySend = true
    /// Whether the reader may see the settings, and so the pages where they stand.
    var maySeeSettings = true
    /// Whether the reader may change the settings.
    var mayChangeSettings = true
    /// Who may change what the reader may only look at here; nil where the reader may.
    var readOnlyNote: String?
    /// Whether the reader may only look at what stands here: fields take nothing then.
    var isReadOnly: Bool = false
}
