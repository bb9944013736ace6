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

    /// Reads a value from standard input: one line from a terminal without showing it, else all of it, such as
    /// certificates in PEM, without the last line end.
    static func value(prompt: String) -> String? {
        guard isatty(STDIN_FILENO) != 1 else { return secret(prompt: prompt) }
        let text = String(decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self)
        guard !text.isEmpty else { return nil }
        return text.last?.isNewline == true ? String(text.dropLast()) : text
    }

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
