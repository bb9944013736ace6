/// The properties of a model by name.
///
/// swift-mustache reflects a model anew for each of its tags, which takes longer than all else about a page; here each
/// model is reflected once. What a tag finds is the same: a property that is `nil` is not there.
enum TagValues {
    /// A model as a dictionary, its lists as arrays of such; what shows itself as text stays as it is.
    ///
    /// - Returns: `nil` for an optional without a value.
    static func of(_ value: Any) -> Any? {
        // Most properties are these and need no mirror; the casts look into an optional, too.
        if let text = value as? String { return text }
        if let flag = value as? Bool { return flag }
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .optional:
            return mirror.children.first.flatMap { of($0.value) }
        case .collection:
            return mirror.children.compactMap { of($0.value) }
        case .struct where !(value is any CustomStringConvertible):
            var values: [String: Any] = [:]
            values.reserveCapacity(mirror.children.count)
            for case (let label?, let child) in mirror.children { values[label] = of(child) }
            return values
        default:
            return value
        }
    }
}
