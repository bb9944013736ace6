extension SMTPMailParameters {
    init(_ words: [ArraySlice<UInt8>], _ offer: SMTPServerOffer) throws(SMTPServerCommand.Problem) {
        for word in try SMTPParameterWord.all(words) {
            switch word.keyword {
            // RFC 1870, 5: `size-value ::= 1*20DIGIT`; what no Int holds is too large anyway.
            case "SIZE" where offer.size != nil:
                guard let value = word.value, value.utf8.count <= 20,
                    value.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
                else { throw .badArgument }
                size = Int(value) ?? .max
            case "BODY" where offer.eightBitMIME:
                guard let value = word.value.flatMap({ Body(rawValue: $0.uppercased()) }) else { throw .badArgument }
                body = value
            case "SMTPUTF8" where offer.smtpUTF8:
                try word.withoutValue()
                smtpUTF8 = true
            case "RET" where offer.dsn:
                guard let value = word.value.flatMap({ ReportContent(rawValue: $0.uppercased()) }) else {
                    throw .badArgument
                }
                reportContent = value
            // RFC 3461, 4.4: at most 100 characters.
            case "ENVID" where offer.dsn: envelopeID = try word.xtext(atMost: 100)
            // RFC 4954, 3: up to 500 characters more than without.
            case "AUTH" where !offer.authentication.isEmpty:
                submitter = word.value == "<>" ? "" : try word.xtext(atMost: 500)
            case "REQUIRETLS" where offer.requireTLS:
                try word.withoutValue()
                requireTLS = true
            default: throw .unknownParameter
            }
        }
    }
}
