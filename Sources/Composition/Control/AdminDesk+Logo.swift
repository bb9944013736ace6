import Deliveries
import Foundation

/// The organisation's logo.
extension AdminDesk {
    private struct LogoLine: Encodable {
        let digest: String
        let mediaType: String
        let width: Int
        let height: Int
        let size: Int
        let isInMails: Bool

        init(_ logo: BrandLogo) {
            digest = logo.digest
            mediaType = logo.mediaType
            width = logo.width
            height = logo.height
            size = logo.size
            isInMails = logo.fitsInMail
        }

        var text: String {
            let mails = isInMails ? "in mails, too" : "too large for mails: the name stands there"
            return "\(mediaType)\t\(width) × \(height) pixels\t\(size) octets\t\(mails)\tSHA-256 \(digest)"
        }
    }

    func logoSet(_ octets: Data) async throws -> AdminReply {
        let logo = try await Branding(installation.accounts).setLogo(
            [UInt8](octets), by: nil, origin: Self.origin)
        return try Self.reply(logo)
    }

    func logoShow() async throws -> AdminReply {
        guard let logo = try await installation.settings.current().logo else {
            return .failure(1, "There is no logo: the organisation's name stands in its place.")
        }
        return try Self.reply(logo)
    }

    func logoRemove() async throws -> AdminReply {
        try await Branding(installation.accounts).removeLogo(by: nil, origin: Self.origin)
        return AdminReply(lines: ["There is no logo: the organisation's name stands in its place."])
    }

    private static func reply(_ logo: BrandLogo) throws -> AdminReply {
        let line = LogoLine(logo)
        return try AdminReply(lines: [line.text], json: line)
    }
}
