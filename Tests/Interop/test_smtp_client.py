"""The SMTP client against real mail servers: Postfix, and smtp-sink with faults at every step."""

import json
import socket
import subprocess
import threading

import pytest

from harness import cannot_run, free_port
from harness.tools import REPOSITORY, own_environment

TESTS = REPOSITORY / ".build" / "debug" / "depeschePackageTests.xctest"
MAIL = "From: a@depesche.test\r\nTo: b@kunde.test\r\nSubject: Hallo\r\n\r\n.dot first\r\n..\r\nend\r\n"


@pytest.fixture
def send(tmp_path):
    """Sends mails with the client; gives for each mail its outcomes and the conversation."""
    if not TESTS.exists():
        cannot_run("the unit tests are not built")

    def run(port, security="none", mails=1, connections=1, sender="a@depesche.test", recipients=("b@kunde.test",),
            message=MAIL, patience=60, **request):
        request |= {
            "port": port, "security": security, "mails": mails, "connections": connections, "sender": sender,
            "recipients": recipients, "message": message, "patience": patience,
            "host": request.get("host", "127.0.0.1")}
        result = tmp_path / "result.json"
        result.unlink(missing_ok=True)
        (tmp_path / "request.json").write_text(json.dumps(request))
        done = subprocess.run(
            [TESTS, "--testing-library", "swift-testing", "--filter", "SMTPInteropProbe"], cwd=REPOSITORY,
            env=own_environment() | {"SMTP_PROBE": str(tmp_path / "request.json"), "SMTP_PROBE_RESULT": str(result)},
            capture_output=True, text=True, timeout=120)
        assert result.exists(), done.stdout[-3000:] + done.stderr[-3000:]
        return json.loads(result.read_text())["mails"]

    return run


def only(mails):
    [mail] = mails
    [outcome] = mail["outcomes"]
    return outcome


def account(postfix, **changes):
    return {"host": postfix.HOST, "security": "starttls", "authority": str(postfix.authority.certificate),
            "user": postfix.USER, "password": postfix.PASSWORD} | changes


def test_starttls_and_auth(postfix, send):
    [mail] = send(postfix.port, **account(postfix))
    assert mail["outcomes"][0]["outcome"] == "accepted", mail["conversation"]
    [received] = postfix.wait_for(1)
    assert (received.sender, received.recipients) == ("a@depesche.test", ["b@kunde.test"])
    assert received.raw.endswith(MAIL.encode().split(b"\r\n\r\n", 1)[1])
    assert "sasl_method=PLAIN, sasl_username=depesche@depesche.test" in postfix.log
    assert "TLS established (" in mail["conversation"] and "AUTH PLAIN ***" in mail["conversation"]
    assert postfix.PASSWORD not in mail["conversation"]


def test_implicit_tls(postfix, send):
    assert only(send(postfix.tls_port, **account(postfix, security="tls")))["outcome"] == "accepted"
    postfix.wait_for(1)


def test_auth_login(make_postfix, send):
    postfix = make_postfix(smtpd_sasl_mechanism_filter="!plain, static:rest")
    assert only(send(postfix.port, **account(postfix)))["outcome"] == "accepted"
    assert "sasl_method=LOGIN" in postfix.log


@pytest.mark.parametrize(("settings", "changes", "kind", "phase"), [
    ({}, {"password": "wrong"}, "authentication", "authentication"),
    ({}, {"authority": None}, "certificateIssuer", "tls"),
    ({}, {"security": "tls"}, "tls", "tls"),
    ({"smtpd_sasl_auth_enable": "no"}, {}, "authenticationNotPossible", "authentication"),
])
def test_what_is_wrong_with_the_account_is_told_and_temporary(make_postfix, send, settings, changes, kind, phase):
    postfix = make_postfix(**settings)
    outcome = only(send(postfix.port, **account(postfix, **changes)))
    assert (outcome["kind"], outcome["phase"], outcome["isPermanent"]) == (kind, phase, False)
    assert postfix.mails == []


@pytest.mark.parametrize(("names", "expired", "kind"), [
    (["other.test"], False, "certificateName"), (["localhost"], True, "certificateExpired"),
])
def test_bad_certificates(make_postfix, authority, send, names, expired, kind):
    postfix = make_postfix(certificate=authority.issue(*names, expired=expired))
    assert only(send(postfix.port, **account(postfix)))["kind"] == kind


def test_relaying_denied(postfix, send):
    outcome = only(send(postfix.port, **account(postfix, user=None)))
    assert (outcome["outcome"], outcome["phase"], outcome["code"]) == ("rejected", "recipient", 554)
    assert outcome["isPermanent"] and outcome["status"] == "5.7.1"


