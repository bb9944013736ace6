import FileVault
import Foundation
import Logging
import Secrets

extension Transaction {
    /// A delivery of this account in whatever state, or of a mailbox of a group that it is in; somebody else's is not
    /// told apart from none.
    func ownDelivery(_ id: DeliveryID, of account: AccountID) throws -> Delivery {
        guard let delivery = try deliveries.delivery(id, handledBy: account) else {
            throw DeliveriesError(.notFound)
        }
        return delivery
    }

    /// A draft of this account.
    func ownDraft(_ id: DeliveryID, of account: AccountID) throws -> Delivery {
        let delivery = try ownDelivery(id, of: account)
        guard delivery.state == .draft else { throw DeliveriesError(.conflict) }
        return delivery
    }

    /// A file of a draft of this account.
    func ownUpload(_ id: DeliveryFileID, of account: AccountID) throws -> (DeliveryFile, Delivery) {
        guard let file = try files.file(id) else { throw DeliveriesError(.notFound) }
        return (file, try ownDraft(file.delivery, of: account))
    }

    /// A recipient of a delivery of this account.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound`.
    public func ownRecipient(_ id: RecipientID, of account: AccountID) throws -> (Recipient, Delivery) {
        guard let recipient = try deliveries.recipient(id) else { throw DeliveriesError(.notFound) }
        return (recipient, try ownDelivery(recipient.delivery, of: account))
    }

    /// Removes a draft and the rows of its files; returns what is then an orphan in the vault.
    func removeDraftWithFiles(_ id: DeliveryID) throws -> [VaultFileID] {
        let present = try files.files(of: id)
        for file in present { try files.remove(file.id) }
        try deliveries.removeDraft(id)
        return present.map(\.vaultFile)
    }
}

extension DeliveryParts {
    /// Removes files of which no row is left. What fails stays an orphan, and the sweep finds it.
    func removeFromVault(_ files: [VaultFileID]) async {
        // Awaited right here; of its own, so that it is done although the request was given up.
        await Task {
            for file in files {
                do {
                    try await vault.remove(file)
                } catch {
                    log.warning("a file was not removed from the vault", metadata: ["reason": "\(error)"])
                }
            }
        }.value
    }

    /// Removes an object that no row names. What fails stays an orphan, and the sweep finds it.
    func removeFromVault(_ object: String, of file: VaultFileID) async {
        do {
            try await vault.removeObject(object, of: file)
        } catch {
            log.warning("an object was not removed from the vault", metadata: ["reason": "\(error)"])
        }
    }

    /// Hashes a delivery's own password.
    func hashed(_ password: String) async throws -> String {
        do {
            return try await hasher.hash(password)
        } catch {
            throw Self.translated(error)
        }
    }

    /// Whether this is the delivery's own password.
    func verify(_ password: String, against stored: String) async throws -> Bool {
        do {
            return try await hasher.verify(password, against: stored)
        } catch {
            throw Self.translated(error)
        }
    }

    private static func translated(_ error: PasswordHasherError) -> DeliveriesError {
        error == .busy
            ? DeliveriesError(.busy, retryAfter: 2) : DeliveriesError(.trouble, detail: error.code)
    }
}

extension DeliveriesError {
    /// What a failure of the vault means to the one who asked.
    init(vault error: VaultError) {
        let code: Code =
            switch error.code {
            case .diskFull: .diskFull
            case .checksumMismatch: .checksumMismatch
            case .sizeMismatch: .sizeMismatch
            case .tooLarge: .tooLarge
            case .busy: .busy
            case .unreachable: .storeUnreachable
            case .corrupted, .missing: .fileDamaged
            case .io, .interrupted, .closed: .trouble
            }
        let pause: Int? =
            switch code {
            case .busy: 2
            case .storeUnreachable: 5
            default: nil
            }
        self.init(code, retryAfter: pause, detail: error.description)
    }
}
