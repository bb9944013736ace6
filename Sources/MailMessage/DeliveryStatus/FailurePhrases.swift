import Foundation

/// The words by which servers say why: what is as good as a status, and what only helps where there is none.
struct FailurePhrases {
    /// A class that the words name so plainly that they outweigh a status, which is often a general one.
    let plain: FailureClass?
    /// A class that the words suggest.
    let likely: FailureClass?
    /// Whether the words say no more than that it was refused.
    let isRefusal: Bool

    /// Whether the server spoke after another command than that which names the recipient.
    let isAboutAnother: Bool
    /// Whether it spoke of the sender: then nothing is known of the recipient's address.
    let isAboutSender: Bool

    init(_ text: String) {
        let text = Self.folded(text)
        func says(_ phrase: String) -> Bool { strstr(text, phrase) != nil }
        func find(_ table: [(FailureClass, [String])]) -> FailureClass? {
            table.first { $0.1.contains(where: says) }?.0
        }
        isAboutSender = [" reply to mail from", " after mail from", " response to mail from"].contains(where: says)
        isAboutAnother =
            isAboutSender
            || [" reply to data", " reply to end of data", " after end of data", " after data", " our final data"]
                .contains(where: says)
        plain = find(Self.plainPhrases)
        likely = find(Self.likelyPhrases)
        isRefusal = says(" rejected") || says(" refused")
    }

    /// Lower case, each run of what is no letter or digit one blank, and one at both ends, so that phrases match whole
    /// words; a NUL at the end.
    private static func folded(_ text: String) -> [CChar] {
        var result: [UInt8] = [0x20]
        for byte in text.utf8.prefix(4_000) {
            if byte.isASCIILetterOrDigit || byte >= 0x80 {
                result.append(byte.asciiLowercased)
            } else if result.last != 0x20 {
                result.append(0x20)
            }
        }
        if result.last != 0x20 { result.append(0x20) }
        return (result + [0]).map(CChar.init(bitPattern:))
    }

