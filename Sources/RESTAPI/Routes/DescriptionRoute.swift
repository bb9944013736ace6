import Foundation
import Hummingbird
import Localization
import NIOCore
import WebServer

/// `/openapi.yaml`: the description of this interface, open to everybody.
struct DescriptionRoute {
    private let description: ByteBuffer

    init() throws {
        let folder = ResourceFolder.locate(target: "RESTAPI") ?? Bundle.module.bundleURL
        description = ByteBuffer(bytes: try Data(contentsOf: folder.appending(path: "openapi.yaml")))
    }

    func add(to group: RouterGroup<WebContext>) {
        let description = description
        group.get("openapi.yaml") { _, _ in
            Response(status: .ok, headers: [.contentType: "application/yaml"], body: .init(byteBuffer: description))
        }
    }
}
