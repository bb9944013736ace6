"""The organisation's logo and the names of senders: set on the page, seen on pages, in letters and in mails."""

import urllib.error
import urllib.request

import pytest

from harness import pages, pictures

NOTHING = {"de": "Wählen Sie zuerst eine Datei", "en": "Choose a file first"}
VECTOR = {"de": "Das ist SVG", "en": "This is SVG"}
PIXELS = {"de": "höchstens 2000 Pixel", "en": "at most 2000 pixels"}
BEHIND = {"de": "Hinter dem Bild", "en": "behind the picture"}


def upload(browser, path):
    """Sends a file as the logo."""
    browser.one("[name='organisation.logo']").send_keys(str(path))
    browser.submit("form[action='/admin/organisation/logo'] button")


def parts(mail):
    """The parts of a mail by type."""
    return {part.get_content_type(): part for part in mail.message.walk()}


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_logo_stands_for_the_name_everywhere(server, make_browser, sink, tmp_path, language):
    browser = make_browser(language=language)
    pages.set_up(browser, server)
    pages.connect(server, sink.port, host="127.0.0.1")
    good = pictures.logo(extra=pictures.chunk(b"tEXt", b"Author\0Anna Geheim"))
    files = {
        "logo.png": good, "script.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        "renamed.png": b"<svg onload='alert(1)'/>", "bomb.png": pictures.bomb(), "archive.png": good + b"PK\3\4more",
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)

    # What is no plain picture is refused in words, beside the field.
    browser.get(f"{server.url}/admin/organisation")
    browser.submit("form[action='/admin/organisation/logo'] button")
    assert NOTHING[language] in browser.one(".field-error").text
    for name, words in [("script.svg", VECTOR), ("renamed.png", VECTOR), ("bomb.png", PIXELS), ("archive.png", BEHIND)]:
        upload(browser, tmp_path / name)
        assert words[language] in browser.one(".field-error").text, name
        assert browser.one(".error-summary a").get_attribute("href").endswith("#organisation.logo")
    browser.assert_accessible()
    browser.screenshot(f"logo-refused-{language}")
    assert not browser.all(".brand img")

    upload(browser, tmp_path / "logo.png")
    assert not browser.all(".field-error")
    header = browser.one(".brand img")
    assert header.get_attribute("alt") == "Muster & Söhne"
    assert browser.execute_script("return arguments[0].complete && arguments[0].naturalWidth", header) == 240
    assert header.size["height"] <= 40
    assert len(browser.all(".logo-plate img")) == 2
    browser.assert_accessible()
    browser.screenshot(f"logo-page-{language}")

    # Its file: its own type, for good, and nothing in it may run; what was written in it is gone.
    address = header.get_attribute("src")
    with urllib.request.urlopen(address, timeout=30) as answer:
        content = answer.read()
        assert answer.headers["Content-Type"] == "image/png" and answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "immutable" in answer.headers["Cache-Control"] and "sandbox" in answer.headers["Content-Security-Policy"]
    assert content == pictures.logo() and b"Geheim" not in content

    # In a mail it is a part of the mail.
    pages.begin_delivery(browser, server, "bea@elsewhere.test;", "Mit unserem Zeichen")
    file = tmp_path / "Brief.txt"
    pages.make_file(file, 1000)
    pages.choose_files(browser, file)
    pages.wait_for_uploads(browser, 1)
    pages.finish_delivery(browser)
    [mail] = sink.wait_for(1)
    found = parts(mail)
    related = found["multipart/related"]
    assert related.get_param("type") == "text/html"
    picture = found["image/png"]
    assert picture.get_payload(decode=True) == content and picture.get_content_disposition() == "inline"
    name = picture["Content-ID"].strip("<>")
    assert f'src="cid:{name}"' in mail.html and 'alt="Muster &amp; Söhne"' in mail.html
    assert 'src="http' not in mail.html and "<!--logo" not in mail.html
    assert "Muster & Söhne" in mail.text

    # The mail as a program shows it: with pictures, without, and dark.
    for look, source in [("shown", address), ("off", "data:,")]:
        page = tmp_path / f"mail-{look}.html"
        page.write_text(mail.html.replace(f"cid:{name}", source), encoding="utf-8")
        for dark in (False, True):
            reader = make_browser(language=language, dark=dark, width=700)
            reader.get(page.as_uri())
            reader.screenshot(f"logo-mail-{look}-{'dark' if dark else 'light'}-{language}")

    # The recipient's letter, on a dark device and on a phone.
    for dark, width in [(True, 1280), (False, 360)]:
        reader = make_browser(language=language, dark=dark, width=width)
        reader.get(pages.link_in(mail))
        image = reader.one(".brand img")
        ground = reader.execute_script("return getComputedStyle(arguments[0]).backgroundColor", image)
        assert (ground == "rgb(255, 255, 255)") == dark
        reader.assert_accessible()
        reader.screenshot(f"logo-letter-{'dark' if dark else 'phone'}-{language}")
        reader.assert_quiet()

    # Taken away, it is gone from its address, too.
    browser.get(f"{server.url}/admin/organisation")
    browser.submit("form[action='/admin/organisation/logo/remove'] button")
    assert not browser.all(".brand img") and "Muster & Söhne" in browser.one(".brand").text
    with pytest.raises(urllib.error.HTTPError) as gone:
        urllib.request.urlopen(address, timeout=30)
    assert gone.value.code == 404
    browser.assert_quiet("422 (Unprocessable")


