import Deliveries
import Foundation
import Secrets
import Storage

/// The master key at the start.
extension Installation {
    /// The setting row that tells a wrong key file from the right one.
    static let fingerprintKey = "installation.key-fingerprint"

    /// A key is made for new data only; for data that is there, the right one must be.
    static func key(
        _ configuration: Configuration, isNew: Bool, database: any StoredDatabase, random: any RandomSource
    ) async throws -> KeyRing {
        let path = configuration.keyFile.path
        let stored = try await database.read { try fingerprint(in: $0) }
        let isMissing = !FileManager.default.fileExists(atPath: path)
        if isMissing, stored == nil, isNew || !configuration.hasOwnKeyFile {
            let ring = try KeyRing.create(path: path, random: random)
            do {
                try await settle(ring, stored: nil, in: database)
            } catch KeyRingError.wrongKey {
                // Another node was first. What was made here a moment ago has sealed nothing.
                try? FileManager.default.removeItem(atPath: path)
                throw KeyRingError.missingOnNode(path: path)
            }
            return ring
        }
        if isMissing, configuration.databaseURL != nil { throw KeyRingError.missingOnNode(path: path) }
        let ring = try loadKey(path, random: random)
        try await settle(ring, stored: stored, in: database)
        return ring
    }

    /// Loads a key file; one of systemd's credentials may be readable by the group.
    static func loadKey(
        _ path: String, random: any RandomSource = SystemRandomSource()
    ) throws(KeyRingError) -> KeyRing {
        let credentials = ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"]
        return try KeyRing.load(path: path, groupMayRead: credentials.map(path.hasPrefix) ?? false, random: random)
    }

    /// Of several nodes that start on new data at once, the one whose key is noted first has made the data.
    private static func settle(_ ring: KeyRing, stored: String?, in database: any StoredDatabase) async throws {
        let own = ring.fingerprint
        let inForce: String
        if let stored {
            inForce = stored
        } else {
            inForce = try await database.write { transaction in
                if let first = try fingerprint(in: transaction) { return first }
                try transaction.settings.set(StoredSetting(key: fingerprintKey, value: own, sealedValue: nil))
                return own
            }
        }
        try ring.check(fingerprint: inForce)
    }

    private static func fingerprint(in transaction: any Transaction) throws -> String? {
        try transaction.settings.all().first { $0.key == fingerprintKey }?.value
    }
}
