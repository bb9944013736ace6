"""Depesche hands its mail to real mail servers, good ones and bad ones; a delivery is never lost by them."""

import json
import re

import pytest

from harness import free_port
from harness.api import APIClient
from harness.tools import wait_until

SENDER = "anna@kunde.example"
SYSTEM = "zustellung@kunde.example"
PASSWORD = "correct horse battery staple 42"


@pytest.fixture
def connected(make_server, authority):
    """Makes a running server with one sender that uses a mail server; settings as for `depesche setting set`."""

    def make(port, security="none", user=None, password=None, host="localhost", home="kunde.example", trusted=True):
        server = make_server(**({"DEPESCHE_CA_FILE": authority.certificate} if trusted else {})).start()
        server.command("user", "add", SENDER, "--name", "Anna Ährens", "--password-stdin", input=PASSWORD + "\n")
        settings = {
            "organisation.name": "Muster & Söhne", "mail.system-sender": SYSTEM, "smtp.home-domains": home,
            "smtp.host": host, "smtp.port": port, "smtp.security": security,
        }
        if user:
            settings["smtp.user"] = user
        for key, value in settings.items():
            server.command("setting", "set", key, value)
        if password:
            # A secret is read from standard input and never printed.
            assert password not in server.command("setting", "set", "smtp.password", input=password + "\n").stdout
            assert password not in server.command("setting", "list").stdout
        server.command("setting", "set", "mail.route", "smtp")
        return server

    return make


@pytest.fixture
def with_postfix(connected, postfix):
    """A server that hands its mail to Postfix with STARTTLS and AUTH."""
    return connected(postfix.port, "starttls", postfix.USER, postfix.PASSWORD)


def send(server, *recipients, files=(), subject="Grüße aus München", **options):
    """`depesche send`; the delivery."""
    token = server.json("token", "create", SENDER)["token"]
    arguments = [item for recipient in recipients for item in ("--to", recipient)]
    arguments += [item for name, value in ({"level": 1} | options).items() for item in (f"--{name}", value)]
    output = server.command(
        "send", "--server", server.url, *arguments, "--subject", subject, *files,
        environment={"DEPESCHE_TOKEN": token}).stdout
    return json.loads(output)


def outbox(server, recipient):
    """The newest row of the outbox for a recipient."""
    rows = server.json("outbox", "list", "--search", recipient)
    return rows[0] if rows else None


def wait_for_state(server, recipient, *states, seconds=30):
    """Waits until the mail to a recipient is in one of the states; its row with all attempts."""

    def reached():
        row = outbox(server, recipient)
        return row if row and row["state"] in states else None

    row = wait_until(reached, lambda: f"{recipient}: {states}, not {outbox(server, recipient)}", seconds)
    return server.json("outbox", "show", row["id"])


def wait_for_attempt(server, recipient, seconds=30):
    """Waits until a mail was tried and waits for its next try."""

    def reached():
        row = outbox(server, recipient)
        return row if row and row["attempts"] >= 1 and row["lastAnswer"] else None

    row = wait_until(reached, lambda: f"an attempt for {recipient}: {outbox(server, recipient)}", seconds)
    return server.json("outbox", "show", row["id"])


# --- a real Postfix that requires STARTTLS and AUTH ---


def test_a_delivery_leaves_through_postfix(with_postfix, postfix, tmp_path):
    file = tmp_path / "Übersicht.txt"
    file.write_text("Inhalt")
    delivery = send(
        with_postfix, "Bea Öztürk <bea@elsewhere.test>", "carl@elsewhere.test", files=[file], message="Guten Tag\nAnna")
    mails = {mail.recipients[0]: mail for mail in postfix.wait_for(2)}
    assert set(mails) == {"bea@elsewhere.test", "carl@elsewhere.test"}
    bea = mails["bea@elsewhere.test"]
    # The sender's own address, for this server is the home of its domain; bounces go there, too.
    assert bea.sender == SENDER
    assert bea["From"].addresses[0].addr_spec == SENDER and bea["From"].addresses[0].display_name == "Anna Ährens"
    assert bea["To"].addresses[0].display_name == "Bea Öztürk"
    assert "Grüße aus München" in bea["Subject"]
    # One personal mail each: nobody sees the others, and each link is another.
    assert "carl" not in bea.raw.decode()
    links = {re.search(r"http://\S+/l/\S+", mail.text).group(0) for mail in mails.values()}
    assert len(links) == 2
    assert "Übersicht.txt" in bea.text and "Guten Tag" in bea.text
    assert all(link in mails[to].html for to, mail in mails.items() for link in re.findall(r"http://\S+/l/\S+", mail.text))
    assert "TLS connection established" in postfix.log and "sasl_username=depesche@depesche.test" in postfix.log
    row = wait_for_state(with_postfix, "bea@elsewhere.test", "handed-over")
    assert row["delivery"] == delivery["id"] and row["attempts"] == 1


