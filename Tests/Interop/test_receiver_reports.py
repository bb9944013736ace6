"""What receivers report of our mail: DMARC aggregate reports that come by mail, packed as receivers pack them."""

import email.message
import gzip
import io
import time
import zipfile

import pytest

from harness.api import Visitor
from harness.domains import verify
from harness.tools import wait_until

ADMINISTRATOR = "anna@kunde.example"
PASSWORD = "correct horse battery staple 42"
DOMAIN = "kunde.example"
PATH = "rueck.depesche.example"


@pytest.fixture
def receiver(make_server, make_dovecot, authority, dns):
    """(server, Dovecot, selector): a verified sender domain, and a mailbox that reports come to."""
    zone = dns.zone(DOMAIN)
    dovecot = make_dovecot()
    server = make_server(
        movable_clock=True, DEPESCHE_CA_FILE=authority.certificate, DEPESCHE_UNBOUND_CONF=dns.unbound_conf,
        DEPESCHE_ALLOW_PRIVATE_DESTINATIONS="on").start()
    server.command("user", "add", ADMINISTRATOR, "--name", "Anna", "--admin", "--password-stdin", input=PASSWORD + "\n")
    server.command("setting", "set", "bounce.imap-password", input=dovecot.PASSWORD + "\n")
    for key, value in {
        "mail.system-sender": "zustellung@depesche.example", "mail.return-path-domain": PATH,
        "bounce.imap-user": dovecot.USER, "bounce.imap-port": dovecot.tls_port, "bounce.imap-host": "localhost",
    }.items():
        server.command("setting", "set", key, value)
    verify(server, zone, DOMAIN)
    records = server.json("domain", "records", DOMAIN)
    selector = next(
        record["relativeName"].split("._domainkey")[0] for record in records if "_domainkey" in record["relativeName"])
    return server, dovecot, selector


def row(source, count, dkim, spf, selector, disposition="none"):
    return f"""
      <record>
        <row><source_ip>{source}</source_ip><count>{count}</count>
          <policy_evaluated><disposition>{disposition}</disposition><dkim>{dkim}</dkim><spf>{spf}</spf></policy_evaluated>
        </row>
        <identifiers><header_from>{DOMAIN}</header_from></identifiers>
        <auth_results><dkim><domain>{DOMAIN}</domain><selector>{selector}</selector><result>{dkim}</result></dkim>
          <spf><domain>{DOMAIN}</domain><result>{spf}</result></spf></auth_results>
      </record>"""


def report(rows, domain=DOMAIN, identifier="r1", prolog=""):
    begin = int(time.time()) // 86400 * 86400 - 86400
    return f"""<?xml version="1.0" encoding="UTF-8"?>{prolog}
    <feedback xmlns="urn:ietf:params:xml:ns:dmarc-2.0">
      <report_metadata><org_name>Gross &amp; Söhne</org_name><email>noreply@gross.example</email>
        <report_id>{identifier}</report_id>
        <date_range><begin>{begin}</begin><end>{begin + 86399}</end></date_range></report_metadata>
      <policy_published><domain>{domain}</domain><p>none</p></policy_published>{rows}
    </feedback>""".encode()


def zipped(content, name="gross.example!kunde.example!1!2.xml"):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


def mail(content, subtype, name, identifier):
    message = email.message.EmailMessage()
    message["From"] = "noreply@gross.example"
    message["To"] = f"dmarc-reports@{PATH}"
    message["Subject"] = f"Report Domain: {DOMAIN} Submitter: gross.example Report-ID: <{identifier}>"
    message["Message-ID"] = f"<{identifier}@gross.example>"
    message.set_content("An aggregate report.")
    message.add_attachment(content, maintype="application", subtype=subtype, filename=name)
    return f"Delivered-To: dmarc-reports@{PATH}\n".encode() + message.as_bytes()


