import ArgumentParser

/// `depesche dkim`
struct DKIMCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dkim", abstract: "Make keys, sign and verify messages.",
        subcommands: [DKIMKeygenCommand.self, DKIMSignCommand.self, DKIMVerifyCommand.self])
}
