public import Foundation

/// Keeps messages that were handed in whole.
public protocol MessageStore {
    /// Adds a message whose chunks are there, or are added in the same transaction.
    func insert(_ message: StoredMessage) throws
    /// The message of that name.
    func message(_ id: StoredMessageID) throws -> StoredMessage?
    /// Adds a sealed chunk; chunks of messages that never become complete are removed by `removeAbandoned`.
    ///
    /// - Parameter number: its place, from 0.
    func insertChunk(_ number: Int, of id: StoredMessageID, sealed: Data, at: Date) throws
    /// A sealed chunk; `nil` if it is not there.
    func chunk(_ number: Int, of id: StoredMessageID) throws -> Data?
    /// Removes the chunks of a message.
    func removeChunks(of id: StoredMessageID) throws
    /// Removes the chunks of a message if all its rows of the outbox are final.
    func removeChunksIfFinished(of id: StoredMessageID) throws
    /// Removes chunks without a message that are older than that; returns how many.
    func removeAbandoned(before: Date) throws -> Int
    /// Removes messages received before then whose rows of the outbox are all final, with these rows and their
    /// attempts.
    ///
    /// - Parameter limit: how many at most.
    /// - Returns: how many there were.
    func removeFinished(before: Date, limit: Int) throws -> Int
}
