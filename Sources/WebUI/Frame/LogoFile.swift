import Deliveries
import HTTPTypes
import Hummingbird
import NIOCore
import WebServer

/// Gives out the organisation's logo.
///
/// The address says the digest, so that browsers may keep it for good; only the logo in force is there. It is a picture
/// that was read to its end, and still nothing in it may ever run: another type is not guessed, and where somebody opens
/// it by itself, it stands in a sandbox.
struct LogoFile: Sendable {
    let branding: Branding

    func add(to router: Router<WebContext>) {
        router.get("brand/logo/:digest") { _, context in
            guard let picture = try await branding.logo(context.parameters.get("digest") ?? "") else {
                throw HTTPError(.notFound)
            }
            var headers = HTTPFields()
            headers[.contentType] = picture.logo.mediaType
            headers[.cacheControl] = "public, max-age=31536000, immutable"
            headers[.contentSecurityPolicy] = "default-src 'none'; sandbox"
            return Response(
                status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: picture.octets)))
        }
    }
}
