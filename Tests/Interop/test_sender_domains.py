"""Sender domains with a real name server and a real Postfix: from the first record to signed mail, and back."""

import json

import pytest

from harness.domains import publish
from harness.signatures import verified
from harness.tools import wait_until

DOMAIN = "kunde.example"
SENDER = f"anna@{DOMAIN}"
CHIEF = "chef@betreiber.example"
SYSTEM = "zustellung@betreiber.example"
PASSWORD = "correct horse battery staple 42"


def state(server, domain=DOMAIN):
    """Checks a domain; what `domain check --json` says."""
    return json.loads(server.command("domain", "check", domain, "--json", expect=None).stdout)


@pytest.fixture
def zone(dns):
    """The customer's zone."""
    made = dns.zone(DOMAIN)
    made.set("@", "TXT", 60, '"v=spf1 mx -all"')
    return made


@pytest.fixture
def server(make_server, make_postfix, dns, zone):
    """A server that hands its mail to Postfix and asks the test's name server; time passes as the test says."""
    postfix = make_postfix()
    made = make_server(
        movable_clock=True, DEPESCHE_UNBOUND_CONF=dns.unbound_conf, DEPESCHE_ALLOW_PRIVATE_DESTINATIONS="on").start()
    made.postfix = postfix
    made.command("user", "add", SENDER, "--name", "Anna Ährens", "--password-stdin", input=PASSWORD + "\n")
    made.command("user", "add", CHIEF, "--admin", "--password-stdin", input=PASSWORD + "\n")
    for key, value in {
        "organisation.name": "Muster & Söhne", "mail.system-sender": SYSTEM, "smtp.host": "localhost",
        "smtp.port": postfix.plain_port, "smtp.security": "none", "mail.route": "smtp",
    }.items():
        made.command("setting", "set", key, value)
    return made


def send(server, recipient):
    """Sends a delivery as Anna."""
    token = server.json("token", "create", SENDER)["token"]
    server.command(
        "send", "--server", server.url, "--level", "1", "--to", recipient, "--subject", "Unterlagen", "--message", "Guten Tag",
        environment={"DEPESCHE_TOKEN": token})


def to(address):
    return lambda mail: address in mail.recipients


def test_a_domain_is_brought_from_nothing_to_signed_mail(server, dns, zone):
    added = server.json("domain", "add", DOMAIN)
    assert added["state"] == "pending" and [key["phase"] for key in added["keys"]] == ["pending", "pending"]
    assert json.loads(server.command("domain", "check", DOMAIN, "--json", expect=1).stdout)["mayLeave"] is False
    send(server, "first@elsewhere.test")
    [mail] = server.postfix.wait_for(1, matching=to("first@elsewhere.test"))
    assert mail["From"].addresses[0].addr_spec == SYSTEM and mail["Reply-To"].addresses[0].addr_spec == SENDER

    publish(server, zone, DOMAIN)
    checked = json.loads(server.command("domain", "check", DOMAIN, "--json").stdout)
    assert checked["state"] == "verified" and checked["alignedBy"] == ["dkim"], checked
    send(server, "second@elsewhere.test")
    [mail] = server.postfix.wait_for(1, matching=to("second@elsewhere.test"))
    assert mail["From"].addresses[0].addr_spec == SENDER
    assert verified(dns, mail) == [True, True]


def test_a_lost_record_means_fallback_and_one_notification(server, dns, zone):
    server.command("domain", "add", DOMAIN)
    publish(server, zone, DOMAIN)
    wait_until(lambda: state(server)["state"] == "verified", lambda: str(state(server)))
    for key in state(server)["keys"]:
        zone.remove(f"{key['selector']}._domainkey", "TXT")
    # One look could be an accident; the second one, a minute later, confirms it.
    assert state(server)["state"] == "verified"
    server.clock.forward(seconds=61)
    assert state(server)["state"] == "degraded"
    send(server, "third@elsewhere.test")
    [mail] = server.postfix.wait_for(1, matching=to("third@elsewhere.test"))
    assert mail["From"].addresses[0].addr_spec == SYSTEM
    for _ in range(3):
        state(server)
    told = [mail["Subject"] for mail in server.postfix.wait_for(2, matching=to(CHIEF))]
    assert len([subject for subject in told if "nicht mehr in Ordnung" in subject]) == 1, told


