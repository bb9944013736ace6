import ArgumentParser
import Composition

/// `depesche group`
struct GroupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "group", abstract: "Groups of accounts, and the rules that hold for their members.",
        subcommands: [List.self, Show.self, Add.self, Rename.self, Remove.self, Set.self, SetMailbox.self, Member.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "All groups, with their members' number and rules.")
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(.groupList) }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "One group with its rules and members.")
        @Argument(help: "The group's name.") var name: String
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(.groupShow(name: name)) }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a group.")
        @Argument(help: "The group's name.") var name: String
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(.groupAdd(name: name)) }
    }

    struct Rename: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Give a group another name.")
        @Argument(help: "The group's name.") var name: String
        @Argument(help: "Its new name.") var newName: String
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(.groupRename(name: name, newName: newName)) }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Remove a group; its members' accounts stay.")
        @Argument(help: "The group's name.") var name: String
        @Option(help: "The address of the mailbox that takes over the deliveries of the group's.")
        var handOverTo: String?
        @OptionGroup var data: DataOptions
        func run() async throws {
            try await data.perform(.groupRemove(name: name, handOverTo: handOverTo ?? ""))
        }
    }

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set rules of a group: RULE=VALUE; an empty value is as in the settings.",
            discussion: """
                Sizes are octets, lists have commas between their entries. Several rules that belong together are set \
                at once: depesche group set Office longest-lifetime-days=30 lifetime-days=7
                """)
        @Argument(help: "The group's name.") var name: String
        @Argument(help: "RULE=VALUE") var rules: [String]
        @OptionGroup var data: DataOptions

        func run() async throws {
            var values: [String: String] = [:]
            for rule in rules {
                guard let sign = rule.firstIndex(of: "=") else {
                    throw ValidationError("“\(rule)” is not of the form RULE=VALUE.")
                }
                let key = String(rule[..<sign])
                guard values.updateValue(String(rule[rule.index(after: sign)...]), forKey: key) == nil else {
                    throw ValidationError("The rule \(key) stands there twice.")
                }
            }
            try await data.perform(.groupSet(name: name, rules: values))
        }
    }

    struct SetMailbox: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "mailbox", abstract: "The address under which a group sends and sees deliveries.",
            discussion: """
                An empty address takes the mailbox away; if it has deliveries, another mailbox takes them over: \
                depesche group mailbox Office "" --hand-over-to reception@kunde.example
                """)
        @Argument(help: "The group's name.") var name: String
        @Argument(help: "The address; empty: none.") var address: String
        @Option(help: "What recipients see as its name; what the group is called if not given.")
        var displayName: String?
        @Option(help: "The address of the mailbox that takes over the deliveries of one that is taken away.")
        var handOverTo: String?
        @OptionGroup var data: DataOptions

        func run() async throws {
            try await data.perform(
                .groupMailbox(
                    name: name, address: address, displayName: displayName ?? "", handOverTo: handOverTo ?? ""))
        }
    }

    struct Member: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Who is in a group.", subcommands: [AddMember.self, RemoveMember.self])
    }

    struct AddMember: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "add", abstract: "Put an account into a group.")
        @Argument(help: "The group's name.") var name: String
        @Argument(help: "The address of the account.") var email: String
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(.groupMember(name: name, email: email, isAdded: true)) }
    }

    struct RemoveMember: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove", abstract: "Take an account out of a group.")
        @Argument(help: "The group's name.") var name: String
        @Argument(help: "The address of the account.") var email: String
        @OptionGroup var data: DataOptions
        func run() async throws { try await data.perform(.groupMember(name: name, email: email, isAdded: false)) }
    }
}
