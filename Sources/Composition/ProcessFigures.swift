import Foundation
import WebServer

/// What the operating system says of this process (proc(5)).
struct ProcessFigures: Equatable {
    let residentOctets: Int
    let openFiles: Int
    let mostFiles: Int
    let startedAt: TimeInterval
    let cpuSeconds: Double

    /// The figures of now; `nil` where there is no such file system.
    static var current: ProcessFigures? {
        func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0,
            let process = text("/proc/self/stat"),
            let machine = text("/proc/stat"),
            let files = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
        else { return nil }
        return ProcessFigures(
            process: process, machine: machine, openFiles: files.count,
            mostFiles: Int(clamping: limit.rlim_cur), page: Int(getpagesize()),
            tick: Double(sysconf(Int32(_SC_CLK_TCK))))
    }

    /// Reads the two files.
    init?(process: String, machine: String, openFiles: Int, mostFiles: Int, page: Int, tick: Double) {
        // The name of the program stands in parentheses and may have blanks: what follows begins with field 3.
        guard let end = process.lastIndex(of: ")") else { return nil }
        let fields = process[process.index(after: end)...].split(separator: " ")
        let boot = machine.split(separator: "\n").first { $0.hasPrefix("btime ") }?.dropFirst(6)
        guard fields.count > 21, let pages = Int(fields[21].filter { !$0.isWhitespace }), let user = Double(fields[11]),
            let system = Double(fields[12]), let start = Double(fields[19]), let boot = boot.flatMap({ Double($0) }),
            tick > 0
        else { return nil }
        residentOctets = pages * page
        self.openFiles = openFiles
        self.mostFiles = mostFiles
        startedAt = boot + start / tick
        cpuSeconds = (user + system) / tick
    }

    func write(to metrics: inout MetricsText) {
        metrics.add(
            "depesche_process_resident_memory_bytes", .gauge, "Memory of the process.", [.init(Double(residentOctets))])
        metrics.add("depesche_process_open_fds", .gauge, "Open files and connections.", [.init(Double(openFiles))])
        metrics.add(
            "depesche_process_max_fds", .gauge, "How many files and connections may be open.",
            [.init(Double(mostFiles))])
        metrics.add(
            "depesche_process_start_time_seconds", .gauge, "When the process began, seconds since 1970.",
            [.init(startedAt)])
        metrics.add(
            "depesche_process_cpu_seconds_total", .counter, "Processor time of the process.", [.init(cpuSeconds)])
    }
}
