extension FormField {
    /// Says at the field what is wrong with it, and takes the focus there.
    mutating func fail(_ message: String?) {
        guard let message else { return }
        error = message
        isFocused = true
        describedBy = [hint.map { _ in "\(id)-hint" }, "\(id)-error"].compactMap { $0 }.joined(separator: " ")
    }
}
