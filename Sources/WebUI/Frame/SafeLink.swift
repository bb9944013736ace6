import Foundation

/// An address that may stand in a link: https, http or mailto, and nothing that a browser would run.
struct SafeLink: Sendable, Equatable {
    let text: String

    init?(_ text: String) {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }), let url = URL(string: text),
            let scheme = url.scheme?.lowercased(), ["https", "http", "mailto"].contains(scheme)
        else { return nil }
        guard scheme == "mailto" || url.host?.isEmpty == false else { return nil }
        self.text = text
    }
}
