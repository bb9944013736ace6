/// A page that says something and asks nothing.
struct MessagePage: PageModel {
    static let template = "message"
    let page: PageFrame
    let paragraphs: [String]
    let reference: String?
    let links: [LinkView]
    let hasLinks: Bool

    /// - Parameters:
    ///   - reference: the id under which the log has the detail.
    init(page: PageFrame, paragraphs: [String], reference: String? = nil, links: [LinkView] = []) {
        self.page = page
        self.paragraphs = paragraphs
        self.reference = reference
        self.links = links
        hasLinks = !links.isEmpty
    }
}
