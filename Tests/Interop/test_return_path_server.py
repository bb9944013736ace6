"""The built-in server for returned mail: a real Postfix reports to it over SMTP, and so do strangers."""

import email.message
import gzip
import json
import smtplib
import time

import pytest

from harness.api import APIClient, Visitor
from harness.tools import free_port, wait_until

SENDER = "anna@kunde.example"
PASSWORD = "correct horse battery staple 42"
DOMAIN = "rueck.kunde.example"


@pytest.fixture
def connected(make_server, make_postfix):
    """(server, API, Postfix that takes over what it can deliver, port for returned mail)"""
    postfix = make_postfix()
    port = free_port()
    server = make_server().start()
    server.command(
        "user", "add", SENDER, "--name", "Anna", "--admin", "--password-stdin", input=PASSWORD + "\n")
    settings = {
        "organisation.name": "Muster & Söhne", "mail.system-sender": "zustellung@kunde.example",
        # Keyed return paths need somebody who reads the reports.
        "return-path.listen": f"127.0.0.1:{port}",
        "smtp.home-domains": "kunde.example", "mail.return-path-domain": DOMAIN, "mail.return-path": "own",
        "smtp.host": "localhost", "smtp.port": postfix.plain_port, "smtp.security": "none", "mail.route": "smtp",
    }
    for key, value in settings.items():
        server.command("setting", "set", key, value)
    server.restart()
    token = server.json("token", "create", SENDER, "--scope", "send", "--scope", "read", "--scope", "administer")["token"]
    return server, APIClient(server.port, token), postfix, port


def row(server, recipient, state):
    rows = server.json("outbox", "list", "--search", recipient)
    return next((row for row in rows if row["to"] == recipient and row["state"] == state), None)


def bring(port, sender, recipient, text):
    """The refusal of a recipient, or None."""
    with smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
        client.ehlo("mx.example")
        client.mail(sender)
        code, answer = client.rcpt(recipient)
        if code != 250:
            return code, answer.decode()
        code, answer = client.data(text.replace("\n", "\r\n").encode())
        assert code == 250, answer
    return None


def report(recipient):
    return f"""From: MAILER-DAEMON@mx.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <r1@mx.example>
Content-Type: multipart/report; report-type=delivery-status; boundary=x

--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {recipient}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--x--
"""


def test_reports_answers_and_strangers(connected):
    server, api, postfix, port = connected
    api.send(api.draft("bea@praxis.test", message="Guten Tag"))
    [mail] = postfix.wait_for(1)
    path = mail.sender
    assert path.endswith("@" + DOMAIN)
    wait_until(lambda: row(server, "bea@praxis.test", "handed-over"), "the delivery to leave", 60)

    # Nobody else's mail is taken: the server never relays, and knows nobody but its own addresses.
    for stranger in ("otto@firma.example", f"otto@{DOMAIN}", path[:-len(DOMAIN) - 3] + "aa@" + DOMAIN):
        code, _ = bring(port, "", stranger, "Subject: x\n\nx\n")
        assert code == 550, stranger

    # An answer of a person goes to the sender, wrapped so that SPF and DKIM hold.
    answer = ("From: Bea <bea@praxis.test>\nSubject: Rückfrage\nMessage-ID: <a1@praxis.test>\n"
              "Content-Type: text/plain; charset=utf-8\n\nWelches Aktenzeichen?\n")
    assert bring(port, "bea@praxis.test", path, answer) is None
    [passed] = postfix.wait_for(1, 60, lambda mail: "bea@praxis.test" in str(mail["Reply-To"]))
    assert passed.sender in ("", "MAILER-DAEMON") and passed["From"].endswith("<zustellung@kunde.example>")
    assert "bea@praxis.test" in passed["Reply-To"] and passed["Auto-Submitted"] == "auto-generated"
    # Out of office is dropped, a mail that was passed on is a loop, and the same once more is known.
    assert bring(port, "bea@praxis.test", path, "Auto-Submitted: auto-replied\n" + answer.replace("a1@", "a2@")) is None
    assert bring(port, "bea@praxis.test", path, answer) is None
    assert bring(port, "bea@praxis.test", path, passed.raw.decode().replace("\r\n", "\n")) is None
    wait_until(
        lambda: all(f"verdict={word}" in server.log for word in ("passed-on", "dropped", "known", "loop")),
        lambda: server.log[-2000:], 30)

    # A report about somebody else changes nothing, the true one fails the mail and suppresses the address.
    assert bring(port, "", path, report("carl@praxis.test")) is None
    assert row(server, "bea@praxis.test", "failed") is None
    assert bring(port, "", path, report("bea@praxis.test")) is None
    assert wait_until(lambda: row(server, "bea@praxis.test", "failed"), "the failure", 30)["failureClass"] == "no-such-user"
    assert [entry["address"] for entry in api.call("GET", "/suppressions")["items"]] == ["bea@praxis.test"]

    # Mail to the postmaster goes to the administrators.
    assert bring(port, "carl@amt.example", f"postmaster@{DOMAIN}", answer.replace("a1@", "p1@").replace("bea@", "carl@")) is None
    [mail] = postfix.wait_for(1, 60, lambda mail: "carl@praxis.test" in str(mail["Reply-To"]))
    assert mail.recipients == [SENDER] and "carl@praxis.test" in mail["Reply-To"]


