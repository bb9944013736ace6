import Foundation
import Localization

@testable import WebUI

/// Walks a template with a model whose every option is filled, and finds tags that mean nothing.
struct TemplateCheck {
    private enum Piece {
        case value(String)
        case section(String, [Piece])
        case partial(String)
    }

    private let sources: [String: String]

    init() throws {
        sources = try PageLibrary.sources(in: Self.folder)
    }

    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Sources/WebUI/Resources/templates")

    var names: [String] { sources.keys.sorted() }

    func source(_ name: String) -> String { sources[name] ?? "" }

    /// The templates that a template uses, itself included.
    func closure(of name: String) -> Set<String> {
        var found: Set<String> = []
        var waiting = [name]
        while let next = waiting.popLast() {
            if found.insert(next).inserted { waiting += partials(in: pieces(of: next)) }
        }
        return found
    }

    /// What is wrong with a template under a model: unknown names, and names that a template looks up outside because
    /// the model inside leaves them empty.
    func mistakes(in name: String, model: Any) -> [String] {
        var mistakes: Set<String> = []
        walk(pieces(of: name), stack: [model], place: name, &mistakes)
        return mistakes.sorted()
    }

    private func walk(_ pieces: [Piece], stack: [Any], place: String, _ mistakes: inout Set<String>) {
        for piece in pieces {
            switch piece {
            case .partial(let name):
                walk(self.pieces(of: name), stack: stack, place: name, &mistakes)
            case .value(let name):
                _ = look(up: name, stack, place, &mistakes)
            case .section(let name, let inside):
                guard let value = look(up: name, stack, place, &mistakes) else { continue }
                switch value {
                case is Bool: walk(inside, stack: stack, place: place, &mistakes)
                case let list as [Any]:
                    if list.isEmpty { mistakes.insert("\(place): the sample leaves \(name) empty") }
                    for element in list { walk(inside, stack: stack + [element], place: place, &mistakes) }
                default: walk(inside, stack: stack + [value], place: place, &mistakes)
                }
            }
        }
    }

    private func look(up name: String, _ stack: [Any], _ place: String, _ mistakes: inout Set<String>) -> Any? {
        if name == "." { return stack.last }
        let path = name.split(separator: ".").map(String.init)
        let places = name.hasPrefix(".") ? [stack[stack.count - 1]] : stack.reversed()
        for (depth, object) in places.enumerated() {
            guard let child = Self.child(path[0], of: object) else { continue }
            // Such a property may be nil in another list entry: then swift-mustache would take an outer one.
            if depth == 0, child.isOptional, stack.count > 1, !name.hasPrefix("."),
                stack.dropLast().contains(where: { Self.child(path[0], of: $0) != nil })
            {
                mistakes.insert("\(place): \(name) must begin with a dot")
            }
            return path.dropFirst().reduce(child.value) { value, step in
                guard let value, let next = Self.child(step, of: value) else {
                    mistakes.insert("\(place): \(name) is unknown")
                    return nil
                }
                return next.value
            }
        }
        mistakes.insert("\(place): \(name) is unknown")
        return nil
    }

    private static func child(_ name: String, of object: Any) -> (value: Any?, isOptional: Bool)? {
        guard let child = Mirror(reflecting: object).children.first(where: { $0.label == name }) else { return nil }
        let mirror = Mirror(reflecting: child.value)
        guard mirror.displayStyle == .optional else { return (child.value, false) }
        return (mirror.children.first?.value, true)
    }

    private func partials(in pieces: [Piece]) -> [String] {
        pieces.flatMap { piece -> [String] in
            switch piece {
            case .partial(let name): [name]
            case .section(_, let inside): partials(in: inside)
            case .value: []
            }
        }
    }

    private func pieces(of name: String) -> [Piece] {
        var stack: [(name: String, pieces: [Piece])] = [("", [])]
        // Texts are no tags, except for the placeholders in them.
        let source = (try? PageLibrary.saying(sources[name] ?? "", in: .init(.german), template: name)) ?? ""
        for piece in source.components(separatedBy: "{{").dropFirst() {
            guard let end = piece.range(of: "}}") else { continue }
            let tag = piece[..<end.lowerBound].trimmingCharacters(in: .whitespaces)
            let inside = tag.dropFirst().trimmingCharacters(in: .whitespaces)
            switch tag.first {
            case "#", "^": stack.append((inside, []))
            case "/":
                let closed = stack.removeLast()
                stack[stack.count - 1].pieces.append(.section(closed.name, closed.pieces))
            case ">": stack[stack.count - 1].pieces.append(.partial(inside))
            case "!": break
            default: stack[stack.count - 1].pieces.append(.value(tag))
            }
        }
        return stack[0].pieces
    }
}
