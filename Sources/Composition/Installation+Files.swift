import FileVault
import FileVaultS3
import Foundation
import Logging
import Secrets

extension Installation {
    /// Opens what keeps the files, as the configuration says.
    static func openVault(
        _ configuration: Configuration, random: any RandomSource, now: @escaping @Sendable () -> Date, logger: Logger
    ) async throws(VaultError) -> any FileVault {
        guard let store = configuration.objectStore else {
            return try await DiskVault(path: configuration.filesFolder.path, random: random, logger: logger)
        }
        return try openStore(store, configuration, random: random, now: now, logger: logger)
    }

    /// Opens a vault in an object store.
    static func openStore(
        _ store: ObjectStore, _ configuration: Configuration, random: any RandomSource,
        now: @escaping @Sendable () -> Date, logger: Logger
    ) throws(VaultError) -> S3Vault {
        try S3Vault(
            bucket: store.bucket, credentials: store.credentials,
            settings: S3Vault.Settings(timeout: store.timeout, caFile: configuration.caFile?.path), random: random,
            now: now, logger: logger)
    }

    /// Makes sure that files can be kept, and removes what an earlier process had begun to write.
    ///
    /// - Throws: `StartError` in plain words.
    func prepareVault() async throws {
        do throws(VaultError) {
            try await vault.check()
            try await Self.claim(vault, for: keyRing)
            try await vault.removeLeftovers()
        } catch {
            throw StartError.noFiles(configuration, error)
        }
    }
}

extension Installation {
    /// Makes sure that a bucket is no other installation's, and leaves a mark there.
    static func claim(_ vault: any FileVault, for keys: KeyRing) async throws(VaultError) {
        guard let bucket = vault as? S3Vault else { return }
        try await bucket.claim(for: keys.fingerprint) { (try? keys.check(fingerprint: $0)) != nil }
    }
}

extension StartError {
    /// What keeps the files cannot be used.
    static func noFiles(_ configuration: Configuration, _ error: VaultError) -> StartError {
        guard let store = configuration.objectStore else {
            return StartError("The folder for files cannot be used: \(error.description)")
        }
        return StartError(
            "The file store \(store.place) at \(store.endpoint) cannot be used: \(error.detail). "
                + "DEPESCHE_FILES and what belongs to it say where it is and who asks.")
    }
}
