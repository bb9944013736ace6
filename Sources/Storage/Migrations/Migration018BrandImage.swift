extension Migration {
    /// The organisation's logo: what it is stands in the setting, too, and its octets here.
    static let brandImage = Migration(number: 18, name: "brand-image") { types in
        [
            """
            CREATE TABLE brand_image (
                digest \(types.text) NOT NULL PRIMARY KEY,
                description \(types.text) NOT NULL,
                octets \(types.blob) NOT NULL,
                stored_at \(types.integer) NOT NULL
            \(types.end)
            """
        ]
    }
}
