import DNS
import MailAuth
import Testing

struct PublicSuffixListTests {
    private let list = PublicSuffixList(
        parsing: """
            // ===BEGIN ICANN DOMAINS===
            com
            uk
            co.uk  // registry
            *.ck
            !www.ck
            jp
            *.kobe.jp
            !city.kobe.jp
            公司.cn
            // ===BEGIN PRIVATE DOMAINS===
            blogspot.com
            """)

    /// As the tests of publicsuffix.org have them.
    @Test(arguments: [
        ("example.com", "example.com"), ("b.example.com", "example.com"), ("com", "com"),
        ("x.blogspot.com", "x.blogspot.com"),
        ("a.x.blogspot.com", "x.blogspot.com"), ("blogspot.com", "blogspot.com"), ("example.co.uk", "example.co.uk"),
        ("b.example.co.uk", "example.co.uk"), ("example.uk", "example.uk"), ("test.ck", "test.ck"),
        ("b.test.ck", "b.test.ck"),
        ("a.b.test.ck", "b.test.ck"), ("www.ck", "www.ck"), ("www.www.ck", "www.ck"), ("c.kobe.jp", "c.kobe.jp"),
        ("b.c.kobe.jp", "b.c.kobe.jp"), ("a.b.c.kobe.jp", "b.c.kobe.jp"), ("city.kobe.jp", "city.kobe.jp"),
        ("www.city.kobe.jp", "city.kobe.jp"), ("unlisted", "unlisted"), ("a.b.unlisted", "b.unlisted"),
        ("A.Example.COM", "Example.COM"), ("www.xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn"),
    ]) func findsOrganizationalDomains(_ name: String, _ organization: String) throws {
        let name = try #require(DNSName(name))
        #expect(list.organizationalDomain(of: name) == DNSName(organization))
    }

    @Test func readsAllLines() {
        #expect(list.count == 10)
        #expect(list.unreadableLines == 0)
        #expect(PublicSuffixList(parsing: "a..b\n\u{7}\u{FC}!\n").unreadableLines == 2)
    }
}
