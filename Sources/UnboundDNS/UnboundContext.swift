import CUnbound
import DNS

/// A context of libunbound. It is handed to one thread, and only that one uses it.
struct UnboundContext {
    private let handle: OpaquePointer

    init(_ configuration: UnboundConfiguration) throws(UnboundError) {
        guard let handle = ub_ctx_create() else { throw UnboundError(step: "starting", reason: "out of memory") }
        self.handle = handle
        do throws(UnboundError) {
            try configure(configuration)
        } catch {
            delete()
            throw error
        }
    }

    private func configure(_ configuration: UnboundConfiguration) throws(UnboundError) {
        // The library's own numbers are made for one question at a time.
        try Self.check(ub_ctx_set_option(handle, "outgoing-range:", "256"), "setting outgoing-range")
        try Self.check(ub_ctx_set_option(handle, "num-queries-per-thread:", "1024"), "setting num-queries-per-thread")
        switch configuration.upstream {
        case .authoritative: break
        case .system: try Self.check(ub_ctx_resolvconf(handle, nil), "reading /etc/resolv.conf")
        case .servers(let servers):
            for server in servers {
                try Self.check(ub_ctx_set_fwd(handle, "\(server.address)@\(server.port)"), "setting \(server)")
            }
        }
        if let file = configuration.file {
            try Self.check(ub_ctx_config(handle, file), "reading \(file)")
        } else {
            for anchor in UnboundConfiguration.rootAnchors {
                try Self.check(ub_ctx_add_ta(handle, anchor), "setting a trust anchor")
            }
        }
        // What is wrong with the configuration it says on standard error, with the line; later there is nothing to say.
        try Self.check(ub_ctx_debugout(handle, nil), "silencing the log")
        // It resolves on a thread of its own; the results come over a pipe.
        try Self.check(ub_ctx_async(handle, 1), "starting the thread")
    }

    /// What becomes readable when there are results.
    var descriptor: Int32 { ub_fd(handle) }

    /// Hands the results that are there to their callbacks.
    func process() -> Int32 { ub_process(handle) }

    /// Begins to look something up.
    ///
    /// - Parameters:
    ///   - question: what is asked.
    ///   - asker: what the callback gets.
    ///   - callback: called by ``process()``; it owns the result.
    /// - Returns: what cancels it, or the error number.
    func resolve(
        _ question: DNSQuestion, asker: UnsafeMutableRawPointer, callback: @escaping ub_callback_type
    ) -> Result<Int32, UnboundFailure> {
        var number: Int32 = 0
        let name = question.name == .root ? "." : question.name.description + "."
        let code = ub_resolve_async(handle, name, Int32(question.type.rawValue), 1, asker, callback, &number)
        return code == 0 ? .success(number) : .failure(UnboundFailure(code: code))
    }

    /// Forgets a question; its callback will not be called.
    func cancel(_ number: Int32) {
        _ = ub_cancel(handle, number)
    }

    /// Ends it, with its thread.
    func delete() {
        ub_ctx_delete(handle)
    }

    private static func check(_ code: Int32, _ step: @autoclosure () -> String) throws(UnboundError) {
        if code != 0 { throw UnboundError(step: step(), reason: UnboundFailure(code: code).description) }
    }
}

/// An error number of libunbound.
struct UnboundFailure: Error, CustomStringConvertible {
    let code: Int32

    var description: String { ub_strerror(code).map { String(cString: $0) } ?? "error \(code)" }
}