def test_each_recipient_has_an_outcome(make_postfix, send):
    postfix = make_postfix(
        smtpd_recipient_restrictions="check_recipient_access inline:{ {full@kunde.test = 452 4.2.2 mailbox full}, "
        "{gone@kunde.test = 550 5.1.1 no such user} }, permit_sasl_authenticated, reject")
    recipients = ["full@kunde.test", "b@kunde.test", "gone@kunde.test", "jürgen@kunde.test"]
    [mail] = send(postfix.port, recipients=recipients, **account(postfix))
    told = [(outcome["outcome"], outcome["isPermanent"] if "isPermanent" in outcome else None, outcome["status"])
            for outcome in mail["outcomes"]]
    assert told == [("rejected", False, "4.2.2"), ("accepted", None, "2.0.0"), ("rejected", True, "5.1.1"),
                    ("accepted", None, "2.0.0")], mail["conversation"]
    assert "SMTPUTF8" in mail["conversation"]
    assert sorted(mail.recipients[0] for mail in postfix.wait_for(2)) == ["b@kunde.test", "jürgen@kunde.test"]


def test_no_smtputf8_no_mail_to_such_an_address(make_postfix, send):
    postfix = make_postfix(smtputf8_enable="no")
    outcome = only(send(postfix.port, recipients=["jürgen@kunde.test"], **account(postfix)))
    assert (outcome["kind"], outcome["status"], outcome["isPermanent"]) == ("smtpUTF8NotOffered", "5.6.7", True)


def test_too_large(make_postfix, send):
    postfix = make_postfix(message_size_limit=10000)
    outcome = only(send(postfix.port, message=MAIL + "x\r\n" * 4000, **account(postfix)))
    assert (outcome["kind"], outcome["status"], outcome["isPermanent"]) == ("messageTooLarge", "5.3.4", True)


def test_many_mails_share_connections(postfix, send):
    mails = send(postfix.port, mails=60, connections=3, **account(postfix))
    assert all(mail["outcomes"][0]["outcome"] == "accepted" for mail in mails)
    assert len(postfix.wait_for(60)) == 60
    assert 1 <= postfix.log.count("TLS connection established from") <= 3


def test_sink_gets_the_very_octets(sink, send):
    message = MAIL + "".join(f"{'.' * (number % 4)}{number}\r\n" for number in range(20000)) + "."
    assert only(send(sink.port, message=message, sender=""))["outcome"] == "accepted"
    [received] = sink.wait_for(1)
    assert received.sender == "" and received.helo == "client.depesche.test"
    assert received.raw == (message + "\r\n").encode()


STEPS = {"connect": "greeting", "ehlo": "hello", "mail": "mail", "rcpt": "recipient", "data": "data", ".": "finalDot"}


@pytest.mark.parametrize(("step", "option", "permanent"), [
    # smtp-sink has no soft refusal of connections.
    (step, option, permanent) for step in STEPS for option, permanent in (("-f", True), ("-r", False))
    if (step, option) != ("connect", "-r")])
def test_refused(make_sink, send, step, option, permanent):
    outcome = only(send(make_sink(option, step).port))
    if step == "ehlo" and permanent:
        # HELO is tried, and works.
        assert outcome["outcome"] == "accepted"
        return
    assert (outcome["phase"], outcome["kind"]) == (STEPS[step], "rejected")
    concerns_mail = step not in ("connect", "ehlo")
    assert outcome["isPermanent"] == (permanent and concerns_mail)


@pytest.mark.parametrize("option", ["-q", "-Q"])
@pytest.mark.parametrize("step", list(STEPS))
def test_closed(make_sink, send, step, option):
    outcome = only(send(make_sink(option, step).port))
    assert outcome["phase"] == STEPS[step]
    # -q closes without a word, -Q says 421 before.
    assert outcome["kind"] == ("closed" if option == "-q" else "unavailable")
    assert not outcome["isPermanent"]
    assert outcome["outcome"] == ("unknown-after-dot" if (step, option) == (".", "-q") else "failed")


@pytest.mark.parametrize("step", [step for step in STEPS if step != "connect"])
def test_stalled(make_sink, send, step):
    # Without PIPELINING (-p): in a group of commands, smtp-sink's answers do not wait for each other.
    outcome = only(send(make_sink("-p", "-W", f"{step}:30").port, patience=1))
    assert (outcome["phase"], outcome["kind"]) == (STEPS[step], "timeout")
    assert outcome["outcome"] == ("unknown-after-dot" if step == "." else "failed")


def test_nobody_there(send):
    outcome = only(send(free_port()))
    assert (outcome["phase"], outcome["kind"], outcome["isPermanent"]) == ("connect", "connect", False)


def test_a_mail_server_that_is_none(send):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        def answer():
            with listener.accept()[0] as client:
                client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        thread = threading.Thread(target=answer)
        thread.start()
        outcome = only(send(listener.getsockname()[1]))
        thread.join()
    assert (outcome["phase"], outcome["kind"]) == ("greeting", "protocol")
