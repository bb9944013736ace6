public import DNS

/// A live record with an include put in: what a customer shall publish, with the difference marked.
///
/// The terms that are there stay as they were written, octet by octet. There is never a second record.
public struct SPFMerge: Sendable, Hashable {
    /// A piece of the record between two blanks.
    public struct Piece: Sendable, Hashable {
        /// Its text.
        public var text: String
        /// Whether it is new.
        public var isAdded: Bool
    }

    /// The pieces in their order, `v=spf1` first.
    public let pieces: [Piece]

    /// Puts an include into a record, before whatever would decide first: the `all`, else the `redirect`, else at the
    /// end. Where the record already includes the name, nothing is added; an include after the `all`, or one with
    /// another qualifier, does not count, since it lets nobody pass.
    ///
    /// - Parameters:
    ///   - name: the name to include, also with leading underscores.
    ///   - text: the live record.
    /// - Throws: ``SPFSyntaxError`` if the live record is malformed, or the name has no top-level label: a record that
    ///   receivers refuse gets no better by an addition.
    public init(including name: DNSName, in text: some Collection<UInt8>) throws(SPFSyntaxError) {
        let record = try SPFRecord(parsing: text)
        let include = SPFTerm.directive(SPFDirective(.pass, .include(try SPFDomainSpec(name))))
        var pieces = text.split(separator: UInt8(ascii: " ")).map { word in
            Piece(text: String(decoding: Array(word), as: UTF8.self), isAdded: false)
        }
        if let place = Self.place(for: name, in: record) {
            // The pieces are the version and then the terms, one for one.
            pieces.insert(Piece(text: include.description, isAdded: true), at: place + 1)
        }
        self.pieces = pieces
    }

    /// A first record for a domain that has none: the include, and "probably not authorized" for all others.
    ///
    /// - Throws: ``SPFSyntaxError`` if the name has no top-level label.
    public init(firstRecordIncluding name: DNSName) throws(SPFSyntaxError) {
        let record = SPFRecord(terms: [
            .directive(SPFDirective(.pass, .include(try SPFDomainSpec(name)))),
            .directive(SPFDirective(.softfail, .all)),
        ])
        pieces = record.description.split(separator: " ").map { Piece(text: String($0), isAdded: true) }
    }

    /// The whole record.
    public var text: String { pieces.map(\.text).joined(separator: " ") }

    /// Whether the live record already said what was to be added.
    public var isUnchanged: Bool { !pieces.contains(where: \.isAdded) }

    /// Before which term the include belongs; `nil` if it is there already.
    private static func place(for name: DNSName, in record: SPFRecord) -> Int? {
        var redirect: Int?
        for (index, term) in record.terms.enumerated() {
            switch term {
            case .directive(let directive):
                if directive.mechanism == .all { return index }
                if case .include(let target) = directive.mechanism, target.fixedName == name {
                    // With another qualifier it would decide before ours.
                    return directive.qualifier == .pass ? nil : index
                }
            case .redirect(let target):
                if redirect == nil { redirect = index }
                // Without an "all" the redirect says the same as an include at the end, but for its failures.
                if target.fixedName == name, record.all == nil { return nil }
            case .explanation, .unknown: break
            }
        }
        return redirect ?? record.terms.count
    }
}
