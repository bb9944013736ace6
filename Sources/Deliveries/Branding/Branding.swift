import Foundation
import Images

/// Sets, removes and gives out the organisation's logo.
public struct Branding: Sendable {
    private let database: any Database
    private let settings: SettingsService
    private let now: @Sendable () -> Date

    /// Works with the given parts.
    public init(_ parts: AccountParts) {
        database = parts.database
        settings = parts.settings
        now = parts.now
    }

    /// Takes a file as the logo, in place of the one before. Like each change of a setting it is in the audit trail.
    ///
    /// - Parameters:
    ///   - octets: the file, PNG or JPEG.
    ///   - account: who sets it; `nil` for the command line.
    ///   - origin: from where.
    /// - Returns: what is kept of it.
    /// - Throws: ``DeliveriesError`` `.invalid` with what is wrong with the file, or `locked` where the configuration
    ///   of the server fixes the setting.
    @discardableResult
    public func setLogo(_ octets: [UInt8], by account: AccountID?, origin: RequestOrigin) async throws -> BrandLogo {
        let image: StillImage
        do throws(StillImage.Mistake) {
            image = try StillImage(reading: octets, limits: BrandLogo.limits)
        } catch {
            throw DeliveriesError(.invalid, fields: [error.field])
        }
        let picture = BrandPicture(logo: BrandLogo(image), octets: Data(image.octets), storedAt: now())
        try await change(to: picture, by: account, origin: origin)
        return picture.logo
    }

    /// Takes the logo away: the organisation's name stands in its place again. Nothing happens if there is none.
    ///
    /// - Throws: ``DeliveriesError`` `.invalid` with `locked`.
    public func removeLogo(by account: AccountID?, origin: RequestOrigin) async throws {
        try await change(to: nil, by: account, origin: origin)
    }

    /// The logo in force with its octets; nil if none of that digest is in force.
    public func logo(_ digest: String) async throws -> BrandPicture? {
        let settings = settings
        return try await database.read { transaction in
            guard try settings.current(in: transaction).logo?.digest == digest else { return nil }
            return try transaction.brandPictures.picture(digest)
        }
    }

    private func change(to picture: BrandPicture?, by account: AccountID?, origin: RequestOrigin) async throws {
        let settings = settings
        let now = now()
        try await database.write { transaction in
            let before = try settings.current(in: transaction)
            let key = SettingKey.organisationLogo
            guard !before.isLocked(key) else {
                throw DeliveriesError(.invalid, fields: [FieldError(key.name, "locked")])
            }
            guard before.logo != picture?.logo else { return }
            // What was replaced is gone at once, also from mail that waits: an organisation may have to stop using it.
            try transaction.brandPictures.removeAll()
            if let picture {
                try transaction.brandPictures.keep(picture)
                try transaction.settings.set(
                    StoredSetting(key: key.name, value: picture.logo.setting, sealedValue: nil))
            } else {
                try transaction.settings.remove(key.name)
            }
            try transaction.ledger.append(
                AuditAction.settingChanged.record(by: account, target: key.name, origin: origin, at: now))
        }
    }
}

extension StillImage.Mistake {
    /// What is wrong, at the field of the logo.
    fileprivate var field: FieldError {
        let limits = BrandLogo.limits
        let values: [String: String] =
            switch self {
            case .tooLarge: ["most": "\(limits.octets >> 10) KiB"]
            case .tooManyPixels: ["most": String(limits.mostPixels)]
            case .tooFewPixels: ["least": String(limits.leastPixels)]
            default: [:]
            }
        return FieldError(SettingKey.organisationLogo.name, rawValue, values)
    }
}
