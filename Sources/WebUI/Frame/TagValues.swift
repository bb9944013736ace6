/// The properties of a model by name.
///
/// swift-mustache reflects a model anew for each of its tags, which takes longer than all else about a page; here each
/// model is reflected once. What a tag finds is the same: a property that is `nil` is not there.
enum TagValues {
    /// A model as a dictionary, its lists as arrays of such; what shows itself as text stays as it is.
    static func of(_ value: Any) -> Any {
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .collection:
            return mirror.children.map { of($0.value) }
        case .struct where !(value is any CustomStringConvertible):
            var values: [String: Any] = [:]
            values.reserveCapacity(mirror.children.count)
            for (label, child) in mirror.children {
                guard let label, let child = unwrapped(child) else { continue }
                values[label] = of(child)
            }
            return values
        default:
            return value
        }
    }

    private static func unwrapped(_ value: Any) -> Any? {
        let mirror = Mirror(reflecting: value)
        guard mirror.displayStyle == .optional else { return value }
        return mirror.children.first?.value
    }
}
