extension Settings {
    /// What holds for a client of the mail server unless its credential says otherwise.
    public var submissionLimits: SubmissionLimits {
        SubmissionLimits(
            mailsPerHour: integer(.submissionMailsPerHour), recipients: integer(.submissionMostRecipients),
            messageSize: integer(.submissionLargestMessage))
    }

    /// The addresses and ports of a list.
    public func endpoints(_ key: SettingKey) -> [NetworkEndpoint] {
        guard case .listenList(let port) = key.kind else { return [] }
        return list(key).compactMap { NetworkEndpoint($0, defaultPort: port) }
    }

    /// Whether mail is taken in anywhere.
    public var takesMailIn: Bool {
        let keys: [SettingKey] = [
            .submissionTLSListen, .submissionSTARTTLSListen, .submissionPlainListen, .returnPathListen,
        ]
        return keys.contains { !text($0).isEmpty }
    }
}
