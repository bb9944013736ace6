import CSodium
import Foundation

/// Stores and checks passwords with Argon2id, off the event loops and the cooperative threads.
///
/// Two threads of its own do the work; when too many checks wait, a new one is refused at once instead of growing
/// the queue. Passwords are normalised (Unicode NFC), so that the same word typed on another system is the same.
public final class PasswordHasher: Sendable {
    /// How much work one hash is.
    public let cost: PasswordCost
    private let pool: BoundedThreadPool

    /// Starts the threads.
    ///
    /// - Parameters:
    ///   - cost: how much work one hash is.
    ///   - threads: how many hashes are computed at the same time; each takes the memory that `cost` names.
    ///   - queueLimit: how many hashes may be waiting or running before ``PasswordHasherError/busy`` is thrown.
    public init(cost: PasswordCost = .interactive, threads: Int = 2, queueLimit: Int = 64) {
        self.cost = cost
        pool = BoundedThreadPool(threads: threads, limit: queueLimit)
    }

    /// Hashes a password for storage.
    ///
    /// - Parameter password: the password as typed.
    /// - Returns: the text form of Argon2id (RFC 9106) with its parameters and salt, for ``verify(_:against:)``.
    /// - Throws: ``PasswordHasherError``.
    public func hash(_ password: String) async throws(PasswordHasherError) -> String {
        let octets = Self.octets(of: password)
        let cost = cost
        return try await run { () throws(PasswordHasherError) in try Self.hash(octets, cost: cost) }
    }

    /// Checks a password against a stored hash.
    ///
    /// - Parameters:
    ///   - password: the password as typed.
    ///   - stored: what ``hash(_:)`` returned.
    /// - Returns: whether it is the password; false also for a stored value that is no hash.
    /// - Throws: ``PasswordHasherError``.
    public func verify(_ password: String, against stored: String) async throws(PasswordHasherError) -> Bool {
        let octets = Self.octets(of: password)
        return try await run { () throws(PasswordHasherError) in
            guard sodiumIsReady else { throw .unavailable }
            return crypto_pwhash_str_verify(stored, octets, UInt64(octets.count)) == 0
        }
    }

    /// Takes as long as ``verify(_:against:)`` for an account that does not exist, so that the time tells nothing.
    ///
    /// - Parameter password: the password as typed.
    /// - Returns: always false.
    /// - Throws: ``PasswordHasherError``.
    @discardableResult
    public func verifyDummy(_ password: String) async throws(PasswordHasherError) -> Bool {
        _ = try await hash(password)
        return false
    }

    /// Tells whether a stored hash was made with another cost than the present one.
    ///
    /// - Parameter stored: what ``hash(_:)`` returned.
    /// - Returns: true if the password should be hashed again at the next sign-in.
    public func needsRehash(_ stored: String) -> Bool {
        guard sodiumIsReady else { return false }
        return crypto_pwhash_str_needs_rehash(stored, cost.operations, cost.memory) != 0
    }

    /// Ends the threads after the hashes that they have begun; later calls throw ``PasswordHasherError/closed``.
    public func shutdown() async {
        await pool.shutdown()
    }

    private static func octets(of password: String) -> [CChar] {
        // RFC 8265, 4.2.2: NFC for passwords.
        password.precomposedStringWithCanonicalMapping.utf8.map { CChar(bitPattern: $0) }
    }

    private static func hash(_ octets: [CChar], cost: PasswordCost) throws(PasswordHasherError) -> String {
        guard sodiumIsReady else { throw .unavailable }
        var text = [CChar](repeating: 0, count: crypto_pwhash_strbytes())
        let status = crypto_pwhash_str(&text, octets, UInt64(octets.count), cost.operations, cost.memory)
        guard status == 0 else { throw .outOfMemory }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private func run<Value: Sendable>(
        _ work: @escaping @Sendable () throws(PasswordHasherError) -> Value
    ) async throws(PasswordHasherError) -> Value {
        do {
            return try await pool.run(work)
        } catch let error as PasswordHasherError {
            throw error
        } catch BoundedThreadPool.Refusal.busy {
            throw .busy
        } catch {
            throw .closed
        }
    }
}

// The library must be initialised once before use; it is safe from several threads.
private let sodiumIsReady = sodium_init() >= 0
