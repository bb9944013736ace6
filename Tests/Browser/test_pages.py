"""Every page that can be reached, in both languages, light and dark, wide and narrow: accessible, quiet and whole.

The pages are found by following links through the demonstration, so that a new page is tested as soon as one leads
there. Pictures of them lie in .build/screenshots afterwards.
"""

import collections
import os
import re
import urllib.parse

import pytest

from harness.browser import SCREENSHOTS
from harness.tools import REPOSITORY

EMAIL, PASSWORD = "anna@muster.example", "kein-Geheimnis-2026"
# An id, a token or the name of an asset folder; the kind and language of a mail.
CHANGING = re.compile(
    r"/(?=[^/]*\d|[^/]*[A-Z])[A-Za-z0-9_-]{10,}(?=[/?]|$)|(?<=^/admin/mail-templates)/[^/]+/[^/]+")
# Pages of one shape that are looked at: they differ in what state the shown thing is in.
MOST_OF_A_SHAPE = 4
MOST_PAGES = 120
LOOKS = [
    pytest.param("de", dict(width=1280, height=900), id="de-wide"),
    pytest.param("en", dict(width=1280, height=900, dark=True), id="en-wide-dark"),
    pytest.param("en", dict(width=320, height=640), id="en-narrow"),
    pytest.param("de", dict(width=320, height=640, dark=True), id="de-narrow-dark"),
]


@pytest.fixture
def demo(make_server):
    """The demonstration."""
    return make_server().start("--demo", seconds=90)


def shape(path):
    """What pages of one kind have in common in their address."""
    return CHANGING.sub("/*", path.rstrip("/")) or "/"


def leads_to(browser, origin):
    """Paths of our own pages that a page leads to, also by links in the mails that it shows."""
    found = browser.execute_script(
        "return [...document.querySelectorAll('a[href]:not([download])')].map(a => a.href)")
    found += re.findall(r"http://127\.0\.0\.1:\d+/l/[A-Za-z0-9_-]+", browser.page_source)
    paths = []
    for address in found:
        parts = urllib.parse.urlsplit(address)
        if f"{parts.scheme}://{parts.netloc}" == origin and not parts.path.startswith(("/d/", "/assets/", "/api/", "/add-ins/")):
            paths.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return paths


def status_of(browser):
    """The HTTP status of the page that is shown."""
    return browser.execute_script("return performance.getEntriesByType('navigation')[0].responseStatus")


def complaints(browser, language):
    """What is wrong with the page that is shown."""
    wrong = [f"axe: {line}" for line in browser.violations()]
    if browser.execute_script("return document.documentElement.lang") != language:
        wrong.append("another language than asked for")
    overflow = browser.execute_script("return document.documentElement.scrollWidth - innerWidth")
    if overflow > 0:
        wrong.append(f"{overflow} px wider than the window")
    # What a page quotes of the templates that administrators write.
    quoted = browser.execute_script(
        "return [...document.querySelectorAll('code, textarea, input, .line-difference')].map(e => e.value || e.innerText).join()")
    wrong += [
        f"left over: {found}"
        for found in re.findall(r"\{\{[^}]*\}?|\b(?:page|error|status)\.[a-z]+[A-Za-z.-]+\b", browser.text)
        if found not in quoted]
    foreign = browser.execute_script(
        "return performance.getEntriesByType('resource').map(e => e.name).filter(n => !n.startsWith(location.origin) "
        "&& !n.startsWith('data:') && !n.startsWith('blob:'))")
    wrong += [f"from elsewhere: {address}" for address in foreign]
    if len(browser.all("h1")) != 1:
        wrong.append(f"{len(browser.all('h1'))} first headings")
    return wrong


@pytest.mark.parametrize(("language", "look"), LOOKS)
def test_every_page_is_accessible_quiet_and_whole(demo, make_browser, request, language, look):
    browser = make_browser(language=language, **look)
    name = request.node.callspec.id
    pending = collections.deque(["/sign-in", "/genuine"])
    seen, shapes, wrong, visited = set(pending), collections.Counter(), [], 0

    def visit(path):
        browser.get(demo.url + path)
        status = status_of(browser)
        if status >= 500 or status == 404:
            wrong.append(f"{path}: status {status}")
            return
        found = complaints(browser, language)
        wrong.extend(f"{path}: {line}" for line in found)
        label = re.sub(r"[^a-z0-9]+", "-", shape(path.split("?")[0]).lower()).strip("-") or "start"
        browser.screenshot(f"{name}/{label}{'' if shapes[shape(path)] == 1 else '-' + str(shapes[shape(path)])}")
        for next in leads_to(browser, demo.url):
            if next not in seen:
                seen.add(next)
                pending.append(next)

    signed_in = False
    while (pending or not signed_in) and visited < MOST_PAGES:
        if not pending:
            browser.get(f"{demo.url}/sign-in")
            browser.fill("[name=email]", EMAIL)
            browser.fill("[name=password]", PASSWORD)
            browser.submit("form button.button-primary")
            if browser.execute_script("return document.documentElement.lang") != language:
                # The account's own language counts, until its owner chooses another.
                browser.submit("footer form[action$=language] button")
            signed_in = True
            for path in ("/", "/deliveries/new", "/admin", "/account"):
                if path not in seen or path == "/":
                    seen.add(path)
                    pending.append(path)
            continue
        # A page of each shape before a second one.
        path = min(pending, key=lambda one: shapes[shape(one)])
        pending.remove(path)
        if shapes[shape(path)] >= MOST_OF_A_SHAPE:
            continue
        shapes[shape(path)] += 1
        visited += 1
        visit(path)
    # A link that a line break cut, as mail programs do, and a draft that was left without typing.
    wrong += [
        f"console: {line}" for line in browser.console_errors()
        if "400 (Bad Request)" not in line and "'beforeunload' confirmation panel" not in line]
    assert not wrong, f"{len(wrong)} complaints:\n" + "\n".join(wrong)
    print(f"{visited} pages of {len(shapes)} shapes: {sorted(shapes)}")
    # Recipient page, deliveries, one delivery, compose, administration: fewer would mean that the way there is cut.
    assert len(shapes) >= 12 and any("/l/" in one for one in shapes), sorted(shapes)


def test_the_picture_of_the_readme(demo, make_browser):
    """Made anew by `make screenshots` only: pictures in the repository do not change by running tests."""
    browser = make_browser(language="en", width=1200, height=820)
    browser.get(f"{demo.url}/sign-in")
    browser.fill("[name=email]", EMAIL)
    browser.fill("[name=password]", PASSWORD)
    browser.submit("form button.button-primary")
    browser.submit("footer form[action$=language] button")
    browser.get(f"{demo.url}/deliveries")
    address = browser.execute_script(
        "return [...document.querySelectorAll('a.row-link')].find(a => a.textContent.includes('Jahresabschluss'))?.href")
    assert address, browser.text
    browser.get(address)
    browser.wait_for("table.matrix")
    assert "Fetch" in browser.text or "fetched" in browser.text
    kept = os.environ.get("DEPESCHE_SCREENSHOTS") == "1"
    browser.screenshot("screenshot", folder=REPOSITORY / "docs" if kept else SCREENSHOTS, whole=False)
