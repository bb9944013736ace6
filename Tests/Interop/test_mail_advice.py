"""What is wrong with the mail server is said in plain words; a server in trouble delays mail and nothing else."""

import json
import re
import socket
import time
from email.utils import parsedate_to_datetime

import pytest

from harness import free_port
from harness.api import APIClient
from harness.tools import wait_until

SENDER = "anna@kunde.example"
SYSTEM = "zustellung@kunde.example"
OUTSIDE = "me@elsewhere.test"


@pytest.fixture
def connected(make_server, authority):
    """Makes a running server with one sender that uses a mail server."""

    def make(port, security="none", user=None, password=None, host="localhost", home="kunde.example", trusted=True,
             **environment):
        trust = {"DEPESCHE_CA_FILE": authority.certificate} if trusted else {}
        server = make_server(**trust, **environment).start()
        server.command("user", "add", SENDER, "--name", "Anna", "--password-stdin", input="Vier Pferde im Regen\n")
        settings = {
            "organisation.name": "Muster & Söhne", "mail.system-sender": SYSTEM, "smtp.home-domains": home,
            "smtp.host": host, "smtp.port": port, "smtp.security": security}
        if user:
            settings["smtp.user"] = user
        for key, value in settings.items():
            server.command("setting", "set", key, value)
        if password:
            server.command("setting", "set", "smtp.password", input=password + "\n")
        server.command("setting", "set", "mail.route", "smtp")
        return server

    return make


def account(postfix, **changes):
    return {"security": "starttls", "user": postfix.USER, "password": postfix.PASSWORD} | changes


def finding(server, handed_over=False):
    """The answer of `depesche mail test`: the step that failed, the advice, all of it."""
    answer = json.loads(
        server.command("mail", "test", "--to", OUTSIDE, "--json", expect=0 if handed_over else 1).stdout)
    assert answer["isHandedOver"] == handed_over
    failed = [step for step, done in answer["steps"].items() if done is False]
    return failed[0] if failed else None, answer.get("advice"), answer


def client(server):
    return APIClient(server.port, server.json("token", "create", SENDER)["token"])


def send(api, recipient, **fields):
    delivery = api.draft(recipient, subject="Grüße aus München", message="Guten Tag", **fields)
    return api.send(delivery)


def row(server, recipient):
    rows = server.json("outbox", "list", "--search", recipient)
    return rows[0] if rows else None


def wait_for_row(server, recipient, condition, seconds=40):
    def reached():
        found = row(server, recipient)
        return found if found and condition(found) else None

    return wait_until(reached, lambda: f"{recipient}: {row(server, recipient)}", seconds)


# --- a real Postfix ---


@pytest.mark.parametrize(("home", "visible", "reply"), [
    ("kunde.example", SENDER, None), ("other.example", SYSTEM, SENDER)])
def test_headers_and_envelope_are_right(connected, postfix, home, visible, reply):
    server = connected(postfix.port, home=home, **account(postfix))
    begun = time.time()
    send(client(server), "bea@elsewhere.test")
    [mail] = postfix.wait_for(1)
    assert mail["From"].addresses[0].addr_spec == visible
    # The return path is the visible sender: its domain's SPF record is what counts.
    assert mail.sender == visible
    assert (mail["Reply-To"].addresses[0].addr_spec if reply else mail["Reply-To"]) == reply
    assert re.fullmatch(r"<[\w.-]+@kunde\.example>", mail["Message-ID"])
    assert abs(parsedate_to_datetime(mail["Date"]).timestamp() - begun) < 30
    assert mail["Subject"].endswith("Grüße aus München")


def test_a_good_way_has_no_advice(connected, postfix):
    server = connected(postfix.port, **account(postfix))
    failed, advice, answer = finding(server, handed_over=True)
    assert (failed, advice) == (None, None) and all(answer["steps"].values())
    assert len(postfix.wait_for(1)) == 1


@pytest.mark.parametrize(("changes", "expected"), [
    (dict(password="wrong-password"), ("signed-in", "wrong-password")),
    (dict(user=None, password=None), ("recipient", "sign-in-needed")),
    (dict(trusted=False), ("secured", "certificate-issuer")),
    (dict(security="tls"), ("secured", "tls")),
])
def test_settings_that_do_not_fit(connected, postfix, changes, expected):
    server = connected(postfix.port, **account(postfix, **changes))
    failed, advice, answer = finding(server)
    assert (failed, advice) == expected, answer
    assert "wrong-password" not in json.dumps(answer["answer"]) + server.log


@pytest.mark.parametrize(("name", "expired", "advice"), [
    ("other.test", False, "certificate-name"), ("localhost", True, "certificate-expired")])
def test_what_is_wrong_with_a_certificate_is_said(connected, make_postfix, authority, name, expired, advice):
    postfix = make_postfix(certificate=authority.issue(name, expired=expired))
    assert finding(connected(postfix.port, **account(postfix)))[:2] == ("secured", advice)


def test_nobody_there_and_no_such_name(connected):
    server = connected(free_port(), host="127.0.0.1")
    assert finding(server)[:2] == ("connected", "refused")
    server.command("setting", "set", "smtp.allow-plain", "true")
    server.command("setting", "set", "smtp.host", "mail.does-not-exist.invalid")
    assert finding(server)[:2] == ("connected", "host-unknown")