    private static let plainPhrases: [(FailureClass, [String])] = [
        // The sender's address or domain is at fault: nothing is wrong with the recipient's.
        (
            .policy,
            [
                " domain of sender", " sender address rejected", " sender domain", " sender rejected", " sender denied",
                " unroutable sender", " unrouteable sender", " sender verify failed", " could not verify sender",
                " sender verification", " not owned by user", " recipient preferences", " invalid sender",
                " return path does not exist",
            ]
        ),
        (.greylisted, [" greylist", " graylist", " grey list", " gray list", "postgrey"]),
        (
            .rateLimited,
            [
                " rate limit", " ratelimit", "throttl", " too fast", " too many messages", " too many connections",
                " too many recipients", " too many concurrent", " too many sessions", " too many mails",
                " too many emails", " exceeded the rate", " sending rate", " unusual rate",
                " mails per session", " temporarily deferred due to user complaints", " receiving mail too quickly",
                " receiving mail at a rate", " messages in a short", " connection limit",
            ]
        ),
        (
            .reputation,
            [
                " blacklist", " black list", " blocklist", " block list", " blocked using", " reputation", "spamhaus",
                " spamcop", " sorbs", " barracudacentral", " rbl ", " dnsbl ", " denylist", " senderbase",
                " poor sender", " blocked by our", " dynamic ip", " ip address is blocked", " bad ptr",
                " reverse dns", " reverse hostname", " client host rejected", " no ptr", " ptr record",
                " generic rdns", " listed in the", " listed in our", " open relay list", " ptr resource",
                " mismatches client ip",
            ]
        ),
        (
            .transportSecurity,
            [
                " must issue a starttls", " starttls failed", " tls handshake", " tls is required", " tls required",
                " starttls is required", " dane ", " tlsa ", " mta sts ", " certificate verif",
                " cannot start tls", " tls negotiation", " tls session required", " server certificate",
            ]
        ),
        (
            .authentication,
            [
                " dmarc ", " spf check", " spf fail", " fails spf", " spf record", " spf validation", " spf hard",
                " dkim check", " dkim fail", " unauthenticated email", " unauthenticated mail", " not authenticated",
                " sender policy framework", " authentication required", " authentication failed",
                " openspf", " passing spf",
                " authentication information",
            ]
        ),
        (
            .content,
            [
                " virus", " malware", " message content rejected", " is spam", " spam detected", " as spam",
                " spam content", " message filtered",
                " spam message", " spam score", " spam classification", " id spam", " spamassassin", " unsolicited",
            ]
        ),
        (
            .noSuchDomain,
            [
                " no smtp service", " find a mail exchanger or ip address", " no mx record", " no mx found",
                " no mail exchanger", " domain is not reachable",
                " host unknown", " unknown host", " host not found", " no such domain", " domain not found",
                " name or service not known", " nxdomain", " domain does not exist", " nonexistent domain",
                " unrouteable mail domain", " couldn t find any host named", " could not find any host named",
                " host or domain name not found", " domain is not found", " does not accept mail nullmx",
                " null mx", " nullmx", " all relevant mx records point to non existent hosts",
                " the domain does not", " domain name not found", " domain must exist", " domain couldn t be found",
                " domain could not be found", " illegal host domain", " could not resolve host", " unknown domain",
                " cannot resolve mx", " no mail hosts for domain", " unable to find a mail exchanger",
            ]
        ),
        (
            .full,
            [
                " mailbox full", " mailbox is full", " over quota", " overquota", " quota exceed", " exceeded quota",
                " exceeds quota", " over the allowed quota", " out of storage", " insufficient storage",
                " insufficient disk", " disk quota", " inbox is full", " mailbox is over", " storage quota",
                " exceeded storage", " exceeded its storage", " exceeded their storage", " mailfolder is full",
                " mail folder is full", " mailbox exceeds", " mailbox size limit", " exceeded the quota",
                " quota violation", " user is over", " account is full", " account is over", " not enough storage",
                " quota full", " over disk space", " storage limit", " mailbox would exceed",
                " maildir over", " not enough disk", " postfach ist voll", " postfach voll", " exceed mailbox quota",
                " user has exhausted", " user has exceeded", " recipient s inbox is out", " too much mail data",
                " disc quota", " quota for this", " exceeded its quota", " exceed the quota", " mailbox has exceeded",
                " sufficient disk", " quotalimit", " exceeded the local limit", " no space left on device",
            ]
        ),
        (
            .tooLarge,
            [
                " message too large", " message too big", " message size exceeds", " message is too large",
                " size limit exceeded", " exceeds fixed maximum", " exceeds maximum message size",
                " message file too big", " exceeds size limit", " exceeds the maximum", " message is larger",
                " exceeded message size", " message size limit", " max message size", " exceeds fixed limit",
                " message exceeds", " message length exceeds", " mail size limit", " your message exceeded",
                " line limit exceeded", " size of the message", " larger than the", " too big for",
                " exceeds message size",
                " exceeds maximum size", " maximum message size", " size restriction", " nachricht ist zu gross",
                " message over size", " mail too large", " mail is too large", " exceeds limit of",
            ]
        ),
        (
            .inactive,
            [
                " account disabled", " account is disabled", " mailbox disabled", " mailbox is disabled",
                " has been disabled", " has been suspended", " account suspended", " is suspended", " is inactive",
                " inactive user", " account inactive", " mailbox inactive", " not active", " deactivated",
                " account expired", " account has expired", " mailbox is frozen", " mailbox frozen",
                " temporarily disabled", " user suspended", " account has been", " is disabled", " locked",
                " mailbox currently suspended", " not accepting mail", " discontinued", " account closed",
                " has been closed", " inactive account", " no longer active", " is not accepting any messages",
                " blocked due to inactivity", " mailbox unavailable for this user", " disabled the mailbox",
            ]
        ),
        (
            .noSuchUser,
            [
                " user unknown", " unknown user", " no such user", " unknown recipient", " recipient unknown",
                " unknown address", " no such recipient", " no such mailbox", " no mailbox", " mailbox not found",
                " user not found", " recipient not found", " address not found", " invalid recipient",
                " recipient does not exist", " user does not exist", " mailbox does not exist",
                " account does not exist",
                " address does not exist", " that you tried to reach does not exist", " user doesn t",
                " account doesn t", " does not exist here", " not our customer", " no longer available",
                " no account by", " no such person", " not listed in domino", " not listed in public",
                " unrouteable address", " recipnotfound", " unknown local part", " unknown local user",
                " unknown account",
                " no user by that name", " not a valid mailbox", " not a known user", " is not known here",
                " isn t in my list of allowed recpthosts but", " sorry no mailbox here by that name",
                " recipient name is not recognized", " email account that you tried to reach", " invalid mailbox",
                " mailbox unavailable or not local", " addressee unknown", " not recognized", " recipient rejected",
                " requested mail recipient does not exist", " unbekannter", " empfanger unbekannt", " nicht vorhanden",
                " user missing", " no valid recipients", " unknown mailbox", " invalid address",
                " recipient address rejected access denied", " recipient addresses rejected access denied",
                " invalid user",
                " address unknown", " unknown or illegal", " illegal alias", " destination mailbox address",
                " mailbox invalid", " bad destination mailbox", " does not have a", " wasn t found", " was not found",
                " not found by smtp address lookup", " couldn t be found", " could not be found", " nobody here",
                " no local mailbox", " user reject", " undeliverable address", " this user doesn", " no such address",
                " is not a valid", " non existent user", " nosuchuser", " user is unknown", " no such id", " not exist",
                " no one here", " does not exist", " doesn t exist", " no users here by that name",
                // OpenSMTPD's answer, with 524 5.2.4, for whomever it does not know.
                " mailing list expansion problem",
            ]
        ),
        (
            .expired,
            [
                " retry timeout exceeded", " retry time not reached for any host after a long", " timed out for all",
                " message expired", " has been on the queue too long", " delivery time expired",
                " delivery attempts failed", " queue too long", " message timeout", " could not deliver for",
                " cannot send message within", " cannot send message for", " unable to deliver message after",
                " been in the queue too long", " been in the queue for too long", " message too old", " queue expired",
                " has been queued too long", " have been unsuccessful in delivering", " gave up after",
                " giving up after",
                " i ve given up", " expired after", " retry limit", " exceeded maximum retries",
                " not been able to deliver", " failing for a long time", " delivery failed 20 attempts",
                " attempts to deliver",
            ]
        ),
    ]

