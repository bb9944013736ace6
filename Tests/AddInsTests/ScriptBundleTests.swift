import Foundation
import Testing

@testable import AddIns

@Suite struct ScriptBundleTests {
    private static func bundle(_ files: [String: String]) throws -> String {
        try ScriptBundle(entry: "a.js", files: files.mapValues { Data($0.utf8) }, preamble: "var x = 1;").text
    }

    @Test func `what a module imports stands before it, once`() throws {
        let text = try Self.bundle([
            "a.js": "import { b } from './b.js';\nimport { c } from './c.js';\nb(c);",
            "b.js": "import { c } from './c.js';\nexport function b() { return c; }", "c.js": "export const c = 1;",
        ])
        #expect(
            text == """
                var x = 1;
                (function () {
                'use strict';
                const c = 1;
                function b() { return c; }
                b(c);
                }());

                """)
    }

    @Test(arguments: [
        "import b from './b.js';", "import { b as c } from './b.js';", "import './b.js';",
        "import { b } from 'b';", "export default 1;", "export { b };", "import {", "import { b } from './none.js';",
    ])
    func `another form is refused`(line: String) {
        #expect(throws: AddInFileError.self) { try Self.bundle(["a.js": line, "b.js": "export const b = 1;"]) }
    }
}
