import DNS
import MailRouting
import Testing

struct EgressPolicyTests {
    @Test(arguments: [
        ("192.0.2.1", AddressScope.global), ("8.8.8.8", .global), ("172.15.0.1", .global), ("172.32.0.1", .global),
        ("2001:db8::1", .global), ("2a00::1", .global), ("127.0.0.1", .loopback), ("127.255.0.1", .loopback),
        ("0.0.0.0", .loopback), ("::1", .loopback), ("::", .loopback), ("10.0.0.1", .private),
        ("172.16.0.1", .private), ("172.31.255.255", .private), ("192.168.0.1", .private), ("100.64.0.1", .private),
        ("100.128.0.1", .global), ("fd00::1", .private), ("fc00::1", .private), ("fec0::1", .private),
        ("169.254.169.254", .linkLocal), ("fe80::1", .linkLocal), ("febf::1", .linkLocal), ("224.0.0.1", .multicast),
        ("255.255.255.255", .multicast), ("ff02::1", .multicast), ("240.0.0.1", .reserved), ("198.18.0.1", .reserved),
        ("192.0.0.8", .reserved), ("100::1", .reserved), ("2001::1", .reserved), ("4000::1", .reserved),
        // What stands for an IPv4 address is judged as that.
        ("::ffff:127.0.0.1", .loopback), ("::ffff:10.0.0.1", .private), ("::ffff:8.8.8.8", .global),
        ("64:ff9b::7f00:1", .loopback), ("64:ff9b::808:808", .global), ("64:ff9b:1::1", .private),
        ("2002:7f00:1::1", .loopback), ("2002:c0a8:101::1", .private), ("2002:808:808::1", .global),
        ("::127.0.0.1", .loopback), ("::10.0.0.1", .private),
    ]) func knowsTheScopeOfAnAddress(_ text: String, _ scope: AddressScope) throws {
        let address = try address(text)
        #expect(AddressScope(of: address) == scope)
        #expect((EgressPolicy.public.refusal(of: address) == nil) == (scope == .global))
    }

    @Test func ourOwnAddressesAreRefusedInAnyForm() throws {
        let policy = EgressPolicy(own: [try address("203.0.113.1")], scopes: Set(AddressScope.allCases))
        #expect(policy.refusal(of: try address("203.0.113.1")) == .own)
        #expect(policy.refusal(of: try address("::ffff:203.0.113.1")) == .own)
        #expect(policy.refusal(of: try address("10.0.0.1")) == nil)
    }
}
