import FoundationEssentials

/// An answer to ListObjectsV2, as far as it is needed.
struct S3Listing: Sendable {
    /// An object in a listing.
    struct Object: Sendable, Hashable {
        let key: String
        let size: Int64
        let modifiedAt: Date
    }

    var objects: [Object] = []
    /// Where the next part begins; nil after the last.
    var next: String?

    init(_ octets: some Sequence<UInt8>) throws(S3Failure) {
        var fields: [String: String] = [:]
        var isTruncated = false
        var token: String?
        for element in try S3Document.elements(octets) {
            switch element.name {
            case "Contents":
                // An element ends behind its children, so all that it says is known by now.
                guard let key = fields["Key"], let size = fields["Size"].flatMap(Int64.init) else {
                    throw S3Failure(.malformed, "an object without name or size")
                }
                objects.append(
                    Object(key: key, size: size, modifiedAt: try Self.date(fields["LastModified"] ?? "")))
                fields = [:]
            case "IsTruncated": isTruncated = element.text == "true"
            case "NextContinuationToken": token = element.text
            default: fields[element.name] = element.text
            }
        }
        guard !isTruncated || token != nil else { throw S3Failure(.malformed, "a listing without its end") }
        next = isTruncated ? token : nil
    }

    private static func date(_ text: String) throws(S3Failure) -> Date {
        for hasFraction in [true, false] {
            let style = Date.ISO8601FormatStyle(includingFractionalSeconds: hasFraction)
            if let date = try? style.parse(text) { return date }
        }
        throw S3Failure(.malformed, "a time that is none")
    }
}

/// The XML of an object store: elements without attributes of interest, each with text or with children.
enum S3Document {
    /// An element that has ended; its children came before it.
    struct Element: Sendable, Hashable {
        let name: String
        let text: String
    }

    /// All elements in the order in which they end.
    static func elements(_ octets: some Sequence<UInt8>) throws(S3Failure) -> [Element] {
        let text = String(decoding: Array(octets), as: UTF8.self)
        var found: [Element] = []
        var open: [String] = []
        var rest = Substring(text)
        while let start = rest.firstIndex(of: "<") {
            let content = rest[..<start]
            guard let end = rest[start...].firstIndex(of: ">") else {
                throw S3Failure(.malformed, "XML without its end")
            }
            let tag = rest[rest.index(after: start)..<end]
            rest = rest[rest.index(after: end)...]
            if tag.hasPrefix("?") || tag.hasPrefix("!") { continue }
            if tag.hasPrefix("/") {
                guard open.popLast() == String(tag.dropFirst()) else { throw S3Failure(.malformed, "XML out of order") }
                found.append(Element(name: String(tag.dropFirst()), text: plain(content)))
            } else if tag.hasSuffix("/") {
                found.append(Element(name: name(tag.dropLast()), text: ""))
            } else {
                open.append(name(tag))
            }
        }
        guard open.isEmpty, !found.isEmpty else { throw S3Failure(.malformed, "no whole XML document") }
        return found
    }

    private static func name(_ tag: Substring) -> String { String(tag.prefix { !$0.isWhitespace }) }

    private static func plain(_ text: Substring) -> String {
        guard text.contains("&") else { return String(text) }
        return [
            ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#34;", "\""), ("&apos;", "'"), ("&#39;", "'"),
            ("&amp;", "&"),
        ]
        .reduce(String(text)) { $0.replacing($1.0, with: $1.1) }
    }
}
