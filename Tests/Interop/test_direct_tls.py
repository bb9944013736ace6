"""How mail to mail hosts is protected: opportunistic TLS, DANE and MTA-STS, with signed zones and real certificates.

The names in brackets are those of the German BSI's test specification for TR-03108.
"""

import gzip
import hashlib
import json
import re
import subprocess

import pytest

from harness.tools import program


def spki(certificate):
    """The SubjectPublicKeyInfo of a certificate, DER."""
    pem = subprocess.run(
        [program("openssl"), "x509", "-in", str(certificate), "-pubkey", "-noout"], check=True,
        capture_output=True).stdout
    return subprocess.run(
        [program("openssl"), "pkey", "-pubin", "-outform", "DER"], input=pem, check=True, capture_output=True).stdout


def der(certificate):
    """A certificate, DER."""
    return subprocess.run(
        [program("openssl"), "x509", "-in", str(certificate), "-outform", "DER"], check=True,
        capture_output=True).stdout


def tlsa(usage, selector, matching, certificate):
    """What a TLSA record says of a certificate."""
    data = der(certificate) if selector == 0 else spki(certificate)
    text = {0: data.hex, 1: hashlib.sha256(data).hexdigest, 2: hashlib.sha512(data).hexdigest}[matching]()
    return f"{usage} {selector} {matching} {text}"


@pytest.fixture
def protected(mail_net):
    """A Postfix with STARTTLS at mx1.kunde.test, whose zone is signed; its certificate (chain, key)."""

    def make(signed=True, **options):
        certificate = mail_net.authority.issue("mx1.kunde.test")
        host = mail_net.postfix("mx1.kunde.test", certificate=certificate, **options)
        zone = mail_net.zone("kunde.test", host.host, signed=signed)
        return host, zone, certificate[0]

    return make


def test_starttls_is_used_where_it_is_offered(mail_net):
    # Nobody has issued this certificate for that name: without a policy that does not matter.
    host = mail_net.postfix("mx1.kunde.test", certificate=mail_net.authority.issue("anders.test", expired=True))
    mail_net.zone("kunde.test", host.host)
    server = mail_net.server()
    mail_net.send(server, "bea@kunde.test")
    host.wait_for(1)
    row = mail_net.wait_for_state(server, "bea@kunde.test", "handed-over")
    assert row["passage"] == {"host": "mx1.kunde.test", "tlsVersion": "TLS 1.3", "proof": "none"}


def test_a_failed_handshake_is_no_reason_to_lose_mail(mail_net):
    # It offers STARTTLS and then speaks only what is too old.
    host = mail_net.postfix("mx1.kunde.test", smtpd_tls_protocols="TLSv1", smtpd_tls_mandatory_protocols="TLSv1")
    mail_net.zone("kunde.test", host.host)
    server = mail_net.server()
    mail_net.send(server, "bea@kunde.test")
    host.wait_for(1)
    row = mail_net.wait_for_state(server, "bea@kunde.test", "handed-over")
    assert row["passage"] == {"host": "mx1.kunde.test", "proof": "none"}
    assert len(row["history"]) == 1


@pytest.mark.parametrize("usage,selector,matching", [
    (usage, selector, matching) for usage in (3, 2) for selector in (0, 1) for matching in (0, 1, 2)])
def test_dane_proves_the_host(mail_net, protected, usage, selector, matching):
    """[B-01] A usable record that matches."""
    chain = mail_net.authority.issue_chain("mx1.kunde.test")
    host = mail_net.postfix("mx1.kunde.test", certificate=(chain.bundle, chain.key))
    zone = mail_net.zone("kunde.test", host.host, signed=True)
    subject = chain.leaf if usage == 3 else chain.issuer
    zone.set("_25._tcp.mx1", "TLSA", 60, tlsa(usage, selector, matching, subject))
    server = mail_net.server()
    mail_net.send(server, "bea@kunde.test")
    host.wait_for(1)
    row = mail_net.wait_for_state(server, "bea@kunde.test", "handed-over")
    assert row["passage"] == {"host": "mx1.kunde.test", "tlsVersion": "TLS 1.3", "proof": "dane"}