def tls_report(domain, failed):
    """A report on TLS as receivers send it (RFC 8460, 5.3), about yesterday."""
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 86400))
    content = {
        "organization-name": "Gross & Söhne", "contact-info": "tls@gross.example", "report-id": f"r-{domain}",
        "date-range": {"start-datetime": f"{day}T00:00:00Z", "end-datetime": f"{day}T23:59:59Z"},
        "policies": [{
            "policy": {"policy-type": "sts", "policy-string": ["version: STSv1"], "policy-domain": domain,
                       "mx-host": ["mx.kunde.example"]},
            "summary": {"total-successful-session-count": 40, "total-failure-session-count": failed},
            "failure-details": [{
                "result-type": "certificate-expired", "receiving-mx-hostname": "mx.kunde.example",
                "sending-mta-ip": "192.0.2.1", "failed-session-count": failed}]}],
    }
    message = email.message.EmailMessage()
    message["From"] = "tls@gross.example"
    message["To"] = f"tls-reports@{DOMAIN}"
    message["Subject"] = f"Report Domain: {domain} Submitter: gross.example Report-ID: <r-{domain}>"
    message["Message-ID"] = f"<r-{domain}@gross.example>"
    message["TLS-Report-Domain"] = domain
    message.set_content("A report.")
    message.add_attachment(
        gzip.compress(json.dumps(content).encode()), maintype="application", subtype="tlsrpt+gzip",
        filename=f"gross.example!{domain}!1!2.json.gz")
    return message.as_string()


def test_reports_on_tls_are_read_and_shown(connected):
    server, _, _, port = connected
    # What is about others is put aside.
    assert bring(port, "tls@gross.example", f"tls-reports@{DOMAIN}", tls_report("fremd.example", 9)) is None
    assert bring(port, "tls@gross.example", f"tls-reports@{DOMAIN}", tls_report(DOMAIN, 3)) is None
    assert bring(port, "tls@gross.example", f"tls-reports@{DOMAIN}", tls_report(DOMAIN, 3)) is None
    wait_until(
        lambda: all(f"verdict={word}" in server.log for word in ("foreign", "applied", "known")),
        lambda: server.log[-2000:], 30)
    visitor = Visitor(server.port)
    [(action, fields)] = [form for form in visitor.forms("/sign-in") if form[0].startswith("/sign-in")]
    status, _, _ = visitor.request("POST", action, fields | {"email": SENDER, "password": PASSWORD})
    assert status in (302, 303)
    status, _, body = visitor.request("GET", "/admin/tls-reports")
    text = body.decode()
    assert status == 200
    assert "43 Verbindungen in den letzten 30 Tagen; 3 scheiterten." in text
    assert "Das Zertifikat ist abgelaufen." in text and "mx.kunde.example" in text
    assert "Gross &amp; Söhne" in text and "fremd.example" not in text
    assert f"v=TLSRPTv1; rua=mailto:tls-reports@{DOMAIN}" in text
