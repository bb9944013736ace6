"""Addresses that get no further mail: a real Postfix says that somebody is unknown, and nobody asks it twice."""

import http.client
import re

import pytest

from harness.api import APIClient, Refused
from harness.tools import wait_until

SENDER = "anna@kunde.example"
PASSWORD = "correct horse battery staple 42"
UNKNOWN = "bea@praxis.test"


@pytest.fixture
def connected(make_server, make_postfix):
    """(server, API of an administrator, Postfix that knows nobody at praxis.test)"""
    return connect(make_server, make_postfix(
        virtual_mailbox_domains="praxis.test", virtual_mailbox_maps="inline:{ x@praxis.test=x/ }"))


def connect(make_server, postfix, **environment):
    """(server, API of an administrator, Postfix)"""
    server = make_server(**environment).start()
    server.command(
        "user", "add", SENDER, "--name", "Anna Ährens", "--admin", "--password-stdin", input=PASSWORD + "\n")
    settings = {
        "organisation.name": "Muster & Söhne", "mail.system-sender": "zustellung@kunde.example",
        "smtp.home-domains": "kunde.example", "smtp.host": "localhost", "smtp.port": postfix.plain_port,
        "smtp.security": "none", "mail.route": "smtp",
    }
    for key, value in settings.items():
        server.command("setting", "set", key, value)
    token = server.json("token", "create", SENDER, "--scope", "send", "--scope", "read", "--scope", "administer")["token"]
    return server, APIClient(server.port, token), postfix


def row(server, recipient, state):
    rows = [row for row in server.json("outbox", "list", "--search", recipient) if row["to"] == recipient]
    return next((row for row in rows if row["state"] == state), None)


def send(server, api, *recipients, **fields):
    api.send(api.draft(*recipients, message="Guten Tag"), **fields)
    return wait_until(
        lambda: row(server, recipients[0], "failed"), lambda: f"{recipients}: {server.log[-2000:]}", 60)


def suppressed(api):
    return {entry["address"].lower(): entry["reason"] for entry in api.call("GET", "/suppressions")["items"]}


def test_an_unknown_address_is_not_written_to_again_until_somebody_knows_better(connected):
    server, api, postfix = connected
    failed = send(server, api, UNKNOWN)
    assert failed["failureClass"] == "no-such-user"
    assert suppressed(api) == {UNKNOWN: "no-such-user"}
    [entry] = api.call("GET", "/suppressions?search=PRAXIS")["items"]
    assert entry["outbox"] == failed["id"] and "550" in entry["answer"]
    # Before sending, beside the recipient.
    draft = api.draft("carl@amt.test", UNKNOWN.upper(), message="Guten Tag")
    with pytest.raises(Refused) as refused:
        api.send(draft)
    assert [(field["field"], field["reason"]) for field in refused.value.problem["fields"]] == [
        ("recipients[1]", "suppressed-no-such-user")], refused.value.problem
    # A change of the draft does not know the option; nothing is silently left out.
    with pytest.raises(Refused) as unknown:
        api.call("PATCH", f"/deliveries/{draft}", {"liftsSuppressions": True})
    assert unknown.value.code == "unsupported-option"
    # Who knows better sends, and Postfix is asked again.
    api.send(draft, liftsSuppressions=True)
    wait_until(lambda: suppressed(api) == {UNKNOWN: "no-such-user"}, lambda: f"{suppressed(api)}", 60)
    api.call("DELETE", f"/suppressions/{UNKNOWN}")
    assert suppressed(api) == {}
    with pytest.raises(Refused) as gone:
        api.call("DELETE", f"/suppressions/{UNKNOWN}")
    assert gone.value.code == "not-found"


def test_what_an_owner_wished_holds_at_the_attempt_and_for_senders(connected):
    server, api, postfix = connected
    address = "dora@kunde.example"
    # The delivery waits; meanwhile its recipient asks for no more mail.
    server.command("setting", "set", "smtp.port", "1")
    api.send(api.draft(address, message="Guten Tag"))
    wait_until(lambda: (found := row(server, address, "queued")) and found["attempts"], "a first attempt", 60)
    assert api.call("POST", "/suppressions", {"address": address})["reason"] == "unsubscribed"
    server.command("setting", "set", "smtp.port", str(postfix.plain_port))
    waiting = row(server, address, "queued")
    api.call("POST", f"/outbox/{waiting['id']}/cancel")
    with pytest.raises(Refused) as refused:
        api.send(api.draft(address, message="Guten Tag"), liftsSuppressions=True)
    assert [field["reason"] for field in refused.value.problem["fields"]] == ["suppressed-unsubscribed"]
    with pytest.raises(Refused) as wrong:
        api.call("POST", "/suppressions", {"address": "nobody"})
    assert wrong.value.code == "invalid"


def test_one_click_stops_mail_without_cookies_and_looking_stops_nothing(make_server, make_postfix):
    server, api, postfix = connect(
        make_server, make_postfix(), DEPESCHE_PUBLIC_URL="https://depesche.kunde.example")
    address = "emil@kunde.example"
    draft = api.draft(address, message="Guten Tag")
    sent = api.send(draft)
    wait_until(lambda: row(server, address, "handed-over"), lambda: server.log[-2000:], 60)
    [recipient] = api.call("GET", f"/deliveries/{draft}")["recipients"]
    assert recipient["wish"] == "all", sent
    api.call("POST", f"/recipients/{recipient['id']}/remind")
    wait_until(lambda: len([one for one in server.json("outbox", "list", "--search", address)
                            if one["state"] == "handed-over"]) == 2, lambda: server.log[-2000:], 60)
    mails = postfix.wait_for(2, 60, lambda mail: address in str(mail["To"]))
    [letter] = [mail for mail in mails if mail["Auto-Submitted"] is None]
    [reminder] = [mail for mail in mails if mail["Auto-Submitted"]]
    # A person's letter says it at its foot; only what a program writes can be stopped by a mail program.
    assert letter["List-Unsubscribe"] is None and "/m/" in letter.text
    assert reminder["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = re.fullmatch(r"<https://depesche\.kunde\.example(/m/[A-Za-z0-9_-]+)>", reminder["List-Unsubscribe"])[1]
    # A scanner looks.
    for method in ("GET", "HEAD", "GET"):
        assert ask(server, method, path)[0] == 200
    assert suppressed(api) == {}
    # RFC 8058, 3.1: a mail program posts, in either form, and follows nothing.
    form = ("application/x-www-form-urlencoded", "List-Unsubscribe=One-Click")
    parts = ("multipart/form-data; boundary=b",
             '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n')
    for kind, body in (form, parts, form):
        assert ask(server, "POST", path, body, kind)[0] == 200
        assert suppressed(api) == {address: "unsubscribed"}
    [recipient] = api.call("GET", f"/deliveries/{draft}")["recipients"]
    assert recipient["wish"] == "none"
    with pytest.raises(Refused) as refused:
        api.send(api.draft(address, message="Guten Tag"))
    assert [field["reason"] for field in refused.value.problem["fields"]] == ["suppressed-unsubscribed"]
    # Damaged: nothing happens.
    assert ask(server, "POST", path[:-4], form[1], form[0])[0] >= 400
    assert api.call("GET", "/reminder-refusals") == {"items": [], "total": 0}


def ask(server, method, path, body=None, kind=None):
    """One request without cookies: status and headers."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        connection.request(method, path, body, {"Content-Type": kind} if kind else {})
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers
    finally:
        connection.close()
