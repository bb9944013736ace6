import DNS

/// The records of a plan in the forms that DNS people work with. Only what is to be published is in it.
///
/// The texts have no prose, so they are the same in every language.
public struct RecordExport: Sendable {
    private let plan: RecordPlan
    private let records: [DomainRecord]

    /// An export.
    ///
    /// - Parameters:
    ///   - plan: the plan.
    ///   - includingOptional: whether optional records are in it too; required and recommended ones always are.
    public init(_ plan: RecordPlan, includingOptional: Bool = false) {
        self.plan = plan
        records = plan.records.filter { record in
            !record.value.isEmpty && (record.isWanted || includingOptional && record.requirement == .optional)
        }
    }

    /// A piece of a zone file (RFC 1035, 5.1) with relative names. A record that replaces another is preceded by the
    /// old one as a comment.
    public var zoneFile: String {
        var lines = ["$ORIGIN \(plan.zone)."]
        for record in records {
            lines += record.replaces.map { "; replaces: \(Self.printable($0))" }
            let value = record.type == .txt ? Self.quoted(record.value) : record.value
            lines.append("\(record.relativeName)\t\(record.ttl)\tIN\t\(record.type)\t\(value)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Name, type, TTL and value below each other, for a mail or a ticket.
    public var plainText: String {
        records.map { record in
            """
            Name:  \(record.absoluteName)
            Zone:  \(record.zone). / \(record.relativeName)
            Type:  \(record.type)
            TTL:   \(record.ttl)
            Value: \(record.value)
            """ + record.replaces.map { "\nOld:   \(Self.printable($0))" }.joined() + "\n"
        }.joined(separator: "\n")
    }

    /// The records as local values for Terraform.
    ///
    /// No provider's resources are written: how a text longer than 255 octets has to be given differs from one to the
    /// next. So each record has the whole `value` and its `strings` of at most 255 octets, and a `for_each` over
    /// `local.depesche_records` feeds whatever provider the zone is with.
    public var terraform: String {
        var lines = ["locals {", "  depesche_records = {"]
        for (key, record) in zip(Self.keys(records), records) {
            let strings = record.type == .txt ? Self.strings(record.value) : [record.value]
            lines += [
                "    \(Self.hcl(key)) = {",
                "      zone    = \(Self.hcl("\(record.zone)"))",
                "      name    = \(Self.hcl(record.relativeName))",
                "      fqdn    = \(Self.hcl(record.absoluteName))",
                "      type    = \(Self.hcl("\(record.type)"))",
                "      ttl     = \(record.ttl)",
                "      value   = \(Self.hcl(record.value))",
                "      strings = [\(strings.map(Self.hcl).joined(separator: ", "))]",
                "    }",
            ]
        }
        return (lines + ["  }", "}"]).joined(separator: "\n") + "\n"
    }

    /// A text in strings of at most 255 octets, as a TXT record carries it (RFC 1035, 3.3.14).
    public static func strings(_ text: String) -> [String] {
        var strings: [String] = []
        var current = ""
        for scalar in text.unicodeScalars {
            if current.utf8.count + String(scalar).utf8.count > 255 {
                strings.append(current)
                current = ""
            }
            current.unicodeScalars.append(scalar)
        }
        return strings + [current]
    }

    /// A text as quoted strings of a zone file; octets beyond ASCII as numbers (RFC 1035, 5.1).
    static func quoted(_ text: String) -> String {
        strings(text).map { string in
            var quoted = "\""
            for byte in string.utf8 {
                switch byte {
                case UInt8(ascii: "\""), UInt8(ascii: "\\"): quoted += "\\" + String(UnicodeScalar(byte))
                case 0x20...0x7E: quoted.unicodeScalars.append(UnicodeScalar(byte))
                default: quoted += "\\" + String(1_000 + Int(byte)).dropFirst()
                }
            }
            return quoted + "\""
        }.joined(separator: " ")
    }

    /// One line without control characters: old records are a stranger's text.
    private static func printable(_ text: String) -> String {
        var printable = ""
        for scalar in text.unicodeScalars {
            let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            printable.unicodeScalars.append(isControl ? "?" : scalar)
        }
        return printable
    }

    private static func hcl(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case _ where scalar.value < 0x20:
                quoted += "\\u" + String(0x10000 + Int(scalar.value), radix: 16).dropFirst()
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        // Both begin a template otherwise, as SPF macros would.
        return quoted.replacing("${", with: "$${").replacing("%{", with: "%%{") + "\""
    }

    private static func keys(_ records: [DomainRecord]) -> [String] {
        records.map { record in record.selector.map { "\(record.purpose.rawValue)-\($0)" } ?? record.purpose.rawValue }
    }
}
