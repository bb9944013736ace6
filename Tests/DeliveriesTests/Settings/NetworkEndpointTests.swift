import Testing

@testable import Deliveries

@Suite struct NetworkEndpointTests {
    @Test(arguments: [
        ("ns1.Betreiber.example:53", "ns1.betreiber.example"), ("[2001:DB8::1]:5353", "[2001:db8::1]:5353"),
        ("2001:DB8::1", "2001:db8::1"), ("192.0.2.1:5353", "192.0.2.1:5353"), ("localhost:5354", "localhost:5354"),
    ])
    func hostAndPortHaveOneForm(text: String, expected: String) {
        #expect(NetworkEndpoint(text, defaultPort: 53)?.text == expected)
    }

    @Test(arguments: ["", "ns1:", "192.0.2.1:0", "ns1:65536", "[192.0.2.1]:53", "a b", "ns1:53x"])
    func anythingElseIsNone(text: String) {
        #expect(NetworkEndpoint(text, defaultPort: 53) == nil)
    }
}
