public import Foundation
import Storage
import Yams

/// What must be known before the database is open: where things lie and where to listen.
///
/// Each value is an environment variable and a key of the YAML file that `--config` or `DEPESCHE_CONFIG` names; the
/// environment wins.
public struct Configuration: Sendable, Equatable {
    /// The data folder (`DEPESCHE_DATA`, `data`): database, files, sockets. `./var` by default.
    public var dataFolder: URL
    /// The master key (`DEPESCHE_KEY_FILE`, `key-file`): `master.key` in the data folder by default.
    public var keyFile: URL
    /// Whether the key file's place was set rather than left to its default.
    public var hasOwnKeyFile: Bool
    /// The address to listen on (`DEPESCHE_LISTEN`, `listen`), `127.0.0.1` by default.
    public var listenHost: String
    /// The port to listen on; 0 lets the system choose. 8080 by default.
    public var listenPort: Int
    /// The public address (`DEPESCHE_PUBLIC_URL`, `public-url`); locks the setting `server.public-url`.
    public var publicURL: String?
    /// The certificate chain of our own TLS, PEM (`DEPESCHE_TLS_CERTIFICATE`, `tls-certificate`).
    public var tlsCertificate: URL?
    /// Its private key, PEM (`DEPESCHE_TLS_KEY`, `tls-key`).
    public var tlsKey: URL?
    /// The certificate chain of the mail server, PEM (`DEPESCHE_MAIL_CERTIFICATE`, `mail-certificate`); `nil`: that of the
    /// pages.
    public var mailCertificate: URL?
    /// Its private key, PEM (`DEPESCHE_MAIL_KEY`, `mail-key`).
    public var mailKey: URL?
    /// More trusted certificate authorities, PEM (`DEPESCHE_CA_FILE`, `ca-file`).
    public var caFile: URL?
    /// Trust anchors and stub zones of the validating resolver, in the format of unbound.conf
    /// (`DEPESCHE_UNBOUND_CONF`, `unbound-conf`).
    public var unboundFile: URL?
    /// Whether private and loopback addresses may be asked and dialled
    /// (`DEPESCHE_ALLOW_PRIVATE_DESTINATIONS`, `allow-private-destinations`); off by default.
    public var allowsPrivateDestinations: Bool
    /// The port of mail hosts (`DEPESCHE_MX_PORT`, `mx-port`); 25 everywhere but in tests.
    public var mxPort: Int
    /// The port of hosts with MTA-STS policies (`DEPESCHE_MTA_STS_PORT`, `mta-sts-port`); 443 everywhere but in tests.
    public var mtaSTSPort: Int
    /// The longest wait for any answer of the mail server (`DEPESCHE_SMTP_TIMEOUT`, `smtp-timeout`, in seconds); `nil`:
    /// the limits of RFC 5321, 4.5.3.2, which are minutes.
    public var smtpTimeout: Duration?
    /// Where PostgreSQL is (`DEPESCHE_DATABASE`, `database`), as libpq reads it; may hold a password. `nil`: SQLite, in
    /// the data folder.
    public var databaseURL: String?
    /// How many connections to PostgreSQL there are at most (`DEPESCHE_DATABASE_CONNECTIONS`, `database-connections`);
    /// 8 by default.
    public var databaseConnections: Int
    /// How much is logged (`DEPESCHE_LOG_LEVEL`, `log-level`): `trace` to `critical`, `info` by default.
    public var logLevel: String
    /// The object store that keeps the files (`DEPESCHE_FILES`, `files`, and what begins with `files-`); `nil`: the
    /// folder ``filesFolder``.
    var objectStore: ObjectStore?
    /// What this node does (`DEPESCHE_ROLES`, `roles`): all by default.
    public var roles: Set<NodeRole>
    /// For how long requests are served after the signal to stop (`DEPESCHE_DRAIN`, `drain`), seconds; 0 by default.
    public var drainSeconds: Int
    /// Whether this is the demonstration with a sample organisation.
    public var isDemo: Bool

    /// The names of all keys; the environment's are the same in capitals behind `DEPESCHE_`.
    public static let keys =
        [
            "data", "key-file", "listen", "public-url", "database", "database-connections", "tls-certificate",
            "tls-key", "mail-certificate",
            "mail-key", "ca-file", "unbound-conf", "allow-private-destinations", "mx-port", "mta-sts-port",
            "smtp-timeout",
            "log-level", "config", "files", "roles", "drain",
        ] + ObjectStore.keys

