import COpenSSL

/// An RSA key, and any private key until it is known what it is, in OpenSSL's library: its RSA is three times as fast as
/// the one that comes with swift-crypto.
///
/// `@unchecked Sendable`: the key and the context that signatures are copied from are never changed after `init`, each
/// operation has a context of its own, and OpenSSL guards what it caches inside a key (openssl-threads(7)).
final class OpenSSLKey: @unchecked Sendable {
    private let handle: OpaquePointer
    /// Ready to sign, where the key is an RSA key: a copy of it costs less than to find the algorithms again each time.
    private let signing: OpaquePointer?

    /// Takes over a key; `nil` stands for a failure, whose traces are cleared away.
    private init?(taking handle: OpaquePointer?) {
        guard let handle else {
            ERR_clear_error()
            return nil
        }
        self.handle = handle
        signing = EVP_PKEY_get_base_id(handle) == EVP_PKEY_RSA ? Self.context(handle, EVP_PKEY_sign_init) : nil
    }

    deinit {
        EVP_PKEY_CTX_free(signing)
        EVP_PKEY_free(handle)
    }

    /// Makes an RSA key with the exponent 65537; takes a good part of a second.
    convenience init?(generatingRSA bits: Int) {
        guard let context = EVP_PKEY_CTX_new_from_name(nil, "RSA", nil) else { return nil }
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_CTX_set_rsa_keygen_bits(context, Int32(bits)) == 1,
            EVP_PKEY_generate(context, &key) == 1
        else {
            ERR_clear_error()
            return nil
        }
        self.init(taking: key)
    }

    /// Reads a private key in PKCS #8 (RFC 5958) or an RSA key in PKCS #1 (RFC 8017, A.1.2).
    convenience init?(privateDER der: [UInt8], isPKCS1: Bool) {
        let key = der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
            var start = buffer.baseAddress
            if isPKCS1 { return d2i_PrivateKey(EVP_PKEY_RSA, nil, &start, buffer.count) }
            guard let info = d2i_PKCS8_PRIV_KEY_INFO(nil, &start, buffer.count) else { return nil }
            defer { PKCS8_PRIV_KEY_INFO_free(info) }
            return EVP_PKCS82PKEY(info)
        }
        self.init(taking: key)
    }

    /// Reads a public RSA key as SubjectPublicKeyInfo, or as the bare RSAPublicKey that RFC 6376, 3.6.1, speaks of.
    convenience init?(publicRSA der: [UInt8]) {
        let key = der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
            var start = buffer.baseAddress
            if let key = d2i_PUBKEY(nil, &start, buffer.count) { return key }
            start = buffer.baseAddress
            return d2i_PublicKey(EVP_PKEY_RSA, nil, &start, buffer.count)
        }
        self.init(taking: key)
        guard isRSA else { return nil }
    }

    /// Whether it is an RSA key.
    var isRSA: Bool { EVP_PKEY_get_base_id(handle) == EVP_PKEY_RSA }

    /// Whether it is an Ed25519 key.
    var isEd25519: Bool { EVP_PKEY_get_base_id(handle) == EVP_PKEY_ED25519 }

    /// The length of the modulus.
    var bits: Int { Int(EVP_PKEY_get_bits(handle)) }

    /// Whether the private and the public half belong together.
    var isConsistent: Bool {
        guard let context = EVP_PKEY_CTX_new_from_pkey(nil, handle, nil) else { return false }
        defer { EVP_PKEY_CTX_free(context) }
        let isConsistent = EVP_PKEY_pairwise_check(context) == 1
        ERR_clear_error()
        return isConsistent
    }

    /// The 32 octets of an Ed25519 private key (RFC 8032, 5.1.5).
    var rawPrivateKey: [UInt8]? {
        var count = 32
        var raw = [UInt8](repeating: 0, count: count)
        guard EVP_PKEY_get_raw_private_key(handle, &raw, &count) == 1, count == raw.count else {
            ERR_clear_error()
            return nil
        }
        return raw
    }

    /// The public half as SubjectPublicKeyInfo (RFC 5280, 4.1).
    var publicDER: [UInt8] { Self.encoded { i2d_PUBKEY(handle, $0) } }

    /// The private key in PKCS #8 (RFC 5958).
    var privateDER: [UInt8] {
        guard let info = EVP_PKEY2PKCS8(handle) else { return [] }
        defer { PKCS8_PRIV_KEY_INFO_free(info) }
        return Self.encoded { i2d_PKCS8_PRIV_KEY_INFO(info, $0) }
    }

    /// Signs a SHA-256 hash with PKCS #1 v1.5 (RFC 8017, 8.2.1); `nil` if the library fails.
    func sign(digest: [UInt8]) -> [UInt8]? {
        guard let signing, let context = EVP_PKEY_CTX_dup(signing) else { return nil }
        defer { EVP_PKEY_CTX_free(context) }
        var count = Int(EVP_PKEY_get_size(handle))
        var signature = [UInt8](repeating: 0, count: count)
        guard EVP_PKEY_sign(context, &signature, &count, digest, digest.count) == 1 else {
            ERR_clear_error()
            return nil
        }
        return Array(signature.prefix(count))
    }

    /// Whether this is the key's signature of a SHA-256 hash with PKCS #1 v1.5 (RFC 8017, 8.2.2).
    func verifies(_ signature: [UInt8], digest: [UInt8]) -> Bool {
        guard let context = Self.context(handle, EVP_PKEY_verify_init) else { return false }
        defer { EVP_PKEY_CTX_free(context) }
        let isGood = EVP_PKEY_verify(context, signature, signature.count, digest, digest.count) == 1
        if !isGood { ERR_clear_error() }
        return isGood
    }

    private static func context(
        _ key: OpaquePointer, _ initialise: (OpaquePointer?) -> Int32
    ) -> OpaquePointer? {
        guard let context = EVP_PKEY_CTX_new_from_pkey(nil, key, nil) else { return nil }
        guard initialise(context) == 1, EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1,
            EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) == 1
        else {
            EVP_PKEY_CTX_free(context)
            ERR_clear_error()
            return nil
        }
        return context
    }

    private static func encoded(
        _ write: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32
    ) -> [UInt8] {
        let count = write(nil)
        guard count > 0 else { return [] }
        var der = [UInt8](repeating: 0, count: Int(count))
        der.withUnsafeMutableBufferPointer { buffer in
            var start = buffer.baseAddress
            _ = write(&start)
        }
        return der
    }
}
