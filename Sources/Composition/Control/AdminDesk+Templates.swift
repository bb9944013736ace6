import Deliveries
import Foundation
import Localization
import MailTemplates

/// The words of mails.
extension AdminDesk {
    private struct Line: Encodable {
        let kind: String
        let language: String
        let state: String
        let version: Int

        init(_ entry: TemplateEditing.Entry) {
            kind = entry.place.kind.rawValue
            language = entry.place.language.rawValue
            state = entry.state.rawValue
            version = entry.version
        }

        var text: String { "\(kind)\t\(language)\t\(state)\(version > 0 ? "\tversion \(version)" : "")" }
    }

    private struct Words: Encodable {
        let kind: String
        let language: String
        let state: String
        let version: Int
        let subject: String
        let body: String
        let text: String?
        let phrases: [String: String]
        let fields: [String]
    }

    private var templates: TemplateEditing { TemplateEditing(installation.accounts) }

    func templateList() async throws -> AdminReply {
        let lines = try await templates.list().entries.map { Line($0) }
        return try AdminReply(lines: lines.map(\.text), json: lines)
    }

    func templateShow(_ kind: String, _ language: String, isOriginal: Bool) async throws -> AdminReply {
        let place = try Self.place(kind, language)
        let entry = try await templates.entry(place)
        let source = isOriginal ? place.kind.originalTemplate(place.language) : entry.source
        let fields = place.kind.fields.map(\.rawValue)
        var lines = ["\(source.subject)", "", source.body]
        if let text = source.text { lines += ["", "-- plain text --", text] }
        lines += ["", "-- fields --", fields.map { "{{\($0)}}" }.joined(separator: " ")]
        let phrases = place.kind.phrases(place.language).map { phrase in
            (phrase, isOriginal ? phrase.original : source.phrases[phrase.key] ?? phrase.original)
        }
        if !phrases.isEmpty {
            lines += ["", "-- phrases --"] + phrases.map { "\($0.key)=\($1)" }
        }
        if entry.state == .unfit, !isOriginal {
            lines += ["", "These words do not fit any more: mail has the original ones."]
        }
        return try AdminReply(
            lines: lines,
            json: Words(
                kind: kind, language: language, state: entry.state.rawValue, version: entry.version,
                subject: source.subject, body: source.body, text: source.text,
                phrases: Dictionary(phrases.map { ($0.key, $1) }) { first, _ in first }, fields: fields))
    }

    func templateSet(
        _ kind: String, _ language: String, _ subject: String, _ body: String, _ text: String?,
        _ phrases: [String: String]
    ) async throws -> AdminReply {
        let entry = try await templates.save(
            TemplateSource(subject: subject, body: body, text: text, phrases: phrases),
            at: try Self.place(kind, language), by: nil, origin: Self.origin)
        return try AdminReply(lines: [Line(entry).text], json: Line(entry))
    }

    func templateReset(_ kind: String, _ language: String) async throws -> AdminReply {
        let entry = try await templates.reset(try Self.place(kind, language), by: nil, origin: Self.origin)
        return try AdminReply(lines: [Line(entry).text], json: Line(entry))
    }

    private static func place(_ kind: String, _ language: String) throws -> MailTemplatePlace {
        guard let kind = MailKind(rawValue: kind) else {
            throw Misuse(text: "The kind is one of: \(MailKind.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        guard let language = Language(rawValue: language) else {
            throw Misuse(
                text: "The language is one of: \(Language.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        return MailTemplatePlace(kind, language)
    }
}
