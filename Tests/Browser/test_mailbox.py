"""The mailbox of returned mail, on its page and on that of the SMTP interface, with a real Dovecot."""

import pathlib

from selenium.common.exceptions import WebDriverException

from harness import pages
from harness.tools import wait_until


def settled(browser, selector):
    """Waits until a page that renews itself shows an end; what it says."""

    def ended():
        try:
            said = browser.one(selector).text
        except WebDriverException:
            # Not there yet, or gone with the page that is being renewed.
            return None
        return said if "erneuert sich von selbst" not in said else None

    return wait_until(ended, lambda: f"{selector} at {browser.current_url}:\n{browser.text[:3000]}")


def save(browser, server, **fields):
    """Fills in the page about returned mail and saves it; an underscore stands for a hyphen."""
    browser.get(f"{server.url}/admin/bounces")
    for name, value in fields.items():
        browser.fill(f"[name='bounce.{name.replace('_', '-')}']", str(value))
    browser.submit("form[action='/admin/bounces'] .button-primary")
    assert not browser.all(".field-error"), browser.text


def try_out(browser):
    """Presses the button that tries the mailbox; what comes of it."""
    browser.submit("form[action^='/admin/bounces/try'] button")
    return settled(browser, "#result")


def test_a_mailbox_is_tried_and_a_test_mail_found_in_it(make_browser, make_server, postfix, make_dovecot, authority):
    # All that Postfix takes lies where Dovecot shows it.
    dovecot = make_dovecot(maildir=pathlib.Path(postfix.directory) / "mail" / "all")
    dovecot.put(b"From: otto@firma.example\nTo: rueck@kunde.example\nSubject: Angebot\n\nHallo\n", "1.letter")
    server = make_server(DEPESCHE_CA_FILE=authority.certificate).start()
    browser = make_browser(language="de")
    pages.set_up(browser, server)
    pages.connect(server, postfix.port, "starttls", postfix.USER, postfix.PASSWORD)

    # A wrong password, in words that say what to change.
    save(browser, server, imap_host="localhost", imap_port=dovecot.tls_port, imap_user=dovecot.USER,
         imap_password="not this one")
    said = try_out(browser)
    assert "Das Postfach kann nicht gelesen werden." in said
    assert "nimmt Benutzer und Kennwort nicht an" in said and "Prüfen Sie beides" in said
    assert "not this one" not in browser.page_source
    browser.assert_accessible()
    # A folder that is not there.
    save(browser, server, imap_password=dovecot.PASSWORD, imap_folder="Gibt es nicht")
    said = try_out(browser)
    assert "Der Ordner „Gibt es nicht“ lässt sich nicht öffnen" in said, said
    save(browser, server, imap_folder="INBOX")
    said = try_out(browser)
    assert "Das Postfach kann gelesen werden." in said and "Angemeldet" in said
    browser.assert_accessible()
    # It was counted, and nothing about it changed.
    assert "Im Ordner liegt eine Mail" in said and dovecot.flags() == [[]]

    # A test mail that came to this mailbox is found and compared with what went out.
    browser.get(f"{server.url}/admin/smtp")
    browser.fill("[name=to]", "rueck@kunde.example")
    browser.submit("form[action^='/admin/smtp/test'] button")
    browser.wait_for("form[action^='/admin/smtp/find'] button")
    wait_until(lambda: len(dovecot.flags()) == 2, "the test mail in the mailbox")
    browser.submit("form[action^='/admin/smtp/find'] button")
    assert "Die Testmail kam unverändert an." in settled(browser, "#findings")
    browser.assert_accessible()
    browser.assert_quiet()
