import Crypto
import Foundation
import SwiftASN1
import X509

@testable import ACME

/// An authority in memory: checks what is signed, hands out nonces, and does what a test wants of it.
actor ScriptedAuthority: ACMEExchange {
    struct Plan: Sendable {
        /// So many nonces are refused.
        var badNonces = 0
        /// So often a challenge, and later the order, is still being worked on.
        var slowness = 0
        /// What is wrong with the answer to the challenge.
        var refusal: ACMEProblem?
        /// Every order is answered with this status, problem and pause.
        var orderRefusal: (status: Int, problem: String, pause: String)?
        /// Whether the certificate is for a key of somebody else.
        var issuesForOthers = false
        var directory = #""meta":{}"#
        var isAuthorized = false
    }

    static let directory = "https://ca.test/dir"
    private var plan: Plan
    private var nonces: Set<String> = []
    private var count = 0
    private var isTried = false
    private var polls = 0
    private var isFinalized = false
    private var certificate = ""
    private(set) var accounts: [String] = []
    private(set) var asked: [String] = []

    init(_ plan: Plan = Plan()) { self.plan = plan }

    func ask(_ request: ACMERequest) async throws(ACMEFailure) -> ACMEAnswer {
        let path = String(request.url.dropFirst("https://ca.test/".count))
        asked.append("\(request.method.rawValue) \(path)")
        switch (request.method, path) {
        case (.get, "dir"):
            return answer(
                200,
                #"{"newNonce":"https://ca.test/nonce","newAccount":"https://ca.test/account","#
                    + #""newOrder":"https://ca.test/order",\#(plan.directory)}"#)
        case (.head, "nonce"): return answer(200, "")
        case (.post, _):
            do { return try post(request, path) } catch { throw .unreachable("\(error)") }
        default: return answer(404, "{}")
        }
    }

    private func post(_ request: ACMERequest, _ path: String) throws -> ACMEAnswer {
        let message = try SignedMessage(request)
        guard nonces.remove(message.nonce) != nil else { return problem(400, "badNonce", "unknown nonce") }
        if plan.badNonces > 0 {
            plan.badNonces -= 1
            return problem(400, "badNonce", "bad luck")
        }
        switch path {
        case "account":
            accounts.append(String(decoding: message.payload, as: UTF8.self))
            return answer(accounts.count == 1 ? 201 : 200, #"{"contact":["mailto:old@a.test"]}"#, location: "account/1")
        case "account/1":
            accounts.append(String(decoding: message.payload, as: UTF8.self))
            return answer(200, "{}")
        case "order":
            if let refusal = plan.orderRefusal {
                return problem(refusal.status, refusal.problem, "not now", pause: refusal.pause)
            }
            return answer(201, order("pending"), location: "order/1")
        case "authorization":
            return answer(200, authorization())
        case "challenge":
            isTried = true
            return answer(200, "{}")
        case "order/1":
            if isFinalized, isSlow() { return answer(200, order("processing")) }
            return answer(200, order(isFinalized ? "valid" : "ready"))
        case "finalize":
            isFinalized = true
            certificate = try issue(message.payload)
            return answer(200, order("processing"))
        case "certificate": return answer(200, certificate)
        default: return answer(404, "{}")
        }
    }

    private func isSlow() -> Bool {
        polls += 1
        return polls <= plan.slowness
    }

    private func order(_ status: String) -> String {
        #"{"status":"\#(status)","authorizations":["https://ca.test/authorization"],"#
            + #""finalize":"https://ca.test/finalize","certificate":"https://ca.test/certificate"}"#
    }

    private func authorization() -> String {
        var status = plan.isAuthorized ? "valid" : "pending"
        var error = ""
        if isTried, !isSlow() {
            status = plan.refusal == nil ? "valid" : "invalid"
            error =
                plan.refusal.map {
                    #","error":{"type":"urn:ietf:params:acme:error:\#($0.kind)","detail":"\#($0.detail)"}"#
                } ?? ""
            polls = 0
        }
        return #"{"status":"\#(status)","identifier":{"type":"dns","value":"mx.a.test"},"challenges":["#
            + #"{"type":"dns-01","url":"https://ca.test/dns","token":"other"},"#
            + #"{"type":"http-01","url":"https://ca.test/challenge","token":"tok_en-1"\#(error)}]}"#
    }

    private func issue(_ payload: Data) throws -> String {
        struct Finalization: Decodable { let csr: String }
        let encoded = try JSONDecoder().decode(Finalization.self, from: payload).csr
        let request = try CertificateSigningRequest(derEncoded: Array(try SignedMessage.octets(encoded)))
        let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        let certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(),
            publicKey: plan.issuesForOthers ? key.publicKey : request.publicKey, notValidBefore: now,
            notValidAfter: now.addingTimeInterval(90 * 86_400),
            issuer: try DistinguishedName { CommonName("Test CA") }, subject: DistinguishedName(),
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                try request.attributes.extensionRequest?.extensions.subjectAlternativeNames
                    ?? SubjectAlternativeNames([])
            }, issuerPrivateKey: key)
        return try certificate.serializeAsPEM().pemString
    }

    private func problem(_ status: Int, _ kind: String, _ detail: String, pause: String? = nil) -> ACMEAnswer {
        answer(
            status, #"{"type":"urn:ietf:params:acme:error:\#(kind)","detail":"\#(detail)"}"#, pause: pause)
    }

    private func answer(_ status: Int, _ body: String, location: String? = nil, pause: String? = nil) -> ACMEAnswer {
        count += 1
        nonces.insert("nonce\(count)")
        var header = ["Replay-Nonce": "nonce\(count)"]
        if let location { header["Location"] = "https://ca.test/\(location)" }
        if let pause { header["Retry-After"] = pause }
        return ACMEAnswer(status: status, header: header, body: Data(body.utf8))
    }
}

/// A signed request, whose signature is right.
struct SignedMessage {
    struct Wrong: Error { let what: String }

    private struct Flat: Decodable {
        let protected: String
        let payload: String
        let signature: String
    }

    private struct Header: Decodable {
        struct Key: Decodable {
            let crv: String
            let kty: String
            let x: String
            let y: String
        }

        let alg: String
        let jwk: Key?
        let kid: String?
        let nonce: String
        let url: String
    }

    let nonce: String
    let payload: Data
    let account: String?

    init(_ request: ACMERequest) throws {
        let flat = try JSONDecoder().decode(Flat.self, from: request.body ?? Data())
        let header = try JSONDecoder().decode(Header.self, from: try Self.octets(flat.protected))
        guard header.alg == "ES256", header.url == request.url, (header.jwk == nil) != (header.kid == nil) else {
            throw Wrong(what: "header")
        }
        nonce = header.nonce
        payload = try Self.octets(flat.payload)
        account = header.kid
        guard let jwk = header.jwk else { return }
        let key = try P256.Signing.PublicKey(rawRepresentation: try Self.octets(jwk.x) + Self.octets(jwk.y))
        let signature = try P256.Signing.ECDSASignature(rawRepresentation: try Self.octets(flat.signature))
        guard key.isValidSignature(signature, for: Data("\(flat.protected).\(flat.payload)".utf8)) else {
            throw Wrong(what: "signature")
        }
    }

    static func octets(_ text: String) throws -> Data {
        let padded = text.replacing("-", with: "+").replacing("_", with: "/")
        let missing = String(repeating: "=", count: (4 - padded.count % 4) % 4)
        guard let octets = Data(base64Encoded: padded + missing) else { throw Wrong(what: "base64") }
        return octets
    }
}
