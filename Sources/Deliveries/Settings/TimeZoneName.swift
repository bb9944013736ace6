import Foundation

/// The name of a time zone that this machine knows, as IANA lists it.
public struct TimeZoneName: Equatable, Sendable {
    /// The name in its usual spelling, such as `Europe/Berlin`; UTC is `UTC`.
    public let text: String

    /// The system's own list has places under names that they no longer bear.
    private static let renamed = [
        "Asia/Calcutta": "Asia/Kolkata", "Asia/Katmandu": "Asia/Kathmandu", "Asia/Rangoon": "Asia/Yangon",
        "Asia/Saigon": "Asia/Ho_Chi_Minh", "Atlantic/Faeroe": "Atlantic/Faroe", "Europe/Kiev": "Europe/Kyiv",
        "Pacific/Truk": "Pacific/Chuuk", "Pacific/Ponape": "Pacific/Pohnpei",
    ]

    /// All names that people choose from, in their order: places, and UTC.
    public static let all: [String] = {
        let places = TimeZone.knownTimeZoneIdentifiers.filter { name in
            name.contains("/") && !["Etc/", "SystemV/", "US/"].contains { name.hasPrefix($0) }
        }
        let names = places.map { name in
            renamed[name].flatMap { TimeZone(identifier: $0) == nil ? nil : $0 } ?? name
        }
        return Set(names + ["UTC"]).sorted()
    }()

    private static let byLowercase = Dictionary(
        (all + renamed.keys).map { ($0.lowercased(), $0) }
    ) { first, _ in first }

    /// Reads a name as people write it, without regard to case; `nil` if this machine knows no such zone.
    public init?(_ typed: String) {
        guard let name = Self.byLowercase[typed.lowercased().replacing(" ", with: "_")],
            TimeZone(identifier: name) != nil
        else { return nil }
        text = Self.renamed[name].flatMap { Self.all.contains($0) ? $0 : nil } ?? name
    }
}
