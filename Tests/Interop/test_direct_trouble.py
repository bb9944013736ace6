"""Mail hosts that misbehave, each in a way of its own: what becomes of the mail, and that it hurts nobody else's."""

import contextlib
import itertools

import dns.query
import dns.rdatatype
import pytest

from harness import DNSServer, DepescheServer, MailNet, SMTPSink, ScriptedDNS
from harness.dns import reply
from harness.scriptedhost import CLOSE, STALL, ScriptedHost

OFFERS = b"250-mx.test\r\n250 STARTTLS\r\n"
# name: (what the host does, class of the failure, words of the last answer)
DEFERRED = {
    "stalls before the greeting": ({"greeting": STALL}, "routing", "too long"),
    "stalls at EHLO": ({"ehlo": STALL}, "routing", "too long"),
    "stalls at MAIL": ({"mail": STALL}, "routing", "too long"),
    "stalls at RCPT": ({"rcpt": STALL}, "routing", "too long"),
    "stalls at DATA": ({"data": STALL}, "routing", "too long"),
    "closes before the greeting": ({"greeting": CLOSE}, "routing", ""),
    "closes at MAIL": ({"mail": CLOSE}, "routing", ""),
    "closes at DATA": ({"data": CLOSE}, "routing", ""),
    "answers garbage": ({"greeting": b"\x00\xff\xfeSSH-2.0-OpenSSH_9.2\r\n"}, "routing", ""),
    "answers garbage later": ({"rcpt": b"OK, why not\r\n"}, "routing", ""),
    "has a huge banner": ({"greeting": b"220 " + b"x" * 1_000_000 + b"\r\n"}, "routing", ""),
    "never ends its reply": ({"ehlo": lambda: itertools.repeat(b"250-more\r\n" * 1_000)}, "routing", ""),
    "ends lines with a bare LF": ({"greeting": b"220 mx.test\n"}, "routing", ""),
    "puts a bare LF into a reply": ({"ehlo": b"250-mx.test\n250 8BITMIME\r\n"}, "routing", ""),
    "changes its code within a reply": ({"mail": b"250-yes\r\n550 no\r\n"}, "routing", ""),
    "greets with 421": ({"greeting": b"421 4.3.2 closing down\r\n"}, "delayed", "421 4.3.2"),
    # Another host of the domain may be of another mind, or the same one tomorrow (RFC 5321, 3.1).
    "greets with 554": ({"greeting": b"554 5.7.1 not you\r\n"}, "policy", "554 5.7.1"),
    "asks for less": ({"mail": b"421 4.7.0 too many messages, slow down\r\n"}, "rate-limited", "421 4.7.0"),
    "puts off at the dot": ({"dot": b"451 4.3.0 disk trouble\r\n"}, "delayed", "451 4.3.0"),
    "injects text behind the 220": (
        {"tls": True, "starttls": b"220 go ahead\r\n250 injected\r\n"}, "transport-security", ""),
}
# name: (what the host does, class, words)
REFUSED = {
    "refuses the sender": ({"mail": b"550 5.7.1 not you\r\n"}, "policy", "550 5.7.1"),
    "refuses at the dot": ({"dot": b"554 5.6.0 no such content\r\n"}, "content", "554 5.6.0"),
}
UNKNOWN = {"closes at the dot": {"dot": [CLOSE, None]}, "stalls at the dot": {"dot": [STALL, None]}}
# STARTTLS is offered and fails: the mail goes once more, in the clear.
WITHOUT_TLS = {
    "refuses STARTTLS": {"ehlo": OFFERS, "starttls": b"454 4.7.0 not now\r\n"},
    "stalls at STARTTLS": {"ehlo": OFFERS, "starttls": STALL},
    "closes at STARTTLS": {"ehlo": OFFERS, "starttls": CLOSE},
    # It goes on in the clear, and has no idea what it is told.
    "answers the handshake with words": {"ehlo": OFFERS},
}
CASES = [*DEFERRED, *REFUSED, *UNKNOWN, *WITHOUT_TLS, "greylists", "changes its mind", "loop", "nothing"]
HEALTHY = "gesund.test"


def domain(case):
    return case.replace(" ", "-").lower() + ".test"


@pytest.fixture(scope="module")
def world(authority):
    """(net, server, healthy host): one server for all hosts, each of which has an address and a domain of its own."""
    with contextlib.ExitStack() as closing:

        def make(thing):
            closing.callback(thing.close)
            return thing

        net = make(MailNet(authority, make(DNSServer()), lambda **options: make(DepescheServer(**options))))
        healthy = net.sink()
        net.zone(HEALTHY, healthy.host)
        for case in CASES:
            net.zone(domain(case))
        yield net, net.server(movable_clock=True, DEPESCHE_SMTP_TIMEOUT=4), healthy


@pytest.fixture
def trouble(world):
    """Sends a mail to a host that misbehaves, and one to a healthy host; (net, server, host, recipient)."""
    net, server, healthy = world
    with contextlib.ExitStack() as closing:

        def make(case, **steps):
            certificate = net.authority.issue("mx1.test") if steps.pop("tls", False) else None
            host = ScriptedHost(net.address(), net.port, certificate, **steps)
            closing.callback(host.close)
            zone = net.dns.zones[domain(case)]
            zone.set("mx1", "A", 60, host.host)
            zone.set("@", "MX", 60, f"10 mx1.{zone.name}.")
            recipient, other = f"bea@{zone.name}", f"{zone.name.removesuffix('.test')}@{HEALTHY}"
            net.send(server, recipient, other)
            healthy.wait_for(1, matching=lambda mail: mail.recipients == [other])
            return net, server, host, recipient

        yield make


