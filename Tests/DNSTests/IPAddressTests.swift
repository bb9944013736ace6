import DNS
import Testing

struct IPAddressTests {
    @Test(arguments: ["0.0.0.0", "192.0.2.1", "255.255.255.255", "::", "::1", "2001:db8::25", "::ffff:192.0.2.1"])
    func comesBackFromTextAndOctets(_ text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.description == text)
        #expect(address.octets.count == (address.family == .v4 ? 4 : 16))
        #expect(IPAddress(octets: address.octets) == address)
    }

    @Test(arguments: ["", "192.0.2", "192.0.2.256", "192.0.2.1 ", "1::2::3", "fe80::1%eth0", "[::1]", "::1\0"])
    func refusesWhatIsNoAddress(_ text: String) {
        #expect(IPAddress(text) == nil)
        #expect(IPAddress(octets: [1, 2, 3]) == nil)
    }

    @Test func hasTheNumberOfItsOctets() throws {
        #expect(IPAddress(v4: 0xC000_0201) == IPAddress("192.0.2.1"))
        #expect(IPAddress("::ffff:192.0.2.1")?.unmapped == IPAddress("192.0.2.1"))
        #expect(IPAddress("::fffe:192.0.2.1")?.unmapped == IPAddress("::fffe:192.0.2.1"))
    }

    @Test(arguments: ["192.0.2.1", "2001:db8:1:2:3:4:5:6"]) func matchesUpToTheFirstBitThatDiffers(_ text: String)
        throws
    {
        let address = try #require(IPAddress(text))
        let bits = address.octets.count * 8
        for bit in 0..<bits {
            var octets = address.octets
            octets[bit / 8] ^= 0x80 >> UInt8(bit % 8)
            let other = try #require(IPAddress(octets: octets))
            for length in 0...bits {
                #expect(address.matches(other, prefixLength: length) == (length <= bit))
            }
        }
        #expect(address.matches(address, prefixLength: 999))
    }

    @Test func neverMatchesTheOtherFamily() throws {
        let four = try #require(IPAddress("0.0.0.1"))
        let six = try #require(IPAddress("::1"))
        #expect(four != six)
        #expect(!four.matches(six, prefixLength: 0))
    }
}
