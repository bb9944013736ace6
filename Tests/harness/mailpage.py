"""The HTML of a mail as an independent parser reads it."""

import html.parser
import re

# HTML elements that have no end tag.
VOID = {"br", "img", "meta", "hr", "link", "input", "col"}


class Page(html.parser.HTMLParser):
    """What a mail's HTML says and does."""

    def __init__(self, text):
        super().__init__()
        self.links, self.loads, self.unclosed, self.language, self.title = [], [], [], None, ""
        self._open = []
        self.feed(text)
        self.close()
        self.unclosed += self._open

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "html":
            self.language = attributes.get("lang")
        if tag == "a" and attributes.get("href"):
            self.links.append(attributes["href"])
        for name in ("src", "background", "srcset", "poster"):
            if attributes.get(name):
                self.loads.append(attributes[name])
        if tag in ("link", "script", "iframe", "object", "embed"):
            self.loads.append(tag)
        if "url(" in (attributes.get("style") or ""):
            self.loads.append(attributes["style"])
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag):
        if self._open and self._open[-1] == tag:
            self._open.pop()
        else:
            self.unclosed.append(f"/{tag} in {self._open}")

    def handle_data(self, data):
        if self._open and self._open[-1] == "title":
            self.title += data
        if self._open and self._open[-1] == "style" and re.search(r"url\(|@import", data):
            self.loads.append(data)
