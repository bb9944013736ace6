import HTTPTypes
import Hummingbird
import Localization
import NIOCore

@testable import WebUI

/// The foot of a list in its middle.
enum PagingSample {
    static let request = Request(
        head: HTTPRequest(method: .get, scheme: "http", authority: "localhost", path: "/list?search=a%26b&offset=50"),
        body: .init(buffer: ByteBuffer()))
    static let paging = PagingView(
        offset: 50, limit: 50, total: 200, shown: 50, request: request, text: Localizer(.german))
}