def test_held_mail_goes_out_once_the_domain_is_in_order(server, dns, zone):
    server.command("setting", "set", "domains.policy", "hold")
    server.command("domain", "add", DOMAIN)
    send(server, "fourth@elsewhere.test")
    row = wait_until(
        lambda: next(iter(server.json("outbox", "list", "--state", "held")), None), "the mail to be held")
    assert row["to"] == "fourth@elsewhere.test"
    server.postfix.wait_for(1, matching=to(SENDER))
    server.postfix.wait_for(1, matching=to(CHIEF))
    assert not [mail for mail in server.postfix.mails if to("fourth@elsewhere.test")(mail)]
    publish(server, zone, DOMAIN)
    server.command("domain", "check", DOMAIN)
    [mail] = server.postfix.wait_for(1, matching=to("fourth@elsewhere.test"))
    assert mail["From"].addresses[0].addr_spec == SENDER and verified(dns, mail) == [True, True]


def test_keys_change_and_the_old_one_signs_until_the_new_one_is_seen(server, dns, zone):
    server.command("setting", "set", "smtp.dkim-signing", "rsa")
    server.command("domain", "add", DOMAIN)
    publish(server, zone, DOMAIN)
    server.command("domain", "check", DOMAIN)
    rotated = server.json("domain", "rotate", DOMAIN)
    assert {key["selector"]: key["phase"] for key in rotated["keys"]} == {"depesche1": "active", "depesche2": "pending"}
    send(server, "fifth@elsewhere.test")
    [mail] = server.postfix.wait_for(1, matching=to("fifth@elsewhere.test"))
    assert b"s=depesche1;" in mail.raw and verified(dns, mail) == [True]
    publish(server, zone, DOMAIN)
    assert {key["selector"]: key["phase"] for key in state(server)["keys"]} == {
        "depesche1": "retiring", "depesche2": "active"}
    send(server, "sixth@elsewhere.test")
    [mail] = server.postfix.wait_for(1, matching=to("sixth@elsewhere.test"))
    assert b"s=depesche2;" in mail.raw and verified(dns, mail) == [True]


def test_keys_are_published_in_the_operators_zone_by_signed_updates(make_server, dns, zone):
    operator = dns.zone("keys.betreiber.example")
    server = make_server(DEPESCHE_UNBOUND_CONF=dns.unbound_conf, DEPESCHE_ALLOW_PRIVATE_DESTINATIONS="on").start()
    server.command("setting", "set", "domains.operator-zone", "keys.betreiber.example")
    server.command("setting", "set", "domains.update-key-name", dns.key.name)
    server.command("setting", "set", "domains.update-key", input=dns.key.secret + "\n")
    server.command("setting", "set", "domains.update-server", dns.resolver)
    server.command("domain", "add", DOMAIN)
    answer = operator.ask(f"depesche1e.{DOMAIN}", "TXT")
    assert "v=DKIM1; k=ed25519" in answer.answer[0].to_text(), answer
    records = server.json("domain", "records", DOMAIN)
    aliases = [record for record in records if record["purpose"] == "dkim"]
    assert {record["type"] for record in aliases} == {"CNAME"}
    publish(server, zone, DOMAIN)
    assert state(server)["state"] == "verified"
    # The aliases of the next keys are there already, so a change of keys touches the operator's zone alone.
    server.command("domain", "rotate", DOMAIN)
    phases = {"depesche1": "retiring", "depesche1e": "retiring", "depesche2": "active", "depesche2e": "active"}
    wait_until(lambda: {key["selector"]: key["phase"] for key in state(server)["keys"]} == phases, lambda: str(state(server)))
    assert "v=DKIM1; k=rsa" in operator.ask(f"depesche2.{DOMAIN}", "TXT").answer[0].to_text()


def test_the_records_come_in_all_forms(server):
    server.command("domain", "add", DOMAIN)
    assert f"$ORIGIN {DOMAIN}." in server.command("domain", "records", DOMAIN, "--format", "zone").stdout
    assert "depesche_records" in server.command("domain", "records", DOMAIN, "--format", "terraform").stdout
    assert "Value: v=DKIM1" in server.command("domain", "records", DOMAIN, "--format", "text").stdout
    server.command("domain", "records", DOMAIN, "--format", "papyrus", expect=2)
    server.command("domain", "add", DOMAIN, expect=1)
    server.command("domain", "add", "gmail.com", expect=2)
    server.command("domain", "check", "unbekannt.example", expect=1)


def test_another_resolver_can_be_asked(server, dns, zone):
    server.command("domain", "add", DOMAIN)
    publish(server, zone, DOMAIN)
    server.command("domain", "check", DOMAIN, "--resolver", dns.resolver)
    server.command("domain", "check", DOMAIN, "--resolver", "nobody at all", expect=2)
