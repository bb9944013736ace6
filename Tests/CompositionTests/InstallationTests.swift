import Deliveries
import Foundation
import Logging
import Secrets
import Storage
import TestDatabases
import Testing

@testable import Composition

/// Opening data folders: new ones, those of others, those with a wrong key; commands and copies.
@Suite struct InstallationTests {
    private let folder: URL
    private let logger: Logger
    private let database: (values: [String: String], place: PostgreSQLPlace?)

    init() async throws {
        database = try await TestEngine.environment()
        folder = FileManager.default.temporaryDirectory.appending(path: "depesche-\(UUID().uuidString)")
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        self.logger = logger
    }

    private func configuration(_ name: String, _ more: [String: String] = [:]) throws -> Configuration {
        try Configuration(
            environment: ["DEPESCHE_DATA": folder.appending(path: name).path]
                .merging(database.values) { $1 }.merging(more) { $1 })
    }

    private func reply(_ command: AdminCommand, _ configuration: Configuration) async -> AdminReply {
        await Installation.performOffline(command, configuration: configuration)
    }

    @Test func newDataGetsItsKeyAndAnotherProcessIsRefused() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let configuration = try configuration("data")
        let installation = try await Installation.open(configuration, logger: logger)
        let mode = try FileManager.default.attributesOfItem(atPath: configuration.keyFile.path)[.posixPermissions]
        #expect(mode as? NSNumber == 0o600)
        let error = await #expect(throws: StartError.self) {
            try await Installation.open(configuration, logger: logger)
        }
        #expect(error?.isRunning == true)
        await installation.close()
        let again = try await Installation.open(configuration, logger: logger)
        await again.close()
    }

    @Test func aMissingOrWrongKeyStopsTheStartAndIsNotMadeAnew() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let configuration = try configuration("data")
        await (try Installation.open(configuration, logger: logger)).close()
        try FileManager.default.removeItem(at: configuration.keyFile)
        await #expect(throws: StartError.self) { try await Installation.open(configuration, logger: logger) }
        #expect(!FileManager.default.fileExists(atPath: configuration.keyFile.path))
        try KeyRing.create(path: configuration.keyFile.path)
        let error = await #expect(throws: StartError.self) {
            try await Installation.open(configuration, logger: logger)
        }
        #expect(error?.description.contains("not the one") == true)
    }

    @Test func commandsAnswerWithTheirExitCodes() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let configuration = try configuration("data")
        let added = await reply(
            .userAdd(
                email: "a@kunde.example", name: "A", roles: ["sender", "administrator"], password: "ein-langes-wort"),
            configuration)
        #expect(added.exitCode == 0)
        #expect(await reply(.userDisable(email: "nobody@kunde.example"), configuration).exitCode == 1)
        #expect(await reply(.userDisable(email: "a@kunde.example"), configuration).exitCode == 1)
        let roles = AdminCommand.userRoles(email: "a@kunde.example", roles: ["auditor"])
        #expect(await reply(roles, configuration).exitCode == 1)
        let strange = AdminCommand.userRoles(email: "a@kunde.example", roles: ["chief"])
        #expect(await reply(strange, configuration).exitCode == 2)
        let more = await reply(
            .userRoles(email: "a@kunde.example", roles: ["auditor", "administrator"]), configuration)
        #expect(more.exitCode == 0 && more.lines == ["a@kunde.example: auditor,administrator"])
        _ = await reply(.userRoles(email: "a@kunde.example", roles: ["sender", "administrator"]), configuration)
        #expect(await reply(.settingGet(key: "no.such"), configuration).exitCode == 2)
        #expect(await reply(.settingSet(key: "smtp.port", value: "0"), configuration).exitCode == 1)
        #expect(await reply(.settingSet(key: "smtp.password", value: "streng-geheim"), configuration).exitCode == 0)
        let settings = await reply(.settingList, configuration)
        #expect(!settings.json.contains("streng-geheim") && !settings.lines.joined().contains("streng-geheim"))
        #expect(await reply(.outboxShow(id: "x"), configuration).exitCode == 2)
        let token = await reply(.tokenCreate(email: "a@kunde.example", name: "t", scopes: ["send"]), configuration)
        #expect(token.lines.first?.hasPrefix("dpa_") == true)
        #expect(
            await reply(.tokenCreate(email: "a@kunde.example", name: "t", scopes: ["all"]), configuration).exitCode == 2
        )
        #expect(await reply(.setupLink, configuration).exitCode == 1)
    }

    @Test(.enabled(if: TestEngine.isSQLite, "SQLite's copies"))
    func aCopyIsRestoredOnlyWithItsKeyAndOnlyIntoAnEmptyFolder() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let source = try configuration("data")
        _ = await reply(
            .userAdd(
                email: "a@kunde.example", name: "A", roles: ["sender", "administrator"], password: "ein-langes-wort"),
            source)
        let copy = folder.appending(path: "copy")
        #expect(await reply(.backup(directory: copy.path, withKey: false), source).exitCode == 0)
        #expect(await reply(.backup(directory: copy.path, withKey: false), source).exitCode == 3)
        #expect(!FileManager.default.fileExists(atPath: copy.appending(path: "master.key").path))

        let withoutKey = try configuration("without-key")
        await #expect(throws: StartError.self) { try await BackupCopy(copy).restore(to: withoutKey) }
        let restored = try configuration("restored", ["DEPESCHE_KEY_FILE": source.keyFile.path])
        _ = try await BackupCopy(copy).restore(to: restored)
        #expect(await reply(.userList, restored).lines.first?.contains("a@kunde.example") == true)
        await #expect(throws: StartError.self) { try await BackupCopy(copy).restore(to: restored) }
    }
}