def page(server):
    visitor = Visitor(server.port)
    [(action, fields)] = [form for form in visitor.forms("/sign-in") if form[0].startswith("/sign-in")]
    status, _, _ = visitor.request("POST", action, fields | {"email": ADMINISTRATOR, "password": PASSWORD})
    assert status in (302, 303)
    status, _, body = visitor.request("GET", f"/admin/domains/{DOMAIN}/dmarc")
    assert status == 200
    return body.decode()


def read_mailbox(server):
    server.clock.forward(seconds=31)
    server.restart()


def test_reports_are_unpacked_and_tell_who_sends(receiver):
    server, dovecot, selector = receiver
    assert "Kein Empfänger hat" in page(server)
    dovecot.put(mail(gzip.compress(report(row("192.0.2.10", 41, "pass", "fail", selector))), "gzip", "a.xml.gz", "g1"), "1")
    dovecot.put(mail(
        zipped(report(row("192.0.2.20", 7, "pass", "pass", "other") + row("198.51.100.66", 3, "fail", "fail", "x", "reject"),
                      identifier="r2")), "zip", "b.zip", "g2"), "2")
    read_mailbox(server)
    wait_until(lambda: dovecot.flags() == [["\\Seen"], ["\\Seen"]], lambda: f"{dovecot.flags()} {server.log[-2000:]}", 60)
    text = page(server)
    assert "51 Mails in den letzten 30 Tagen; 3 fielen durch." in text
    for source, words in {
        "192.0.2.10": "das sind Sie", "192.0.2.20": "in Ordnung", "198.51.100.66": "unbekannt"}.items():
        cells = text.split(f"<code>{source}</code>")[1].split("</tr>")[0]
        assert words in cells, cells
    assert "Empfänger hielten 3 Mails auf." in text and "Gross &amp; Söhne" in text
    assert f"rua=mailto:dmarc-reports@{PATH}" in text and f"{DOMAIN}._report._dmarc.{PATH}" in text
    # The same once more, under another name of the mail: nothing counts twice.
    dovecot.put(mail(gzip.compress(report(row("192.0.2.10", 41, "pass", "fail", selector))), "gzip", "a.xml.gz", "g9"), "3")
    read_mailbox(server)
    wait_until(lambda: dovecot.flags().count(["\\Seen"]) == 3, lambda: f"{dovecot.flags()}", 60)
    assert "51 Mails in den letzten 30 Tagen" in page(server)


def test_bombs_and_tricks_are_put_aside_and_the_next_report_is_read(receiver):
    server, dovecot, selector = receiver
    laughs = '<!DOCTYPE f [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    bomb = gzip.compress(b"<feedback>" + b" " * (300 << 20))
    rows = row("192.0.2.10", 1, "pass", "pass", selector)
    dovecot.put(mail(bomb, "gzip", "bomb.xml.gz", "b1"), "1")
    dovecot.put(mail(gzip.compress(gzip.compress(report(rows))), "gzip", "twice.xml.gz.gz", "b2"), "2")
    dovecot.put(mail(gzip.compress(report(rows, prolog=laughs)), "gzip", "laughs.xml.gz", "b3"), "3")
    dovecot.put(mail(gzip.compress(report(rows, domain="fremd.example")), "gzip", "foreign.xml.gz", "b4"), "4")
    dovecot.put(mail(b"\x1f\x8bnot really", "gzip", "broken.xml.gz", "b5"), "5")
    dovecot.put(mail(gzip.compress(report(rows)), "gzip", "good.xml.gz", "b6"), "6")
    read_mailbox(server)
    wait_until(lambda: dovecot.flags().count(["\\Seen"]) == 1, lambda: f"{dovecot.flags()} {server.log[-2000:]}", 90)
    assert "Eine Mail in den letzten 30 Tagen; sie bestand." in page(server)
    reasons = {"tooLarge", "nested", "documentType", "malformed"}
    assert reasons <= {word for word in reasons if word in server.log}, server.log[-3000:]
    with open(f"/proc/{server.pid}/status", encoding="ascii") as status:
        peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    assert peak < 600_000, f"{peak} KiB at the most"