@pytest.mark.parametrize("language", ["de", "en"])
def test_names_of_senders_are_shown_while_they_are_typed(server, make_browser, sink, tmp_path, language):
    browser = make_browser(language=language)
    pages.set_up(browser, server)
    pages.connect(server, sink.port, host="127.0.0.1")
    browser.get(f"{server.url}/admin/organisation")
    own, fallback = browser.all(".field-example")
    through = {"de": "Anna Ährens über Depesche", "en": "Anna Ährens via Depesche"}[language]
    assert f"Anna Ährens <{pages.ADMINISTRATOR}>" in own.text
    assert f"{through} <{pages.SYSTEM_SENDER}>" in fallback.text

    # While somebody types, the example follows.
    browser.fill("[name='organisation.sender-name']", "{name} – {organisation}")
    assert f"Anna Ährens – Muster & Söhne <{pages.ADMINISTRATOR}>" in own.text
    browser.fill("[name='organisation.fallback-name']", "{name} <chef@bank.example>")
    browser.submit("form[action='/admin/organisation'] .button-primary")
    [error] = browser.all(".field-error")
    assert "@" in error.text
    assert browser.one("[name='organisation.fallback-name']").get_attribute("value") == "{name} <chef@bank.example>"
    own, fallback = browser.all(".field-example")
    assert "– Muster & Söhne" in own.text and "bank.example" not in fallback.text
    browser.assert_accessible()
    browser.screenshot(f"sender-names-refused-{language}")
    browser.fill("[name='organisation.fallback-name']", "{name} (by {organisation})")
    browser.submit("form[action='/admin/organisation'] .button-primary")
    assert not browser.all(".field-error")
    browser.assert_accessible()
    browser.screenshot(f"sender-names-{language}")
    browser.resize(360, 800)
    browser.screenshot(f"sender-names-phone-{language}")
    browser.resize(1280, 900)

    # Said before sending, and what leaves.
    pages.begin_delivery(browser, server, "bea@elsewhere.test;", "Unter unserem Namen")
    assert f"Anna Ährens – Muster & Söhne <{pages.ADMINISTRATOR}>" in browser.text
    file = tmp_path / "Brief.txt"
    pages.make_file(file, 1000)
    pages.choose_files(browser, file)
    pages.wait_for_uploads(browser, 1)
    pages.finish_delivery(browser)
    [mail] = sink.wait_for(1)
    assert mail.message["From"].addresses[0].display_name == "Anna Ährens – Muster & Söhne"
    server.command("setting", "set", "smtp.home-domains", "")
    browser.get(f"{server.url}/deliveries/new")
    assert f"Anna Ährens (by Muster & Söhne) <{pages.SYSTEM_SENDER}>" in browser.text
    browser.assert_quiet("422 (Unprocessable")
