"""Mail that comes back: a real Postfix or Exim reports, a real Dovecot keeps the reports, Depesche reads them."""

import email
import email.message
import email.policy
import json
import pathlib
import re

import pytest

from harness.api import APIClient
from harness.domains import verify
from harness.tools import wait_until

SENDER = "anna@kunde.example"
PASSWORD = "correct horse battery staple 42"
DOMAIN = "rueck.kunde.example"


@pytest.fixture
def connected(make_server, authority):
    """Makes a running server with one sender whose returned mail is in a Dovecot."""

    def make(dovecot, smtp_port=None, security="tls", mode="own", **environment):
        server = make_server(movable_clock=True, DEPESCHE_CA_FILE=authority.certificate, **environment).start()
        server.command("user", "add", SENDER, "--name", "Anna Ährens", "--password-stdin", input=PASSWORD + "\n")
        secret(server, dovecot.PASSWORD)
        settings = {
            "organisation.name": "Muster & Söhne", "mail.system-sender": "zustellung@kunde.example",
            "smtp.home-domains": "kunde.example", "mail.return-path-domain": DOMAIN,
            "mail.return-path-host": f"mail.{DOMAIN}",
        }
        for key, value in settings.items():
            server.command("setting", "set", key, value)
        mailbox(server, dovecot, security)
        server.command("setting", "set", "mail.return-path", mode)
        if smtp_port:
            for key, value in {"smtp.host": "localhost", "smtp.port": smtp_port, "smtp.security": "none"}.items():
                server.command("setting", "set", key, value)
            server.command("setting", "set", "mail.route", "smtp")
        return server

    return make


def secret(server, password):
    server.command("setting", "set", "bounce.imap-password", input=password + "\n")


def mailbox(server, dovecot, security):
    port = dovecot.tls_port if security == "tls" else dovecot.port
    for key, value in {
        "bounce.imap-user": dovecot.USER, "bounce.imap-port": port, "bounce.imap-host": "localhost",
        "bounce.imap-security": security,
    }.items():
        server.command("setting", "set", key, value)


def send(server, *recipients):
    token = server.json("token", "create", SENDER)["token"]
    to = [part for recipient in recipients for part in ("--to", recipient)]
    return json.loads(server.command(
        "send", "--server", server.url, "--level", "1", *to, "--subject", "Befunde", "--message", "Guten Tag",
        environment={"DEPESCHE_TOKEN": token}).stdout)


def row(server, recipient):
    rows = [row for row in server.json("outbox", "list", "--search", recipient) if row["to"] == recipient]
    return rows[-1] if rows else None


def wait_for(server, recipient, state, seconds=90):
    return wait_until(
        lambda: (found := row(server, recipient)) and found["state"] == state and found,
        lambda: f"{recipient} {state}: {row(server, recipient)}\n{server.log[-3000:]}", seconds)


def read_mailbox(server):
    """Lets the server read the mailbox, which it does twice a minute, without waiting for it."""
    server.clock.forward(seconds=31)
    server.restart()


def postfix_that_bounces(make_postfix):
    # Every address is taken over first, and only delivery finds out who is unknown: so a report must tell.
    return make_postfix(virtual_mailbox_maps=f"inline:{{ @kunde.example=all/, @{DOMAIN}=all/ }}")


def kept(dovecot, recipient):
    """The mails of the maildir that came to an address or domain; Dovecot moves them from `new` to `cur`."""
    mails = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for folder in ("new", "cur") for path in (dovecot.maildir / folder).iterdir()]
    return [mail for mail in mails if (mail["X-Original-To"] or "").endswith(recipient)]


def test_a_later_refusal_comes_back_and_is_told(make_postfix, make_dovecot, connected):
    postfix = postfix_that_bounces(make_postfix)
    dovecot = make_dovecot(maildir=pathlib.Path(postfix.directory) / "mail" / "all")
    server = connected(dovecot, postfix.plain_port)
    send(server, "bea@praxis.test")
    wait_until(lambda: kept(dovecot, DOMAIN), "the report")
    read_mailbox(server)
    failed = wait_for(server, "bea@praxis.test", "failed")
    assert failed["failureClass"] == "no-such-user" and "unknown user" in failed["lastAnswer"].lower()
    notice = wait_until(lambda: kept(dovecot, SENDER), "the notice to the sender")[0]
    assert "bea@praxis.test" in notice.get_body(("plain",)).get_content()
    [report] = [mail for mail in kept(dovecot, DOMAIN) if mail.get_content_type() == "multipart/report"]
    local = report["X-Original-To"].split("@")[0]
    assert local == local.lower() and len(local) <= 64 and local.startswith("bounce-")
    wait_until(lambda: any("\\Seen" in flags for flags in dovecot.flags()), "the report to be marked as read")


def status(server, delivery):
    """What the pages show at each recipient of a delivery."""
    token = server.json("token", "create", SENDER)["token"]
    recipients = APIClient(server.port, token).call("GET", f"/deliveries/{delivery['id']}")["recipients"]
    return {recipient["email"]: recipient["sending"] for recipient in recipients}


