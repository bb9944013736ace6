/// Whether this node should be given requests.
actor NodeState {
    /// Whether it is about to stop.
    private(set) var isDraining = false
    private var check: Task<Bool, Never>?

    /// It is about to stop: no more requests should come, and those that come are served.
    func drain() { isDraining = true }

    /// Whether database and files answer in time. All who ask at a time share one look.
    func isWorking(within patience: Duration, _ look: @escaping @Sendable () async -> Bool) async -> Bool {
        let running: Task<Bool, Never>
        if let check {
            running = check
        } else {
            // Waited for below, and by whoever asks before it ends.
            running = Task {
                let isWorking = await look()
                check = nil
                return isWorking
            }
            check = running
        }
        let (answers, continuation) = AsyncStream.makeStream(of: Bool.self)
        // Both end by themselves; the first one counts.
        Task { continuation.yield(await running.value) }
        let limit = Task {
            // Who asks waits no longer; the look goes on for whoever asks next.
            try? await Task.sleep(for: patience)
            continuation.yield(false)
        }
        defer { limit.cancel() }
        for await answer in answers { return answer }
        return false
    }
}
