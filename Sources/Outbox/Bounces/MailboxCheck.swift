public import Deliveries
public import Foundation
import IMAP
import IMAPTransport
public import Localization
import MailTemplates

/// Tries out the mailbox of returned mail, step by step, and looks for test mails in it.
public struct MailboxCheck: Sendable {
    /// One step of the way.
    public enum Step: String, Sendable, CaseIterable, Codable {
        /// The server was reached and greeted.
        case connected
        /// The connection is encrypted and the certificate accepted.
        case secured
        /// The sign-in succeeded.
        case signedIn = "signed-in"
        /// The folder was opened.
        case folder
    }

    /// How far a step came.
    public struct StepState: Sendable, Equatable, Codable {
        /// Which.
        public let step: Step
        /// Whether it succeeded; `nil` if it was not reached.
        public let isDone: Bool?
    }

    /// What the check came to.
    public struct Report: Sendable, Codable {
        /// The steps in their order.
        public let steps: [StepState]
        /// What is wrong and what to change, in plain words; `nil` if nothing is.
        public let advice: Phrase?
        /// How many mails of the last 30 days are in the folder; `nil` if it was not opened.
        public let count: Int?
        /// Whether the mailbox can be read.
        public var isGood: Bool { advice == nil }
    }

    /// For how long a test mail is looked for, seconds.
    private static let testMailAge: TimeInterval = 2 * 86_400

    private let settings: SettingsService
    private let mailbox: IMAPBounceMailbox
    private let mailTest: MailTest
    private let now: @Sendable () -> Date

    /// - Parameters:
    ///   - settings: which mailbox.
    ///   - mailbox: opens it.
    ///   - mailTest: compares test mails that came back.
    ///   - now: the clock.
    public init(
        settings: SettingsService, mailbox: IMAPBounceMailbox, mailTest: MailTest, now: @escaping @Sendable () -> Date
    ) {
        self.settings = settings
        self.mailbox = mailbox
        self.mailTest = mailTest
        self.now = now
    }

    /// Connects, signs in, opens the folder and counts; changes nothing there.
    public func run() async throws -> Report {
        let current = try await settings.current()
        let names = Step.allCases.filter { $0 != .secured || current.text(.bounceIMAPSecurity) != "none" }
        do {
            let connection = try await mailbox.connect(current)
            do {
                let folder = try await mailbox.folder(connection, current)
                let count = try await folder.uids(
                    saying: nil, since: now().addingTimeInterval(-ReturnPathAddress.lifetime)
                )
                .count
                await connection.logOut()
                return Report(steps: names.map { StepState(step: $0, isDone: true) }, advice: nil, count: count)
            } catch {
                await connection.logOut()
                throw error
            }
        } catch let failure as IMAPFailure {
            let place = names.firstIndex(of: Self.step(failure, among: names)) ?? 0
            let steps = names.enumerated().map { index, step in
                if index == place { return StepState(step: step, isDone: false) }
                return StepState(step: step, isDone: index < place ? true : nil)
            }
            return Report(steps: steps, advice: Self.advice(failure, current), count: nil)
        }
    }

    /// Looks for a test mail.
    ///
    /// - Parameter marker: the marker of its report.
    /// - Returns: how it arrived; nil if it is not there (yet).
    /// - Throws: `IMAPFailure` if the mailbox cannot be read.
    public func find(marker: String) async throws -> ReturnedTestMail? {
        let since = now().addingTimeInterval(-Self.testMailAge)
        let mail = try await mailbox.open { folder -> [UInt8]? in
            guard let folder = folder as? OpenIMAPFolder,
                let uid = try await folder.uids(saying: marker, since: since).last
            else { return nil }
            return try await folder.mail(uid)
        }
        guard let mail else { return nil }
        return try await mailTest.compare(mail, marker: marker)
    }

    private static func step(_ failure: IMAPFailure, among names: [Step]) -> Step {
        switch failure.phase {
        case .connect, .greeting, .capability: .connected
        case .startTLS, .tls: .secured
        case .authentication: .signedIn
        case .command, .logout: .folder
        }
    }

    /// Every advice that there is.
    static let adviceKeys = [
        "certificate", "closed", "configuration", "folder", "host-unknown", "no-token", "protocol", "refused",
        "server-refuses", "sign-in-not-possible", "timeout", "tls", "tls-not-offered", "wrong-password",
    ]

    static func advice(_ failure: IMAPFailure, _ settings: Settings) -> Phrase {
        let what =
            switch failure.kind {
            case .dns: "host-unknown"
            case .connect: "refused"
            case .timeout: "timeout"
            case .closed, .cancelled: "closed"
            case .tls: "tls"
            case .certificate: "certificate"
            case .tlsNotOffered: "tls-not-offered"
            case .injection, .protocol: "protocol"
            case .authentication: "wrong-password"
            case .authenticationNotPossible: "sign-in-not-possible"
            case .configuration: failure.phase == .authentication ? "no-token" : "configuration"
            case .refused: failure.phase == .command ? "folder" : "server-refuses"
            }
        return Phrase(
            "page.bounces-advice.\(what)",
            [
                "host": settings.text(.bounceIMAPHost), "port": settings.text(.bounceIMAPPort),
                "folder": settings.text(.bounceIMAPFolder), "answer": failure.text,
            ])
    }
}
