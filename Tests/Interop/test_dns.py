"""The resolvers and the update client against a real Knot DNS, and against servers that answer wrongly, late, or not."""

import json
import subprocess
import threading

import dns.flags
import dns.message
import pytest

from harness import cannot_run
from harness.dns import TSIGKey, free_dns_port, reply
from harness.tools import REPOSITORY, own_environment

TESTS = REPOSITORY / ".build" / "debug" / "depeschePackageTests.xctest"


@pytest.fixture
def probe(tmp_path):
    """Runs the Swift side with a request; gives a dictionary for each question."""
    if not TESTS.exists():
        cannot_run("the unit tests are not built")

    def run(**request):
        result = tmp_path / "result.json"
        result.unlink(missing_ok=True)
        (tmp_path / "request.json").write_text(json.dumps(request))
        done = subprocess.run(
            [TESTS, "--testing-library", "swift-testing", "--filter", "DNSInteropProbe"], cwd=REPOSITORY,
            env=own_environment() | {"DNS_PROBE": str(tmp_path / "request.json"), "DNS_PROBE_RESULT": str(result)},
            capture_output=True, text=True, timeout=120)
        assert result.exists(), done.stdout[-3000:] + done.stderr[-3000:]
        return json.loads(result.read_text())

    return run


@pytest.fixture
def ask(probe):
    """Asks "NAME TYPE" questions, all at once; gives an answer for each."""

    def run(*questions, **request):
        asked = [dict(zip(("name", "type"), question.split())) for question in questions]
        return probe(questions=asked, **request)

    return run


@pytest.fixture
def zones(dns):
    """A signed and an unsigned zone with a bit of everything."""
    for name, signed in {"signed.example": True, "plain.example": False}.items():
        zone = dns.zone(name, signed=signed)
        zone.set("@", "MX", 600, "10 mail")
        zone.set("@", "TXT", 600, '"v=spf1 mx " "-all"')
        zone.set("mail", "A", 600, "192.0.2.25", "192.0.2.26")
        zone.set("mail", "AAAA", 600, "2001:db8::25")
        zone.set("www", "CNAME", 60, "mail")
        zone.set("_25._tcp.mail", "TLSA", 600, "3 1 1 " + "ab" * 32)
        zone.set("long", "TXT", 600, *(f'"{number} {"x" * 240}"' for number in range(40)))
        zone.set("one", "CNAME", 60, "two")
        zone.set("two", "CNAME", 60, "one")
    return dns


def outcomes(answers):
    return [answer.get("outcome") or answer["failure"] for answer in answers]


# --- the validating resolver ---


@pytest.mark.parametrize(("zone", "verdict"), [("signed.example", "secure"), ("plain.example", "insecure")])
def test_what_is_there_and_what_is_not_with_its_verdict(zones, ask, zone, verdict):
    answers = ask(
        f"mail.{zone} A", f"{zone} TXT", f"www.{zone} AAAA", f"_25._tcp.mail.{zone} TLSA", f"mail.{zone} TLSA",
        f"nothing.{zone} A", f"_tcp.mail.{zone} TLSA", f"long.{zone} TXT",
        unboundConf=str(zones.write_unbound_conf(keeps=True)))
    assert outcomes(answers) == [
        "found", "found", "found", "found", "noSuchRecord", "noSuchName", "noSuchRecord", "found"], answers
    assert {answer["verdict"] for answer in answers} == {verdict}, answers
    assert sorted(answers[0]["records"]) == ["A 192.0.2.25", "A 192.0.2.26"]
    assert answers[1]["records"] == ['TXT "v=spf1 mx " "-all"']
    assert answers[2]["records"] == ["AAAA 2001:db8::25"] and answers[2]["aliases"] == [f"www.{zone}"]
    assert answers[3]["records"] == ["TLSA 3 1 1 " + "ab" * 32]
    assert answers[0]["ttl"] == 600 and answers[2]["ttl"] == 60
    # RFC 2308, 5: the SOA record's own TTL and its minimum, whichever is smaller.
    assert answers[4]["ttl"] == 300 and answers[5]["ttl"] == 300
    assert len(answers[7]["records"]) == 40


def test_a_forgery_is_bogus_and_says_why(zones, ask):
    zone = zones.zones["signed.example"]
    zone.forge("mail", "A", "192.0.2.66")
    [answer, other] = ask("mail.signed.example A", "signed.example TXT", unboundConf=str(zones.unbound_conf))
    assert answer["failure"] == "bogus" and "signature" in answer["detail"], answer
    assert other["verdict"] == "secure"
    zone.sign()
    zone.break_signatures("@", "TXT")
    [healed, broken] = ask("mail.signed.example A", "signed.example TXT", unboundConf=str(zones.unbound_conf))
    assert healed["verdict"] == "secure" and broken["failure"] == "bogus"


