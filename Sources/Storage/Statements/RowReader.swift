import Deliveries
import FileVault
import Foundation
import Localization
import MailMessage

/// Reads the columns of a row in the order in which the statement names them.
struct RowReader {
    private let values: [SQLValue]
    private var index = 0

    init(_ values: [SQLValue]) {
        self.values = values
    }

    private mutating func next() throws -> SQLValue {
        guard index < values.count else { throw unreadable("is missing") }
        index += 1
        return values[index - 1]
    }

    /// The log learns the place, not the value.
    private func unreadable(_ what: String) -> DeliveriesError {
        DeliveriesError(.trouble, detail: "column \(index) of a stored row \(what)")
    }

    mutating func textOrNil() throws -> String? {
        switch try next() {
        case .text(let text): return text
        case .null: return nil
        default: throw unreadable("is no text")
        }
    }

    mutating func integerOrNil() throws -> Int64? {
        switch try next() {
        case .integer(let number): return number
        case .null: return nil
        default: throw unreadable("is no number")
        }
    }

    mutating func dataOrNil() throws -> Data? {
        switch try next() {
        case .blob(let data): return data
        case .null: return nil
        default: throw unreadable("is no data")
        }
    }

    private func present<Value>(_ value: Value?) throws -> Value {
        guard let value else { throw unreadable("is empty or malformed") }
        return value
    }

    mutating func text() throws -> String { try present(textOrNil()) }
    mutating func integer() throws -> Int64 { try present(integerOrNil()) }
    mutating func count() throws -> Int { Int(try integer()) }
    mutating func flag() throws -> Bool { try integer() != 0 }
    mutating func date() throws -> Date { Date(milliseconds: try integer()) }
    mutating func dateOrNil() throws -> Date? { try integerOrNil().map(Date.init(milliseconds:)) }
    /// Data that may have no octets, which is stored as NULL.
    mutating func data() throws -> Data { try dataOrNil() ?? Data() }

    mutating func identifier<Entity>() throws -> Identifier<Entity> { try present(Identifier(text())) }

    /// An identifier that may be absent: NULL, or empty where it is part of a key.
    mutating func identifierOrNil<Entity>() throws -> Identifier<Entity>? {
        guard let text = try textOrNil(), !text.isEmpty else { return nil }
        return try present(Identifier(text))
    }

    mutating func choice<Choice: RawRepresentable<String>>() throws -> Choice {
        try present(Choice(rawValue: text()))
    }

    /// A choice that may be absent.
    mutating func choiceOrNil<Choice: RawRepresentable<String>>() throws -> Choice? {
        try textOrNil().map { try present(Choice(rawValue: $0)) }
    }

    mutating func language() throws -> Language { Language(kept: try text()) }

    mutating func numberedChoice<Choice: RawRepresentable<Int>>() throws -> Choice {
        try present(Choice(rawValue: count()))
    }

    mutating func email() throws -> EmailAddress { try present(try? EmailAddress(parsing: text())) }
    mutating func emailOrNil() throws -> EmailAddress? {
        guard let text = try textOrNil() else { return nil }
        return try present(try? EmailAddress(parsing: text))
    }
    mutating func domain() throws -> MailDomain { try present(try? MailDomain(parsing: text())) }
    mutating func domainOrNil() throws -> MailDomain? {
        guard let text = try textOrNil() else { return nil }
        return try present(try? MailDomain(parsing: text))
    }
    mutating func vaultFile() throws -> VaultFileID { try present(VaultFileID(text: text())) }

    mutating func passageOrNil() throws -> MailPassage? {
        guard let text = try textOrNil() else { return nil }
        return try present(try? JSONDecoder().decode(MailPassage.self, from: Data(text.utf8)))
    }

    /// A list of words that are stored with commas between them.
    mutating func words() throws -> [String] { try text().split(separator: ",").map(String.init) }
}

extension Sequence<String> {
    /// The form that `RowReader.words` reads.
    var joinedWords: String { joined(separator: ",") }
}
