public import Foundation

/// Names a run.
public typealias RunID = Identifier<Run>

/// Work that a page started and looks at, so that no request waits for it. Any process over the same database tells how
/// it does; the one that carries it out renews it meanwhile.
public struct Run: Equatable, Sendable {
    /// Its name.
    public let id: RunID
    /// What kind of work, kebab-case.
    public let kind: String
    /// When it was started.
    public let startedAt: Date
    /// Until when it counts as being under way, unless it is renewed; `nil` once it ended.
    public var aliveUntil: Date?
    /// What it is about, sealed.
    public let sealedAbout: Data
    /// How it does, sealed.
    public var sealedState: Data

    /// A run.
    public init(
        id: RunID, kind: String, startedAt: Date, aliveUntil: Date?, sealedAbout: Data, sealedState: Data
    ) {
        self.id = id
        self.kind = kind
        self.startedAt = startedAt
        self.aliveUntil = aliveUntil
        self.sealedAbout = sealedAbout
        self.sealedState = sealedState
    }
}

/// Keeps runs.
public protocol RunStore {
    /// Adds a run.
    func insert(_ run: Run) throws
    /// A run of a kind.
    func run(_ id: RunID, kind: String) throws -> Run?
    /// How many runs of a kind are under way.
    func countAlive(kind: String, now: Date) throws -> Int
    /// Renews a run that did not end, without a word about how it does.
    func renew(_ id: RunID, until: Date) throws
    /// Stores how a run does and until when it counts as being under way; one that ended stays as it is.
    func update(_ id: RunID, sealedState: Data, aliveUntil: Date?) throws
    /// Removes runs that were started before a moment; returns how many.
    func remove(startedBefore: Date) throws -> Int
}