def test_dane_ee_ignores_name_and_expiry(mail_net):
    """[B-02] Usage 3: only the match counts (RFC 7672, 3.1.1)."""
    certificate = mail_net.authority.issue("ganz-anders.test", expired=True)
    host = mail_net.postfix("mx1.kunde.test", certificate=certificate)
    zone = mail_net.zone("kunde.test", host.host, signed=True)
    zone.set("_25._tcp.mx1", "TLSA", 60, tlsa(3, 1, 1, certificate[0]))
    server = mail_net.server()
    mail_net.send(server, "bea@kunde.test")
    host.wait_for(1)
    assert mail_net.wait_for_state(server, "bea@kunde.test", "handed-over")["passage"]["proof"] == "dane"


def refused(mail_net, host, answer):
    """A mail that must wait, and never come through."""
    server = mail_net.server()
    mail_net.send(server, "bea@kunde.test")
    row = mail_net.wait_for_attempt(server, "bea@kunde.test")
    assert row["failureClass"] == "transport-security", row
    assert answer in row["lastAnswer"]
    assert host.mails == []
    return server, row


def test_a_certificate_that_does_not_match_gets_no_mail(mail_net, protected):
    """[B-03] No match: deferred, never sent; when the record is right, the mail goes."""
    host, zone, certificate = protected()
    other, _ = mail_net.authority.issue("mx1.kunde.test")
    zone.set("_25._tcp.mx1", "TLSA", 60, tlsa(3, 1, 1, other))
    server, row = refused(mail_net, host, "TLSA")
    zone.set("_25._tcp.mx1", "TLSA", 60, tlsa(3, 1, 1, certificate))
    server.command("outbox", "retry", row["id"])
    host.wait_for(1)
    assert mail_net.wait_for_state(server, "bea@kunde.test", "handed-over")["passage"]["proof"] == "dane"


@pytest.mark.parametrize("wrong", ["name", "expired"])
def test_dane_ta_demands_name_and_time(mail_net, wrong):
    """[C-04] Usage 2: the path must be valid and for the host (RFC 7672, 3.1.2)."""
    name = "anders.test" if wrong == "name" else "mx1.kunde.test"
    chain = mail_net.authority.issue_chain(name, expired=wrong == "expired")
    host = mail_net.postfix("mx1.kunde.test", certificate=(chain.bundle, chain.key))
    zone = mail_net.zone("kunde.test", host.host, signed=True)
    zone.set("_25._tcp.mx1", "TLSA", 60, tlsa(2, 0, 1, chain.issuer))
    refused(mail_net, host, "TLSA")


def test_a_host_without_starttls_gets_no_mail_under_dane(mail_net):
    """[C-05] Records and no STARTTLS: a downgrade."""
    host = mail_net.sink()
    zone = mail_net.zone("kunde.test", host.host, signed=True)
    certificate, _ = mail_net.authority.issue("mx1.kunde.test")
    zone.set("_25._tcp.mx1", "TLSA", 60, tlsa(3, 1, 1, certificate))
    refused(mail_net, host, "STARTTLS")


@pytest.mark.parametrize("record", ["0 1 1 " + "ab" * 32, "1 0 1 " + "ab" * 32, "3 1 1 abcd", "3 1 9 " + "ab" * 32])
def test_unusable_records_demand_tls_with_whomever(mail_net, protected, record):
    """[C-06] Usages 0 and 1 and broken records: TLS, authenticated by nobody (RFC 7672, 2.2)."""
    host, zone, _ = protected()
    zone.set("_25._tcp.mx1", "TLSA", 60, record)
    server = mail_net.server()
    mail_net.send(server, "bea@kunde.test")
    host.wait_for(1)
    passage = mail_net.wait_for_state(server, "bea@kunde.test", "handed-over")["passage"]
    assert (passage["tlsVersion"], passage["proof"]) == ("TLS 1.3", "none")


def test_records_that_cannot_be_asked_for_are_not_none(mail_net, protected):
    """[C-07] A bogus answer for the TLSA records is temporary, never "no record"."""
    host, zone, certificate = protected()
    zone.set("_25._tcp.mx1", "TLSA", 60, tlsa(3, 1, 1, certificate))
    zone.forge("_25._tcp.mx1", "TLSA", tlsa(3, 1, 1, mail_net.authority.issue("x.test")[0]))
    refused(mail_net, host, "TLSA")


def test_records_in_an_unsigned_zone_do_not_count(mail_net, protected):
    """[C-08] Without DNSSEC there is no DANE."""
    host, zone, _ = protected(signed=False)
    other, _ = mail_net.authority.issue("mx1.kunde.test")
    zone.set("_25._tcp.mx1", "TLSA", 60, tlsa(3, 1, 1, other))
    server = mail_net.server()
    mail_net.send(server, "bea@kunde.test")
    host.wait_for(1)
    assert mail_net.wait_for_state(server, "bea@kunde.test", "handed-over")["passage"]["proof"] == "none"