@pytest.mark.parametrize("mode", ["own", "subdomain"])
def test_exim_finds_out_later_and_reports(mode, make_postfix, make_exim_relay, make_dovecot, connected, dns):
    zone = dns.zone("kunde.example")
    # Whom Exim hands the mail on to knows nobody.
    recipients_server = make_postfix(virtual_mailbox_domains="praxis.test", virtual_mailbox_maps="inline:{ x@x=x/ }")
    exim = make_exim_relay(home=["kunde.example"], routes={"praxis.test": recipients_server.plain_port})
    dovecot = make_dovecot(maildir=exim.maildir)
    server = connected(
        dovecot, exim.port, mode=mode, DEPESCHE_UNBOUND_CONF=dns.unbound_conf,
        DEPESCHE_ALLOW_PRIVATE_DESTINATIONS="on")
    if mode == "subdomain":
        zone.set("_spf", "TXT", 60, '"v=spf1 ip4:127.0.0.1 -all"')
        server.command("setting", "set", "mail.spf-include", "_spf.kunde.example")
        verify(server, zone, "kunde.example")
    delivery = send(server, "bea@praxis.test", "carl@nirgends.test", "dora@kunde.example")
    wait_until(lambda: exim.log().count(" <= <> ") == 2, exim.log)
    wait_until(lambda: len(list(exim.maildir.glob("[nc]*/*"))) == 3, exim.log)
    read_mailbox(server)
    failed = wait_for(server, "bea@praxis.test", "failed")
    assert failed["failureClass"] == "no-such-user" and "User unknown" in failed["lastAnswer"], failed
    # Exim itself found no way.
    failed = wait_for(server, "carl@nirgends.test", "failed")
    assert failed["failureClass"] == "no-such-user" and "Unrouteable" in failed["lastAnswer"], failed
    assert row(server, "dora@kunde.example")["state"] == "handed-over"
    assert status(server, delivery) == {
        "bea@praxis.test": "failed", "carl@nirgends.test": "failed", "dora@kunde.example": "handed-over"}
    # Each mail had a return path of its own: the three, and what tells the sender.
    home = DOMAIN if mode == "own" else "bounce.kunde.example"
    paths = re.findall(r" <= (bounce-[a-z0-9]+@\S+) ", exim.log())
    assert len(set(paths)) >= 3 and {path.split("@")[1] for path in paths} == {home}, paths


def bounce(to, recipient, identifier):
    mail = email.message.EmailMessage()
    mail["From"] = "MAILER-DAEMON@mx.example"
    mail["To"] = to
    mail["Subject"] = "Undelivered Mail Returned to Sender"
    mail["Message-ID"] = f"<{identifier}@mx.example>"
    mail.set_content(f"<{recipient}>: host mx said: 550 5.1.1 User unknown (in reply to RCPT TO command)\n")
    return f"Delivered-To: {to}\n".encode() + mail.as_bytes()


def test_a_forged_report_changes_nothing(make_postfix, make_dovecot, connected):
    postfix = make_postfix()
    dovecot = make_dovecot()
    server = connected(dovecot, postfix.plain_port, security="starttls")
    send(server, "bea@praxis.test")
    [mail] = postfix.wait_for(1)
    path = mail.sender
    assert path.endswith("@" + DOMAIN)
    forged = path[:-len(DOMAIN) - 2] + ("a" if path[-len(DOMAIN) - 2] != "a" else "q") + "@" + DOMAIN
    dovecot.put(bounce(forged, "bea@praxis.test", "f1"), "1.forged")
    dovecot.put(bounce(path, "carl@praxis.test", "f2"), "2.other")
    # One that is real, so that it is known when all were looked at.
    dovecot.put(bounce(path.upper(), "bea@praxis.test", "f3"), "3.real")
    read_mailbox(server)
    assert wait_for(server, "bea@praxis.test", "failed")["failureClass"] == "no-such-user"
    wait_until(lambda: dovecot.flags().count(["\\Seen"]) == 1, lambda: f"one mail to be read: {dovecot.flags()}")


def test_a_report_is_moved_where_the_administrator_says(make_postfix, make_dovecot, connected):
    postfix = make_postfix()
    dovecot = make_dovecot()
    server = connected(dovecot, postfix.plain_port, mode="account")
    server.command("setting", "set", "bounce.imap-after", "move")
    server.command("setting", "set", "bounce.imap-move-to", "Rückläufer")
    send(server, "bea@praxis.test")
    [mail] = postfix.wait_for(1)
    assert mail.sender == SENDER
    raw = bounce(SENDER, "bea@praxis.test", "m1") + f"\n--- Below this line is a copy of the message.\n\nMessage-ID: {mail['Message-ID']}\n".encode()
    dovecot.put(raw, "1.report")
    dovecot.put(b"From: otto@firma.example\nTo: anna@kunde.example\nSubject: Angebot\n\nHallo\n", "2.other")
    read_mailbox(server)
    wait_for(server, "bea@praxis.test", "failed")
    wait_until(lambda: dovecot.flags("R&APw-ckl&AOQ-ufer") is not None, "the folder to be made")
    wait_until(lambda: dovecot.flags() == [[]], lambda: f"the other mail to stay alone: {dovecot.flags()}")
