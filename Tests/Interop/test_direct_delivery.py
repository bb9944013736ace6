"""The built-in mail server delivers to real mail hosts: the way, the order, what it does when a host is not well."""

import re

from harness import SMTPSink
from harness.domains import verify
from harness.signatures import signers, verified


def test_mail_goes_to_the_mail_host_of_its_recipient(mail_net):
    host = mail_net.sink()
    mail_net.zone("kunde.test", host.host)
    server = mail_net.server()
    mail_net.send(server, "bea@kunde.test")
    mail, = host.wait_for(1)
    assert mail.recipients == ["bea@kunde.test"]
    assert mail.helo == "mail.haus.test"
    row = mail_net.wait_for_state(server, "bea@kunde.test", "handed-over")
    assert row["passage"] == {"host": "mx1.kunde.test", "proof": "none"}
    assert len(row["history"]) == 1


def test_the_next_host_takes_what_the_first_does_not(mail_net):
    second = mail_net.sink()
    mail_net.zone("kunde.test", "127.0.0.99", second.host)
    server = mail_net.server()
    mail_net.send(server, "bea@kunde.test")
    second.wait_for(1)
    row = mail_net.wait_for_state(server, "bea@kunde.test", "handed-over")
    assert row["passage"]["host"] == "mx2.kunde.test"
    assert len(row["history"]) == 1


def test_without_mx_records_the_domain_itself_is_the_host(mail_net):
    host = mail_net.sink()
    mail_net.zone("kunde.test").set("@", "A", 60, host.host)
    server = mail_net.server()
    mail_net.send(server, "bea@kunde.test")
    host.wait_for(1)
    assert mail_net.wait_for_state(server, "bea@kunde.test", "handed-over")["passage"]["host"] == "kunde.test"


def test_a_domain_that_takes_no_mail_or_is_not_there_fails_at_once(mail_net):
    mail_net.zone("null.test").set("@", "MX", 60, "0 .")
    mail_net.zone("kunde.test")
    server = mail_net.server()
    mail_net.send(server, "bea@null.test", "carl@fehlt.kunde.test")
    row = mail_net.wait_for_state(server, "bea@null.test", "failed")
    assert (row["failureClass"], row["lastAnswer"][:6]) == ("no-such-domain", "5.1.10")
    row = mail_net.wait_for_state(server, "carl@fehlt.kunde.test", "failed")
    assert (row["failureClass"], row["lastAnswer"][:5]) == ("no-such-domain", "5.1.2")
    assert len(row["history"]) == 1


def test_mail_hosts_in_private_networks_are_not_dialled(mail_net):
    host = mail_net.sink()
    mail_net.zone("kunde.test", host.host)
    server = mail_net.server(DEPESCHE_ALLOW_PRIVATE_DESTINATIONS="off")
    mail_net.send(server, "bea@kunde.test")
    row = mail_net.wait_for_state(server, "bea@kunde.test", "failed")
    assert row["failureClass"] == "routing"
    assert host.mails == []


def test_all_hosts_unreachable_is_temporary(mail_net):
    mail_net.zone("kunde.test", "127.0.0.98", "127.0.0.99")
    server = mail_net.server()
    mail_net.send(server, "bea@kunde.test")
    row = mail_net.wait_for_attempt(server, "bea@kunde.test")
    assert row["failureClass"] == "routing"
    # A host that comes back gets the mail once the administrator says so.
    host = SMTPSink(host="127.0.0.99", port=mail_net.port)
    try:
        server.command("outbox", "retry", row["id"])
        host.wait_for(1)
        mail_net.wait_for_state(server, "bea@kunde.test", "handed-over")
    finally:
        host.close()


def test_a_refused_recipient_fails_and_one_that_is_put_off_waits(mail_net):
    restrictions = "check_recipient_access static:{{{}}}".format
    refusing = mail_net.postfix("mx1.nein.test", smtpd_recipient_restrictions=restrictions("550 5.1.1 unknown"))
    grey = mail_net.postfix("mx1.grau.test", smtpd_recipient_restrictions=restrictions("450 4.7.1 Greylisted"))
    mail_net.zone("nein.test", refusing.host)
    mail_net.zone("grau.test", grey.host)
    server = mail_net.server()
    mail_net.send(server, "bea@nein.test", "carl@grau.test")
    row = mail_net.wait_for_state(server, "bea@nein.test", "failed")
    assert row["failureClass"] == "no-such-user"
    row = mail_net.wait_for_attempt(server, "carl@grau.test")
    assert row["failureClass"] == "greylisted"


def test_connections_are_used_again(mail_net):
    host = mail_net.postfix("mx1.kunde.test")
    mail_net.zone("kunde.test", host.host)
    server = mail_net.server()
    server.settings(mailserver_connections=1)
    mail_net.send(server, *(f"r{number}@kunde.test" for number in range(12)))
    host.wait_for(12)
    for number in range(12):
        mail_net.wait_for_state(server, f"r{number}@kunde.test", "handed-over")
    assert len(re.findall(r"mx/smtpd\[\d+\]: connect from", host.log)) == 1, host.log


def test_mail_is_signed_twice_for_its_sender_domain(mail_net):
    host = mail_net.sink()
    mail_net.zone("kunde.test", host.host)
    zone = mail_net.zone("haus.test")
    zone.set("@", "TXT", 60, '"v=spf1 ip4:127.0.0.1 -all"')
    server = mail_net.server()
    verify(server, zone, "haus.test")
    mail_net.send(server, "bea@kunde.test")
    mail, = host.wait_for(1)
    assert mail["From"] == "Anna <anna@haus.test>"
    assert signers(mail) == ["haus.test", "haus.test"]
    assert {tags.split("a=", 1)[1].split(";", 1)[0] for tags in mail.message.get_all("DKIM-Signature")} == {
        "rsa-sha256", "ed25519-sha256"}
    assert verified(mail_net.dns, mail) == [True, True]
