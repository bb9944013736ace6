import Foundation

/// One classic script made of modules: classic Outlook on Windows runs the handler of the event of sending in an engine
/// without modules.
///
/// The modules keep to a form that makes this a matter of lines: `import { a, b } from './x.js';` on one line, exports
/// only in front of a declaration, names that are unique in all of them.
struct ScriptBundle {
    /// The script.
    let text: String

    /// Follows the imports from a module on.
    ///
    /// - Parameters:
    ///   - entry: the file name of the first module.
    ///   - files: all files by name.
    ///   - preamble: what stands before the modules.
    /// - Throws: ``AddInFileError``.
    init(entry: String, files: [String: Data], preamble: String) throws(AddInFileError) {
        var modules: [String] = []
        var seen: Set<String> = []
        try Self.collect(entry, files, &seen, &modules)
        text = "\(preamble)\n(function () {\n'use strict';\n\(modules.joined(separator: "\n"))\n}());\n"
    }

    /// What a module imports comes before it.
    private static func collect(
        _ name: String, _ files: [String: Data], _ seen: inout Set<String>, _ modules: inout [String]
    ) throws(AddInFileError) {
        guard seen.insert(name).inserted else { return }
        guard let data = files[name] else { throw .missing(name) }
        var lines: [Substring] = []
        for line in String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("import") {
                try collect(try imported(by: line, name), files, &seen, &modules)
            } else if line.hasPrefix("export ") {
                let rest = line.dropFirst("export ".count)
                guard ["function ", "async function ", "class ", "const "].contains(where: { rest.hasPrefix($0) })
                else { throw .notBundled("\(name): \(line)") }
                lines.append(rest)
            } else {
                lines.append(line)
            }
        }
        modules.append(lines.joined(separator: "\n"))
    }

    private static func imported(by line: Substring, _ name: String) throws(AddInFileError) -> String {
        guard line.hasPrefix("import { "), !line.contains(" as "), let from = line.range(of: "} from './"),
            line.hasSuffix(".js';")
        else { throw .notBundled("\(name): \(line)") }
        return String(line[from.upperBound...].dropLast("';".count))
    }
}
