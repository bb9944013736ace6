/// A statement in the SQL that SQLite and PostgreSQL share.
///
/// Its text comes from literals only. What is interpolated is bound to a placeholder, so that no value can become
/// text; other statements can be interpolated as parts.
///
///     "SELECT \(Self.columns) FROM account WHERE id = \(id)"
struct Statement: Equatable, Sendable, ExpressibleByStringInterpolation {
    enum Piece: Equatable, Sendable {
        case text(String)
        case value(SQLValue)
    }

    private(set) var pieces: [Piece]

    init(stringLiteral: String) {
        pieces = [.text(stringLiteral)]
    }

    /// A statement whose text was put together from names of the schema.
    init(pieces: [Piece]) {
        self.pieces = pieces
    }

    init(stringInterpolation: StringInterpolation) {
        pieces = stringInterpolation.pieces
    }

    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var pieces: [Piece] = []

        init(literalCapacity: Int, interpolationCount: Int) {
            pieces.reserveCapacity(2 * interpolationCount + 1)
        }

        mutating func appendLiteral(_ literal: String) {
            if !literal.isEmpty { pieces.append(.text(literal)) }
        }

        mutating func appendInterpolation(_ value: some SQLBindable) {
            pieces.append(.value(value.sqlValue))
        }

        mutating func appendInterpolation(_ value: (some SQLBindable)?) {
            pieces.append(.value(value?.sqlValue ?? .null))
        }

        /// A part that was written as a statement of its own.
        mutating func appendInterpolation(_ part: Statement) {
            pieces += part.pieces
        }

        /// A list in parentheses for `IN`; an empty one matches nothing.
        mutating func appendInterpolation(list values: some Collection<some SQLBindable>) {
            pieces.append(.text("("))
            for (index, value) in values.enumerated() {
                if index > 0 { pieces.append(.text(", ")) }
                pieces.append(.value(value.sqlValue))
            }
            pieces.append(.text(values.isEmpty ? "NULL)" : ")"))
        }
    }

    /// The text with the engine's placeholders and the values in their order.
    func rendered(for engine: Engine) -> (text: String, values: [SQLValue]) {
        var text = ""
        var values: [SQLValue] = []
        for piece in pieces {
            switch piece {
            case .text(let literal):
                text += literal
            case .value(let value):
                values.append(value)
                text.append(engine.placeholderSign)
                text += String(values.count)
            }
        }
        return (text, values)
    }
}

/// A database engine whose SQL the statements are written in.
enum Engine: Sendable {
    case sqlite
    case postgreSQL

    /// What a numbered placeholder begins with.
    var placeholderSign: Character {
        switch self {
        case .sqlite: "?"
        case .postgreSQL: "$"
        }
    }
}
