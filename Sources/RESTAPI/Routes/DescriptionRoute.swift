import Foundation
import Hummingbird
import Localization
import NIOCore
import WebServer

/// `/openapi.yaml`: the description of this interface, open to everybody.
struct DescriptionRoute {
    private let description: ByteBuffer

    /// Where the description lies.
    static var file: URL {
        (ResourceFolder.locate(target: "RESTAPI") ?? Bundle.module.bundleURL).appending(path: "openapi.yaml")
    }

    init() throws {
        description = ByteBuffer(bytes: try Data(contentsOf: Self.file))
    }

    func add(to group: RouterGroup<WebContext>) {
        let description = description
        group.get("openapi.yaml") { _, _ in
            Response(status: .ok, headers: [.contentType: "application/yaml"], body: .init(byteBuffer: description))
        }
    }
}
