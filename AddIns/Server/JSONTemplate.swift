import Foundation
import Localization

/// A JSON file whose strings have places to fill.
struct JSONTemplate {
    private let object: [String: Any]

    /// Reads a file.
    ///
    /// - Throws: ``AddInFileError``.
    init(_ name: String, in files: [String: Data]) throws(AddInFileError) {
        guard let data = files[name] else { throw .missing(name) }
        guard let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any] else { throw .notJSON(name) }
        self.object = object
    }

    /// The same without a member, which a path of names leads to.
    func without(_ path: String...) -> JSONTemplate {
        JSONTemplate(object: Self.with(nil, at: path[...], object))
    }

    /// The same with another value of a member, which a path of names leads to.
    func with(_ value: Any, at path: String...) -> JSONTemplate {
        JSONTemplate(object: Self.with(value, at: path[...], object))
    }

    private init(object: [String: Any]) {
        self.object = object
    }

    private static func with(_ value: Any?, at path: ArraySlice<String>, _ object: [String: Any]) -> [String: Any] {
        guard let name = path.first else { return object }
        var object = object
        if path.count == 1 {
            object[name] = value
        } else if let inner = object[name] as? [String: Any] {
            object[name] = with(value, at: path.dropFirst(), inner)
        }
        return object
    }

    /// The file for an installation. Without an address of its own, entries that name it are left out.
    func filled(_ installation: AddInInstallation, language: Language) throws -> Data {
        let filled = try Self.filled(object, installation, language)
        return try JSONSerialization.data(
            withJSONObject: filled, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    }

    /// Whether a text says where the installation is.
    private static func namesPlace(_ value: Any) -> Bool {
        guard let text = value as? String else { return false }
        return text.contains("{{url}}") || text.contains("{{host}}")
    }

    private static func filled(_ value: Any, _ installation: AddInInstallation, _ language: Language) throws -> Any {
        switch value {
        case let text as String:
            return try installation.filled(text, language: language) { $0 }
        case let list as [Any]:
            return try list.filter { installation.url != nil || !namesPlace($0) }
                .map { try filled($0, installation, language) }
        case let object as [String: Any]:
            return try object.filter { installation.url != nil || !namesPlace($0.value) }
                .mapValues { try filled($0, installation, language) }
        default:
            return value
        }
    }
}
