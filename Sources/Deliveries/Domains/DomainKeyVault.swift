public import Foundation
import MailAuth
public import MailMessage
public import Secrets
public import SenderDomains
import Synchronization

/// Makes, seals and opens the private keys of sender domains, on threads of its own: RSA keys take a good part of a
/// second of computing.
public final class DomainKeyVault: Sendable {
    private static let mostOpenKeys = 500

    private let keys: KeyRing
    private let openKeys = Mutex<[OpenKey: DKIMPrivateKey]>([:])

    private struct OpenKey: Hashable {
        let domain: MailDomain
        let sealed: Data
    }

    private let threads: BoundedThreadPool

    /// Keys sealed by a ring.
    ///
    /// - Parameter keys: what seals the private halves.
    public init(keys: KeyRing) {
        self.keys = keys
        threads = BoundedThreadPool(threads: 1, limit: 256)
    }

    /// Makes keys.
    ///
    /// - Parameters:
    ///   - selectors: the kinds of keys with their selectors.
    ///   - domain: the domain.
    ///   - publication: how each gets into DNS, by its selector.
    ///   - now: the time.
    /// - Throws: ``DeliveriesError`` `.busy` or `.trouble`.
    public func make(
        _ selectors: [DomainKey.KeyType: String], for domain: MailDomain,
        publication: @escaping @Sendable (String) -> DomainKey.Publication, now: Date
    ) async throws -> [DomainKey] {
        try await onThread {
            try selectors.sorted { $0.key.rawValue > $1.key.rawValue }.map { type, selector in
                let key = try DKIMPrivateKey.generate(type == .rsa ? .rsaSHA256 : .ed25519SHA256)
                return DomainKey(
                    selector: selector, type: type, publicRecord: key.record.text,
                    sealedPrivateKey: try self.seal(key, selector: selector, domain: domain),
                    publication: publication(selector), createdAt: now)
            }
        }
    }

    /// Takes over a key of another system.
    ///
    /// - Parameters:
    ///   - pem: the private key, PKCS #8 or PKCS #1 in PEM.
    ///   - selector: the selector that its record stands at.
    ///   - domain: the domain.
    ///   - now: the time.
    /// - Throws: ``DeliveriesError`` `.invalid` at the field `key`.
    public func takeOver(pem: String, selector: String, for domain: MailDomain, now: Date) async throws -> DomainKey {
        try await onThread {
            let key: DKIMPrivateKey
            do {
                key = try DKIMPrivateKey(pem: pem)
            } catch {
                throw DeliveriesError(.invalid, fields: [FieldError("key", "key-not-readable")], detail: "\(error)")
            }
            return DomainKey(
                selector: selector.lowercased(), type: key.algorithm == .rsaSHA256 ? .rsa : .ed25519,
                publicRecord: key.record.text,
                sealedPrivateKey: try self.seal(key, selector: selector.lowercased(), domain: domain),
                origin: .imported,
                createdAt: now)
        }
    }

    /// The signatures of a domain over a message (RFC 6376, 5).
    ///
    /// - Parameters:
    ///   - chunks: in how many pieces the message comes, at least one.
    ///   - chunk: reads a piece.
    ///   - domain: in whose name.
    ///   - signingKeys: the keys; each makes one signature.
    ///   - now: the time that the signatures name.
    /// - Returns: the fields, to be put in front of the message; none if there are no keys.
    /// - Throws: ``DeliveriesError`` `.busy` or `.trouble`, if a key cannot be opened or does not sign; what `chunk`
    ///   throws.
    public func fields(
        chunks: Int, chunk: @Sendable (Int) async throws -> Data, for domain: MailDomain, with signingKeys: [DomainKey],
        now: Date
    ) async throws -> [UInt8] {
        guard !signingKeys.isEmpty else { return [] }
        let first = try await chunk(0)
        var signing = try await onThread {
            var signing = DKIMSigning(try self.signers(signingKeys, of: domain), at: now)
            signing.append(first)
            return chunks == 1 ? Signing.done(try signing.finish()) : .underWay(signing)
        }
        for number in 1..<max(chunks, 1) {
            guard case .underWay(let current) = signing else { break }
            let piece = try await chunk(number)
            signing = try await onThread {
                var current = current
                current.append(piece)
                return number == chunks - 1 ? .done(try current.finish()) : .underWay(current)
            }
        }
        guard case .done(let fields) = signing else { return [] }
        return fields
    }

    private enum Signing: Sendable {
        case underWay(DKIMSigning)
        case done([UInt8])
    }

    private func signers(_ keys: [DomainKey], of domain: MailDomain) throws -> [DKIMSigner] {
        try keys.map { key in
            guard
                let signer = DKIMSigner(domain: domain.ascii, selector: key.selector, key: try opened(key, of: domain))
            else { throw DeliveriesError(.trouble, detail: "\(key.selector) is no selector") }
            return signer
        }
    }

    /// A key that was opened before is kept: opening and reading it takes as long as signing.
    private func opened(_ key: DomainKey, of domain: MailDomain) throws -> DKIMPrivateKey {
        guard let sealed = key.sealedPrivateKey else {
            throw DeliveriesError(.trouble, detail: "the private key of \(key.selector) is not here")
        }
        let name = OpenKey(domain: domain, sealed: sealed)
        if let known = openKeys.withLock({ $0[name] }) { return known }
        let pem = try keys.open(sealed, purpose: .column, context: Self.place(key.selector, domain))
        let opened = try DKIMPrivateKey(pem: String(decoding: pem, as: UTF8.self))
        openKeys.withLock { known in
            if known.count >= Self.mostOpenKeys { known.removeAll() }
            known[name] = opened
        }
        return opened
    }

    private func seal(_ key: DKIMPrivateKey, selector: String, domain: MailDomain) throws -> Data {
        try keys.seal(Data(key.pem.utf8), purpose: .column, context: Self.place(selector, domain))
    }

    private static func place(_ selector: String, _ domain: MailDomain) -> SealContext {
        SealContext(table: "domain_key", row: "\(domain.ascii)/\(selector)", column: "sealed_private_key")
    }

    private func onThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        do {
            return try await threads.run(work)
        } catch let error as DeliveriesError {
            throw error
        } catch BoundedThreadPool.Refusal.busy {
            throw DeliveriesError(.busy, retryAfter: 2)
        } catch {
            throw DeliveriesError(.trouble, detail: "\(error)")
        }
    }
}