def test_one_matching_record_of_several_is_enough(mail_net, protected):
    """[C-09] Roll-over: an old and a new record side by side."""
    host, zone, certificate = protected()
    other, _ = mail_net.authority.issue("mx1.kunde.test")
    zone.set("_25._tcp.mx1", "TLSA", 60, tlsa(3, 1, 1, other), tlsa(3, 1, 1, certificate))
    server = mail_net.server()
    mail_net.send(server, "bea@kunde.test")
    host.wait_for(1)
    assert mail_net.wait_for_state(server, "bea@kunde.test", "handed-over")["passage"]["proof"] == "dane"


@pytest.fixture
def with_policy(mail_net, make_policy_host):
    """A Postfix at mx1.kunde.test in an unsigned zone with an MTA-STS policy; (host, zone, policy host)."""

    def make(policy, certificate=None, policy_certificate=None):
        host = mail_net.postfix("mx1.kunde.test", certificate=certificate)
        zone = mail_net.zone("kunde.test", host.host)
        address = mail_net.address()
        zone.set("mta-sts", "A", 60, address)
        zone.set("_mta-sts", "TXT", 60, '"v=STSv1; id=1"')
        web = make_policy_host(
            policy_certificate or mail_net.authority.issue("mta-sts.kunde.test"), address, mail_net.sts_port)
        web.policy = policy
        return host, zone, web

    return make


def policy(mode="enforce", mx="mx1.kunde.test"):
    return f"version: STSv1\r\nmode: {mode}\r\nmx: {mx}\r\nmax_age: 86400\r\n"


def test_a_policy_is_held_to_and_kept_over_a_restart(mail_net, with_policy):
    """[J-01] enforce, a listed host, a valid certificate."""
    host, _, web = with_policy(policy())
    server = mail_net.server()
    mail_net.send(server, "bea@kunde.test")
    host.wait_for(1)
    passage = mail_net.wait_for_state(server, "bea@kunde.test", "handed-over")["passage"]
    assert passage == {"host": "mx1.kunde.test", "tlsVersion": "TLS 1.3", "proof": "mta-sts"}
    assert [path for _, path in web.requests] == ["/.well-known/mta-sts.txt"]
    # The policy outlives the server, and the host that had it.
    web.policy = None
    server.restart()
    mail_net.send(server, "carl@kunde.test")
    host.wait_for(2)
    assert mail_net.wait_for_state(server, "carl@kunde.test", "handed-over")["passage"]["proof"] == "mta-sts"
    assert len(web.requests) == 1


@pytest.mark.parametrize("wrong", ["certificate", "host"])
def test_what_the_policy_does_not_allow_gets_no_mail(mail_net, with_policy, wrong):
    """[J-02] enforce, and the certificate or the host is not what the policy says."""
    certificate = mail_net.authority.issue("anders.test") if wrong == "certificate" else None
    host, _, _ = with_policy(policy(mx="mx9.kunde.test" if wrong == "host" else "mx1.kunde.test"), certificate)
    refused(mail_net, host, "MTA-STS" if wrong == "host" else "certificate")


def test_a_policy_that_is_tested_changes_nothing(mail_net, with_policy):
    """[J-03] testing: reported, and the mail goes."""
    host, _, _ = with_policy(policy(mode="testing"), mail_net.authority.issue("anders.test"))
    server = mail_net.server()
    mail_net.send(server, "bea@kunde.test")
    host.wait_for(1)
    passage = mail_net.wait_for_state(server, "bea@kunde.test", "handed-over")["passage"]
    assert (passage["tlsVersion"], passage["proof"]) == ("TLS 1.3", "none")


@pytest.mark.parametrize("trouble", ["missing", "certificate", "garbage"])
def test_without_a_policy_to_be_had_mail_goes_as_without_one(mail_net, with_policy, trouble):
    """[J-04] A fetch that fails, and nothing kept: no policy."""
    text = {"missing": None, "certificate": policy(mx="mx9.kunde.test"), "garbage": "mode: perhaps"}[trouble]
    certificate = mail_net.authority.issue("anders.test") if trouble == "certificate" else None
    host, _, _ = with_policy(text, policy_certificate=certificate)
    server = mail_net.server()
    mail_net.send(server, "bea@kunde.test")
    host.wait_for(1)
    assert mail_net.wait_for_state(server, "bea@kunde.test", "handed-over")["passage"]["proof"] == "none"


