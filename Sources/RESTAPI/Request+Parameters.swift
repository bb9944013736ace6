import Deliveries
import Foundation
import Hummingbird
import WebServer

extension WebContext {
    /// The identifier in the path; what is none leads nowhere.
    func identifier<Entity>(_ name: String = "id", of: Entity.Type = Entity.self) throws -> Identifier<Entity> {
        guard let text = parameters.get(name), let id = Identifier<Entity>(text) else {
            throw DeliveriesError(.notFound)
        }
        return id
    }
}

extension Request {
    /// A number in the query, within bounds; the fallback if there is none.
    func number(_ name: String, within bounds: ClosedRange<Int>, or fallback: Int) throws -> Int {
        guard let text = query(name) else { return fallback }
        guard let number = Int(text), bounds.contains(number) else {
            throw DeliveriesError(
                .invalid,
                fields: [
                    FieldError(
                        name, "out-of-range", ["least": String(bounds.lowerBound), "most": String(bounds.upperBound)])
                ])
        }
        return number
    }

    /// A text in the query, at most 200 characters; empty if there is none.
    func text(_ name: String) -> String { String((query(name) ?? "").prefix(200)) }

    /// A moment as RFC 3339 writes it; nil if there is none.
    func moment(_ name: String) throws -> Date? {
        let text = text(name)
        guard !text.isEmpty else { return nil }
        let forms = [Date.ISO8601FormatStyle(), Date.ISO8601FormatStyle(includingFractionalSeconds: true)]
        guard let date = forms.lazy.compactMap({ try? $0.parse(text) }).first else {
            throw DeliveriesError(.invalid, fields: [FieldError(name, "unsupported")])
        }
        return date
    }

    /// The first value of that name in the query, decoded as pages' scripts encode it.
    private func query(_ name: String) -> String? { FormBody(encoded: (uri.query ?? "").utf8).value(name) }
}
