/// A page of a list.
struct ListModel<Item: Codable & Equatable>: Codable, Equatable {
    let items: [Item]
    let total: Int
}
