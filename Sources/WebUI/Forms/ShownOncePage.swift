/// A page with a secret that is shown this one time: an API token, a link for somebody locked out.
struct ShownOncePage: PageModel {
    static let template = "shown-once"
    let page: PageFrame
    let crumb: LinkView
    let intro: String
    let secret: String
}
