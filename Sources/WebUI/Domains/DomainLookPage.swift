/// What is in a domain's DNS before it is added.
struct DomainLookPage: PageModel {
    static let template = "admin-domain-look"
    let page: PageFrame
    let crumb: LinkView
    let domain: String
    let sentences: [String]
    let facts: [FactView]
    let cautions: [String]
}
