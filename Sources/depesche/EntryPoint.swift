import ArgumentParser
import Foundation

/// The command line. Exit codes: 0 yes, 1 no, 2 misuse, 3 trouble underneath.
@main struct EntryPoint {
    static func main() async {
        do {
            var command = try DepescheCommand.parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let code as ExitCode {
            exit(code.rawValue)
        } catch {
            let message = DepescheCommand.fullMessage(for: error)
            switch DepescheCommand.exitCode(for: error) {
            case .success:
                print(message)
                exit(0)
            case .validationFailure:
                Terminal.complain(message)
                exit(2)
            default:
                Terminal.complain("depesche: \(error)")
                exit(3)
            }
        }
    }
}

/// `depesche`
struct DepescheCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "depesche",
        abstract: "Secure deliveries by e-mail, on your own server.",
        subcommands: [
            ServeCommand.self, SetupLinkCommand.self, UserCommand.self, GroupCommand.self, SettingCommand.self,
            LogoCommand.self, TokenCommand.self,
            SendCommand.self, MailCommand.self, BounceCommand.self, OutboxCommand.self, DomainCommand.self,
            CleanUpCommand.self, TemplateCommand.self, ScanCommand.self, SubmissionCommand.self, MailServerCommand.self,
            AddInsCommand.self, AuditCommand.self, ReceiptCommand.self, ReportCommand.self,
            SPFCommand.self, DKIMCommand.self, DMARCCommand.self, BackupCommand.self, RestoreCommand.self,
            MigrateCommand.self, MoveDataCommand.self,
        ])
}
