/// Which part of the menus a page belongs to.
enum PageArea: Sendable, Equatable {
    /// Pages for everybody: sign-in, a recipient's letter.
    case outside
    /// My deliveries.
    case deliveries
    /// My account.
    case account
    /// A page of the administration, by its address in the menu.
    case administration(String)
}
