import Foundation

/// Standard output and error, and secrets read from standard input.
enum Terminal {
    /// Whether people read standard error.
    static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }

    /// Prints to standard error.
    static func complain(_ text: String) {
        FileHandle.standardError.write(Data((text.hasSuffix("\n") ? text : text + "\n").utf8))
    }

    /// Prints to standard error without a line end: progress that overwrites itself.
    static func progress(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }

    /// Reads one line from standard input; on a terminal without showing it.
    static func secret(prompt: String) -> String? {
        guard isatty(STDIN_FILENO) == 1 else { return readLine(strippingNewline: true) }
        progress(prompt)
        var before = termios()
        tcgetattr(STDIN_FILENO, &before)
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSANOW, &silent)
        defer {
            tcsetattr(STDIN_FILENO, TCSANOW, &before)
            complain("")
        }
        return readLine(strippingNewline: true)
    }
}
