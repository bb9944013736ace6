/// How to check that a mail and a page are genuine.
struct GenuinePage: PageModel {
    static let template = "genuine"
    let page: PageFrame
    let publicURL: String
    let receiptKeys: [String]
}
