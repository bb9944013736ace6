"""The mail hosts that are out there: real Postfix, Exim and OpenSMTPD take our mail, refuse it, or report later."""

import pytest

from harness.api import APIClient
from harness.mailnet import SENDER

RETURN_PATH = "rueck.haus.test"
# What each says of a recipient whom it does not know.
WORDS = {
    "postfix": "550 5.1.1 <niemand@kunde.test>: Recipient address rejected: User unknown",
    "exim": "550 Unrouteable address",
    "opensmtpd": "524 5.2.4 Mailing list expansion problem: <niemand@kunde.test>",
}


def sending(server, delivery):
    """What the sender sees at each recipient of a delivery."""
    token = server.json("token", "create", SENDER)["token"]
    recipients = APIClient(server.port, token).call("GET", f"/deliveries/{delivery['id']}")["recipients"]
    return {recipient["email"]: recipient["sending"] for recipient in recipients}


@pytest.mark.parametrize("program", ["postfix", "exim", "opensmtpd"])
def test_mail_arrives_is_refused_or_fails_later_and_is_reported(mail_net, program):
    reports = mail_net.address()
    # Mail for "spaeter" is taken and goes on to a host that will not have it: a forward, or a server behind this one.
    refusing = mail_net.postfix(
        "mx1.weg.test", smtpd_recipient_restrictions="check_recipient_access static:{550 5.1.1 unknown user}")
    # OpenSMTPD's reports do not say to whom forwarded mail was sent first, and what names a stranger is not believed.
    aliases, onward = {"spaeter": "dora@weg.test"}, "weg.test"
    if program == "opensmtpd":
        aliases, onward = {}, "spaeter@kunde.test"
    host = mail_net.mail_host(
        program, "kunde.test", users=["bea"], aliases=aliases, ways={onward: refusing.host, RETURN_PATH: reports})
    mail_net.zone("kunde.test", host.host)
    mail_net.zone(RETURN_PATH, reports)
    server = mail_net.server()
    mail_net.take_reports(server, RETURN_PATH, reports)
    delivery = mail_net.send(server, "bea@kunde.test", "niemand@kunde.test", "spaeter@kunde.test")

    row = mail_net.wait_for_state(server, "niemand@kunde.test", "failed")
    assert (row["failureClass"], len(row["history"])) == ("no-such-user", 1), row
    assert WORDS[program] in row["lastAnswer"]

    [mail] = host.wait_for(1)
    assert mail.recipients == ["bea@kunde.test"] and mail.sender.endswith("@" + RETURN_PATH)
    row = mail_net.wait_for_state(server, "bea@kunde.test", "handed-over")
    # A handshake that fails is no reason to lose mail: see harness/opensmtpd.py.
    protection = {} if program == "opensmtpd" else {"tlsVersion": "TLS 1.3"}
    assert row["passage"] == {"host": "mx1.kunde.test", "proof": "none"} | protection

    row = mail_net.wait_for_state(server, "spaeter@kunde.test", "failed")
    assert row["failureClass"] == "no-such-user" and "unknown user" in row["lastAnswer"], row
    # The log has the report under the ids of the delivery and of its mail.
    assert f"delivery={delivery['id']} outbox={row['id']} verdict=applied [Deliveries] returned mail" in server.log
    assert sending(server, delivery) == {
        "bea@kunde.test": "handed-over", "niemand@kunde.test": "failed", "spaeter@kunde.test": "failed"}
