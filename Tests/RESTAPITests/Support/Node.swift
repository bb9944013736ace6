/// A value of JSON or YAML.
indirect enum Node: Decodable, Equatable, Sendable {
    case null
    case bool(Bool)
    case number(Double)
    case text(String)
    case list([Node])
    case object([String: Node])

    init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: Key.self) {
            var members: [String: Node] = [:]
            for key in container.allKeys { members[key.stringValue] = try container.decode(Node.self, forKey: key) }
            self = .object(members)
        } else if var container = try? decoder.unkeyedContainer() {
            var items: [Node] = []
            while !container.isAtEnd { items.append(try container.decode(Node.self)) }
            self = .list(items)
        } else {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .null
            } else if let value = try? container.decode(Bool.self) {
                self = .bool(value)
            } else if let value = try? container.decode(Double.self) {
                self = .number(value)
            } else {
                self = .text(try container.decode(String.self))
            }
        }
    }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    subscript(_ name: String) -> Node? {
        if case .object(let members) = self { return members[name] }
        return nil
    }

    var members: [String: Node] {
        if case .object(let members) = self { return members }
        return [:]
    }

    var items: [Node] {
        if case .list(let items) = self { return items }
        return []
    }

    var string: String? {
        if case .text(let text) = self { return text }
        return nil
    }

    var double: Double? {
        if case .number(let number) = self { return number }
        return nil
    }

    /// The name of its type in JSON Schema.
    var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .number(let number): number == number.rounded() ? "integer" : "number"
        case .text: "string"
        case .list: "array"
        case .object: "object"
        }
    }
}
