/// What a template shows: each tag is the name of a property. A test compares the two.
///
/// In swift-mustache a tag that is `nil` here is looked up in what stands around it; where a model inside a list has
/// optional properties, the template begins their names with a dot, which keeps the search inside.
protocol PageModel: Sendable {
    /// The template's name, without `.mustache`.
    static var template: String { get }
    /// What is around every page.
    var page: PageFrame { get }
}
