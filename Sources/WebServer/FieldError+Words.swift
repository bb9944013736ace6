public import Deliveries
public import Localization

extension FieldError {
    /// Reasons that name a size in octets.
    private static let sizes: Set = ["too-large", "together-too-large", "larger-than-delivery", "quota-full"]

    /// What is wrong with the field, in the words of a language; sizes in units that people read.
    public func words(_ text: Localizer) -> String {
        var values = values
        if Self.sizes.contains(reason) {
            for name in ["most", "left"] {
                if let octets = values[name].flatMap({ Int64($0) }) { values[name] = text.size(octets) }
            }
        }
        return text("error.field.\(reason)", values)
    }
}
