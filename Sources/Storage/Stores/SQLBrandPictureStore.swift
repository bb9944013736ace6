import Deliveries
import Foundation

/// The octets of the organisation's logo in SQL.
struct SQLBrandPictureStore: BrandPictureStore {
    let sql: any StatementRunner

    func keep(_ picture: BrandPicture) throws {
        try sql.run(
            """
            INSERT INTO brand_image (digest, description, octets, stored_at) VALUES (
                \(picture.logo.digest), \(picture.logo.setting), \(picture.octets), \(picture.storedAt)
            )
            ON CONFLICT (digest) DO UPDATE SET
                description = excluded.description, octets = excluded.octets, stored_at = excluded.stored_at
            """)
    }

    func picture(_ digest: String) throws -> BrandPicture? {
        try sql.first("SELECT description, octets, stored_at FROM brand_image WHERE digest = \(digest)") {
            row -> BrandPicture? in
            guard let logo = BrandLogo(setting: try row.text()) else { return nil }
            return BrandPicture(logo: logo, octets: try row.data(), storedAt: try row.date())
        } ?? nil
    }

    func removeAll() throws {
        try sql.run("DELETE FROM brand_image")
    }
}
