extension SMTPRecipientParameters {
    init(_ words: [ArraySlice<UInt8>], _ offer: SMTPServerOffer) throws(SMTPServerCommand.Problem) {
        for word in try SMTPParameterWord.all(words) {
            switch word.keyword {
            case "NOTIFY" where offer.dsn: notify = try Self.notifications(word)
            case "ORCPT" where offer.dsn: original = try Self.original(word)
            default: throw .unknownParameter
            }
        }
    }

    /// RFC 3461, 4.1: NEVER stands alone.
    private static func notifications(
        _ word: SMTPParameterWord
    ) throws(SMTPServerCommand.Problem) -> Set<Notification> {
        guard let value = word.value?.uppercased() else { throw .badArgument }
        if value == "NEVER" { return [] }
        var result: Set<Notification> = []
        for name in value.split(separator: ",", omittingEmptySubsequences: false) {
            guard let notification = Notification(rawValue: String(name)) else { throw .badArgument }
            result.insert(notification)
        }
        return result
    }

    /// RFC 3461, 4.2: `addr-type ";" xtext`, at most 500 characters. RFC 6533, 3: `utf-8` addresses may have UTF-8.
    private static func original(_ word: SMTPParameterWord) throws(SMTPServerCommand.Problem) -> OriginalRecipient {
        guard let value = word.value, value.utf8.count <= 500, let semicolon = value.firstIndex(of: ";") else {
            throw .badArgument
        }
        let type = value[..<semicolon].lowercased()
        let address = value[value.index(after: semicolon)...]
        guard !type.isEmpty, !address.isEmpty, type.utf8.allSatisfy({ (33...126).contains($0) }) else {
            throw .badArgument
        }
        if type == "utf-8" { return OriginalRecipient(type: type, address: SMTPSafeText.singleLine(String(address))) }
        guard let octets = SMTPXText.decode(address) else { throw .badArgument }
        return OriginalRecipient(
            type: type, address: SMTPSafeText.singleLine(String(decoding: octets, as: UTF8.self)))
    }
}
