import MailMessage

/// Providers at which anybody can have a mailbox: nobody but they can publish records for these domains.
enum MailboxProviders {
    /// The provider's domain that a domain is or lies beneath.
    static func provider(of domain: MailDomain) -> String? {
        let labels = domain.ascii.split(separator: ".")
        for count in 2...max(2, min(labels.count, 4)) {
            let suffix = labels.suffix(count).joined(separator: ".")
            if domains.contains(suffix) { return suffix }
        }
        return nil
    }

    /// The best known ones: what forgers imitate.
    static let lookalikeTargets: [MailDomain] = [
        "gmail.com", "googlemail.com", "gmx.de", "icloud.com", "outlook.com", "hotmail.com", "posteo.de", "proton.me",
        "t-online.de", "web.de", "yahoo.com",
    ].compactMap { try? MailDomain(parsing: $0) }

    private static let domains: Set<String> = {
        var all = Set(single)
        for (name, tops) in families { for top in tops { all.insert("\(name).\(top)") } }
        return all
    }()

    private static let families: [String: [String]] = [
        "gmx": [
            "at", "biz", "ch", "co.uk", "com", "de", "es", "eu", "fr", "info", "li", "net", "org", "tm",
        ],
        "hotmail": [
            "at", "be", "ch", "co.uk", "com", "com.ar", "com.br", "com.tr", "de", "dk", "es", "fr", "gr", "it", "nl",
            "no", "se",
        ],
        "live": [
            "at", "be", "ca", "ch", "cn", "co.uk", "com", "com.au", "com.mx", "com.pt", "de", "dk", "fr", "ie", "in",
            "it", "nl", "no", "se",
        ],
        "outlook": [
            "at", "be", "cl", "co.id", "co.il", "co.th", "com", "com.ar", "com.au", "com.br", "com.gr", "com.tr",
            "com.vn",
            "cz", "de", "dk", "es", "fr", "hu", "ie", "in", "it", "jp", "kr", "lv", "my", "ph", "pt", "sa", "sg", "sk",
        ],
        "yahoo": [
            "at", "be", "ca", "ch", "co.id", "co.in", "co.jp", "co.kr", "co.nz", "co.th", "co.uk", "co.za", "com",
            "com.ar", "com.au", "com.br", "com.cn", "com.hk", "com.mx", "com.my", "com.ph", "com.sg", "com.tr",
            "com.tw",
            "com.vn", "cz", "de", "dk", "es", "fi", "fr", "gr", "hu", "ie", "in", "it", "nl", "no", "pl", "pt", "ro",
            "se",
        ],
        "yandex": ["by", "com", "com.tr", "kz", "ru", "ua"],
        "zoho": ["com", "eu", "in"],
    ]

    private static let single = [
        "126.com", "139.com", "163.com", "aim.com", "alice-dsl.net", "alice.it", "aol.com", "aol.de", "arcor.de",
        "att.net", "aon.at", "bellsouth.net", "bk.ru", "bluewin.ch", "bol.com.br", "btinternet.com", "centrum.cz",
        "charter.net", "chello.at", "comcast.net", "cox.net", "disroot.org", "duck.com", "earthlink.net", "email.de",
        "eclipso.de", "eclipso.eu", "fastmail.com", "fastmail.fm", "free.fr", "freemail.hu", "freenet.de", "gmail.com",
        "googlemail.com", "hey.com", "hispeed.ch", "hushmail.com", "icloud.com", "ik.me", "inbox.lv", "inbox.ru",
        "inode.at", "interia.pl", "kabelmail.de", "kolabnow.com", "laposte.net", "libero.it", "list.ru", "lycos.com",
        "mac.com", "magenta.at", "mail.com", "mail.de", "mail.ru", "mailbox.org", "mailfence.com", "mailinator.com",
        "me.com", "msn.com", "naver.com", "netcologne.de", "netscape.net", "o2.pl", "o2mail.de", "o2online.de",
        "online.de", "online.no", "onet.pl", "orange.fr", "pm.me", "posteo.at", "posteo.ch", "posteo.de", "posteo.eu",
        "posteo.net", "posteo.org", "proton.me", "protonmail.ch", "protonmail.com", "qq.com", "rambler.ru",
        "rediffmail.com", "riseup.net", "rocketmail.com", "runbox.com", "sapo.pt", "sbcglobal.net",
        "seznam.cz", "sfr.fr", "sina.com", "sky.com", "sohu.com", "startmail.com", "sunrise.ch", "swissmail.org",
        "t-online.de", "telenet.be", "tiscali.it", "tuta.com", "tuta.io", "tutamail.com", "tutanota.com", "tutanota.de",
        "ukr.net", "unitybox.de", "uol.com.br", "verizon.net", "virgilio.it", "virginmedia.com",
        "vodafonemail.de", "wanadoo.fr", "web.de", "wp.pl", "yahoomail.com", "yandex.net", "ymail.com", "ziggo.nl",
        "zohomail.com", "zohomail.eu",
    ]
}
