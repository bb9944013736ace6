public import Foundation

/// A sign that a visit was a program's which follows the links in mails. Each is a guess; pages say "probably".
public enum ScannerSignal: String, Sendable, CaseIterable {
    /// The request was a HEAD; browsers ask for pages with GET.
    case headRequest = "head-request"
    /// The client named itself as a known scanner, link preview, crawler or program library.
    case knownProgram = "known-program"
    /// The client did not name itself at all.
    case noUserAgent = "no-user-agent"
    /// No `Accept-Language`: every browser sends one.
    case noLanguage = "no-language"
    /// The client calls itself a current Chrome, Edge or Firefox, but sent no `Sec-Fetch-Mode` where these do.
    case noFetchMetadata = "no-fetch-metadata"
    /// The page was loaded ahead (`Sec-Purpose: prefetch`): nobody has clicked yet.
    case prefetch
    /// The visit came within ``soon`` after the mail server took the mail over: before anybody can have read it.
    case soonAfterHandOver = "soon-after-hand-over"
    /// Links of at least ``many`` different recipients were visited from one address within ``soonTogether``.
    case manyLinks = "many-links"

    /// How soon after the hand-over a visit is suspicious, seconds.
    public static let soon: TimeInterval = 10
    /// The time within which visits count as together, seconds.
    public static let soonTogether: TimeInterval = 10
    /// How many links visited together are suspicious.
    public static let many = 3

    /// Parts of names, in small letters, by which scanners, previews, crawlers and program libraries are known.
    static let knownNames = [
        "safelinks", "barracuda", "proofpoint", "mimecast", "urldefense", "trendmicro", "trend micro", "symantec",
        "messagelabs", "sophos", "fortinet", "fortiguard", "forcepoint", "zscaler", "ironport", "cisco", "checkpoint",
        "check point", "hornetsecurity", "retarus", "nospamproxy", "bitdefender", "kaspersky", "eset", "f-secure",
        "withsecure", "avira", "virustotal", "urlscan", "phishtank", "netcraft", "cloudmark", "vade", "trustwave",
        "fireeye", "trellix", "mcafee", "cyren", "avanan", "ironscales", "microsoft office existence discovery",
        "ms-office", "microsoft office", "skypeuripreview", "microsoftpreview", "bingpreview", "googleimageproxy",
        "slackbot", "whatsapp", "telegrambot", "facebookexternalhit", "discordbot", "twitterbot", "linkedinbot",
        "bot/", "bot;", "bot)", "spider", "crawler", "scanner", "headlesschrome", "phantomjs", "python-requests",
        "python-urllib", "aiohttp", "python-httpx", "go-http-client", "okhttp", "java/", "apache-httpclient",
        "libwww-perl", "curl/", "wget/", "node-fetch", "axios/", "undici", "ruby", "guzzlehttp",
    ]

    /// The signs that the request itself shows, in the order of the cases.
    ///
    /// - Parameter visit: the request.
    /// - Returns: nothing for what a person's browser sends.
    static func signals(of visit: PageVisit) -> [ScannerSignal] {
        let name = visit.origin.userAgent.lowercased()
        var result: [ScannerSignal] = []
        if visit.isHead { result.append(.headRequest) }
        if knownNames.contains(where: { name.contains($0) }) { result.append(.knownProgram) }
        if name.allSatisfy(\.isWhitespace) { result.append(.noUserAgent) }
        if visit.acceptLanguage.isEmpty { result.append(.noLanguage) }
        if visit.isSecure, visit.fetchMode.isEmpty, sendsFetchMetadata(name) { result.append(.noFetchMetadata) }
        if visit.purpose.lowercased().contains("prefetch") { result.append(.prefetch) }
        return result
    }

    /// The signs that only the database shows.
    ///
    /// - Parameters:
    ///   - at: when the visit was.
    ///   - handedOverAt: when the mail server took over the mail with the link, if it did.
    ///   - linksTogether: how many different links were visited from that address within ``soonTogether``, this one
    ///     with them.
    static func signals(at: Date, handedOverAt: Date?, linksTogether: Int) -> [ScannerSignal] {
        var result: [ScannerSignal] = []
        if let handedOverAt, at.timeIntervalSince(handedOverAt) < soon { result.append(.soonAfterHandOver) }
        if linksTogether >= many { result.append(.manyLinks) }
        return result
    }

    /// Whether a client of that name sends `Sec-Fetch-Mode`: Chrome and Edge from 80, Firefox from 90 on.
    private static func sendsFetchMetadata(_ name: String) -> Bool {
        [("chrome/", 80), ("firefox/", 90)].contains { mark, least in
            guard let place = name.range(of: mark) else { return false }
            return (Int(name[place.upperBound...].prefix { $0.isNumber }) ?? 0) >= least
        }
    }
}
