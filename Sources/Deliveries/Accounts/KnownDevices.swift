import Foundation
import MailTemplates
import Secrets

/// The browsers that an account was signed in with: each carries a cookie that outlives the sessions.
struct KnownDevices {
    /// For how long a browser that is not used is known, seconds.
    static let lifetime: TimeInterval = 400 * 86_400

    let parts: AccountParts

    /// Notes a browser with which somebody has just signed in completely.
    ///
    /// - Parameters:
    ///   - device: the browser's cookie.
    ///   - account: who signed in.
    ///   - isTold: whether a browser not seen before is told to the account's owner; never the very first one.
    /// - Returns: whether a mail was put into the outbox.
    func note(
        _ device: Token, of account: Account, isTold: Bool, origin: RequestOrigin, settings: Settings,
        in transaction: any Transaction, now: Date
    ) throws -> Bool {
        let isFirst = try !transaction.sessions.hasDevices(account.id)
        guard try transaction.sessions.noteDevice(hash: device.hash.hex, of: account.id, at: now), isTold, !isFirst,
            settings.sends(.newSignIn)
        else { return false }
        let content = NewSignInMail(
            at: now, browser: BrowserName(origin.userAgent).words,
            link: try MailComposer.link(settings.addresses.account))
        try transaction.outbox.insert([
            parts.notifications.entry(
                content, to: account.mailbox, language: account.language, settings: settings, now: now)
        ])
        return true
    }
}
