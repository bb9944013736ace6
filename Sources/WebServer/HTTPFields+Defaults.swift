import HTTPTypes

extension HTTPFields {
    /// What each answer carries, errors too, unless it says otherwise itself.
    mutating func addDefaults() {
        self[values: .xContentTypeOptions] = ["nosniff"]
        if self[.referrerPolicy] == nil { self[.referrerPolicy] = "no-referrer" }
        if self[.cacheControl] == nil { self[.cacheControl] = "no-store" }
    }
}
