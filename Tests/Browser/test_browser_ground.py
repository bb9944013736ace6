"""The browser of the test ground: it runs scripts, speaks the language, downloads, and axe finds what is wrong."""

import functools
import http.server
import threading

import pytest

PAGE = """<!doctype html><html lang="de"><head><meta charset="utf-8"><title>Probe</title>
<style>a, button { display: inline-block; padding: 8px }</style></head>
<body><main><h1>Probe</h1><p id="language"></p><a href="/file.bin" download>Datei</a>
<form action="/second.html"><button>Weiter</button></form></main>
<script>document.querySelector("#language").textContent = navigator.language + " " +
matchMedia("(prefers-color-scheme: dark)").matches + " " + innerWidth;</script></body></html>"""
INACCESSIBLE = PAGE.replace("</main>", '<img src="/file.bin"><input style="color:#ccc"></main><script>nosuch()</script>')


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves a folder and says nothing about it."""

    def log_message(self, *arguments):
        """Tests show what went wrong by themselves."""


@pytest.fixture
def site(tmp_path):
    """The address of a small web site."""
    (tmp_path / "index.html").write_text(PAGE)
    (tmp_path / "second.html").write_text(PAGE.replace("Probe", "Zweite"))
    (tmp_path / "bad.html").write_text(INACCESSIBLE)
    (tmp_path / "file.bin").write_bytes(bytes(range(256)) * 1000)
    (tmp_path / "favicon.ico").write_bytes(b"")
    handler = functools.partial(QuietHandler, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as site:
        thread = threading.Thread(target=site.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{site.server_port}"
        site.shutdown()
        thread.join()


def test_pages_run_and_lead_on(browser, site):
    browser.get(f"{site}/index.html")
    assert browser.one("#language").text == "de false 1280"
    browser.submit("button")
    assert "Zweite" in browser.text
    browser.assert_accessible()
    browser.assert_quiet()


def test_downloads_arrive_whole(browser, site):
    browser.get(f"{site}/index.html")
    browser.one("a").click()
    assert browser.wait_for_download("file.bin").read_bytes() == bytes(range(256)) * 1000


def test_language_size_and_darkness(make_browser, site):
    browser = make_browser(language="en", dark=True, width=320, height=600)
    browser.get(f"{site}/index.html")
    assert browser.one("#language").text == "en true 320"


def test_without_javascript(make_browser, site):
    browser = make_browser(javascript=False)
    browser.get(f"{site}/index.html")
    assert browser.one("#language").text == ""


def test_axe_and_console_find_what_is_wrong(browser, site):
    browser.get(f"{site}/bad.html")
    rules = {line.split(":")[0] for line in browser.violations()}
    assert {"image-alt", "label"} <= rules
    with pytest.raises(AssertionError, match="image-alt"):
        browser.assert_accessible()
    with pytest.raises(AssertionError, match="nosuch"):
        browser.assert_quiet()


def test_pictures_show_the_whole_page(browser, site):
    browser.get(f"{site}/index.html")
    browser.execute_script("document.body.style.height = '3000px'")
    picture = browser.screenshot("ground").read_bytes()
    height = int.from_bytes(picture[20:24], "big")
    assert height >= 3000
    assert browser.execute_script("return innerHeight") == 900