    private static let likelyPhrases: [(FailureClass, [String])] = [
        (
            .content,
            [
                " virus", " malware", " content reject", " prohibited attachment", " attachment type", " banned",
                " rejected for policy reasons content", " message content", " message header", " rfc 5322",
                " rfc 2822", " spam content", " detected as spam", " considered spam", " considered to be spam",
                " identified as spam", " looks like spam", " spam message", " spam detected", " is spam",
                " spam score", " spam filter", " message contains", " unacceptable content", " suspicious",
                " executable", " the message was rejected because it contains", " rejected by content", " junk",
                " loop detected header", " charset", " not rfc", " unsolicited", " html tag", " spam",
            ]
        ),
        (.rateLimited, [" too many", " try again later you", " daily limit", " hourly limit"]),
        (
            .policy,
            [
                " relay", " not permitted", " access denied", " sender address rejected", " sender rejected",
                " policy", " not authorized", " not allowed", " rejected by", " denied", " blocked",
                " permission to", " prohibited", " restricted", " authorized senders", " restriction", " only accepts",
                " administrative",
            ]
        ),
        (.noSuchUser, [" address rejected"]),
        (
            .routing,
            [
                " timed out", " timeout", " connection refused", " no route", " network is unreachable",
                " network unreachable", " host is unreachable", " host unreachable", " too many hops", " loop",
                " mail routing", " lost connection", " connection lost", " connection reset", " connection died",
                " couldn t establish", " could not connect", " unable to connect", " cannot connect", " hop count",
                " name service error", " name server", " no dns", " dns error", " dns lookup", " bad connection",
                " connection was dropped", " no hosts", " config error", " loops back", " not reachable",
                " did not accept our requests to connect", " unable to contact", " network error",
            ]
        ),
        (.noSuchUser, [" mailbox unavailable"]),
        (.full, [" quota", " full"]),
        (.expired, [" expired"]),
        (.noSuchUser, [" unknown", " mailbox name", " not a valid"]),
    ]
}
