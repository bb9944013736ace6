import Deliveries

/// What PostgreSQL or libpq said.
struct PostgreSQLFailure: Error, Equatable {
    /// The five characters of SQLSTATE; empty if libpq itself gave up.
    let state: String
    /// Words without values: what was refused may be personal.
    let message: String
    /// Whether the connection is of no further use.
    let isLost: Bool

    /// Whether the same transaction may succeed when it runs again: others were in its way.
    var isSerialization: Bool { state == "40001" || state == "40P01" }

    /// Whether what was to be stored breaks a rule (23…) or does not fit (22…), for which a use case may have words.
    var isRefusal: Bool { state.hasPrefix("22") || state.hasPrefix("23") }

    /// Whether this server takes no writes, such as the old one after another took over: not what was asked is wrong.
    var isReadOnlyServer: Bool { state == "25006" }

    /// The error that a use case sees.
    var translated: DeliveriesError {
        let detail = "PostgreSQL \(state): \(message)"
        if isLost { return DeliveriesError(.busy, retryAfter: 5, detail: detail) }
        return switch state {
        case "23505": DeliveriesError(.conflict, detail: detail)
        // What it belongs to is gone, or something still belongs to it.
        case "23503": DeliveriesError(.notFound, detail: detail)
        case "53100": DeliveriesError(.diskFull, detail: detail)
        // Serialization, deadlock, lock timeout, cancelled or timed out, too many connections, out of memory.
        case "40001", "40P01", "55P03", "57014", "53300", "53200":
            DeliveriesError(.busy, retryAfter: 1, detail: detail)
        default: DeliveriesError(.trouble, detail: detail)
        }
    }
}