def test_a_zone_that_lost_its_signatures_is_bogus(zones, ask):
    conf = zones.unbound_conf
    zones.zones["signed.example"].unsign()
    [answer] = ask("mail.signed.example A", unboundConf=str(conf))
    assert answer["failure"] == "bogus", answer


def test_a_change_is_seen_at_once(zones, ask):
    conf = str(zones.unbound_conf)
    zones.zones["signed.example"].set("new", "TXT", 600, '"one"')
    assert ask("new.signed.example TXT", unboundConf=conf)[0]["records"] == ['TXT "one"']
    zones.zones["signed.example"].remove("new")
    [answer] = ask("new.signed.example TXT", unboundConf=conf)
    assert (answer["outcome"], answer["verdict"]) == ("noSuchName", "secure")


def test_trouble_is_a_failure_and_never_an_absence(zones, ask, make_scripted_dns):
    failing = make_scripted_dns(lambda request, transport: reply(request, rcode="SERVFAIL"))
    silent = make_scripted_dns(lambda request, transport: None)
    for server, allowed in ((failing, {"server-failure", "bogus"}), (silent, {"timeout"})):
        answers = ask("mail.plain.example A", "nothing.plain.example TLSA", "mail.signed.example TLSA", milliseconds=3_000,
                      unboundConf=str(zones.write_unbound_conf(port=server.port)))
        assert {answer.get("failure") for answer in answers} <= allowed, answers
    [loop] = ask("one.plain.example A", unboundConf=str(zones.unbound_conf))
    assert loop["failure"] in ("alias-loop", "server-failure"), loop


# --- the stub resolver ---


def test_a_domains_own_servers_are_asked_without_recursion(zones, ask):
    answers = ask(
        "mail.plain.example A", "www.plain.example AAAA", "plain.example TXT", "mail.plain.example TLSA",
        "nothing.plain.example A", "other.example A", "one.plain.example A", "plain.example SOA",
        servers=[zones.resolver], isRecursionDesired=False)
    assert outcomes(answers) == [
        "found", "found", "found", "noSuchRecord", "noSuchName", "refused", "alias-loop", "found"], answers
    assert {answer["verdict"] for answer in answers if "verdict" in answer} == {"insecure"}
    assert answers[0]["isAuthoritative"] is True
    assert answers[1]["aliases"] == ["www.plain.example"] and answers[1]["ttl"] == 60
    assert answers[3]["ttl"] == answers[4]["ttl"] == 300


def test_a_long_answer_comes_over_tcp(zones, ask):
    [answer] = ask("long.plain.example TXT", servers=[zones.resolver])
    assert answer["outcome"] == "found" and len(answer["records"]) == 40


def test_the_next_server_is_asked(zones, ask, make_scripted_dns):
    failing = make_scripted_dns(lambda request, transport: reply(request, rcode="SERVFAIL"))
    [answer] = ask("mail.plain.example A", servers=[failing.resolver, zones.resolver])
    assert answer["outcome"] == "found"
    assert len(failing.requests) == 1
    nobody = f"127.0.0.1:{free_dns_port()}"
    assert ask("mail.plain.example A", servers=[nobody, zones.resolver])[0]["outcome"] == "found"
    assert ask("mail.plain.example A", servers=[nobody])[0]["failure"] == "unreachable"


def forged(request, change):
    """An answer with one thing wrong."""
    made = reply(request, "kunde.example. 600 IN TXT forged")
    change(made)
    return made


def misnamed(made):
    made.question = reply(dns.message.make_query("andere.example", "TXT")).question


@pytest.mark.parametrize(("answer", "failure"), [
    (lambda request: None, "timeout"),
    (lambda request: b"garbage", "malformed"),
    (lambda request: reply(request, "kunde.example. 600 IN TXT x").to_wire()[:-3], "malformed"),
    (lambda request: reply(request).to_wire() + b"more", "malformed"),
    (lambda request: forged(request, lambda made: setattr(made, "id", made.id ^ 1)), "malformed"),
    (lambda request: forged(request, misnamed), "malformed"),
    (lambda request: forged(request, lambda made: setattr(made, "flags", made.flags & ~dns.flags.QR)), "malformed"),
    (lambda request: reply(request, rcode="SERVFAIL"), "server-failure"),
    (lambda request: reply(request, rcode="REFUSED"), "refused"),
    (lambda request: reply(request, rcode="FORMERR"), "refused"),
    (lambda request: reply(request, "kunde.example. 60 IN CNAME kunde.example."), "alias-loop"),
], ids=["silent", "garbage", "cut", "too-long", "wrong-id", "wrong-question", "no-answer", "SERVFAIL", "REFUSED", "FORMERR",
        "loop"])
