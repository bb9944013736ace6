"""The outbox by destination, its chart, and the check of the built-in mail server, as an administrator uses them."""

import pytest

from harness import pages
from harness.tools import wait_until


def settled(browser, running):
    """Waits until a page that looks again by itself shows an end; what it says."""
    return wait_until(
        lambda: browser.text if running not in browser.text else None,
        lambda: f"{browser.current_url}:\n{browser.text[:2000]}", 60)


def destinations(server):
    """The destinations by their names."""
    return {one["destination"]: one for one in server.json("outbox", "destinations")}


def order(browser, server, action, destination):
    """Gives an order about a destination; what its page says in the end."""
    browser.get(f"{server.url}/admin/outbox?state=all&destination={destination}")
    browser.submit(f"a[href*='/ask?action={action}']")
    browser.assert_accessible()
    browser.submit("main form .button[type=submit]")
    return settled(browser, "Läuft.")


def test_mail_to_a_destination_is_held_released_and_cancelled(make_browser, server, make_sink):
    # Each recipient is put off.
    sink = make_sink("-r", "RCPT")
    browser = make_browser(language="de")
    pages.set_up(browser, server)
    pages.connect(server, sink.port)
    for recipient in ("eins@praxis.example", "zwei@praxis.example", "drei@amt.example"):
        pages.begin_delivery(browser, server, recipient, "Unterlagen", "Guten Tag")
        pages.finish_delivery(browser)
    wait_until(
        lambda: all(one["lastAnswer"] for one in destinations(server).values()) and len(destinations(server)) == 2,
        lambda: destinations(server))
    browser.get(f"{server.url}/admin/outbox/destinations")
    browser.assert_accessible()
    rows = {row.find_element("css selector", "a").text: row.text for row in browser.all("tbody tr")}
    assert list(rows) == ["praxis.example", "amt.example"], rows
    assert "450" in rows["praxis.example"] and "nächster Versuch" in rows["praxis.example"], rows

    # A click leads to its mails, and what is typed narrows them.
    browser.submit("a.row-link[href*='praxis.example']")
    assert "eins@praxis.example" in browser.text and "drei@amt.example" not in browser.text
    browser.assert_accessible()
    browser.fill("#search", "zwei")
    browser.submit("form[role=search] button")
    assert "zwei@praxis.example" in browser.text and "eins@praxis.example" not in browser.text

    # Held, and only there; one of them is let go by itself.
    assert "Erledigt: 2 Mails." in order(browser, server, "hold", "praxis.example")
    browser.assert_accessible()
    held = destinations(server)
    assert (held["praxis.example"]["held"], held["amt.example"]["held"]) == (2, 0)
    [row] = server.json("outbox", "list", "--search", "eins@")
    browser.get(f"{server.url}/admin/outbox/{row['id']}")
    assert "von der Administration" in browser.text
    browser.submit("form[action$='/release'] button")
    assert "Die Mail ist freigegeben" in browser.text
    assert destinations(server)["praxis.example"]["held"] == 1
    browser.submit("form[action$='/hold'] button")
    assert "Die Mail ist angehalten." in browser.text
    assert server.json("outbox", "hold", "--destination", "amt.example") == {"count": 1}
    assert server.json("outbox", "release", "--destination", "amt.example") == {"count": 1}

    assert "Erledigt: 2 Mails." in order(browser, server, "release", "praxis.example")
    assert "Erledigt: 2 Mails." in order(browser, server, "cancel", "praxis.example")
    assert "praxis.example" not in destinations(server)
    states = {one["to"]: one["state"] for one in server.json("outbox", "list")}
    assert states["eins@praxis.example"] == states["zwei@praxis.example"] == "cancelled"
    assert states["drei@amt.example"] == "queued"

    # All of it is in the audit trail and in the chart.
    browser.get(f"{server.url}/admin/audit")
    for said in ("Mails an ein Ziel angehalten", "Mails an ein Ziel abgebrochen", "Angehaltene Mail freigegeben"):
        assert said in browser.text
    browser.get(f"{server.url}/admin/outbox/hours?hours=72")
    browser.assert_accessible()
    charts = browser.all("svg[role=img]")
    assert len(charts) == 3 and charts[1].find_elements("css selector", "rect")
    assert int(browser.all("figcaption strong")[1].text) >= 3
    browser.one("details summary").click()
    assert len(browser.all("details tbody tr")) == 72
    browser.assert_quiet()


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_built_in_mail_server_is_checked_before_it_is_switched_on(make_browser, make_server, dns, authority, language):
    server = make_server(
        DEPESCHE_CA_FILE=authority.certificate, DEPESCHE_UNBOUND_CONF=dns.unbound_conf,
        DEPESCHE_ALLOW_PRIVATE_DESTINATIONS="on").start()
    browser = make_browser(language=language)
    pages.set_up(browser, server)
    browser.get(f"{server.url}/admin/smtp")
    browser.submit("a[href='/admin/mailserver']")
    browser.assert_accessible()
    # What is typed and is none is said beside the field.
    browser.fill("[name=domain]", "kein Ziel")
    browser.submit("form[action='/admin/mailserver/check'] button")
    assert browser.one("[name=domain]").get_attribute("value") == "kein Ziel" and browser.all(".field-error")
    server.command("setting", "set", "mailserver.hostname", "mx.plain.test")
    server.command("setting", "set", "mail.spf-addresses", "192.0.2.25")
    server.command("setting", "set", "mail.system-sender", "post@plain.test")
    browser.get(f"{server.url}/admin/mailserver")
    assert browser.one("#own-spf").text == "v=spf1 ip4:192.0.2.25 -all"
    browser.fill("[name=domain]", "plain.test")
    browser.submit("form[action='/admin/mailserver/check'] button")
    settled(browser, {"de": "erneuert sich von selbst", "en": "renews itself"}[language])
    browser.wait_for("#result .checklist")
    lines = {line.get_attribute("id"): line for line in browser.all("#result details")}
    assert list(lines) == ["hello", "reverse", "port-25", "spf", "dkim", "dmarc", "return-path", "tls"]
    assert lines["hello"].get_attribute("open") is not None
    # The resolver knows by itself that an address of documentation has no name; of the rest nobody answers here.
    assert browser.one("#reverse-0-value").text == "mx.plain.test."
    assert browser.one("#reverse-0-name").text == "25.2.0.192.in-addr.arpa"
    browser.assert_accessible()
    browser.screenshot(f"mailserver-{language}")
