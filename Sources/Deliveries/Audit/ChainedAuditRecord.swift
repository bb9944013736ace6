public import Foundation

/// An entry of the audit trail as it is stored: with what ties it to the one before.
public struct ChainedAuditRecord: Equatable, Sendable {
    /// A field that can name a person.
    public enum Field: String, Sendable, CaseIterable {
        /// The account that acted.
        case actor
        /// To what or whom.
        case target
        /// The client's address.
        case address
    }

    /// The number: one more than that of the entry before.
    public var number: Int64
    /// When, milliseconds since 1970 UTC.
    public var milliseconds: Int64
    /// The account's id, a pseudonym, or nil.
    public var actor: String?
    /// What was done.
    public var action: String
    /// To what.
    public var target: String
    /// From where.
    public var clientAddress: String
    /// For each field its salt (``AuditChain/saltLength`` octets) or, once the field was replaced, its commitment and
    /// the proof that it was replaced by who has the key (``AuditChain/replacedLength`` octets).
    public var proofs: [Field: Data]
    /// The keyed hash over all of it and the hash before; empty in an entry that is not in the chain.
    public var hash: Data

    /// An entry with all its parts.
    public init(
        number: Int64, milliseconds: Int64, actor: String?, action: String, target: String, clientAddress: String,
        proofs: [Field: Data], hash: Data
    ) {
        self.number = number
        self.milliseconds = milliseconds
        self.actor = actor
        self.action = action
        self.target = target
        self.clientAddress = clientAddress
        self.proofs = proofs
        self.hash = hash
    }

    /// When.
    public var at: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1_000) }

    /// What stands in a field; nil: nothing.
    public func value(of field: Field) -> String? {
        switch field {
        case .actor: actor
        case .target: target
        case .address: clientAddress
        }
    }
}

/// A place in the chain that the database holds sealed, so that nobody moves it who has only the database.
public struct AuditMark: Equatable, Sendable {
    /// Which place.
    public enum Name: String, Sendable, CaseIterable {
        /// The newest entry.
        case head
        /// The newest entry that was removed because its time was over.
        case anchor
        /// The newest entry whose personal fields were replaced.
        case replaced
    }

    /// Which place.
    public let name: Name
    /// The number of its entry; 0 before the first.
    public let number: Int64
    /// The hash of its entry.
    public let hash: Data
    /// The keyed hash over the mark.
    public let seal: Data

    /// A mark with all its parts.
    public init(_ name: Name, number: Int64, hash: Data, seal: Data) {
        self.name = name
        self.number = number
        self.hash = hash
        self.seal = seal
    }
}