def test_a_policy_host_that_hangs_delays_and_loses_nothing(mail_net, with_policy):
    host, _, _ = with_policy("hang")
    server = mail_net.server()
    mail_net.send(server, "bea@kunde.test")
    host.wait_for(1, seconds=60)
    assert mail_net.wait_for_state(server, "bea@kunde.test", "handed-over")["passage"]["proof"] == "none"


def test_domains_that_ask_for_it_get_a_report_on_tls(mail_net, make_policy_host):
    """[H-02 to H-10] One session that went well, one that did not, by mail, signed with DKIM."""
    host, reports = mail_net.postfix("mx1.kunde.test"), mail_net.sink()
    zone = mail_net.zone("kunde.test", host.host)
    mail_net.zone("berichte.test", reports.host)
    zone.set("_smtp._tls", "TXT", 60, '"v=TLSRPTv1; rua=mailto:tls@berichte.test"')
    address = mail_net.address()
    zone.set("mta-sts", "A", 60, address)
    zone.set("_mta-sts", "TXT", 60, '"v=STSv1; id=1"')
    web = make_policy_host(mail_net.authority.issue("mta-sts.kunde.test"), address, mail_net.sts_port)
    web.policy = policy(mx="mx1.kunde.test")
    server = mail_net.server(movable_clock=True)
    mail_net.send(server, "bea@kunde.test")
    host.wait_for(1)
    mail_net.wait_for_state(server, "bea@kunde.test", "handed-over")
    server.clock.forward(days=1.1)
    mail, = reports.wait_for(1, seconds=60, matching=lambda mail: mail.recipients == ["tls@berichte.test"])
    assert mail.sender == ""
    assert mail["TLS-Report-Domain"] == "kunde.test"
    assert mail["Subject"].startswith("Report Domain: kunde.test Submitter: haus.test Report-ID: <")
    assert mail.message.get_content_type() == "multipart/report"
    assert mail.message.get_param("report-type") == "tlsrpt"
    attached = next(part for part in mail.message.walk() if part.get_content_type() == "application/tlsrpt+gzip")
    assert re.fullmatch(r"haus\.test!kunde\.test!\d+!\d+\.json\.gz", attached.get_filename())
    report = json.loads(gzip.decompress(attached.get_payload(decode=True)))
    assert report["organization-name"] == "Haus"
    one, = report["policies"]
    assert one["policy"]["policy-type"] == "sts"
    assert one["policy"]["policy-domain"] == "kunde.test"
    assert one["policy"]["mx-host"] == ["mx1.kunde.test"]
    assert one["summary"] == {"total-successful-session-count": 1, "total-failure-session-count": 0}


def test_dane_goes_before_a_policy(mail_net, with_policy):
    """MTA-STS never overrides DANE (RFC 8461, 2)."""
    certificate = mail_net.authority.issue("anders.test")
    host = mail_net.postfix("mx1.kunde.test", certificate=certificate)
    zone = mail_net.zone("kunde.test", host.host, signed=True)
    zone.set("_25._tcp.mx1", "TLSA", 60, tlsa(3, 1, 1, certificate[0]))
    zone.set("_mta-sts", "TXT", 60, '"v=STSv1; id=1"')
    server = mail_net.server()
    mail_net.send(server, "bea@kunde.test")
    host.wait_for(1)
    assert mail_net.wait_for_state(server, "bea@kunde.test", "handed-over")["passage"]["proof"] == "dane"


def test_the_administrator_can_demand_tls(mail_net):
    bare, wrong = mail_net.sink(), mail_net.postfix("mx1.zwei.test", certificate=mail_net.authority.issue("anders.test"))
    mail_net.zone("eins.test", bare.host)
    mail_net.zone("zwei.test", wrong.host)
    server = mail_net.server()
    server.command("setting", "set", "mailserver.tls-demands", "eins.test=encrypted zwei.test")
    mail_net.send(server, "bea@eins.test", "carl@zwei.test")
    for recipient in ("bea@eins.test", "carl@zwei.test"):
        assert mail_net.wait_for_attempt(server, recipient)["failureClass"] == "transport-security"
    assert (bare.mails, wrong.mails) == ([], [])
    server.command("setting", "set", "mailserver.tls-demands", "zwei.test=encrypted")
    for recipient in ("bea@eins.test", "carl@zwei.test"):
        server.command("outbox", "retry", mail_net.row(server, recipient)["id"])
        mail_net.wait_for_state(server, recipient, "handed-over")
