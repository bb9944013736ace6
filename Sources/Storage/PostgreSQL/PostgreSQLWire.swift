import CLibPQ
import Foundation

/// The connection as libpq has it: requests go out, answers come in, and no wait is without an end.
final class PostgreSQLWire {
    /// What is asked; several go out together and cost one round trip.
    enum Request {
        /// One statement without values.
        case text(String)
        /// Has a statement parsed under a name.
        case prepare(name: String, text: String)
        /// Runs a statement that was.
        case prepared(name: String, PostgreSQLParameters)
    }

    /// A result of libpq.
    final class Answer {
        let result: OpaquePointer

        init(_ result: OpaquePointer) { self.result = result }

        deinit { PQclear(result) }

        /// What was done, such as `UPDATE 1`.
        var tag: String { String(cString: PQcmdStatus(result)) }

        /// How many rows were touched.
        var touched: Int { Int(String(cString: PQcmdTuples(result))) ?? 0 }
    }

    /// How often a wait looks whether it shall end, seconds.
    private static let slice: TimeInterval = 0.25

    /// How long answers may take, seconds; `nil`: as long as they want.
    var patience: TimeInterval?
    let handle: OpaquePointer
    private let stop: StopSign?
    /// An answer that nobody waits for is on its way.
    private var isOwedAnswer = false
    /// It was given up: an answer that comes after all would be taken for another one's.
    private var isGivenUp = false

    /// Takes over a connection that is open.
    init(_ handle: OpaquePointer, stop: StopSign?) {
        self.handle = handle
        self.stop = stop
        // Notices would go to standard error.
        _ = PQsetNoticeProcessor(handle, { _, _ in }, nil)
        _ = PQsetnonblocking(handle, 1)
    }

    deinit { PQfinish(handle) }

    /// Whether it was not seen to be lost.
    var isUsable: Bool { !isGivenUp && PQstatus(handle) == CONNECTION_OK }

    /// Looks, without asking the server, whether the other end hung up meanwhile.
    func isStillOpen() -> Bool {
        guard isUsable else { return false }
        // The first takes what was said last, the second finds the end.
        for _ in 0..<2 where PQconsumeInput(handle) == 0 { return false }
        return isUsable
    }

    /// Runs text of our own without values; of several statements, all.
    @discardableResult
    func run(_ text: String) throws -> Answer? {
        try takeOwed()
        return try answer(isPipelined: false) { PQsendQuery(handle, text) == 1 }
    }

    /// Sends a statement whose answer nobody needs to wait for.
    func post(_ text: String) throws {
        try takeOwed()
        guard PQsendQuery(handle, text) == 1, PQflush(handle) >= 0 else { throw lost() }
        isOwedAnswer = true
    }

    /// Runs requests in one round trip, up to the first that fails; the answer to the last one.
    func run(_ requests: [Request]) throws -> Answer? {
        try takeOwed()
        guard PQenterPipelineMode(handle) == 1 else { throw lost() }
        defer { if isUsable, PQexitPipelineMode(handle) != 1 { isGivenUp = true } }
        return try answer(isPipelined: true) {
            for request in requests where !send(request) { return false }
            return PQpipelineSync(handle) == 1
        }
    }

    /// Runs a query without values and gives its rows as they come, without keeping them. Where `row` throws, the rest is
    /// not waited for, and the connection is given up.
    func stream(_ text: String, _ row: (Answer) throws -> Void) throws {
        try takeOwed()
        guard isUsable, PQsendQueryParams(handle, text, 0, nil, nil, nil, nil, 0) == 1, PQsetSingleRowMode(handle) == 1
        else { throw lost() }
        var failure: PostgreSQLFailure?
        while true {
            try waitForResult(until: patience.map { ContinuousClock.now + .seconds($0) })
            guard let result = PQgetResult(handle) else { break }
            let answer = Answer(result)
            switch PQresultStatus(result) {
            case PGRES_SINGLE_TUPLE:
                do {
                    try row(answer)
                } catch {
                    isGivenUp = true
                    throw error
                }
            case PGRES_TUPLES_OK: break
            default: failure = failure ?? self.failure(result)
            }
        }
        if let failure { throw failure }
    }

