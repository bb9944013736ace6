import MailMessage

/// The organisation's logo in a mail: a part of the mail itself, so that nothing is loaded from anywhere when it is read.
///
/// A composed page holds the organisation's name between two marks. When the mail leaves, the logo that is in force by
/// then takes its place, with the name as the words that stand there while pictures are not shown.
public struct MailLogo: Sendable, Hashable {
    static let opening = "<!--logo-->"
    static let closing = "<!--/logo-->"
    /// The largest size in which it is shown, pixels.
    static let mostWidth = 240
    static let mostHeight = 48

    /// The file.
    public let octets: [UInt8]
    /// Its media type, such as `image/png`.
    public let mediaType: String
    /// Pixels from left to right, as it is shown.
    public let shownWidth: Int
    /// Pixels from top to bottom, as it is shown.
    public let shownHeight: Int

    /// A logo of that size in pixels; it is shown no larger than it is.
    public init(_ octets: [UInt8], mediaType: String, width: Int, height: Int) {
        self.octets = octets
        self.mediaType = mediaType
        let scale = min(1, Double(Self.mostWidth) / Double(width), Double(Self.mostHeight) / Double(height))
        shownWidth = max(1, Int((Double(width) * scale).rounded()))
        shownHeight = max(1, Int((Double(height) * scale).rounded()))
    }

    /// The page without marks: with the name.
    public static func named(_ html: String) -> String {
        html.replacing(opening, with: "").replacing(closing, with: "")
    }

    /// The page with the logo in place of the name.
    ///
    /// - Parameter source: the address of the picture, such as `cid:…`.
    public func placed(in html: String, source: String) -> String {
        guard let start = html.firstRange(of: Self.opening),
            let end = html[start.upperBound...].firstRange(of: Self.closing)
        else { return Self.named(html) }
        // Escaped when it was composed.
        let name = html[start.upperBound..<end.lowerBound]
        let picture =
            #"<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr><td class="plate">"#
            + #"<img src="\#(Markup.escape(source))" alt="\#(name)" width="\#(shownWidth)" height="\#(shownHeight)""#
            + #" style="display:block;border:0;width:\#(shownWidth)px;max-width:100%;height:auto;font-size:16px;"#
            + #"line-height:24px;font-weight:600;color:#5a6270"></td></tr></table>"#
        return Self.named(String(html[..<start.lowerBound]) + picture + html[end.upperBound...])
    }

    /// The page as it is shown outside of a mail: the picture stands in its own address.
    public func embedded(in html: String) -> String {
        placed(in: html, source: "data:\(mediaType);base64," + String(decoding: Base64.encode(octets), as: UTF8.self))
    }

    /// What the page refers to, and the part that it is: HTML and picture belong together (RFC 2387).
    ///
    /// - Parameters:
    ///   - html: the page.
    ///   - message: the mail that it belongs to; gives the picture its name.
    ///   - boundary: that of the parts around it.
    func part(with html: String, of message: MessageID, within boundary: MIMEBoundary) -> MIMEPart {
        guard html.contains(Self.opening), let name = MessageID(parsing: "logo.\(message.left)@\(message.right)"),
            let type = ContentType(mediaType)
        else { return .html(Self.named(html)) }
        // RFC 2392, 2: what is no plain character of an address is escaped there.
        let address = "cid:" + String(decoding: "\(name.left)@\(name.right)".utf8.flatMap(Self.escaped), as: UTF8.self)
        let ending = mediaType.split(separator: "/").last.map(String.init) ?? "png"
        return .multipart(
            .related,
            [
                .html(placed(in: html, source: address)),
                .inline(octets, type: type, contentID: name, fileName: "logo.\(ending)"),
            ], boundary: boundary.within)
    }

    private static func escaped(_ byte: UInt8) -> [UInt8] {
        let isPlain =
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || "-._~@!$*+".utf8.contains(byte)
        if isPlain { return [byte] }
        let digits = Array("0123456789ABCDEF".utf8)
        return [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
}