    /// Reads environment and file.
    ///
    /// - Parameters:
    ///   - environment: the process's.
    ///   - file: the file named on the command line; `nil`: the one that `DEPESCHE_CONFIG` names, if any.
    ///   - isDemo: whether the demonstration was asked for; its data lies in `var/demo` by default.
    /// - Throws: `ConfigurationError` in plain words.
    public init(environment: [String: String], file: String? = nil, isDemo: Bool = false) throws(ConfigurationError) {
        let path = file ?? environment["DEPESCHE_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        let written = try path.map(Self.read) ?? [:]
        func value(_ key: String) -> String? {
            let name = "DEPESCHE_" + key.uppercased().replacing("-", with: "_")
            if let value = environment[name], !value.isEmpty { return value }
            return written[key].flatMap { $0.isEmpty ? nil : $0 }
        }
        dataFolder = URL(filePath: value("data") ?? (isDemo ? "var/demo" : "var"), directoryHint: .isDirectory)
        hasOwnKeyFile = value("key-file") != nil
        keyFile = value("key-file").map { URL(filePath: $0) } ?? dataFolder.appending(path: "master.key")
        (listenHost, listenPort) = try Self.endpoint(value("listen") ?? "127.0.0.1:8080")
        publicURL = value("public-url")
        tlsCertificate = value("tls-certificate").map { URL(filePath: $0) }
        tlsKey = value("tls-key").map { URL(filePath: $0) }
        mailCertificate = value("mail-certificate").map { URL(filePath: $0) }
        mailKey = value("mail-key").map { URL(filePath: $0) }
        caFile = value("ca-file").map { URL(filePath: $0) }
        unboundFile = value("unbound-conf").map { URL(filePath: $0) }
        let allows = value("allow-private-destinations")?.lowercased() ?? "off"
        guard ["on", "off", "true", "false", "1", "0", "yes", "no"].contains(allows) else {
            throw ConfigurationError("allow-private-destinations is on or off.")
        }
        allowsPrivateDestinations = ["on", "true", "1", "yes"].contains(allows)
        mxPort = try Self.number(value("mx-port") ?? "25", "mx-port", "a port", 1...65_535)
        mtaSTSPort = try Self.number(value("mta-sts-port") ?? "443", "mta-sts-port", "a port", 1...65_535)
        if let timeout = value("smtp-timeout") {
            smtpTimeout = .seconds(try Self.number(timeout, "smtp-timeout", "seconds", 1...86_400))
        }
        logLevel = value("log-level") ?? "info"
        roles = try NodeRole.roles(value("roles") ?? "all")
        drainSeconds = try Self.number(value("drain") ?? "0", "drain", "seconds", 0...86_400)
        objectStore = try ObjectStore(value, credentialFolder: environment["CREDENTIALS_DIRECTORY"])
        self.isDemo = isDemo
        guard (tlsCertificate == nil) == (tlsKey == nil) else {
            throw ConfigurationError("tls-certificate and tls-key belong together: set both or none.")
        }
        guard (mailCertificate == nil) == (mailKey == nil) else {
            throw ConfigurationError("mail-certificate and mail-key belong together: set both or none.")
        }
        guard ["trace", "debug", "info", "notice", "warning", "error", "critical"].contains(logLevel) else {
            throw ConfigurationError("log-level is one of trace, debug, info, notice, warning, error, critical.")
        }
        let database = value("database") ?? "sqlite:"
        databaseURL = database == "sqlite:" ? nil : database
        let connections = try value("database-connections").map { text throws(ConfigurationError) in
            try Self.number(text, "database-connections", "a number", 2...200)
        }
        databaseConnections = connections ?? PostgreSQLDatabase.usualConnections
        // What was written may hold a password: it is not repeated.
        if let databaseURL, !databaseURL.hasPrefix("postgresql://"), !databaseURL.hasPrefix("postgres://") {
            throw ConfigurationError("database is \"sqlite:\" or begins with \"postgresql://\".")
        }
    }

    /// The Unix socket by which commands talk to the running server.
    public var controlSocket: URL { dataFolder.appending(path: "control.sock") }
    /// The database file.
    public var databaseFile: URL { dataFolder.appending(path: "depesche.sqlite") }
    /// The folder of the files' chunks.
    public var filesFolder: URL { dataFolder.appending(path: "files", directoryHint: .isDirectory) }

    /// The settings that the configuration locks, by key.
    public var settingOverrides: [String: String] {
        publicURL.map { ["server.public-url": $0] } ?? [:]
    }

    /// The public address where nobody set one: the one that a browser on this machine can use.
    public var localURL: String {
        let host = ["0.0.0.0", "::", "[::]", ""].contains(listenHost) ? "127.0.0.1" : listenHost
        let shown = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        return "\(tlsCertificate == nil ? "http" : "https")://\(shown):\(listenPort)"
    }

    private static func read(_ path: String) throws(ConfigurationError) -> [String: String] {
        let text: String
        do {
            text = try String(contentsOf: URL(filePath: path), encoding: .utf8)
        } catch {
            throw ConfigurationError("The configuration file \(path) cannot be read.")
        }
        let node: Any?
        do {
            node = try Yams.load(yaml: text)
        } catch {
            throw ConfigurationError("The configuration file \(path) is not valid YAML: \(error)")
        }
        guard let node, !(node is NSNull) else { return [:] }
        guard let entries = node as? [String: Any] else {
            throw ConfigurationError("The configuration file \(path) must be a list of \"key: value\" lines.")
        }
        var values: [String: String] = [:]
        for (key, value) in entries {
            guard keys.contains(key), key != "config" else {
                throw ConfigurationError("The configuration file \(path) has an unknown key \"\(key)\".")
            }
            values[key] =
                if key == "roles", let list = value as? [Any] {
                    list.map { String(describing: $0) }.joined(separator: ",")
                } else {
                    String(describing: value)
                }
        }
        if values["files-secret-key"] != nil { try demandSecrecy(of: path) }
        return values
    }

    /// Reads a number; `kind` says in the error what it is.
    private static func number(
        _ text: String, _ key: String, _ kind: String, _ range: ClosedRange<Int>
    ) throws(ConfigurationError) -> Int {
        guard let number = Int(text), range.contains(number) else {
            throw ConfigurationError(
                "\(key) must be \(kind) from \(range.lowerBound) to \(range.upperBound), not \"\(text)\".")
        }
        return number
    }

    private static func endpoint(_ text: String) throws(ConfigurationError) -> (String, Int) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port)
        else { throw ConfigurationError("listen must be HOST:PORT, such as 127.0.0.1:8080, not \"\(text)\".") }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard !host.isEmpty else { throw ConfigurationError("listen must name an address before the port.") }
        return (host, port)
    }
}

/// A configuration that cannot work, in plain words with what to do.
public struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    /// The words.
    public let description: String

    /// An error of these words.
    public init(_ description: String) { self.description = description }
}
