import Foundation

/// Tells on standard error how far an upload is: a line that overwrites itself, or one per tenth if nobody watches.
actor UploadProgress {
    private let total: Int64
    private let start = ContinuousClock.now
    private var done: Int64 = 0
    private var sent: Int64 = 0
    private var lastTenth = -1

    init(total: Int64) { self.total = total }

    /// Notes octets that the server has; `isNew` if this run sent them.
    func add(_ octets: Int64, of file: String, isNew: Bool) {
        done += octets
        if isNew { sent += octets }
        let percent = total == 0 ? 100 : Int(done * 100 / total)
        let elapsed = start.duration(to: .now)
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        let speed = seconds > 0.2 ? Double(sent) / seconds : 0
        let left = speed > 0 ? " \(Int(Double(total - done) / speed)) s left" : ""
        let line = "\(file): \(percent) % of \(total / 1_000_000) MB, \(Int(speed / 1_000_000)) MB/s\(left)"
        if Terminal.isInteractive {
            Terminal.progress("\r\u{1B}[K\(line)")
        } else if percent / 10 > lastTenth {
            lastTenth = percent / 10
            Terminal.complain(line)
        }
    }

    /// Ends the line.
    func finish() { if Terminal.isInteractive { Terminal.complain("") } }
}
