/// A link with its words; also the way back above a page.
struct LinkView: Sendable, Equatable {
    let href: String
    let label: String

    init(_ href: String, _ label: String) {
        self.href = href
        self.label = label
    }
}

/// A choice of a filter: a link that may be the present one.
struct FilterView: Sendable, Equatable {
    let href: String
    let label: String
    let isCurrent: Bool
}

/// A name and a value in a list of facts.
struct FactView: Sendable, Equatable {
    let label: String
    let value: String

    init(_ label: String, _ value: String) {
        self.label = label
        self.value = value
    }
}
