import DNS
import Foundation
import MailAuth
import Testing

/// Keys, a zone that publishes them, and a message.
enum DKIMHouse {
    static let now = Date(timeIntervalSince1970: 1_795_600_000)
    /// Made once: RSA takes time.
    static let rsa = Result { () throws(DKIMKeyProblem) in try DKIMPrivateKey.generate(.rsaSHA256) }
    static let ed25519 = Result { () throws(DKIMKeyProblem) in try DKIMPrivateKey.generate(.ed25519SHA256) }

    static let message = """
        Received: from a.example by b.example; Mon, 23 Nov 2026 14:05:00 +0100
        From: Anna <anna@kunde.example>
        To: Bob <bob@elsewhere.example>,
         Carol <carol@elsewhere.example>
        Subject:  A  delivery
        Date: Mon, 23 Nov 2026 14:05:00 +0100
        Message-ID: <1@kunde.example>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8

        Good morning,

        there is  something for you.\t
        .
        Anna


        """.replacingOccurrences(of: "\n", with: "\r\n")

    /// Both signers of kunde.example.
    static func signers() throws -> [DKIMSigner] {
        [
            try #require(DKIMSigner(domain: "kunde.example", selector: "depesche1", key: try rsa.get())),
            try #require(DKIMSigner(domain: "kunde.example", selector: "depesche1e", key: try ed25519.get())),
        ]
    }

    /// The records of both.
    static func zone() throws -> InMemoryZone {
        let zone = InMemoryZone()
        for signer in try signers() { try publish(signer.key.record.text, signer.selector.description, in: zone) }
        return zone
    }

    static func publish(
        _ text: String, _ selector: String = "depesche1", domain: String = "kunde.example", in zone: InMemoryZone
    ) throws {
        zone.set(try #require(DNSName("\(selector)._domainkey.\(domain)")), .txt, [.txt(text)])
    }

    /// A message with its signatures in front.
    static func signed(_ message: String = message, by signers: [DKIMSigner]? = nil) throws -> [UInt8] {
        try DKIMSigner.fields(for: Array(message.utf8), by: try signers ?? self.signers(), at: now)
            + Array(message.utf8)
    }

    static func verify(
        _ message: [UInt8], _ zone: InMemoryZone, policy: DKIMVerifier.Policy = .init(), at now: Date = now
    ) async -> [DKIMResult] {
        await DKIMVerifier(resolver: zone, policy: policy).verify(message, at: now)
    }

    /// Signs with tags that our signer never writes: `{bh}` becomes the hash of the body, `b=` is appended.
    static func handSigned(_ tags: String, _ message: String = message) throws -> [UInt8] {
        try HandSigner(key: try rsa.get()).sign(tags, message)
    }
}

extension [UInt8] {
    var text: String { String(decoding: self, as: UTF8.self) }
}

extension String {
    var octets: [UInt8] { Array(utf8) }
}
