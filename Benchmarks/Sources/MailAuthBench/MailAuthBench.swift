import Foundation

/// The inner loops of mail authentication, for Benchmarks/auth.py. Each runs on one core.
///
///     MailAuthBench sign KEY SECONDS < MESSAGE        signatures a second with one key
///     MailAuthBench verify NAME RECORD < MESSAGE      one result a line, then growth and peak of memory in octets
///     MailAuthBench spf ZONE SECONDS < QUESTIONS      evaluations a second, then one result for each question
@main
struct MailAuthBench {
    static func main() async throws {
        let arguments = CommandLine.arguments
        switch arguments.dropFirst().first {
        case "sign" where arguments.count == 4:
            try await DKIMBench.sign(key: arguments[2], for: try duration(arguments[3]))
        case "verify" where arguments.count == 4:
            try await DKIMBench.verify(name: arguments[2], record: arguments[3])
        case "spf" where arguments.count == 4:
            try await SPFBench.evaluate(zone: arguments[2], for: try duration(arguments[3]))
        default: throw BenchError("usage: MailAuthBench sign KEY SECONDS | verify NAME RECORD | spf ZONE SECONDS")
        }
    }

    private static func duration(_ text: String) throws -> Duration {
        guard let seconds = Double(text), seconds > 0 else { throw BenchError("\(text) is no number of seconds") }
        return .seconds(seconds)
    }
}

/// Why a bench cannot run.
struct BenchError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Standard input as a whole.
func standardInput() throws -> [UInt8] {
    [UInt8](try FileHandle.standardInput.readToEnd() ?? Data())
}

/// Calls a body again and again for so long. Time is what the process computes, as `openssl speed` counts it: others on
/// the same core make no difference.
///
/// - Returns: how often a second.
func rate(for time: Duration, _ body: () async throws -> Void) async rethrows -> Double {
    let start = computingTime()
    var end = start
    var count = 0
    while end - start < time {
        try await body()
        count += 1
        end = computingTime()
    }
    return Double(count) / ((end - start) / .seconds(1))
}

private func computingTime() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}
