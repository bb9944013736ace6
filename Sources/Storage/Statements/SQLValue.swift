import Deliveries
import Foundation
import MailMessage

/// A value as it is bound to a placeholder: the four kinds that every engine has.
enum SQLValue: Equatable, Sendable {
    case null
    case integer(Int64)
    case text(String)
    case blob(Data)
}

/// A type whose values statements may carry; they become placeholders, never text.
protocol SQLBindable {
    var sqlValue: SQLValue { get }
}

extension String: SQLBindable {
    var sqlValue: SQLValue { .text(self) }
}

extension Int: SQLBindable {
    var sqlValue: SQLValue { .integer(Int64(self)) }
}

extension Int64: SQLBindable {
    var sqlValue: SQLValue { .integer(self) }
}

extension Bool: SQLBindable {
    var sqlValue: SQLValue { .integer(self ? 1 : 0) }
}

extension Date: SQLBindable {
    /// Milliseconds since 1970 UTC, the nearest one.
    var sqlValue: SQLValue { .integer(milliseconds) }

    var milliseconds: Int64 { Int64((timeIntervalSince1970 * 1000).rounded()) }

    init(milliseconds: Int64) {
        self.init(timeIntervalSince1970: Double(milliseconds) / 1000)
    }
}

extension Data: SQLBindable {
    /// No octets are no value: SQLite cannot tell an empty blob bound without an address from NULL.
    var sqlValue: SQLValue { isEmpty ? .null : .blob(self) }
}

extension Identifier: SQLBindable {
    var sqlValue: SQLValue { .text(description) }
}

extension MailDomain: SQLBindable {
    var sqlValue: SQLValue { .text(ascii) }
}

extension SQLBindable where Self: RawRepresentable, RawValue: SQLBindable {
    var sqlValue: SQLValue { rawValue.sqlValue }
}
