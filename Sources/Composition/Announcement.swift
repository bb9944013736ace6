import Deliveries
import Foundation
import Logging
import NIOCore

/// What the server says when it is ready: its address, and on new data the set-up link, to a terminal only.
struct Announcement {
    private let installation: Installation

    init(_ installation: Installation) { self.installation = installation }

    func make(channel: any Channel, isForPeople: Bool) async {
        let port = channel.localAddress?.port ?? installation.configuration.listenPort
        installation.logger.info("listening", metadata: ["port": "\(port)"])
        guard isForPeople else { return }
        var configuration = installation.configuration
        configuration.listenPort = port
        var lines = ["", "  Depesche is running: \(configuration.localURL)"]
        if configuration.isDemo { lines += Demo.signInHint }
        let setUp = SetUp(installation.accounts)
        if let isDone = try? await setUp.isDone(), !isDone, let token = try? await setUp.makeLink(),
            let current = try? await installation.settings.current()
        {
            let base = current.isSet(.serverPublicURL) ? current.publicURL : URL(string: configuration.localURL)
            let link = base.map { PublicAddresses(publicURL: $0).setup(token).absoluteString } ?? ""
            lines += ["", "  Set it up with this one-time link (valid for one hour):", "  \(link)"]
        }
        lines += ["", "  Stop it with Ctrl-C.", ""]
        print(lines.joined(separator: "\n"))
        fflush(nil)
    }
}
