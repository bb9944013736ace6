public import Foundation

/// What the virus scanner said of a file.
public struct FileScan: Equatable, Sendable {
    /// How the file stands.
    public enum State: String, Sendable, CaseIterable {
        /// It was not looked at yet.
        case waiting
        /// Nothing was found.
        case clean
        /// Something was found: nobody gets the file.
        case found
        /// Something was found or it was too large, and an administrator let it go all the same.
        case released
        /// It is larger than the scanner takes.
        case tooLarge = "too-large"
        /// The scanner was not reached, and the settings let it go; it is looked at as soon as the scanner answers.
        case unreached
        /// What is stored cannot be read, so that nobody gets it anyway.
        case damaged
    }

    /// How the file stands.
    public var state: State
    /// What was found: the name of the signature; else empty.
    public var finding: String
    /// The version of the scanner that looked; empty if none has.
    public var scanner: String
    /// When it was decided last; `nil` while it waits.
    public var at: Date?
    /// How often the scanner broke off while it looked at this file.
    public var tries: Int

    /// A scan; without arguments that of a file that nobody has looked at.
    public init(
        state: State = .waiting, finding: String = "", scanner: String = "", at: Date? = nil, tries: Int = 0
    ) {
        self.state = state
        self.finding = finding
        self.scanner = scanner
        self.at = at
        self.tries = tries
    }
}

/// How a delivery stands with the virus scanner: what the least safe of its files allows.
public enum DeliveryScan: Equatable, Sendable {
    /// The files can be fetched; all of them were looked at, or nothing is looked at here.
    case passed
    /// The files can be fetched, though not all of them were looked at.
    case passedUnseen
    /// They are being looked at.
    case checking
    /// Something was found, or is too large to look into: an administrator decides.
    case held
}

/// What the settings say about the virus scanner.
public struct ScanRules: Equatable, Sendable {
    /// Where the scanner is; `nil`: none looks at files.
    public let scanner: ScannerAddress?
    /// The largest file that is given to the scanner, octets.
    public let largest: Int64
    /// For how long nothing may happen while it looks, seconds.
    public let patience: TimeInterval
    private let letsUnreachedPass: Bool
    private let letsTooLargePass: Bool

    init(_ settings: Settings) {
        scanner = ScannerAddress(settings.text(.scanClamd))
        largest = settings.integer64(.scanLargest)
        patience = Double(settings.integer(.scanTimeoutSeconds))
        letsUnreachedPass = settings.text(.scanUnreachable) == "pass"
        letsTooLargePass = settings.text(.scanTooLarge) == "pass"
    }

    /// Whether files are looked at.
    public var isOn: Bool { scanner != nil }

    /// Whether files go out that the scanner could not look at because it was not reached.
    var passesUnreached: Bool { letsUnreachedPass }

    /// How a delivery stands whose files stand so.
    public func judge(_ states: some Sequence<FileScan.State>) -> DeliveryScan {
        var result = DeliveryScan.passed
        for state in states {
            switch judge(state) {
            case .held: return .held
            case .checking: result = .checking
            case .passedUnseen: if result == .passed { result = .passedUnseen }
            case .passed: break
            }
        }
        return result
    }

    /// How a file stands. What was found stays held, whether a scanner is set or not.
    public func judge(_ state: FileScan.State) -> DeliveryScan {
        switch state {
        case .found: .held
        case .clean, .damaged, .released: .passed
        case _ where !isOn: .passed
        case .waiting: .checking
        case .unreached: letsUnreachedPass ? .passedUnseen : .checking
        case .tooLarge: letsTooLargePass ? .passedUnseen : .held
        }
    }
}

/// Where the virus scanner listens.
public enum ScannerAddress: Equatable, Sendable {
    /// A Unix socket.
    case socket(String)
    /// A TCP port.
    case endpoint(NetworkEndpoint)

    /// clamd's usual port.
    static let usualPort = 3_310

    /// Reads what the setting `scan.clamd` holds: an absolute path, or a host with its port; `nil` for anything else.
    public init?(_ text: String) {
        if text.hasPrefix("/") {
            // A socket's path has 107 octets at most on Linux.
            guard text.utf8.count <= 107, !text.hasSuffix("/"), !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F })
            else { return nil }
            self = .socket(text)
        } else {
            guard let endpoint = NetworkEndpoint(text, defaultPort: Self.usualPort) else { return nil }
            self = .endpoint(endpoint)
        }
    }

    /// The canonical form.
    public var text: String {
        switch self {
        case .socket(let path): path
        case .endpoint(let endpoint): endpoint.textWithPort
        }
    }
}
