import Crypto

/// The hash of a body in canonical form, as far as `l=` reaches; takes the body in pieces.
struct DKIMBodyHash: Sendable {
    /// What is hashed.
    struct Method: Sendable, Hashable {
        var canonicalization: DKIMCanonicalization.Method
        /// The value of `l=`; `nil` for all.
        var limit: UInt64?
    }

    /// What came out.
    struct Value: Sendable, Hashable {
        var digest: [UInt8]
        /// The length of the whole body in canonical form.
        var length: UInt64
    }

    /// What is hashed.
    let method: Method
    private var canonicalizer: DKIMBodyCanonicalizer
    private let limit: UInt64
    private var hash = SHA256()
    private var length: UInt64 = 0

    init(_ method: Method) {
        self.method = method
        canonicalizer = DKIMBodyCanonicalizer(method.canonicalization)
        limit = method.limit ?? .max
    }

    mutating func append(_ piece: UnsafeBufferPointer<UInt8>) {
        // Taken out, because the closure changes the rest.
        var canonicalizer = canonicalizer
        canonicalizer.append(piece) { take($0) }
        self.canonicalizer = canonicalizer
    }

    consuming func finish() -> Value {
        let canonicalizer = canonicalizer
        var result = self
        canonicalizer.finish { result.take($0) }
        return Value(digest: Array(result.hash.finalize()), length: result.length)
    }

    private mutating func take(_ octets: UnsafeRawBufferPointer) {
        // RFC 6376, 3.4.5: octets beyond the limit are not hashed.
        let room = limit - min(length, limit)
        length += UInt64(octets.count)
        let taken = room < UInt64(octets.count) ? UnsafeRawBufferPointer(rebasing: octets[..<Int(room)]) : octets
        hash.update(bufferPointer: taken)
    }
}
