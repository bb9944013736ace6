import Foundation
public import Secrets

/// A download address, for the browser that it was handed to.
public struct GrantedDownload: Equatable, Sendable {
    /// The browser and its cookie.
    public let known: KnownVisitor
    /// The secret part of the address.
    public let address: Token
    /// The file's name, or that of the ZIP: the address's last part.
    public let fileName: String
}

extension Fetching {
    /// Hands out a download address: bound to the browser, ten minutes to begin, 24 hours to resume.
    ///
    /// - Parameters:
    ///   - linkText: the link's last part.
    ///   - cookie: the cookie of that link, if the browser sent one.
    ///   - file: the file; nil for all files as a ZIP.
    /// - Returns: the address.
    /// - Throws: as ``act(_:cookie:)``, and `.deliveryPasswordWrong` or `.codeNeeded` if something must be proven
    ///   first, `.beingScanned` or `.heldBack` because of the virus scanner, `.notFound` for a file of another delivery.
    public func grant(_ linkText: String, cookie: Token?, file: DeliveryFileID?) async throws -> GrantedDownload {
        let now = parts.now()
        let address = Token(random: parts.random)
        let id: Identifier<DownloadGrant> = parts.newID(now)
        let parts = parts
        return try await entering(linkText, cookie) { known, place, transaction in
            if place.delivery.needsPassword(known.visitor) { throw DeliveriesError(.deliveryPasswordWrong) }
            if place.delivery.needsCode(known.visitor) { throw DeliveriesError(.codeNeeded) }
            try transaction.checkScanned(place.delivery.id, parts)
            let files = try transaction.files.files(of: place.delivery.id)
            let name: String
            if let file {
                guard let found = files.first(where: { $0.id == file }) else { throw DeliveriesError(.notFound) }
                name = found.name
            } else {
                guard !files.isEmpty else { throw DeliveriesError(.notFound) }
                name = place.delivery.archiveName
            }
            try transaction.visits.insert(
                DownloadGrant(
                    id: id, tokenHash: address.hash.hex, visitor: known.visitor.id, delivery: place.delivery.id,
                    recipient: known.visitor.recipient, file: file, createdAt: now))
            return GrantedDownload(known: known, address: address, fileName: name)
        }
    }
}

extension Delivery {
    /// The name of the ZIP with all files: the subject's, as far as it can be one.
    var archiveName: String {
        let stem = FileName.clean(String(subject.prefix(60)).replacing("/", with: "_").replacing("\\", with: "_"))
        return FileName.clean((stem == FileName.substitute ? "depesche" : stem) + ".zip")
    }
}
