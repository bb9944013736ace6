package import NIOCore

/// A signed request to an object store.
package struct S3Request: Sendable {
    package let method: String
    package let url: String
    package let headers: [SignatureV4.Field]
    /// The body's parts in their order.
    package let body: [ByteBuffer]
    /// A longer answer is an error.
    package let mostOctets: Int

    /// How many octets the body has.
    package var size: Int { body.reduce(0) { $0 + $1.readableBytes } }
}

/// What an object store answered, with its whole body.
package struct S3Answer: Sendable {
    package var status: Int
    /// By their names in small letters.
    package var headers: [String: String]
    package var body: ByteBuffer

    package init(status: Int, headers: [String: String] = [:], body: ByteBuffer = ByteBuffer()) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// Carries requests to an object store.
package protocol S3Exchange: Sendable {
    /// Sends a request once.
    func send(_ request: S3Request) async throws(S3Failure) -> S3Answer

    /// Gives back the connections.
    func shutDown() async
}
