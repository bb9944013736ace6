import DNS
import FoundationEssentials
import MailAuth
import MailMessage
import SenderDomains

/// The records of a sender domain and all that it takes to reach them, as tests want them: the resolver knows the whole
/// tree, and `kunde.example` has two servers of its own that know what they were told.
struct KundeZone {
    static let rsa = """
        v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA5oFg6GQGk8G9Oi5J1X4NY2uUECzhbkTuHRs7fAnphyTh0bnsiuv\
        0rmi9oLjXjYVDJGV8YlTWkNVRZzAeNbeICQzKAge7Yv3K4ohvgEHCgJvs3yEGshC7uceIC9+XnA/Z2GLgWP/7RqIU9XI4Z0NaQYL3utyd9LMftobLo\
        FoQopFIHI0JyVPT/xYz/a3dalT/AX+JTpEhWjoW1r71pE+J8cINT/amWVpJRHma1LcTtnwGqZusl9+K6c0fvCpzs/wzGeUeOfM9ooCKGcjpYYNA2om\
        QipbUaJYod/Eoorm6dTUDCzivD7f/YYL0K6jR7ynA3FA2TzrTZCvfCmvHGqpWGQIDAQAB
        """
    static let otherRSA = """
        v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAmcPHt9NRrSBJRulc5+1NAJb17L1ng4qzBxPOLjgpSu4++bG+eFg\
        CVRxF4d8YlSsJuA7Vrk4NETz4V+vlIhQgkwWqOcC5Wap7tdj/0RBBS3kekXxxyO2gSCFy/YnX17Zx2+FlTt0zDmh4VD/GutSMW5dcH231y3jjNMTbS\
        BLbe7xWYHoAiil++AOVwwUFQn7kywSpCV1/MA/+kJmwsczfaazBToaOqmOCUp0eIJC04Qvp3KXMns4nS1wcjhgWPjt4PXTc212RgyXlqmiNnOk2o+B\
        dzmtVBZ6RRRfD+GOhoyJLNh5Xk4ZHPBZEGSd9Yoq/x1Q7VkObJ38TIi72A/9+HwIDAQAB
        """
    static let shortRSA = """
        v=DKIM1; k=rsa; p=MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBANqnKHoVt0npPwvJkUZ1eEi79hXQNOkxdaxTZ37lGFygUgj/42HFd3yqM2vfCF5u\
        TPxLJot+tFgN+ILiIFX5nVUCAwEAAQ==
        """
    static let ed25519 = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
    static let selector = "depesche1._domainkey.kunde.example"

    let resolver: InMemoryZone
    let one: InMemoryZone
    let two: InMemoryZone

    /// The tree and two servers that agree with it.
    init(_ text: String = "") throws {
        let frame = """
            example             SOA ns.example. host.example. 1 1 1 1 300
            kunde.example       SOA ns1.kunde.example. host.kunde.example. 1 1 1 1 300
            kunde.example       NS  ns1.kunde.example.
            kunde.example       NS  ns2.kunde.example.
            ns1.kunde.example   A   192.0.2.1
            ns2.kunde.example   A   192.0.2.2
            kunde.example       MX  10 mail.kunde.example.
            _spf.depesche.example TXT "v=spf1 ip4:198.51.100.25 ip6:2001:db8::25 -all"

            """
        resolver = try InMemoryZone(frame + text)
        one = try InMemoryZone(frame + text)
        two = try InMemoryZone(frame + text)
    }

    /// Tells all that there is a text somewhere.
    func publish(_ name: String, _ text: String) throws {
        try set(name, .txt, [.txt(text)])
    }

    /// Tells all what stands somewhere.
    func set(_ name: String, _ type: DNSRecordType, _ data: [DNSRecordData]) throws {
        let name = try Self.name(name)
        for zone in [resolver, one, two] { zone.set(name, type, data) }
    }

