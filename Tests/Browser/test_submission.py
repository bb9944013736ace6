"""The pages about mail that programs hand in, with their errors, for everybody who uses them."""

import pytest

from harness import pages

DOMAIN = "kunde.example"


@pytest.fixture
def ready(make_server, dns):
    """A server with a sender domain in order."""
    server = make_server(DEPESCHE_UNBOUND_CONF=dns.unbound_conf, DEPESCHE_ALLOW_PRIVATE_DESTINATIONS="on").start()
    zone = dns.zone(DOMAIN)
    zone.set("@", "TXT", 60, '"v=spf1 mx -all"')
    server.command("domain", "add", DOMAIN)
    for record in server.json("domain", "records", DOMAIN):
        if record["requirement"] in ("required", "recommended") and record["value"]:
            text = record["value"]
            value = " ".join(f'"{text[start:start + 255]}"' for start in range(0, len(text), 255))
            zone.set(record["relativeName"], record["type"], 60, value if record["type"] == "TXT" else text)
    server.command("setting", "set", "mail.system-sender", f"system@{DOMAIN}")
    server.command("setting", "set", "smtp.host", "127.0.0.1")
    server.command("setting", "set", "mail.route", "smtp")
    server.command("domain", "check", DOMAIN)
    return server


def test_a_credential_is_made_shown_once_and_revoked(make_browser, ready):
    browser = make_browser(language="de")
    pages.set_up(browser, ready)
    browser.get(f"{ready.url}/admin/submission")
    assert "Noch kein Zugang" in browser.text
    browser.assert_accessible()

    browser.get(f"{ready.url}/admin/submission/new")
    browser.fill("[name=domains]", "fremd.example")
    browser.submit("form[action='/admin/submission/new'] .button-primary")
    assert "keine geprüfte Absenderdomäne" in browser.text
    browser.assert_accessible()
    browser.fill("[name=name]", "Webshop")
    browser.fill("[name=domains]", DOMAIN)
    browser.submit("form[action='/admin/submission/new'] .button-primary")
    password = browser.one("#secret").text
    user = browser.one("#user").text
    assert password.startswith("dps_") and len(user) == 26
    browser.assert_accessible()

    browser.get(f"{ready.url}/admin/submission")
    assert "Webshop" in browser.text and password not in browser.page_source
    browser.assert_accessible()
    browser.get(f"{ready.url}/admin/submission/{user}/revoke")
    browser.assert_accessible()
    browser.submit("form[action$='/revoke'] button[type=submit]")
    assert "Der Zugang gilt nicht mehr." in browser.text and "widerrufen" in browser.text


def test_where_mail_is_taken_in_is_set_and_judged(make_browser, ready):
    browser = make_browser(language="en")
    pages.set_up(browser, ready)
    browser.get(f"{ready.url}/admin/mail-intake")
    browser.assert_accessible()
    browser.fill("[name='submission.tls-listen']", "mx.kunde.example:465")
    browser.submit("form[action='/admin/mail-intake'] .button-primary")
    assert browser.all(".field-error")
    browser.assert_accessible()
    browser.fill("[name='submission.tls-listen']", "127.0.0.1")
    browser.submit("form[action='/admin/mail-intake'] .button-primary")
    assert not browser.all(".field-error"), browser.text
    assert ready.json("setting", "get", "submission.tls-listen")["value"] == "127.0.0.1:465"
