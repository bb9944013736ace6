import Foundation

/// All texts of all languages, read once from `Resources/<language>.json`.
public struct Catalogue: Sendable {
    /// Why the texts could not be read.
    public enum LoadingError: Error, Sendable, CustomStringConvertible {
        /// The file is missing or unreadable.
        case unreadable(file: String)
        /// The file is not a tree of JSON objects with strings as leaves.
        case malformed(file: String, reason: String)
        /// The file does not say how its language writes numbers and counts.
        case incomplete(file: String, key: String)

        /// What is wrong, for the operator.
        public var description: String {
            switch self {
            case .unreadable(let file): "The texts in \(file) cannot be read. Is DEPESCHE_RESOURCES set correctly?"
            case .malformed(let file, let reason): "The texts in \(file) are malformed: \(reason)"
            case .incomplete(let file, let key): "The texts in \(file) say nothing usable under \(key)."
            }
        }
    }

    /// The languages that there are: German, English, then the others in the order of their subtags.
    let languages: [Language]
    private let texts: [Language: [String: String]]
    private let grammars: [Language: Grammar]

    /// The texts that every ``Localizer`` uses, or why they could not be read.
    static let shared = Result { try Catalogue() }

    /// Fails if the texts cannot be read. Called at the start, so that no page ever shows keys in place of words.
    public static func check() throws {
        _ = try shared.get()
    }

    init() throws {
        let bundle = ResourceFolder.locate(target: "Localization") ?? Bundle.module.bundleURL
        try self.init(folder: bundle.appendingPathComponent("Resources", isDirectory: true))
    }

    init(folder: URL) throws {
        var texts: [Language: [String: String]] = [:]
        var grammars: [Language: Grammar] = [:]
        languages = Self.languages(in: folder)
        for language in languages {
            let file = folder.appendingPathComponent("\(language.rawValue).json")
            guard let data = try? Data(contentsOf: file) else { throw LoadingError.unreadable(file: file.path) }
            do {
                texts[language] = try JSONDecoder().decode(Node.self, from: data).flattened()
            } catch {
                throw LoadingError.malformed(file: file.path, reason: String(describing: error))
            }
            do throws(Grammar.Missing) {
                grammars[language] = try Grammar(texts[language] ?? [:])
            } catch {
                throw LoadingError.incomplete(file: file.path, key: error.key)
            }
        }
        self.texts = texts
        self.grammars = grammars
    }

    private static func languages(in folder: URL) -> [Language] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        var others: [Language] = []
        for file in files where file.hasSuffix(".json") {
            let subtag = String(file.dropLast(".json".count))
            let isLetters = subtag.utf8.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
            guard isLetters, (2...3).contains(subtag.utf8.count) else { continue }
            let language = Language(subtag: subtag)
            if language != .german, language != .english { others.append(language) }
        }
        return [.german, .english] + others.sorted { $0.rawValue < $1.rawValue }
    }

    func text(_ key: String, _ language: Language) -> String? {
        texts[language]?[key]
    }

    func grammar(_ language: Language) -> Grammar { grammars[language] ?? .english }

    func keys(_ language: Language) -> [String] {
        texts[language].map { $0.keys.sorted() } ?? []
    }

    /// One value of the tree: a text, or an area that holds more.
    private indirect enum Node: Decodable {
        case text(String)
        case area([String: Node])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self = .text(text)
            } else {
                self = .area(try container.decode([String: Node].self))
            }
        }

        func flattened() -> [String: String] {
            var result: [String: String] = [:]
            collect(path: "", into: &result)
            return result
        }

        private func collect(path: String, into result: inout [String: String]) {
            switch self {
            case .text(let text): result[path] = text
            case .area(let children):
                for (name, child) in children {
                    child.collect(path: path.isEmpty ? name : "\(path).\(name)", into: &result)
                }
            }
        }
    }
}
