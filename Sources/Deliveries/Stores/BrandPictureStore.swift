public import Foundation

/// A logo with its octets.
public struct BrandPicture: Equatable, Sendable {
    /// What it is.
    public let logo: BrandLogo
    /// The file as it is given out.
    public let octets: Data
    /// When it was set.
    public let storedAt: Date

    /// A logo.
    public init(logo: BrandLogo, octets: Data, storedAt: Date) {
        self.logo = logo
        self.octets = octets
        self.storedAt = storedAt
    }
}

/// Keeps the octets of the organisation's logo.
public protocol BrandPictureStore {
    /// Keeps a picture.
    func keep(_ picture: BrandPicture) throws
    /// The picture of that digest.
    func picture(_ digest: String) throws -> BrandPicture?
    /// Forgets all pictures.
    func removeAll() throws
}