    /// A check that asks them. Its budget is an hour: a busy machine must not change what is found.
    func check(at time: Date = .start) -> DomainCheck {
        DomainCheck(resolver: resolver, access: self, budget: .seconds(3_600), now: { time })
    }

    static func name(_ text: String) throws -> DNSName {
        guard let name = DNSName(text) else { throw AddressError.malformedDomain }
        return name
    }
}

extension KundeZone: AuthoritativeAccess {
    func resolver(for server: DNSName, addresses: [IPAddress]) -> (any DNSResolver)? {
        switch addresses.first?.description {
        case "192.0.2.1": one
        case "192.0.2.2": two
        default: nil
        }
    }
}

extension Date {
    /// When tests begin.
    static let start = Date(timeIntervalSince1970: 1_800_000_000)

    func after(_ seconds: TimeInterval) -> Date { addingTimeInterval(seconds) }
    func days(_ days: Double) -> Date { addingTimeInterval(days * 86_400) }
}

extension DomainSetup {
    /// Signs with both kinds of keys, reports go to our own domain: only DKIM counts.
    static let keysOnly = DomainSetup(returnPath: .own, returnPathDomain: try? MailDomain(parsing: "depesche.example"))
    /// Nobody signs; SPF with our include counts.
    static let spfOnly = DomainSetup(spfInclude: "_spf.depesche.example", signing: .none)
}

extension SenderDomain {
    /// `kunde.example` with an RSA key, whose private half is here.
    static func kunde(_ keys: [DomainKey] = [.rsa()], policy: Policy = .fallback) throws -> SenderDomain {
        SenderDomain(
            domain: try MailDomain(parsing: "kunde.example"), policy: policy, keys: keys, controlToken: "c0ntr0l",
            now: .start)
    }
}

extension DomainKey {
    static func rsa(
        _ selector: String = "depesche1", _ record: String = KundeZone.rsa, origin: Origin = .generated,
        publication: Publication = .txt, at time: Date = .start
    ) -> DomainKey {
        DomainKey(
            selector: selector, type: .rsa, publicRecord: record, sealedPrivateKey: Data([1]),
            publication: publication, origin: origin, createdAt: time)
    }

    static func ed25519(_ selector: String = "depesche1e", at time: Date = .start) -> DomainKey {
        DomainKey(
            selector: selector, type: .ed25519, publicRecord: KundeZone.ed25519, sealedPrivateKey: Data([2]),
            createdAt: time)
    }

    static func told(_ selector: String = "betrieb") -> DomainKey {
        DomainKey(selector: selector, type: nil, publicRecord: nil, origin: .told, createdAt: .start)
    }
}

/// A domain that changes while a test looks on: expectations can call what changes it.
@dynamicMemberLookup
final class Changing {
    private(set) var value: SenderDomain

    init(_ value: SenderDomain) {
        self.value = value
    }

    subscript<Value>(dynamicMember path: KeyPath<SenderDomain, Value>) -> Value { value[keyPath: path] }

    func received(_ report: DomainReport, setup: DomainSetup, now: Date) -> [DomainEvent] {
        value.received(report, setup: setup, now: now)
    }
    func advance(setup: DomainSetup, now: Date) -> [DomainEvent] { value.advance(setup: setup, now: now) }
    func proveControl(by method: ControlProof.Method, now: Date) -> [DomainEvent] {
        value.proveControl(by: method, now: now)
    }
    func rotate(to keys: [DomainKey], _ rotation: SenderDomain.Rotation, now: Date) -> [DomainEvent] {
        value.rotate(to: keys, rotation, now: now)
    }
    func add(_ keys: [DomainKey], now: Date) { value.add(keys, now: now) }
    func forget(selector: String) -> Bool { value.forget(selector: selector) }
    func key(_ selector: String) -> DomainKey? { value.key(selector) }
    func signingKeys(_ signing: SigningMode) -> [DomainKey] { value.keys.signing(signing) }
}
