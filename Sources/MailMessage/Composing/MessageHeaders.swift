/// Changes to the header of a message that is already written.
public enum MessageHeaders {
    /// The message with some fields exchanged: all fields of the given names go, the new ones come in where the first of
    /// their name stood, or at the top of the header. The body is not touched.
    ///
    /// - Parameter removing: names of which no field is to stay.
    public static func replacing(
        _ fields: [HeaderField], removing: Set<HeaderName> = [], in message: [UInt8]
    ) -> [UInt8] {
        let (lines, bodyStart) = rawFields(message)
        var waiting = fields
        var kept: [[UInt8]] = []
        for line in lines {
            let name = line.firstIndex(of: UInt8(ascii: ":")).flatMap { HeaderName(line[..<$0].trimmed.asText) }
            guard let name, removing.contains(name) || fields.contains(where: { $0.name == name }) else {
                kept.append(Array(line))
                continue
            }
            kept += waiting.filter { $0.name == name }.map(\.serialized)
            waiting.removeAll { $0.name == name }
        }
        return waiting.flatMap(\.serialized) + kept.flatMap(\.self) + message[bodyStart...]
    }

    /// The fields with their folded lines and line ends, and where the empty line begins.
    public static func rawFields(_ message: [UInt8]) -> (fields: [ArraySlice<UInt8>], bodyStart: Int) {
        var fields: [ArraySlice<UInt8>] = []
        var index = 0
        while index < message.count {
            let end = message[index...].firstIndex(of: 0x0A).map { $0 + 1 } ?? message.count
            let line = message[index..<end]
            if line.first == 0x0A || line.starts(with: [0x0D, 0x0A]) { break }
            if line.first?.isBlank == true, let last = fields.last {
                fields[fields.count - 1] = message[last.startIndex..<end]
            } else {
                fields.append(line)
            }
            index = end
        }
        return (fields, index)
    }
}
