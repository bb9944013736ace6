import Crypto
public import Foundation
public import Secrets

/// Ties the entries of the audit trail together: each has a keyed hash over all its fields and the hash of the entry
/// before.
///
/// The hash is HMAC-SHA256 under a key that is derived from the key ring for this purpose alone, so that who has only
/// the database cannot make one. It covers fields that can name a person by their commitment, SHA-256 over a random salt
/// and the value: salt and value can be deleted later, and the chain still holds. What replaces the value then is bound
/// to the entry by a keyed hash of its own, so that nobody else can replace anything. Every part that is hashed stands
/// behind its length, so that no two entries have the same octets.
public struct AuditChain: Sendable {
    /// The octets of a salt.
    public static let saltLength = 16
    /// The octets of the proof of a field that was replaced: its commitment, and a keyed hash.
    public static let replacedLength = 64
    /// What an address is replaced by: it is of no use as a pseudonym.
    public static let removedAddress = "~"
    /// What a pseudonym begins with.
    public static let pseudonymStart = "p-"

    /// What the first entry follows.
    public static let beginning = Data(repeating: 0, count: 32)
    /// What an entry follows that was written after somebody had tampered with the end of the trail.
    public static let tampered = Data(repeating: 0xff, count: 32)

    private let keys: KeyRing
    private let random: any RandomSource

    /// A chain under the given keys.
    public init(keys: KeyRing, random: any RandomSource = SystemRandomSource()) {
        self.keys = keys
        self.random = random
    }

    // MARK: Entries

    /// The entry of a record behind a mark.
    public func entry(_ record: AuditRecord, after head: AuditMark) -> ChainedAuditRecord {
        chained(
            ChainedAuditRecord(
                number: head.number + 1, milliseconds: Int64((record.at.timeIntervalSince1970 * 1_000).rounded()),
                actor: record.actor?.description, action: record.action, target: record.target,
                clientAddress: record.clientAddress, proofs: [:], hash: Data()), after: head.hash)
    }

    /// A stored entry of former times with its place in the chain.
    public func chained(_ entry: ChainedAuditRecord, after previous: Data) -> ChainedAuditRecord {
        var entry = entry
        for field in ChainedAuditRecord.Field.allCases { entry.proofs[field] = Data(random.bytes(Self.saltLength)) }
        entry.hash = message(of: entry, after: previous).map { keys.hmac(purpose: .audit, message: $0) } ?? Data()
        return entry
    }

    /// Whether an entry is as it was written, behind the entry with that hash.
    public func isValid(_ entry: ChainedAuditRecord, after previous: Data) -> Bool {
        guard let message = message(of: entry, after: previous) else { return false }
        return keys.isValid(hmac: entry.hash, purpose: .audit, message: message)
    }

    /// What is hashed; nil if the proof of a field is none.
    private func message(of entry: ChainedAuditRecord, after previous: Data) -> Data? {
        var octets = HashedParts("depesche-audit-entry/1")
        octets.add(entry.number)
        octets.add(entry.milliseconds)
        octets.add(entry.action)
        for field in ChainedAuditRecord.Field.allCases {
            guard let commitment = commitment(of: field, in: entry) else { return nil }
            octets.add(commitment)
        }
        octets.add(previous)
        return octets.data
    }

    private func commitment(of field: ChainedAuditRecord.Field, in entry: ChainedAuditRecord) -> Data? {
        let proof = entry.proofs[field] ?? Data()
        switch proof.count {
        case Self.saltLength:
            var octets = HashedParts("depesche-audit-field/1")
            octets.add(field.rawValue)
            octets.add(proof)
            octets.add(entry.value(of: field))
            return Data(SHA256.hash(data: octets.data))
        case Self.replacedLength:
            let commitment = Data(proof.prefix(32))
            let message = replacement(of: field, in: entry, commitment)
            return keys.isValid(hmac: Data(proof.suffix(32)), purpose: .audit, message: message) ? commitment : nil
        default: return nil
        }
    }

    // MARK: Fields that can name a person

    /// The entry without a value: what replaces it stands there, and the salt is gone.
    public func replacing(
        _ field: ChainedAuditRecord.Field, in entry: ChainedAuditRecord
    ) -> ChainedAuditRecord {
        guard entry.proofs[field]?.count == Self.saltLength, let value = entry.value(of: field), !value.isEmpty,
            let commitment = commitment(of: field, in: entry)
        else { return entry }
        var entry = entry
        switch field {
        case .actor: entry.actor = pseudonym(of: value)
        case .target: entry.target = pseudonym(of: value)
        case .address: entry.clientAddress = Self.removedAddress
        }
        entry.proofs[field] =
            commitment + keys.hmac(purpose: .audit, message: replacement(of: field, in: entry, commitment))
        return entry
    }

    /// What stands for a person: the same for the same value, and without the key nobody finds the value to it.
    public func pseudonym(of value: String) -> String {
        var octets = HashedParts("depesche-audit-pseudonym/1")
        octets.add(value)
        return Self.pseudonymStart + Hex.encode(keys.hmac(purpose: .audit, message: octets.data).prefix(8))
    }

    private func replacement(
        of field: ChainedAuditRecord.Field, in entry: ChainedAuditRecord, _ commitment: Data
    ) -> Data {
        var octets = HashedParts("depesche-audit-replaced/1")
        octets.add(entry.number)
        octets.add(field.rawValue)
        octets.add(commitment)
        octets.add(entry.value(of: field))
        return octets.data
    }

    // MARK: Marks

    /// A sealed mark.
    public func mark(_ name: AuditMark.Name, number: Int64, hash: Data) -> AuditMark {
        AuditMark(
            name, number: number, hash: hash,
            seal: keys.hmac(purpose: .audit, message: Self.message(name, number: number, hash: hash)))
    }

    /// Whether a mark is as it was sealed.
    public func isValid(_ mark: AuditMark) -> Bool {
        keys.isValid(
            hmac: mark.seal, purpose: .audit, message: Self.message(mark.name, number: mark.number, hash: mark.hash))
    }

    private static func message(_ name: AuditMark.Name, number: Int64, hash: Data) -> Data {
        var octets = HashedParts("depesche-audit-mark/1")
        octets.add(name.rawValue)
        octets.add(number)
        octets.add(hash)
        return octets.data
    }
}

/// Octets to be hashed: each part stands behind its length, and what is missing differs from what is empty.
private struct HashedParts {
    private(set) var data = Data()

    init(_ label: String) { add(label) }

    mutating func add(_ text: String?) {
        guard let text else {
            data.append(0)
            return
        }
        add(Data(text.utf8))
    }

    mutating func add(_ octets: Data) {
        data.append(1)
        withUnsafeBytes(of: UInt32(clamping: octets.count).bigEndian) { data.append(contentsOf: $0) }
        data.append(octets)
    }

    mutating func add(_ number: Int64) {
        data.append(2)
        withUnsafeBytes(of: number.bigEndian) { data.append(contentsOf: $0) }
    }
}
