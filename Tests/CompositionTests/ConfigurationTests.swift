import Foundation
import Testing

@testable import Composition

@Suite struct ConfigurationTests {
    private func configuration(
        _ environment: [String: String] = [:], yaml: String? = nil
    ) throws -> Configuration {
        guard let yaml else { return try Configuration(environment: environment) }
        let file = FileManager.default.temporaryDirectory.appending(path: "depesche-\(UUID().uuidString).yaml")
        try yaml.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        return try Configuration(environment: environment, file: file.path)
    }

    @Test func withoutAnythingItIsTheLocalServer() throws {
        let configuration = try configuration()
        #expect(configuration.listenHost == "127.0.0.1")
        #expect(configuration.listenPort == 8080)
        #expect(configuration.localURL == "http://127.0.0.1:8080")
        #expect(configuration.dataFolder.lastPathComponent == "var")
        #expect(configuration.keyFile.lastPathComponent == "master.key")
        #expect(configuration.settingOverrides.isEmpty)
    }

    @Test func theEnvironmentWinsOverTheFile() throws {
        let configuration = try configuration(
            ["DEPESCHE_LISTEN": "0.0.0.0:80"],
            yaml: "listen: 127.0.0.1:9000\npublic-url: https://zustellung.kunde.example\n")
        #expect(configuration.listenHost == "0.0.0.0")
        #expect(configuration.listenPort == 80)
        #expect(configuration.settingOverrides == ["server.public-url": "https://zustellung.kunde.example"])
    }

    @Test func anAddressOfVersionSixIsListenedOnWithoutBrackets() throws {
        let configuration = try configuration(["DEPESCHE_LISTEN": "[::1]:8443"])
        #expect(configuration.listenHost == "::1")
        #expect(configuration.localURL == "http://[::1]:8443")
    }

    @Test(arguments: [
        ["DEPESCHE_LISTEN": "8080"], ["DEPESCHE_LISTEN": "127.0.0.1:99999"], ["DEPESCHE_LISTEN": ":80"],
        ["DEPESCHE_LOG_LEVEL": "loud"], ["DEPESCHE_SMTP_TIMEOUT": "0"], ["DEPESCHE_SMTP_TIMEOUT": "5m"],
        ["DEPESCHE_TLS_CERTIFICATE": "/etc/cert.pem"], ["DEPESCHE_ROLES": "web,chief"], ["DEPESCHE_ROLES": "web,"],
        ["DEPESCHE_DRAIN": "-1"], ["DEPESCHE_DRAIN": "5s"],
        ["DEPESCHE_DATABASE": "mysql://localhost/depesche"], ["DEPESCHE_CONFIG": "/nonexistent/depesche.yaml"],
    ])
    func whatCannotWorkIsRefusedInPlainWords(environment: [String: String]) {
        #expect(throws: ConfigurationError.self) { try Configuration(environment: environment) }
    }

    @Test(arguments: ["listne: 127.0.0.1:80", "- a\n- b", "listen: [", "config: other.yaml"])
    func aFileWithAMistakeIsRefusedNotIgnored(yaml: String) {
        #expect(throws: ConfigurationError.self) { try configuration(yaml: yaml) }
    }

    @Test func aNodeDoesAllUnlessItsRolesAreNamed() throws {
        #expect(try configuration().roles == Set(NodeRole.allCases))
        #expect(try configuration(["DEPESCHE_ROLES": "mail-out, mail-in"]).roles == [.mailOut, .mailIn])
        #expect(try configuration(yaml: "roles: [web]\ndrain: 20\n").roles == [.web])
        #expect(try configuration(yaml: "roles: web,all\n").roles == Set(NodeRole.allCases))
        #expect(try configuration(yaml: "roles: web\ndrain: 20\n").drainSeconds == 20)
        #expect(try configuration().drainSeconds == 0)
    }

    @Test func thePatienceWithTheMailServerIsThatOfTheStandardOrAsSet() throws {
        #expect(try configuration().smtpTimeout == nil)
        #expect(try configuration(yaml: "smtp-timeout: 45\n").smtpTimeout == .seconds(45))
    }

    @Test func anEmptyFileIsNoMistake() throws { #expect(try configuration(yaml: "# nothing\n").listenPort == 8080) }
}
