import Foundation
import Localization
import Mustache

/// All templates, compiled once for each language with that language's texts put in.
///
/// In a template `{{#t}}page.area.key{{/t}}` stands for a text of the catalogue. It is replaced before compilation and
/// escaped; a placeholder `{name}` in the text becomes the tag `{{name}}`, so that values are escaped like all others.
struct PageLibrary: Sendable {
    /// Why the templates cannot be used.
    enum LoadingError: Error, CustomStringConvertible {
        case noTemplates(folder: String)
        case unescapedTag(template: String)
        case unknownText(template: String, key: String)
        case unknownPartial(template: String, name: String)

        var description: String {
            switch self {
            case .noTemplates(let folder):
                "There are no page templates in \(folder). Is DEPESCHE_RESOURCES set correctly?"
            case .unescapedTag(let template): "\(template): a tag that is not escaped"
            case .unknownText(let template, let key): "\(template): there is no text \(key)"
            case .unknownPartial(let template, let name): "\(template): there is no partial \(name)"
            }
        }
    }

    private let libraries: [Language: MustacheLibrary]

    /// Compiles all templates of a folder; fails rather than show a page with a gap.
    init(folder: URL) throws {
        let sources = try Self.sources(in: folder)
        var libraries: [Language: MustacheLibrary] = [:]
        for language in Language.allCases {
            let text = Localizer(language)
            var templates: [String: MustacheTemplate] = [:]
            for (name, source) in sources {
                guard !source.contains("{{{"), !source.contains("{{&") else {
                    throw LoadingError.unescapedTag(template: name)
                }
                for partial in Self.insides(of: "{{>", in: source) where sources[partial] == nil {
                    throw LoadingError.unknownPartial(template: name, name: partial)
                }
                templates[name] = try MustacheTemplate(string: Self.saying(source, in: text, template: name))
            }
            libraries[language] = MustacheLibrary(templates: templates)
        }
        self.libraries = libraries
    }

    /// The page of a model, in the language of its frame.
    func render(_ model: some PageModel) -> String {
        libraries[model.page.spoken]?.render(TagValues.of(model) ?? [:], withTemplate: type(of: model).template) ?? ""
    }

    /// The templates of a folder by name, as written.
    static func sources(in folder: URL) throws -> [String: String] {
        let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        var sources: [String: String] = [:]
        for file in files where file.pathExtension == "mustache" {
            sources[file.deletingPathExtension().lastPathComponent] = try String(contentsOf: file, encoding: .utf8)
        }
        guard !sources.isEmpty else { throw LoadingError.noTemplates(folder: folder.path) }
        return sources
    }

    /// Puts the texts of a language into a template.
    static func saying(_ source: String, in text: Localizer, template: String) throws -> String {
        let (opening, closing) = ("{{#t}}", "{{/t}}")
        var result = ""
        var rest = source[...]
        while let open = rest.range(of: opening), let close = rest[open.upperBound...].range(of: closing) {
            let key = String(rest[open.upperBound..<close.lowerBound])
            guard text.has(key) else { throw LoadingError.unknownText(template: template, key: key) }
            result += rest[..<open.lowerBound]
            let words = text(key)
            // Braces become tags only after the words are escaped; no character of a tag is touched by that.
            result += words.escapedForMarkup.replacing("{", with: "{{").replacing("}", with: "}}")
            rest = rest[close.upperBound...]
        }
        return result + rest
    }

    /// The names that follow an opening such as `{{>`.
    private static func insides(of opening: String, in source: String) -> [String] {
        source.components(separatedBy: opening).dropFirst().compactMap {
            $0.components(separatedBy: "}}").first?.trimmingCharacters(in: .whitespaces)
        }
    }
}
