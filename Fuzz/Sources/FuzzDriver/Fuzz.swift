import Foundation
import LibFuzzer

// Set once before the loop starts, which knows only functions without context.
nonisolated(unsafe) private var examine: ([UInt8]) -> Void = { _ in }

/// Gives a function all kinds of octets until the time is over or it traps. Options are those of libFuzzer.
public func fuzz(_ body: @escaping ([UInt8]) -> Void) -> Never {
    examine = body
    var count = CommandLine.argc
    var arguments = CommandLine.unsafeArgv
    let code = withUnsafeMutablePointer(to: &arguments) { arguments in
        arguments.withMemoryRebound(to: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?.self, capacity: 1) {
            LLVMFuzzerRunDriver(&count, $0) { data, size in
                examine(Array(UnsafeBufferPointer(start: data, count: size)))
                return 0
            }
        }
    }
    exit(code)
}

/// What must hold for all octets: stops the fuzzer, which keeps them, if it does not.
public func demand(_ condition: @autoclosure () throws -> Bool, _ what: String) rethrows {
    if try !condition() { fatalError("does not hold: \(what)") }
}
