import Foundation
import Synchronization

/// Remembers each distinct statement that ran, in PostgreSQL's form, so that a test can prepare all of them there.
final class StatementRecorder: Sendable {
    private struct State {
        var texts: Set<String> = []
        var sites: Set<CallSite> = []
    }

    private let state = Mutex(State())
    private let trace: String?

    /// A recorder; with a file it keeps that up to date: `{"schema": […], "statements": […]}`.
    init(trace: String? = nil) {
        self.trace = trace
    }

    private var schema: [String] {
        [Migrator.bookkeeping(.postgreSQL)] + Migration.all.flatMap { $0.statements(.postgreSQL) }
    }

    func note(_ statement: Statement, at site: CallSite) {
        let text = statement.rendered(for: .postgreSQL).text
        state.withLock { state in
            state.sites.insert(site)
            guard state.texts.insert(text).inserted, let trace else { return }
            // Within the lock, so that an older list never replaces a newer one.
            let content = [
                "schema": schema, "statements": state.texts.sorted(),
            ]
            let json = try? JSONSerialization.data(withJSONObject: content, options: [.prettyPrinted, .sortedKeys])
            try? json?.write(to: URL(fileURLWithPath: trace), options: .atomic)
        }
    }

    /// The distinct statements so far.
    var statements: [String] { state.withLock { $0.texts.sorted() } }
    /// Where they were run.
    var sites: Set<CallSite> { state.withLock { $0.sites } }
}