def test_bad_servers_are_told_apart(ask, make_scripted_dns, answer, failure):
    server = make_scripted_dns(lambda request, transport: answer(request))
    [heard] = ask("kunde.example TXT", servers=[server.resolver], milliseconds=1_000)
    assert heard.get("failure") == failure, heard
    assert server.resolver in heard["detail"]


def test_the_right_answer_counts_after_forged_ones(ask, make_scripted_dns):
    server = make_scripted_dns(lambda request, transport: [
        b"garbage", forged(request, lambda made: setattr(made, "id", made.id ^ 1)), forged(request, misnamed),
        reply(request, "kunde.example. 600 IN TXT right")])
    assert ask("kunde.example TXT", servers=[server.resolver])[0]["records"] == ['TXT "right"']


def test_truncated_without_tcp_is_a_failure(ask, make_scripted_dns):
    server = make_scripted_dns(lambda request, transport: reply(request, truncated=True), tcp=False)
    [heard] = ask("kunde.example TXT", servers=[server.resolver], milliseconds=1_000)
    assert heard["failure"] == "unreachable", heard
    stubborn = make_scripted_dns(lambda request, transport: reply(request, truncated=True))
    [heard] = ask("kunde.example TXT", servers=[stubborn.resolver], milliseconds=1_000)
    assert heard["failure"] == "malformed", heard
    assert {transport for _, transport in stubborn.requests} == {"udp", "tcp"}


def test_a_late_answer_to_the_first_packet_is_not_taken_for_one_to_the_second(ask, make_scripted_dns):
    first = threading.Event()
    earlier = []

    def answer(request, transport):
        earlier.append(request)
        if not first.is_set():
            first.set()
            return None
        # To the new socket, the answer that the first packet should have had, and then the right one.
        return [reply(earlier[0], "kunde.example. 600 IN TXT late"), reply(request, "kunde.example. 600 IN TXT right")]

    server = make_scripted_dns(answer)
    [heard] = ask("kunde.example TXT", servers=[server.resolver], milliseconds=2_000)
    assert heard["records"] == ['TXT "right"']


def test_an_old_server_without_edns_is_asked_again(ask, make_scripted_dns):
    def answer(request, transport):
        return reply(request, rcode="FORMERR") if request.edns >= 0 else reply(request, "kunde.example. 600 IN TXT old")

    server = make_scripted_dns(answer)
    assert ask("kunde.example TXT", servers=[server.resolver])[0]["records"] == ['TXT "old"']


# --- dynamic updates ---


@pytest.fixture
def update(probe):
    """Changes a TXT record; gives what the client says."""

    def run(server, key, text, name="new", zone="signed.example", ifAbsent=False):
        [answer] = probe(servers=[server], update={
            "zone": zone, "key": key.name, "algorithm": key.algorithm, "secret": key.secret, "name": f"{name}.{zone}",
            "text": text, "ifAbsent": ifAbsent})
        return answer.get("outcome") or answer["failure"]

    return run


def test_a_signed_update_is_made_and_signed_by_the_zone(zones, ask, update):
    assert update(zones.resolver, zones.key, "v=DKIM1; p=" + "A" * 400, ifAbsent=True) == "made"
    [answer] = ask("new.signed.example TXT", unboundConf=str(zones.unbound_conf))
    assert answer["verdict"] == "secure" and answer["records"][0].startswith('TXT "v=DKIM1; p=AAA')
    assert update(zones.resolver, zones.key, "other", ifAbsent=True) == "refused: YXRRSET"
    assert update(zones.resolver, zones.key, None) == "made"
    [answer] = ask("new.signed.example TXT", unboundConf=str(zones.unbound_conf))
    assert answer["outcome"] == "noSuchName"


def test_hmac_sha512(make_dns, update):
    server = make_dns(algorithm="hmac-sha512")
    server.zone("signed.example")
    assert update(server.resolver, server.key, "x") == "made"


def test_an_update_with_a_wrong_key_is_refused(zones, update):
    wrong = TSIGKey(zones.key.name)
    assert update(zones.resolver, wrong, "x") == "key rejected: BADVERS/BADSIG"
    assert update(zones.resolver, TSIGKey("unknown"), "x") == "key rejected: BADKEY"
    # Knot looks for the key in the zone, so it cannot sign that it has no such zone.
    assert update(zones.resolver, zones.key, "x", zone="other.example") == "not authentic: NOTAUTH without a signature"
    assert zones.zones["signed.example"].ask("new", "TXT").rcode() == 3


def test_an_update_answered_by_somebody_else_is_not_believed(make_scripted_dns, update):
    server = make_scripted_dns(lambda request, transport: reply(request))
    assert update(server.resolver, TSIGKey(), "x").startswith("not authentic: ")
