extension DNSName: Codable {
    /// Reads the presentation form from a single string.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let name = DNSName(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "no domain name"))
        }
        self = name
    }

    /// Writes the presentation form as a single string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// Written as its number.
extension DNSRecordType: Codable {}

/// Written as its code.
extension DNSFailure.Code: Codable {}
