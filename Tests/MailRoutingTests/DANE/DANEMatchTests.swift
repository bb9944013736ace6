import Crypto
import DNS
import MailRouting
import Testing

struct DANEMatchTests {
    struct Kind: Sendable, CustomTestStringConvertible {
        var usage: UInt8
        var selector: UInt8
        var matchingType: UInt8
        var testDescription: String { "\(usage) \(selector) \(matchingType)" }
    }

    static let kinds = (0...4).flatMap { usage in
        (0...2).flatMap { selector in
            (0...3).map { Kind(usage: UInt8(usage), selector: UInt8(selector), matchingType: UInt8($0)) }
        }
    }

    /// A DER SEQUENCE of random octets: for DANE a certificate is nothing else.
    static func sequence(_ count: Int, _ generator: inout SeededGenerator) -> [UInt8] {
        [0x30, 0x82, UInt8(count >> 8), UInt8(count & 0xFF)]
            + (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    static func chain(_ seed: UInt64) -> [PresentedCertificate] {
        var generator = SeededGenerator(seed: seed)
        return (0..<3).map { _ in
            PresentedCertificate(certificate: sequence(900, &generator), publicKey: sequence(294, &generator))
        }
    }

    static func data(_ kind: Kind, for certificate: PresentedCertificate) -> [UInt8] {
        let selected = kind.selector == 0 ? certificate.certificate : certificate.publicKey
        switch kind.matchingType {
        case 1: return Array(SHA256.hash(data: selected))
        case 2: return Array(SHA512.hash(data: selected))
        default: return selected
        }
    }

    static func set(_ kind: Kind, for certificate: PresentedCertificate) -> TLSARecordSet {
        TLSARecordSet([
            .tlsa(
                usage: kind.usage, selector: kind.selector, matchingType: kind.matchingType,
                data: data(kind, for: certificate))
        ])
    }

    @Test(arguments: kinds) func usagesAndSelectorsAndMatchingTypes(_ kind: Kind) throws {
        for seed in 0..<20 {
            let chain = Self.chain(UInt64(seed))
            let isUsable = (2...3).contains(kind.usage) && kind.selector < 2 && kind.matchingType < 3
            for (place, certificate) in chain.enumerated() {
                let set = Self.set(kind, for: certificate)
                #expect(set.records.count == (isUsable ? 1 : 0))
                #expect(set.isUnusable == !isUsable)
                var asked: [TrustAnchor] = []
                let match = DANEMatch(of: chain, against: set) {
                    asked.append($0)
                    return true
                }
                guard isUsable, let record = set.records.first else {
                    #expect(match == .noMatch)
                    continue
                }
                if kind.usage == 3 {
                    #expect(match == (place == 0 ? .leaf(record) : .noMatch), "only the server's own")
                    #expect(asked.isEmpty, "name, time and path do not matter")
                } else {
                    #expect(match == .anchor(record, .presented(place)))
                    #expect(asked == [.presented(place)])
                    #expect(DANEMatch(of: chain, against: set) { _ in false } == .invalidPath)
                }
            }
        }
    }

    @Test(arguments: kinds) func anyOtherOctetDoesNotMatch(_ kind: Kind) {
        for seed in 0..<20 {
            var chain = Self.chain(UInt64(seed))
            let set = Self.set(kind, for: chain[0])
            chain[0].certificate[100 + seed] ^= 1
            chain[0].publicKey[100 + seed] ^= 0x80
            let match = DANEMatch(of: chain, against: set) { anchor in
                if case .presented = anchor { true } else { false }
            }
            #expect(!match.isAuthenticated)
        }
    }

    @Test func anAnchorInTheRecordNeedNotBePresented() {
        let chain = Self.chain(1)
        let server = Array(chain.prefix(1))
        let certificate = Self.set(Kind(usage: 2, selector: 0, matchingType: 0), for: chain[2])
        let key = Self.set(Kind(usage: 2, selector: 1, matchingType: 0), for: chain[2])
        let digest = Self.set(Kind(usage: 2, selector: 0, matchingType: 1), for: chain[2])
        #expect(
            DANEMatch(of: server, against: certificate) { $0 == .certificate(chain[2].certificate) }.isAuthenticated)
        #expect(DANEMatch(of: server, against: key) { $0 == .publicKey(chain[2].publicKey) }.isAuthenticated)
        #expect(DANEMatch(of: server, against: digest) { _ in true } == .noMatch)
    }

    @Test func anyRecordOfSeveralSuffices() throws {
        let chain = Self.chain(1)
        let other = Self.chain(2)
        let kind = Kind(usage: 3, selector: 1, matchingType: 1)
        let set = TLSARecordSet([
            .tlsa(usage: 3, selector: 1, matchingType: 1, data: Self.data(kind, for: other[0])),
            .tlsa(usage: 2, selector: 1, matchingType: 1, data: Self.data(kind, for: other[1])),
            .tlsa(usage: 3, selector: 1, matchingType: 1, data: Self.data(kind, for: chain[0])),
        ])
        #expect(DANEMatch(of: chain, against: set) { _ in false } == .leaf(try #require(set.records.last)))
    }

    @Test func anEmptyChainMatchesNothing() {
        let set = Self.set(Kind(usage: 2, selector: 0, matchingType: 0), for: Self.chain(1)[0])
        #expect(DANEMatch(of: [], against: set) { _ in true } == .noMatch)
    }
}
