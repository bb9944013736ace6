/// Takes `FROM:<path> parameters` and `TO:<path> parameters` apart (RFC 5321, 4.1.2).
enum SMTPPathScanner {
    /// - Returns: What stands between the angle brackets, without a source route, and the parameters behind them.
    static func scan(
        _ argument: ArraySlice<UInt8>, after keyword: String
    ) throws(SMTPServerCommand.Problem) -> (path: ArraySlice<UInt8>, parameters: [ArraySlice<UInt8>]) {
        guard SMTPServerCommand.text(argument.prefix(keyword.utf8.count))?.uppercased() == keyword else {
            throw .syntax
        }
        // RFC 5321, 3.3 forbids white space here; many clients send it, and no meaning changes by it.
        let rest = argument.dropFirst(keyword.utf8.count).drop { $0 == 0x20 }
        guard rest.first == UInt8(ascii: "<"), let end = end(of: rest) else { throw .syntax }
        let parameters = rest[(end + 1)...]
        guard parameters.isEmpty || parameters.first == 0x20 else { throw .syntax }
        return (
            try withoutRoute(rest[(rest.startIndex + 1)..<end]), parameters.split(separator: 0x20)
        )
    }

    /// The closing angle bracket, which a quoted local part may hide.
    private static func end(of path: ArraySlice<UInt8>) -> Int? {
        var isQuoted = false
        var isEscaped = false
        for index in path.indices.dropFirst() {
            switch path[index] {
            case _ where isEscaped: isEscaped = false
            case UInt8(ascii: "\\") where isQuoted: isEscaped = true
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: ">") where !isQuoted: return index
            case UInt8(ascii: "<") where !isQuoted: return nil
            default: break
            }
        }
        return nil
    }

    /// RFC 5321, 4.1.2 and appendix C: `A-d-l ":"` before the mailbox is accepted and ignored.
    private static func withoutRoute(
        _ path: ArraySlice<UInt8>
    ) throws(SMTPServerCommand.Problem) -> ArraySlice<UInt8> {
        guard path.first == UInt8(ascii: "@") else { return path }
        var end = path.startIndex
        for host in path.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            guard host.first == UInt8(ascii: "@") else { throw .syntax }
            // A domain has no colon unless it is a literal in brackets.
            let domain = host.dropFirst()
            let isLiteral = domain.first == UInt8(ascii: "[")
            let from = isLiteral ? domain.firstIndex(of: UInt8(ascii: "]")) : domain.startIndex
            let colon = from.flatMap { domain[$0...].firstIndex(of: UInt8(ascii: ":")) }
            guard SMTPEnvelopeAddress.isDomain(Array(domain[..<(colon ?? domain.endIndex)])) else { throw .syntax }
            end = host.endIndex
            if let colon {
                end = colon
                break
            }
        }
        guard end < path.endIndex, path[end] == UInt8(ascii: ":") else { throw .syntax }
        return path[(end + 1)...]
    }
}
