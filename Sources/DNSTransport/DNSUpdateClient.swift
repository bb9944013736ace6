public import DNS
import Foundation
public import NIOCore
public import NIOPosix

/// Changes zones at their primary server, signed with a key that both share (RFC 2136; RFC 8945).
public struct DNSUpdateClient: Sendable {
    private let server: DNSServer
    private let key: TSIGKey
    private let timeout: Duration
    private let group: any EventLoopGroup

    /// A client.
    ///
    /// - Parameters:
    ///   - server: the primary server of the zones.
    ///   - key: what it knows us by.
    ///   - timeout: for how long its answer is waited for.
    ///   - group: where the sockets live.
    public init(
        server: DNSServer, key: TSIGKey, timeout: Duration = .seconds(10),
        group: any EventLoopGroup = .singletonMultiThreadedEventLoopGroup
    ) {
        self.server = server
        self.key = key
        self.timeout = timeout
        self.group = group
    }

    /// Sends a change and waits until the server has made it, as the server's signature says.
    ///
    /// - Throws: ``DNSUpdateFailure``. After ``DNSUpdateFailure/failed(_:)`` the change may have been made.
    public func send(_ update: DNSUpdate) async throws(DNSUpdateFailure) {
        let conversation: UpdateConversation
        do throws(DNSMessageError) {
            conversation = try UpdateConversation(
                update, id: .random(in: .min ... .max), key: key, server: server, timeout: timeout,
                time: { UInt64(max(0, Date().timeIntervalSince1970)) })
        } catch {
            throw .impossible(error)
        }
        let outcome: Result<Void, DNSUpdateFailure>
        do throws(DNSFailure) {
            outcome = try await DNSExchange.run(conversation, on: group.any())
        } catch {
            throw .failed(error)
        }
        try outcome.get()
    }
}
