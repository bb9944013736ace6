public import FileVault

/// Whose files lie below the prefix: each installation removes what its own database does not know.
extension S3Vault {
    private static let owners = "owner/"

    /// Makes sure that no other installation keeps its files below the prefix, and leaves a mark there.
    ///
    /// - Parameters:
    ///   - owner: the name of this installation, as part of an object's name.
    ///   - isOwn: whether a name that stands there is one of this installation.
    /// - Throws: ``VaultError``, `.io` with what to do if the prefix is another's.
    public func claim(for owner: String, isOwn: (String) -> Bool) async throws(VaultError) {
        let stranger: String?
        do throws(S3Failure) {
            var names = try await ownerNames()
            if names.isEmpty {
                try await client.put(SealedContent(Array("Depesche\n".utf8)), at: Self.owners + owner)
                names = try await ownerNames()
                // Of two that come at once none goes on, and none leaves a mark: one of them will come first again.
                if names.contains(where: { !isOwn($0) }) { try await client.delete(Self.owners + owner) }
            }
            stranger = names.first { !isOwn($0) }
        } catch {
            throw error.vaultError()
        }
        guard let stranger else { return }
        let mark = bucket.prefix + Self.owners + stranger
        throw VaultError(
            .io,
            detail: "another installation keeps its files there, and each removes what it does not know: choose another"
                + " prefix. Only if that one is gone for good, remove the object \(mark)")
    }

    private func ownerNames() async throws(S3Failure) -> [String] {
        try await client.list(Self.owners).map { String($0.key.dropFirst(Self.owners.count)) }
    }
}
