import Foundation
import Localization
import Testing

@testable import WebUI

/// A misspelt tag renders as nothing; these tests notice.
@Suite struct TemplateTests {
    @Test func everyTagIsAPropertyOfItsModel() throws {
        let check = try TemplateCheck()
        for model in PageSamples.everything {
            let template = type(of: model).template
            #expect(check.mistakes(in: template, model: model) == [], "\(template)")
        }
    }

    @Test func everyTemplateBelongsToAPage() throws {
        let check = try TemplateCheck()
        let used = PageSamples.everything.reduce(into: Set<String>()) {
            $0.formUnion(check.closure(of: type(of: $1).template))
        }
        #expect(check.names.filter { !used.contains($0) } == [])
    }

    @Test func nothingIsPutInUnescaped() throws {
        let check = try TemplateCheck()
        for name in check.names {
            #expect(!check.source(name).contains("{{{"), "\(name)")
            #expect(!check.source(name).contains("{{&"), "\(name)")
        }
    }

    @Test func everyValueInAnAttributeIsQuoted() throws {
        let check = try TemplateCheck()
        for name in check.names {
            for before in check.source(name).components(separatedBy: "={{").dropLast() {
                let word = before.split(whereSeparator: \.isWhitespace).last ?? ""
                #expect(word.contains("\""), "\(name): \(word)")
            }
        }
    }

    @Test func everyFormCarriesAProof() throws {
        let check = try TemplateCheck()
        for name in check.names {
            let forms = check.source(name).components(separatedBy: "<form").dropFirst()
            for form in forms where form.contains("method=\"post\"") {
                let body = form.components(separatedBy: "</form>")[0]
                #expect(body.contains("name=\"csrf\""), "\(name)")
            }
        }
    }

    @Test func nothingIsLoadedFromElsewhereAndNothingIsInline() throws {
        let check = try TemplateCheck()
        for name in check.names {
            let source = check.source(name)
            for forbidden in ["src=\"http", "href=\"http", " style=\"", "<style", " onclick", "javascript:"] {
                #expect(!source.contains(forbidden), "\(name): \(forbidden)")
            }
        }
    }

    @Test func strangersTextIsOnlyText() throws {
        let library = try PageLibrary(folder: TemplateCheck.folder)
        let page = MessagePage(page: PageSamples.frame, paragraphs: ["<script>alert('1')</script> & \"{{title}}\""])
        let html = library.render(page)
        #expect(html.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;{{title}}&quot;"))
    }

    @Test func placeholdersOfTextsBecomeEscapedTags() throws {
        let text = Localizer(.german)
        #expect(
            try PageLibrary.saying("<p>{{#t}}page.form.save{{/t}}</p>", in: text, template: "x") == "<p>Speichern</p>")
        #expect(
            try PageLibrary.saying("{{#t}}page.form.range{{/t}}", in: text, template: "x") == "{{first}} bis {{last}}")
        #expect(throws: PageLibrary.LoadingError.self) {
            try PageLibrary.saying("{{#t}}page.no-such-text{{/t}}", in: text, template: "x")
        }
    }

    @Test func bothLanguagesRenderEveryPage() throws {
        let library = try PageLibrary(folder: TemplateCheck.folder)
        for model in PageSamples.everything {
            let html = library.render(model)
            #expect(html.hasPrefix("<!DOCTYPE html>") && html.hasSuffix("</html>\n"), "\(type(of: model).template)")
            #expect(!html.contains("{{"), "\(type(of: model).template)")
        }
    }
}