    private func send(_ request: Request) -> Bool {
        switch request {
        case .text(let text):
            return PQsendQueryParams(handle, text, 0, nil, nil, nil, nil, 0) == 1
        case .prepare(let name, let text):
            return PQsendPrepare(handle, name, text, 0, nil) == 1
        case .prepared(let name, let values):
            return values.withPointers { pointers, lengths, formats in
                PQsendQueryPrepared(handle, name, Int32(lengths.count), pointers, lengths, formats, 0) == 1
            }
        }
    }

    private func takeOwed() throws {
        guard isOwedAnswer else { return }
        isOwedAnswer = false
        _ = try answer(isPipelined: false) { true }
    }

    private func answer(isPipelined: Bool, _ send: () -> Bool) throws -> Answer? {
        guard isUsable, send() else { throw lost() }
        let end = patience.map { ContinuousClock.now + .seconds($0) }
        var last: Answer?
        var failure: PostgreSQLFailure?
        var wasNothing = false
        while true {
            try waitForResult(until: end)
            guard let result = PQgetResult(handle) else {
                if !isPipelined { break }
                // Nothing stands between the answers to two requests; twice is an end that should not be.
                guard !wasNothing, PQstatus(handle) == CONNECTION_OK else { throw failure ?? lost() }
                wasNothing = true
                continue
            }
            wasNothing = false
            let answer = Answer(result)
            switch PQresultStatus(result) {
            case PGRES_PIPELINE_SYNC:
                if let failure { throw failure }
                return last
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: last = answer
            case PGRES_PIPELINE_ABORTED: break
            default: failure = failure ?? self.failure(result)
            }
        }
        if let failure { throw failure }
        return last
    }

    /// Waits until a result can be taken without waiting.
    private func waitForResult(until end: ContinuousClock.Instant?) throws {
        while true {
            let unsent = PQflush(handle)
            guard unsent >= 0 else { throw lost() }
            // With TLS, the second look takes what the first left decrypted: no socket tells of it.
            for _ in 0..<2 {
                if PQisBusy(handle) == 0 { return }
                guard PQconsumeInput(handle) == 1 else { throw lost() }
            }
            if PQisBusy(handle) == 0 { return }
            if let end, ContinuousClock.now >= end {
                isGivenUp = true
                throw PostgreSQLFailure(state: "", message: "the server does not answer", isLost: true)
            }
            if stop?.isSet == true {
                isGivenUp = true
                throw PostgreSQLFailure(state: "", message: "the process ends", isLost: true)
            }
            var socket = pollfd(
                fd: PQsocket(handle), events: Int16(POLLIN) | (unsent == 1 ? Int16(POLLOUT) : 0), revents: 0)
            _ = poll(&socket, 1, Int32(Self.slice * 1000))
        }
    }

    private func lost() -> PostgreSQLFailure {
        isGivenUp = true
        let message = Self.words(PQerrorMessage(handle))
        return PostgreSQLFailure(state: "", message: message.isEmpty ? "the connection is lost" : message, isLost: true)
    }

    private func failure(_ result: OpaquePointer) -> PostgreSQLFailure {
        let state = Self.field("C", of: result) ?? ""
        // The primary message of a wrong value (22…) or a broken rule (23…) may repeat the value.
        let message =
            switch state.prefix(2) {
            case "22": "a value does not fit"
            case "23": "\(Self.field("t", of: result) ?? "") \(Self.field("n", of: result) ?? "")"
            default: Self.field("M", of: result) ?? Self.words(PQerrorMessage(handle))
            }
        // The server ends a connection with what is FATAL or worse.
        let isEnd = ["FATAL", "PANIC"].contains(Self.field("V", of: result)) || state.hasPrefix("08")
        if isEnd { isGivenUp = true }
        return PostgreSQLFailure(state: state, message: message, isLost: !isUsable)
    }

    private static func field(_ code: Unicode.Scalar, of result: OpaquePointer) -> String? {
        PQresultErrorField(result, Int32(code.value)).map { words($0) }
    }

    /// What libpq or the server says, in one line: it goes into logs.
    static func words(_ text: UnsafePointer<CChar>?) -> String {
        guard let text else { return "" }
        return String(cString: text).split(whereSeparator: \.isNewline)
            .map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: " ")
    }
}
