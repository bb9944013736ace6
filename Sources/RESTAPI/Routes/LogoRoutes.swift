import Deliveries
import Foundation
import Hummingbird
import NIOCore
import WebServer

/// `/organisation/logo`: the picture that stands for the organisation's name.
struct LogoRoutes {
    private struct Model: Codable, Equatable {
        let digest: String
        let mediaType: String
        let width: Int
        let height: Int
        let size: Int
        let isInMails: Bool
        let url: String

        init(_ logo: BrandLogo, _ settings: Settings) {
            digest = logo.digest
            mediaType = logo.mediaType
            width = logo.width
            height = logo.height
            size = logo.size
            isInMails = logo.fitsInMail
            url = settings.publicURL.absoluteString + logo.path
        }
    }

    private let branding: Branding
    private let settings: SettingsService
    private let clock: any Clock<Duration>

    init(api: RESTAPI) {
        branding = Branding(api.accounts)
        settings = api.accounts.settings
        clock = api.clock
    }

    func add(to group: RouterGroup<WebContext>) {
        group.get("organisation/logo", use: show)
        group.put("organisation/logo", use: set)
        group.delete("organisation/logo", use: remove)
    }

    private func show(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try context.account(permitting: .seeSettings)
        let settings = try await settings.current()
        guard let logo = settings.logo else { throw DeliveriesError(.notFound) }
        return try .json(Model(logo, settings))
    }

    /// What the body is said to be does not matter: it is looked at.
    private func set(_ request: Request, _ context: WebContext) async throws -> Response {
        let account = try context.account(permitting: .changeSettings)
        // One octet more than may be says that it is too large; the rest is not read.
        let most = BrandLogo.mostOctets + 1
        let octets = try await PacedBody.read(of: request, clock: clock) { pieces in
            var octets: [UInt8] = []
            for try await piece in pieces {
                octets += piece.readableBytesView.prefix(most - octets.count)
                if octets.count == most { throw DeliveriesError(.tooLarge) }
            }
            return octets
        }
        let logo = try await branding.setLogo(octets, by: account.id, origin: context.origin(of: request))
        return try .json(Model(logo, try await settings.current()))
    }

    private func remove(_ request: Request, _ context: WebContext) async throws -> Response {
        let account = try context.account(permitting: .changeSettings)
        try await branding.removeLogo(by: account.id, origin: context.origin(of: request))
        return Response(status: .noContent)
    }
}
