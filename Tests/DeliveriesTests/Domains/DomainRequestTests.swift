import Foundation
import MailMessage
import MailTemplates
import Secrets
import SenderDomains
import Testing

@testable import Deliveries

@Suite struct DomainRequestTests {
    static let own = ["smtp.dkim-signing": "rsa", "domains.start": "on-request"]

    @Test func aRequestIsApprovedAndTheRequesterGetsTheRecords() async throws {
        let house = try await DomainHouse(settings: Self.own)
        let anna = house.house.sender
        let asked = try await house.requests.ask(
            for: try house.domain(), words: "Ab Montag", by: anna, origin: DomainHouse.origin)
        #expect(asked.link == nil)
        let question = try #require(try await house.mails(.domainRequested).first)
        #expect(question.to == house.boss.email)
        let words = try house.text(of: question)
        #expect(words.contains("Ab Montag") && words.contains("/admin/domain-requests/\(asked.request.id)"))
        let domain = try await house.requests.approve(
            asked.request.id, by: house.boss.id, origin: DomainHouse.origin)
        #expect(domain.domain.ascii == "kunde.example")
        let answer = try #require(try await house.mails(.domainApproved).first)
        #expect(answer.to == anna.email)
        let text = try house.text(of: answer)
        #expect(text.contains("depesche1._domainkey.kunde.example"))
        let start = try #require(text.range(of: "/dns/"))
        let token = try #require(Token(text: String(text[start.upperBound...].prefix(22))))
        #expect(try await house.administration.handedOver(token).domain.domain == domain.domain)
        let request = try await house.requests.request(asked.request.id)
        #expect(request.state == .approved && request.answeredBy == house.boss.id)
        let again = await refused {
            _ = try await house.requests.approve(asked.request.id, by: nil, origin: DomainHouse.origin)
        }
        #expect(again?.code == .conflict)
        #expect(try await house.audit() == ["domain-requested", "domain-added", "domain-approved"])
    }

    @Test func theOperatorsAddressGetsTheQuestion() async throws {
        let house = try await DomainHouse(
            settings: Self.own.merging(["domains.operator-email": "dns@betreiber.example"]) { $1 })
        _ = try await house.requests.ask(
            for: try house.domain(), words: "", by: house.house.sender, origin: DomainHouse.origin)
        #expect(try await house.mails(.domainRequested).map(\.to.wireForm) == ["dns@betreiber.example"])
    }

    @Test func aRefusalNeedsAReasonWhichTheRequesterReads() async throws {
        let house = try await DomainHouse(settings: Self.own)
        let asked = try await house.requests.ask(
            for: try house.domain(), words: "", by: house.house.sender, origin: DomainHouse.origin)
        let twice = await refused {
            _ = try await house.requests.ask(
                for: try house.domain(), words: "", by: house.house.sender, origin: DomainHouse.origin)
        }
        #expect(twice?.fields == [FieldError("domain", "request-open")])
        let bare = await refused {
            try await house.requests.refuse(asked.request.id, reason: " ", by: nil, origin: DomainHouse.origin)
        }
        #expect(bare?.fields == [FieldError("reason", "reason-needed")])
        try await house.requests.refuse(
            asked.request.id, reason: "Gehört uns nicht", by: house.boss.id, origin: DomainHouse.origin)
        let mail = try #require(try await house.mails(.domainRefused).first)
        #expect(try house.text(of: mail).contains("Gehört uns nicht"))
        #expect(try await house.administration.list().isEmpty)
        #expect(try await house.requests.list(state: .refused).total == 1)
    }

    // MARK: Two installations

    static let asking = [
        "server.public-url": "https://depesche.kunde.example", "domains.operator-url": "https://betreiber.example",
        "domains.start": "on-request",
    ]
    static let operating = [
        "server.public-url": "https://betreiber.example", "smtp.dkim-signing": "rsa",
    ]

