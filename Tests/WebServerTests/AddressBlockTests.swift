import Deliveries
import HTTPTypes
import Testing

@testable import WebServer

@Suite struct AddressBlockTests {
    @Test(arguments: [
        ("10.0.0.0/8", "10.255.1.2", true), ("10.0.0.0/8", "11.0.0.1", false), ("192.0.2.7", "192.0.2.7", true),
        ("192.0.2.7", "192.0.2.8", false), ("::1", "::1", true), ("fd00::/8", "fd12::1", true),
        ("fd00::/8", "fe80::1", false), ("127.0.0.0/8", "::ffff:127.0.0.1", true), ("0.0.0.0/0", "203.0.113.9", true),
        ("0.0.0.0/0", "::1", false), ("10.128.0.0/9", "10.127.0.1", false), ("10.0.0.0/8", "not an address", false),
    ])
    func containsExactlyItsAddresses(block: String, address: String, expected: Bool) throws {
        #expect(try #require(AddressBlock(block)).contains(address) == expected)
    }

    @Test(arguments: ["", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "kunde.example", "::1/129", "10.0.0.0/8/8"])
    func refusesWhatIsNoBlock(text: String) { #expect(AddressBlock(text) == nil) }
}

@Suite struct ForwardedClientTests {
    private func client(peer: String, forwarded: String?, proto: String? = nil, trusted: [String]) -> ForwardedClient {
        var headers = HTTPFields()
        if let forwarded, let name = HTTPField.Name("X-Forwarded-For") { headers[name] = forwarded }
        if let proto, let name = HTTPField.Name("X-Forwarded-Proto") { headers[name] = proto }
        return ForwardedClient(peer: peer, headers: headers, trusted: trusted.compactMap { AddressBlock($0) })
    }

    @Test func ignoresTheHeaderOfAStranger() {
        let client = client(peer: "203.0.113.9", forwarded: "10.1.1.1", proto: "https", trusted: ["127.0.0.1"])
        #expect(client.address == "203.0.113.9")
        #expect(client.isSecure == nil)
    }

    @Test func takesTheRightmostAddressThatIsNoProxy() {
        let client = client(
            peer: "127.0.0.1", forwarded: "1.2.3.4, 198.51.100.7, 10.0.0.5", proto: "https",
            trusted: ["127.0.0.1", "10.0.0.0/8"])
        #expect(client.address == "198.51.100.7")
        #expect(client.isSecure == true)
    }

    @Test func stopsAtWhatIsNoAddress() {
        #expect(client(peer: "127.0.0.1", forwarded: "1.2.3.4, evil", trusted: ["127.0.0.1"]).address == "127.0.0.1")
    }

    @Test func aTrustedProxyWithoutAWordOnTheClientIsTheClient() {
        #expect(client(peer: "127.0.0.1", forwarded: nil, trusted: ["127.0.0.1"]).address == "127.0.0.1")
    }
}
