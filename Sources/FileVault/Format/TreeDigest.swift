internal import Crypto

/// The root of a Merkle tree over the SHA-256 digests of a file's chunks.
///
/// The tree is that of RFC 9162, 2.1.1: a leaf is `SHA-256(0x00 || digest of the chunk)`, an inner node is
/// `SHA-256(0x01 || left || right)`, and of `n` leaves the left part has the largest power of two that is less than
/// `n`. The first octet keeps leaves and inner nodes apart.
public struct TreeDigest: Sendable, Hashable, CustomStringConvertible {
    /// The root.
    public let root: ContentDigest

    /// Takes a stored root.
    ///
    /// - Parameter root: what ``root`` gave.
    public init(root: ContentDigest) {
        self.root = root
    }

    /// Computes the root.
    ///
    /// - Parameter chunks: the digests of the chunks in their order; none gives the digest of nothing.
    public init(chunks: some Sequence<ContentDigest>) {
        // Complete subtrees, each at least twice as wide as the one behind it.
        var complete: [(width: Int, node: ContentDigest)] = []
        for chunk in chunks {
            var node = (width: 1, node: Self.leaf(chunk))
            while let last = complete.last, last.width == node.width {
                complete.removeLast()
                node = (last.width * 2, Self.inner(last.node, node.node))
            }
            complete.append(node)
        }
        guard var joined = complete.popLast()?.node else {
            root = ContentDigest(of: [UInt8]())
            return
        }
        while let left = complete.popLast() { joined = Self.inner(left.node, joined) }
        root = joined
    }

    /// The root in hexadecimal.
    public var description: String { root.hex }

    private static func leaf(_ digest: ContentDigest) -> ContentDigest {
        ContentDigest(of: [0] + digest.bytes)
    }

    private static func inner(_ left: ContentDigest, _ right: ContentDigest) -> ContentDigest {
        ContentDigest(of: [1] + left.bytes + right.bytes)
    }
}
