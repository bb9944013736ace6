/// The start of the administration: everything in order, or what is not, and then the figures.
struct StartPage: PageModel {
    /// Something that is not in order, with the way to repair it.
    struct Repair: Sendable, Equatable {
        let kind: String
        let icon: String
        let word: String
        let title: String
        let text: String
        let href: String?
        let button: String
    }

    /// A figure with its name; where it wants a look, with a word and the way to do something.
    struct Tile: Sendable, Equatable {
        let label: String
        let value: String
        var status: StatusView?
        var link: LinkView?
    }

    /// Something that stands well or does not.
    struct Standing: Sendable, Equatable {
        let name: String
        let status: StatusView
        let detail: String?
        let link: LinkView?
    }

    /// A part of the page.
    struct Part: Sendable {
        let id: String
        let title: String
        let tiles: [Tile]
        let charts: [ChartGroup]
        let meters: [Meter]
        let standings: [Standing]
        let hasStandings: Bool
    }

    /// How much of something is used.
    struct Meter: Sendable {
        let label: String
        let text: String
        /// How wide the used part is, of a hundred.
        let used: String
    }

    static let template = "admin-start"
    let page: PageFrame
    let isWell: Bool
    let heading: String
    let repairs: [Repair]
    let parts: [Part]
    /// When the figures were taken.
    let taken: String
}
