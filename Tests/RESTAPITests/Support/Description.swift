import Foundation
import HTTPTypes
import Localization
import Yams

@testable import RESTAPI

/// The description of the interface, as a test reads it: which routes there are, and whether an answer is as described.
struct Description: Sendable {
    static let shared: Description = {
        let text = (try? String(contentsOf: DescriptionRoute.file, encoding: .utf8)) ?? ""
        return Description(text: text, root: (try? YAMLDecoder().decode(Node.self, from: text)) ?? .null)
    }()

    let text: String
    private let root: Node

    /// `GET /deliveries/{id}` and so on.
    func operations() -> Set<String> {
        var result: Set<String> = []
        for (path, item) in root["paths"]?.members ?? [:] {
            for method in item.members.keys where Self.methods.contains(method) {
                result.insert("\(method.uppercased()) \(path)")
            }
        }
        return result
    }

    /// The names of the parameters in the address, of each operation that has some.
    func queryParameters() -> [String: Set<String>] {
        var result: [String: Set<String>] = [:]
        for (path, item) in root["paths"]?.members ?? [:] {
            for (method, operation) in item.members where Self.methods.contains(method) {
                let all = (item["parameters"]?.items ?? []) + (operation["parameters"]?.items ?? [])
                let names = all.compactMap { Self.resolved($0, root) }.filter { $0["in"]?.string == "query" }
                    .compactMap { $0["name"]?.string }
                if !names.isEmpty { result["\(method.uppercased()) \(path)"] = Set(names) }
            }
        }
        return result
    }

    /// All error codes.
    func codes() -> Set<String> {
        Set(root["components"]?["schemas"]?["ErrorCode"]?["enum"]?.items.compactMap(\.string) ?? [])
    }

    /// What is wrong with an answer; nothing if it is as described.
    func mistakes(
        _ method: HTTPRequest.Method, _ path: String, status: Int, mediaType: String?, body: Data
    ) throws -> [String] {
        let path = path.split(separator: "?")[0]
        guard let operation = Self.operation(root, method.rawValue.lowercased(), String(path)) else {
            return ["\(method) \(path) is not described"]
        }
        guard let described = operation["responses"]?["\(status)"].flatMap({ Self.resolved($0, root) }) else {
            return ["\(method) \(path): the status \(status) is not described"]
        }
        guard let contents = described["content"]?.members, !contents.isEmpty else {
            return body.isEmpty ? [] : ["\(method) \(path): the body is not described"]
        }
        guard let mediaType, let content = contents[mediaType] else {
            return ["\(method) \(path): the content type \(mediaType ?? "") is not described"]
        }
        guard mediaType.hasSuffix("json"), let schema = content["schema"] else { return [] }
        let value = try JSONDecoder().decode(Node.self, from: body)
        return Self.mistakes(value, schema, root, "\(method) \(path) \(status)")
    }

    private static let methods: Set<String> = ["get", "put", "post", "patch", "delete", "head"]

    private static func operation(_ root: Node, _ method: String, _ path: String) -> Node? {
        let wanted = path.split(separator: "/")
        let candidates = (root["paths"]?.members ?? [:]).filter { template, item in
            let parts = template.split(separator: "/")
            return item[method] != nil && parts.count == wanted.count
                && zip(parts, wanted).allSatisfy { $0 == $1 || $0.hasPrefix("{") }
        }
        // A path that is spelt out goes before one with a parameter.
        return candidates.min { $0.key.filter { $0 == "{" }.count < $1.key.filter { $0 == "{" }.count }?.value[method]
    }

    private static func resolved(_ node: Node, _ root: Node) -> Node? {
        guard let reference = node["$ref"]?.string else { return node }
        var found: Node? = root
        for part in reference.dropFirst(2).split(separator: "/") { found = found?[String(part)] }
        return found
    }

    /// Checks a value against the part of JSON Schema that the description uses.
    private static func mistakes(_ value: Node, _ reference: Node, _ root: Node, _ place: String) -> [String] {
        guard let schema = resolved(reference, root) else { return ["\(place): the schema is missing"] }
        if let type = schema["type"] {
            let allowed = type.string.map { [$0] } ?? type.items.compactMap(\.string)
            let isFine = allowed.contains(value.typeName) || (value.typeName == "integer" && allowed.contains("number"))
            if !isFine { return ["\(place): \(value.typeName) instead of \(allowed)"] }
        }
        if let choices = schema["enum"]?.items, !choices.contains(value) { return ["\(place): \(value) is no choice"] }
        if let least = schema["minimum"]?.double, let number = value.double, number < least {
            return ["\(place): \(number) is too small"]
        }
        if let pattern = schema["pattern"]?.string, let text = value.string,
            text.range(of: pattern, options: .regularExpression) == nil
        {
            return ["\(place): \(text) does not match \(pattern)"]
        }
        if schema["format"]?.string == "date-time", let text = value.string,
            (try? Date(text, strategy: .iso8601)) == nil
        {
            return ["\(place): \(text) is no time"]
        }
        var result: [String] = []
        if case .object(let members) = value {
            let properties = schema["properties"]?.members ?? [:]
            for name in schema["required"]?.items.compactMap(\.string) ?? [] where members[name] == nil {
                result.append("\(place): \(name) is missing")
            }
            for (name, member) in members {
                if let property = properties[name] {
                    result += mistakes(member, property, root, "\(place).\(name)")
                } else if schema["additionalProperties"] == .bool(false) {
                    result.append("\(place): \(name) is not described")
                }
            }
        }
        if let items = schema["items"] {
            for (index, item) in value.items.enumerated() {
                result += mistakes(item, items, root, "\(place)[\(index)]")
            }
        }
        return result
    }
}
