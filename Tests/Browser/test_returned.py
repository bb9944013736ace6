"""The pages about mail that does not arrive: suppressed addresses, and what receivers report of a domain."""

import base64
import gzip
import time

from harness import pages
from harness.tools import wait_until

ROW = """<record><row><source_ip>{0}</source_ip><count>{1}</count><policy_evaluated><disposition>{2}</disposition>
<dkim>{3}</dkim><spf>{4}</spf></policy_evaluated></row><identifiers><header_from>kunde.example</header_from></identifiers>
<auth_results><dkim><domain>kunde.example</domain><selector>{5}</selector><result>{3}</result></dkim></auth_results>
</record>"""


def test_suppressed_addresses_are_shown_lifted_and_told_before_sending(make_browser, make_server, postfix):
    server = make_server().start()
    browser = make_browser(language="de")
    pages.set_up(browser, server)
    browser.get(f"{server.url}/admin/suppressions")
    assert "Keine Adresse ist gesperrt" in browser.text
    browser.assert_accessible()
    browser.fill("#address", "nirgendwo")
    browser.submit("form[method=post][action='/admin/suppressions'] button")
    assert "fehlt" in browser.one(".field-error").text
    for address in ("bea@praxis.example", "jörg@müller.example"):
        browser.get(f"{server.url}/admin/suppressions")
        browser.fill("#address", address)
        browser.submit("form[method=post][action='/admin/suppressions'] button")
        assert "Die Adresse bekommt keine Mails mehr." in browser.text
    assert "jörg@müller.example" in browser.text and "Wunsch des Inhabers" in browser.text
    browser.assert_accessible()
    browser.screenshot("suppressions")
    browser.resize(390, 844)
    browser.screenshot("suppressions-narrow")
    browser.assert_accessible()
    browser.resize(1280, 900)

    # On the compose page, before anything leaves.
    pages.begin_delivery(browser, server, "bea@praxis.example, carl@amt.example,", "Befunde", "Guten Tag")
    wait_until(lambda: browser.one("#send").is_enabled(), "the draft to be ready")
    browser.submit("#send")
    assert "möchte keine Mails von uns mehr" in browser.text, browser.text
    assert "Diese Empfänger bekommen zurzeit keine Mails" in browser.one("#suppressed").text
    # What its owner wishes no sender lifts.
    assert not browser.all("#liftsSuppressions")
    browser.assert_accessible()
    browser.screenshot("compose-suppressed")

    browser.get(f"{server.url}/admin/suppressions?search=praxis")
    browser.submit("form[action='/admin/suppressions/lift'] button")
    assert "An diese Adresse gehen wieder Mails." in browser.text and "bea@praxis.example" not in browser.text
    browser.get(f"{server.url}/admin/audit")
    assert "Sperre einer Adresse aufgehoben" in browser.text
    browser.assert_quiet("422")


def test_what_receivers_report_is_shown_in_plain_words(make_browser, make_server, make_dovecot, authority, dns):
    zone = dns.zone("kunde.example")
    dovecot = make_dovecot()
    server = make_server(
        movable_clock=True, DEPESCHE_CA_FILE=authority.certificate, DEPESCHE_UNBOUND_CONF=dns.unbound_conf,
        DEPESCHE_ALLOW_PRIVATE_DESTINATIONS="on").start()
    browser = make_browser(language="de")
    pages.set_up(browser, server)
    server.command("setting", "set", "bounce.imap-password", input=dovecot.PASSWORD + "\n")
    for key, value in {
        "mail.return-path-domain": "rueck.depesche.example", "bounce.imap-user": dovecot.USER,
        "bounce.imap-port": dovecot.tls_port, "bounce.imap-host": "localhost",
    }.items():
        server.command("setting", "set", key, value)
    server.command("domain", "add", "kunde.example")
    for record in server.json("domain", "records", "kunde.example"):
        if record["requirement"] in ("required", "recommended"):
            text = " ".join(f'"{record["value"][start:start + 255]}"' for start in range(0, len(record["value"]), 255))
            zone.set(record["relativeName"], record["type"], 60, text if record["type"] == "TXT" else record["value"])
            if "_domainkey" in record["relativeName"]:
                selector = record["relativeName"].split("._domainkey")[0]
    server.command("domain", "check", "kunde.example")
    browser.get(f"{server.url}/admin/domains/kunde.example/dmarc")
    assert "Kein Empfänger hat" in browser.text
    browser.assert_accessible()
    today = int(time.time()) // 86400 * 86400
    for number in range(1, 4):
        begin = today - number * 86400
        rows = ROW.format("192.0.2.10", 40 * number, "none", "pass", "fail", selector) + ROW.format(
            "198.51.100.66", number, "quarantine", "fail", "fail", "x")
        if number == 2:
            rows += ROW.format("2001:db8::25", 12, "none", "pass", "pass", "newsletter")
        xml = f"""<?xml version="1.0"?><feedback><report_metadata><org_name>Große Mailbox {number}</org_name>
            <report_id>r{number}</report_id><date_range><begin>{begin}</begin><end>{begin + 86399}</end></date_range>
            </report_metadata><policy_published><domain>kunde.example</domain><p>none</p></policy_published>{rows}
            </feedback>""".encode()
        mail = b"From: r@gross.example\nSubject: Report Domain: kunde.example\nMessage-ID: <%d@gross.example>\n" % number
        mail += b"Content-Type: application/gzip; name=a.xml.gz\nContent-Transfer-Encoding: base64\n\n"
        dovecot.put(mail + base64.encodebytes(gzip.compress(xml)), f"{number}.report")
    server.clock.forward(seconds=31)
    server.restart()
    wait_until(lambda: dovecot.flags().count(["\\Seen"]) == 3, lambda: f"{dovecot.flags()} {server.log[-2000:]}", 60)
    browser.get(f"{server.url}/admin/domains/kunde.example")
    browser.submit("a[href$='/dmarc']")
    assert "258 Mails in den letzten 30 Tagen; 6 fielen durch." in browser.text, browser.text
    assert "das sind Sie" in browser.text and "unbekannt" in browser.text
    browser.assert_accessible()
    browser.screenshot("dmarc")
    browser.resize(390, 844)
    browser.screenshot("dmarc-narrow")
    browser.assert_accessible()
    browser.assert_quiet()
