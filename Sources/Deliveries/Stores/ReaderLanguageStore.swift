public import Foundation
public import Localization
public import MailMessage

/// Keeps which language owners of addresses chose on our pages.
public protocol ReaderLanguageStore {
    /// Stores a choice in place of an earlier one.
    func set(_ language: Language, of address: EmailAddress, at: Date) throws
    /// The languages of those of some addresses that are known, by comparison key: chosen on a page, else the account's.
    func languages(of addresses: [EmailAddress]) throws -> [String: Language]
}