@pytest.mark.parametrize(("settings", "advice"), [
    (dict(smtpd_sender_login_maps="static:somebody-else",
          smtpd_recipient_restrictions="reject_sender_login_mismatch, permit_sasl_authenticated, reject"),
     "sender-not-allowed"),
    (dict(smtpd_relay_restrictions="reject_unauth_destination", smtpd_recipient_restrictions="", mydestination="",
          relay_domains="", virtual_mailbox_domains=""), "relaying-denied"),
    (dict(smtpd_recipient_restrictions="check_recipient_access inline:{ {me@elsewhere.test = 550 5.1.1 no such user} },"
          " permit_sasl_authenticated, reject"), "recipient-refused"),
])
def test_refusals(connected, make_postfix, settings, advice):
    postfix = make_postfix(**settings)
    failed, given, answer = finding(connected(postfix.port, **account(postfix)))
    assert (failed, given) == ("recipient", advice), answer
    assert answer["answer"] and answer["adviceText"]


# --- smtp-sink with faults at every step, and stalls ---


STEPS = ["connect", "ehlo", "mail", "rcpt", "data", "."]


@pytest.mark.parametrize(("option", "step"), [
    (option, step) for option in ("-q", "-Q") for step in STEPS] + [
    ("-r", step) for step in ("mail", "rcpt", "data", ".")] + [("-f", step) for step in ("connect", "ehlo")])
def test_a_fault_delays_mail_until_it_ends(make_sink, connected, option, step):
    # Temporary refusals are -r; a permanent one at the greeting concerns the server and delays, too.
    sink = make_sink(option, step)
    server = connected(sink.port, host="127.0.0.1")
    send(client(server), "bea@elsewhere.test")
    if (option, step) == ("-f", "ehlo"):
        # HELO is tried, and works.
        wait_for_row(server, "bea@elsewhere.test", lambda found: found["state"] == "handed-over")
        return
    waiting = wait_for_row(server, "bea@elsewhere.test", lambda found: found["lastAnswer"])
    assert waiting["state"] == "queued", waiting
    sink.stop()
    for path in sink.directory.iterdir():
        path.unlink()
    sink.start()
    server.command("outbox", "retry", waiting["id"])
    wait_for_row(server, "bea@elsewhere.test", lambda found: found["state"] == "handed-over")
    assert [mail.recipients for mail in sink.wait_for(1)] == [["bea@elsewhere.test"]]


@pytest.mark.parametrize("step", ["connect", "ehlo", "mail", "rcpt", "data", "."])
def test_a_stall_at_any_step_delays_mail_and_nothing_else(make_sink, connected, step):
    # smtp-sink waits longer than the server's patience, and longer than this test lasts.
    sink = make_sink("-W", f"{step}:600")
    server = connected(sink.port, host="127.0.0.1", DEPESCHE_SMTP_TIMEOUT=1)
    api = client(server)
    send(api, "bea@elsewhere.test")
    stalled = wait_for_row(server, "bea@elsewhere.test", lambda found: found["lastAnswer"])
    assert server.is_healthy() and api.draft("other@elsewhere.test")
    # Behind the final dot nobody knows whether the mail was taken.
    assert stalled["state"] == "queued" and (stalled["failureClass"] == "unknown") == (step == "."), stalled
    sink.stop()
    for path in sink.directory.iterdir():
        path.unlink()
    sink.start()
    server.command("outbox", "retry", stalled["id"])
    wait_for_row(server, "bea@elsewhere.test", lambda found: found["state"] == "handed-over")
    assert [mail.recipients for mail in sink.wait_for(1)] == [["bea@elsewhere.test"]]


def test_a_mail_server_that_is_down_or_stalls_delays_mail_and_nothing_else(make_sink, connected):
    # It takes connections and says nothing.
    with socket.create_server(("127.0.0.1", 0), backlog=50) as listener:
        server = connected(listener.getsockname()[1], host="127.0.0.1")
        api = client(server)
        begun = time.monotonic()
        for number in range(5):
            delivery = api.draft(f"r{number}@elsewhere.test", subject="Probe", message="Hallo")
            api.upload(delivery, "probe.bin", b"x" * 100_000)
            assert api.send(delivery)["state"] == "sent"
            assert server.is_healthy()
        assert time.monotonic() - begun < 20
        assert all(found["state"] == "queued" for found in server.json("outbox", "list"))
        # The test says so within seconds, and does not wait for minutes as the queue may.
        assert finding(server)[:2] == ("connected", "no-answer")
    # Stopping does not wait for it either.
    begun = time.monotonic()
    server.restart()
    assert time.monotonic() - begun < 40
    sink = make_sink()
    server.command("setting", "set", "smtp.port", sink.port)
    for found in server.json("outbox", "list", "--state", "queued"):
        server.command("outbox", "retry", found["id"])
    assert len({mail.recipients[0] for mail in sink.wait_for(5, seconds=90)}) == 5
    assert len(sink.mails) == 5
