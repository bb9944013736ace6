import DNS
import Testing

@testable import Composition

@Suite struct DomainServerAccessTests {
    private func isAsked(_ address: String, allowsPrivateAddresses: Bool = false) throws -> Bool {
        let access = DomainServerAccess(stubs: [], allowsPrivateAddresses: allowsPrivateAddresses)
        let server = try #require(DNSName("ns1.kunde.example"))
        return access.resolver(for: server, addresses: [try #require(IPAddress(address))]) != nil
    }

    @Test(arguments: [
        "127.0.0.1", "::1", "10.1.2.3", "192.168.0.1", "169.254.0.1", "fe80::1", "fd00::1", "0.0.0.0", "100.64.0.1",
        "::ffff:10.1.2.3", "64:ff9b::a01:203",
    ])
    func ourOwnAndPrivateAddressesAreNotAsked(_ address: String) throws {
        #expect(try !isAsked(address))
    }

    @Test func publicOnesAreAskedAndPrivateOnesIfThatIsAllowed() throws {
        #expect(try isAsked("192.0.2.1"))
        #expect(try isAsked("2001:db8::1"))
        #expect(try isAsked("127.0.0.1", allowsPrivateAddresses: true))
    }
}
