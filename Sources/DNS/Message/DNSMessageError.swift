/// Why octets are no DNS message, or a message cannot be put into octets.
public enum DNSMessageError: Error, Sendable, Hashable {
    /// It ends before what it announces.
    case tooShort
    /// Octets follow that belong to nothing.
    case trailingOctets
    /// A name has a label of an unknown kind, is longer than 255 octets, or points anywhere but back.
    case malformedName
    /// The data of a record does not have the form of its type.
    case malformedRecord(DNSRecordType)
    /// There is more than one OPT record, or it is not the root's (RFC 6891, 6.1.1).
    case malformedExtension
    /// A question of another class than IN.
    case foreignClass
    /// More than 65,535 octets, or more records than a section can count.
    case tooLong
}
