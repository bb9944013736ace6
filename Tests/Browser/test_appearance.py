"""The organisation's colour and footer: set on a page, judged for contrast, seen on pages, in mails and in the pane."""

import re
import urllib.request

import pytest

from harness import pages

PLUM = "#7a1f5c"


def colour_of(browser, selector, name="background-color"):
    """A colour that an element has, as #rrggbb."""
    value = browser.execute_script("return getComputedStyle(document.querySelector(arguments[0]))[arguments[1]]", selector, name)
    return "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", value)[:3])


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_colour_is_judged_and_then_worn_everywhere(server, make_browser, sink, tmp_path, language):
    browser = make_browser(language=language)
    pages.set_up(browser, server)
    pages.connect(server, sink.port, host="127.0.0.1")

    # Yellow cannot be read on paper: told beside the field, with one that can, and the other fields kept.
    browser.get(f"{server.url}/admin/organisation")
    browser.fill("[name='organisation.accent']", "#ffcc00")
    browser.fill("[name='organisation.footer']", "Muster & Söhne GmbH, HRB 1234")
    browser.submit("main form button.button-primary")
    error = browser.one(".field-error").text
    suggestion = re.search(r"nächste.*(#[0-9a-f]{6})|nearest.*(#[0-9a-f]{6})", error)
    assert suggestion, error
    assert browser.one("[name='organisation.footer']").get_attribute("value") == "Muster & Söhne GmbH, HRB 1234"
    browser.assert_accessible()
    # What was proposed is taken.
    browser.fill("[name='organisation.accent']", suggestion.group(1) or suggestion.group(2))
    browser.submit("main form button.button-primary")
    assert not browser.all(".field-error")
    # The command line judges alike.
    assert "#ffcc00" in server.command("setting", "set", "organisation.accent", "#ffcc00", expect=1).stderr
    server.settings(organisation_accent=PLUM)

    browser.get(f"{server.url}/admin/organisation")
    assert colour_of(browser, "main form button.button-primary") == PLUM
    assert "Muster & Söhne GmbH, HRB 1234" in browser.one("footer.site-foot").text
    browser.screenshot(f"appearance-{language}")
    browser.assert_accessible()
    pages.begin_delivery(browser, server, "bea@elsewhere.test;", "In unserer Farbe")
    file = tmp_path / "Brief.txt"
    pages.make_file(file, 1000)
    pages.choose_files(browser, file)
    pages.wait_for_uploads(browser, 1)
    browser.assert_accessible()
    pages.finish_delivery(browser)

    [mail] = sink.wait_for(1)
    assert "Muster & Söhne GmbH, HRB 1234" in mail.text
    assert f'bgcolor="{PLUM}"' in mail.html and "HRB 1234" in mail.html and "#1f4b99" not in mail.html

    # The recipient's letter, on a device that is dark.
    reader = make_browser(language=language, dark=True)
    reader.get(pages.link_in(mail))
    if reader.all("[aria-labelledby=open-heading] button"):
        reader.submit("[aria-labelledby=open-heading] button")
    button = colour_of(reader, "main .button-primary")
    assert button not in ("#8fb4ff", PLUM), "lightened, so that it can be read"
    assert "HRB 1234" in reader.one("footer.site-foot").text
    reader.assert_accessible()
    reader.screenshot(f"appearance-letter-{language}")
    server.settings(organisation_accent__dark="#ffcc00")
    reader.get(reader.current_url)
    assert colour_of(reader, "main .button-primary") == "#ffcc00"
    reader.assert_accessible()

    # The pane of the add-in wears it, too; its sheet may be kept for good.
    with urllib.request.urlopen(f"{server.url}/add-ins/outlook/pane", timeout=30) as answer:
        address = re.search(r'href="(/theme/[^"]+)"', answer.read().decode()).group(1)
    with urllib.request.urlopen(server.url + address, timeout=30) as answer:
        assert "immutable" in answer.headers["Cache-Control"]
        assert f"--accent:{PLUM}" in answer.read().decode()
    browser.assert_quiet("422 (Unprocessable")
    reader.assert_quiet()