@pytest.mark.parametrize("case", DEFERRED)
def test_the_mail_waits_if_the_host(trouble, case):
    steps, failure_class, words = DEFERRED[case]
    net, server, host, recipient = trouble(case, **steps)
    row = net.wait_for_attempt(server, recipient)
    assert (row["failureClass"], row["history"][0]["outcome"]) == (failure_class, "deferred"), row
    assert words in row["lastAnswer"] and len(row["lastAnswer"]) < 1_000, row
    assert host.mails == []


@pytest.mark.parametrize("case", REFUSED)
def test_the_mail_fails_if_the_host(trouble, case):
    steps, failure_class, words = REFUSED[case]
    net, server, host, recipient = trouble(case, **steps)
    row = net.wait_for_state(server, recipient, "failed")
    assert (row["failureClass"], len(row["history"])) == (failure_class, 1), row
    assert row["lastAnswer"].startswith(words) and host.mails == []


@pytest.mark.parametrize("case", UNKNOWN)
def test_nobody_knows_and_the_same_mail_goes_again_if_the_host(trouble, case):
    net, server, host, recipient = trouble(case, **UNKNOWN[case])
    row = net.wait_for_attempt(server, recipient)
    assert (row["failureClass"], row["history"][0]["outcome"]) == ("unknown", "unknown"), row
    server.command("outbox", "retry", row["id"])
    row = net.wait_for_state(server, recipient, "handed-over")
    assert [one["outcome"] for one in row["history"]] == ["unknown", "handed-over"]


@pytest.mark.parametrize("case", WITHOUT_TLS)
def test_the_mail_goes_in_the_clear_if_the_host(trouble, case):
    net, server, host, recipient = trouble(case, **WITHOUT_TLS[case])
    row = net.wait_for_state(server, recipient, "handed-over")
    assert row["passage"] == {"host": f"mx1.{domain(case)}", "proof": "none"}
    assert len(row["history"]) == 1 and len(host.mails) == 1


def test_greylisting_is_waited_for(trouble):
    net, server, host, recipient = trouble(
        "greylists", rcpt=[b"450 4.2.0 Greylisted, please come back\r\n", b"250 2.1.5 ok\r\n"])
    row = net.wait_for_attempt(server, recipient)
    assert row["failureClass"] == "greylisted"
    server.clock.forward(minutes=2)
    row = net.wait_for_state(server, recipient, "handed-over")
    assert [one["outcome"] for one in row["history"]] == ["deferred", "handed-over"]
    assert len(host.mails) == 1


def test_a_host_that_changes_its_mind_between_attempts(trouble):
    """It has no STARTTLS and takes no mail now; then it has, and puts off at the dot; then it takes the mail."""
    # The name of the host is said twice where there is TLS.
    bare, offers = b"250 mx.test\r\n", b"250-mx.test\r\n250 STARTTLS\r\n"
    net, server, host, recipient = trouble(
        "changes its mind", tls=True, ehlo=[bare, offers, bare], mail=[b"421 4.3.0 not now\r\n", None],
        dot=[b"421 4.3.1 full\r\n", None])
    row = net.wait_for_attempt(server, recipient)
    assert row["lastAnswer"].startswith("421 4.3.0")
    server.command("outbox", "retry", row["id"])
    row = net.wait_for_attempt(server, recipient, count=2)
    assert row["lastAnswer"].startswith("421 4.3.1")
    server.command("outbox", "retry", row["id"])
    row = net.wait_for_state(server, recipient, "handed-over")
    assert "tlsVersion" not in row["passage"] and len(host.mails) == 1


@pytest.mark.parametrize("case,mx,failure_class,words", [
    ("loop", "10 mail.haus.test.", "routing", "5.4.6 the first mail host of loop.test is this server"),
    ("nothing", "10 mx.nothing.test.", "routing", "5.4.4 no mail host of nothing.test has an address"),
])
def test_an_mx_record_that_leads_nowhere(world, case, mx, failure_class, words):
    net, server, _ = world
    net.dns.zones[domain(case)].set("@", "MX", 60, mx)
    net.send(server, f"bea@{domain(case)}")
    row = net.wait_for_state(server, f"bea@{domain(case)}", "failed")
    assert row["failureClass"] == failure_class and words in row["lastAnswer"], row


def test_tlsa_records_that_end_in_servfail_delay_the_mail(mail_net, make_scripted_dns):
    host = mail_net.postfix("mx1.kunde.test")
    zone = mail_net.zone("kunde.test", host.host, signed=True)
    # An unusable one: all that it demands is TLS.
    zone.set("_25._tcp.mx1", "TLSA", 60, "0 1 1 " + "ab" * 32)
    is_broken = True

    def answer(request, transport):
        if is_broken and request.question[0].rdtype == dns.rdatatype.TLSA:
            return reply(request, rcode="SERVFAIL", authoritative=False)
        ask = dns.query.tcp if transport == "tcp" else dns.query.udp
        return ask(request, "127.0.0.1", port=mail_net.dns.port, timeout=5)

    between = make_scripted_dns(answer)
    server = mail_net.server(dns_port=between.port)
    mail_net.send(server, "bea@kunde.test")
    row = mail_net.wait_for_attempt(server, "bea@kunde.test")
    assert row["failureClass"] == "transport-security" and "TLSA" in row["lastAnswer"], row
    assert host.mails == []
    is_broken = False
    server.command("outbox", "retry", row["id"])
    host.wait_for(1)
