public import Deliveries
public import Localization

extension FieldError {
    /// What is wrong with the field, in the words of a language; sizes in units that people read.
    public func words(_ text: Localizer) -> String {
        var values = values
        if reason == "too-large" || reason == "together-too-large", let most = values["most"].flatMap({ Int64($0) }) {
            values["most"] = text.size(most)
        }
        return text("error.field.\(reason)", values)
    }
}