    /// The two values of a link, as a page gets them.
    static func signed(_ link: URL) throws -> SignedDomainMessage {
        let items = try #require(URLComponents(url: link, resolvingAgainstBaseURL: false)?.queryItems)
        func value(_ name: String) throws -> String { try #require(items.first { $0.name == name }?.value) }
        return try SignedDomainMessage(message: try value("m"), signature: try value("s"))
    }

    static func answerLink(in text: String) throws -> URL {
        let start = try #require(text.range(of: "https://depesche.kunde.example/domain-answer?"))
        return try #require(URL(string: String(text[start.lowerBound...].prefix { !$0.isWhitespace })))
    }

    @Test func aRequestTravelsToTheOperatorsInstallationAndTheAnswerBack() async throws {
        let customer = try await DomainHouse(settings: Self.asking)
        let provider = try await DomainHouse(settings: Self.operating)
        let asked = try await customer.requests.ask(
            for: try customer.domain(), words: "Bitte", by: customer.house.sender, origin: DomainHouse.origin)
        let link = try #require(asked.link)
        #expect(link.absoluteString.hasPrefix("https://betreiber.example/domain-request?"))
        #expect(try await customer.mails(.domainRequested).isEmpty)

        let received = try await provider.requests.receiveRequest(Self.signed(link), origin: DomainHouse.origin)
        #expect(received.way == .incoming && received.words == "Bitte")
        #expect(received.installation == "https://depesche.kunde.example")
        #expect(
            try await provider.requests.receiveRequest(Self.signed(link), origin: DomainHouse.origin) == received,
            "opened twice, taken once")
        let question = try #require(try await provider.mails(.domainRequested).first)
        #expect(try provider.text(of: question).contains("https://depesche.kunde.example"))

        let signing = try await provider.requests.approve(
            received.id, by: provider.boss.id, origin: DomainHouse.origin)
        #expect(signing.keys.allSatisfy { $0.signs })
        let mail = try #require(try await provider.mails(.domainApproved).first)
        #expect(mail.to.wireForm == "anna@kunde.example")
        let answer = try Self.answerLink(in: provider.text(of: mail))

        let answered = try await customer.requests.receiveAnswer(Self.signed(answer), origin: DomainHouse.origin)
        #expect(answered.state == .approved)
        let domain = try await customer.administration.domain(try customer.domain())
        #expect(domain.keys.map(\.selector) == ["depesche1"])
        #expect(domain.keys.allSatisfy { $0.origin == .told && $0.sealedPrivateKey == nil })
        let spent = await refused {
            _ = try await customer.requests.receiveAnswer(Self.signed(answer), origin: DomainHouse.origin)
        }
        #expect(spent?.code == .linkSpent)
    }

    @Test func aRefusalTravelsBackToo() async throws {
        let customer = try await DomainHouse(settings: Self.asking)
        let provider = try await DomainHouse(settings: Self.operating)
        let asked = try await customer.requests.ask(
            for: try customer.domain(), words: "", by: customer.house.sender, origin: DomainHouse.origin)
        let received = try await provider.requests.receiveRequest(
            Self.signed(try #require(asked.link)), origin: DomainHouse.origin)
        try await provider.requests.refuse(
            received.id, reason: String(repeating: "Nein. ", count: 300), by: nil, origin: DomainHouse.origin)
        let mail = try #require(try await provider.mails(.domainRefused).first)
        let answer = try Self.answerLink(in: provider.text(of: mail))
        let answered = try await customer.requests.receiveAnswer(Self.signed(answer), origin: DomainHouse.origin)
        #expect(answered.state == .refused && answered.reason.hasPrefix("Nein. "))
        #expect(try await customer.administration.list().isEmpty)
    }

    @Test func aChangedAMisdirectedOrAnOldLinkIsRefused() async throws {
        let customer = try await DomainHouse(settings: Self.asking)
        let provider = try await DomainHouse(settings: Self.operating)
        let stranger = try await DomainHouse(settings: ["server.public-url": "https://anderer.example"])
        let asked = try await customer.requests.ask(
            for: try customer.domain(), words: "", by: customer.house.sender, origin: DomainHouse.origin)
        let link = try #require(asked.link)
        var components = try #require(URLComponents(url: link, resolvingAgainstBaseURL: false))
        let message = try #require(components.queryItems?.first?.value)
        let octets = Data(try #require(Base64URL.decode(message)))
        let changed = Data(String(decoding: octets, as: UTF8.self).replacing("kunde", with: "opfer").utf8)
        components.queryItems?[0].value = Base64URL.encode(changed)
        let damaged = await refused { _ = try Self.signed(try #require(components.url)) }
        #expect(damaged?.code == .linkDamaged)
        let misdirected = await refused {
            _ = try await stranger.requests.receiveRequest(Self.signed(link), origin: DomainHouse.origin)
        }
        #expect(misdirected?.code == .linkDamaged)
        let wrongKind = await refused {
            _ = try await provider.requests.receiveAnswer(Self.signed(link), origin: DomainHouse.origin)
        }
        #expect(wrongKind?.code == .linkDamaged)
        provider.house.pass(DomainMessage.lifetime + 1)
        let old = await refused {
            _ = try await provider.requests.receiveRequest(Self.signed(link), origin: DomainHouse.origin)
        }
        #expect(old?.code == .linkSpent)
    }

    @Test func anInstallationKeepsTheKeyThatItShowedFirst() async throws {
        let customer = try await DomainHouse(settings: Self.asking)
        let impostor = try await DomainHouse(settings: Self.asking)
        let provider = try await DomainHouse(settings: Self.operating)
        func ask(_ house: DomainHouse, _ name: String) async throws -> SignedDomainMessage {
            let asked = try await house.requests.ask(
                for: try house.domain(name), words: "", by: house.house.sender, origin: DomainHouse.origin)
            return try Self.signed(try #require(asked.link))
        }
        let first = try await ask(customer, "kunde.example")
        _ = try await provider.requests.receiveRequest(first, origin: DomainHouse.origin)
        let second = try await ask(customer, "zweite.example")
        _ = try await provider.requests.receiveRequest(second, origin: DomainHouse.origin)
        let forged = try await ask(impostor, "dritte.example")
        let error = await refused {
            _ = try await provider.requests.receiveRequest(forged, origin: DomainHouse.origin)
        }
        #expect(error?.code == .strangeKey)
    }
}