def test_another_domain_leaves_from_the_system_sender(connected, postfix):
    server = connected(postfix.port, "starttls", postfix.USER, postfix.PASSWORD, home="other.example")
    send(server, "bea@elsewhere.test", message="Hallo")
    [mail] = postfix.wait_for(1)
    assert mail["From"].addresses[0].addr_spec == SYSTEM
    assert "Anna Ährens" in mail["From"].addresses[0].display_name
    assert mail["Reply-To"].addresses[0].addr_spec == SENDER
    assert mail.sender == SYSTEM


def test_implicit_tls(connected, postfix):
    server = connected(postfix.tls_port, "tls", postfix.USER, postfix.PASSWORD)
    send(server, "bea@elsewhere.test", message="Hallo")
    assert len(postfix.wait_for(1)) == 1


def test_the_test_mail_goes_the_way_of_a_delivery(with_postfix, postfix):
    answer = with_postfix.json("mail", "test", "--to", "me@elsewhere.test", "--from", SENDER)
    assert answer["isHandedOver"]
    [mail] = postfix.wait_for(1)
    assert mail.recipients == ["me@elsewhere.test"] and mail["From"].addresses[0].addr_spec == SENDER


@pytest.mark.parametrize(("changes", "failed", "words"), [
    (dict(password="not the right one"), "signed-in", "authentication"),
    (dict(trusted=False), "secured", "transport-security"),
])
def test_what_is_wrong_is_told_and_mail_waits(connected, postfix, changes, failed, words):
    settings = dict(user=postfix.USER, password=postfix.PASSWORD) | changes
    server = connected(postfix.port, "starttls", **settings)
    answer = json.loads(server.command("mail", "test", "--to", "me@elsewhere.test", "--json", expect=1).stdout)
    assert not answer["isHandedOver"]
    steps = [name for name, done in answer["steps"].items() if done is False]
    assert steps == [failed], answer
    assert answer["failureClass"] == words
    # The password is in neither the conversation nor the log.
    shown = server.command("mail", "test", "--to", "me@elsewhere.test", expect=1).stdout
    assert settings["password"] not in shown + server.log
    assert "smtp-advice" not in shown, "the advice has no words"
    # A delivery waits: what the administrator repairs must not have cost it.
    send(server, "bea@elsewhere.test", message="Hallo")
    assert wait_for_attempt(server, "bea@elsewhere.test")["state"] == "queued"
    assert postfix.mails == []


def test_relaying_denied_is_told(connected, postfix):
    server = connected(postfix.port, "starttls")
    shown = server.command("mail", "test", "--to", "me@elsewhere.test", expect=1).stdout
    assert "554" in shown and "Relay access denied" in shown and "smtp-advice" not in shown


def test_a_certificate_for_another_name_is_refused(connected, make_postfix, authority):
    postfix = make_postfix(certificate=authority.issue("other.test"))
    server = connected(postfix.port, "starttls", postfix.USER, postfix.PASSWORD)
    answer = json.loads(server.command("mail", "test", "--to", "me@elsewhere.test", "--json", expect=1).stdout)
    assert answer["failureClass"] == "transport-security" and answer["steps"]["secured"] is False
    server.command("setting", "set", "smtp.verify-certificate", "false")
    assert server.json("mail", "test", "--to", "me@elsewhere.test")["isHandedOver"]


def test_a_sender_that_is_not_allowed_fails_for_good(connected, make_postfix):
    postfix = make_postfix(
        smtpd_sender_login_maps="static:somebody-else",
        smtpd_recipient_restrictions="reject_sender_login_mismatch, permit_sasl_authenticated, reject")
    server = connected(postfix.port, "starttls", postfix.USER, postfix.PASSWORD)
    send(server, "bea@elsewhere.test", message="Hallo")
    row = wait_for_state(server, "bea@elsewhere.test", "failed")
    assert "not owned by user" in row["lastAnswer"]


