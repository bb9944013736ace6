/// Compares two sequences of octets in a time that depends only on their lengths.
///
/// - Parameters:
///   - left: one value.
///   - right: the other value.
/// - Returns: whether both have the same length and the same octets.
public func constantTimeEqual(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for (a, b) in zip(left, right) { difference |= a ^ b }
    return difference == 0
}