def test_refusals_concern_one_recipient_only(connected, make_postfix):
    postfix = make_postfix(
        smtpd_recipient_restrictions="check_recipient_access inline:{ "
        "{gone@elsewhere.test = 550 5.1.1 no such user}, {full@elsewhere.test = 452 4.2.2 mailbox full} }, "
        "permit_sasl_authenticated, reject")
    server = connected(postfix.port, "starttls", postfix.USER, postfix.PASSWORD)
    send(server, "gone@elsewhere.test", "full@elsewhere.test", "fine@elsewhere.test", message="Hallo")
    gone = wait_for_state(server, "gone@elsewhere.test", "failed")
    assert gone["failureClass"] == "no-such-user" and "5.1.1" in gone["lastAnswer"]
    full = wait_for_attempt(server, "full@elsewhere.test")
    assert (full["state"], full["failureClass"]) == ("queued", "full")
    wait_for_state(server, "fine@elsewhere.test", "handed-over")
    # The sender is told, once, by the system sender.
    told = postfix.wait_for(2, matching=lambda mail: True)
    [notice] = [mail for mail in told if mail.recipients == [SENDER]]
    assert notice["From"].addresses[0].addr_spec == SYSTEM and "gone@elsewhere.test" in notice.text
    assert notice["Auto-Submitted"] == "auto-generated"


# --- smtp-sink, which misbehaves at every step ---


@pytest.mark.parametrize("options", [
    # Closes the connection at a step, or refuses there for now.
    *(["-q", step] for step in ("connect", "ehlo", "mail", "rcpt", "data", ".")),
    *(["-r", step] for step in ("connect", "mail", "rcpt", "data", ".")),
], ids="".join)
def test_trouble_at_any_step_only_delays(connected, make_sink, options):
    sink = make_sink(*options)
    server = connected(sink.port, host="127.0.0.1")
    send(server, "bea@elsewhere.test", message="Hallo")
    row = wait_for_attempt(server, "bea@elsewhere.test")
    assert row["state"] == "queued", row
    # The same server, healed; an administrator need not wait for the next try.
    sink.stop()
    for path in sink.directory.iterdir():
        path.unlink()
    sink.start()
    server.command("outbox", "retry", row["id"])
    [mail] = sink.wait_for(1)
    assert mail.recipients == ["bea@elsewhere.test"]
    assert wait_for_state(server, "bea@elsewhere.test", "handed-over")["attempts"] == 2
    assert len(sink.mails) == 1


@pytest.mark.parametrize("step", ["mail", "rcpt", "data", "."])
def test_a_refusal_for_good_fails_the_mail(connected, make_sink, step):
    sink = make_sink("-f", step)
    server = connected(sink.port, host="127.0.0.1")
    send(server, "bea@elsewhere.test", message="Hallo")
    row = wait_for_state(server, "bea@elsewhere.test", "failed")
    assert row["lastAnswer"].startswith("5")


def test_a_mail_server_that_is_down_delays_mail_and_nothing_else(connected, make_sink):
    port = free_port()
    server = connected(port, host="127.0.0.1")
    delivery = send(server, "bea@elsewhere.test", message="Hallo")
    assert delivery["state"] == "sent"
    row = wait_for_attempt(server, "bea@elsewhere.test")
    assert (row["state"], row["failureClass"]) == ("queued", "routing")
    sink = make_sink(port=port)
    server.command("outbox", "retry", row["id"])
    assert [mail.recipients for mail in sink.wait_for(1)] == [["bea@elsewhere.test"]]


def test_what_waits_survives_a_kill(connected, make_sink):
    port = free_port()
    server = connected(port, host="127.0.0.1")
    send(server, "bea@elsewhere.test", message="Hallo")
    wait_for_attempt(server, "bea@elsewhere.test")
    server.kill()
    sink = make_sink(port=port)
    server.start()
    row = outbox(server, "bea@elsewhere.test")
    server.command("outbox", "retry", row["id"])
    [mail] = sink.wait_for(1)
    assert mail.sender == SENDER


def test_cancelled_mail_stays(connected, make_sink):
    port = free_port()
    server = connected(port, host="127.0.0.1")
    send(server, "bea@elsewhere.test", message="Hallo")
    row = wait_for_attempt(server, "bea@elsewhere.test")
    server.command("outbox", "cancel", row["id"])
    sink = make_sink(port=port)
    assert server.json("outbox", "show", row["id"])["state"] == "cancelled"
    server.command("outbox", "retry", row["id"], expect=1)
    assert sink.mails == []


def test_the_local_mailbox_keeps_mail(make_server):
    server = make_server().start()
    server.command("user", "add", SENDER, "--name", "Anna", "--password-stdin", input=PASSWORD + "\n")
    delivery = send(server, "bea@elsewhere.test", message="Hallo")
    wait_for_state(server, "bea@elsewhere.test", "local")
    api = APIClient(server.port, server.json("token", "create", SENDER)["token"])
    [recipient] = api.call("GET", f"/deliveries/{delivery['id']}")["recipients"]
    assert recipient["sending"] == "not-sent"
