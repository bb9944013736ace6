"""Two installations: one makes deliveries and signs nothing, the other is its mail server and signs and delivers."""

import html
import json
import re

from harness.api import APIClient, Visitor
from harness.domains import publish, quoted
from harness.mailnet import PASSWORD
from harness.signatures import signers, verified
from harness.tools import answers, free_port, wait_until

DOMAIN = "kunde.test"
ANNA = f"anna@{DOMAIN}"
OPERATOR = "otto@haus.test"
RETURN_PATH = f"rueck.{DOMAIN}"


def settle(server, settings):
    for key, value in settings.items():
        server.command("setting", "set", key, value)


def link(page, address, name):
    """The link to a page of another installation that a page or mail shows."""
    return html.unescape(re.search(rf"{re.escape(address)}(/{name}\?[^\s\"<>]+)", page).group(1))


def test_a_client_whose_mail_server_signs_and_reports(mail_net, make_server):
    # The world: the recipients' host knows bea and nobody else; the client's own mail goes to a mailbox of its own.
    recipients = mail_net.mail_host("postfix", "ziel.test", users=["bea"])
    mailbox, reports = mail_net.sink(), mail_net.address()
    mail_net.zone("ziel.test", recipients.host)
    zone = mail_net.zone(DOMAIN, mailbox.host)
    zone.set("@", "TXT", 60, '"v=spf1 ip4:127.0.0.1 -all"')
    mail_net.zone(RETURN_PATH, reports)

    # The mail server: delivers by itself, takes mail of programs in under its own name.
    certificate, key = mail_net.authority.issue("localhost")
    provider = mail_net.server(DEPESCHE_MAIL_CERTIFICATE=certificate, DEPESCHE_MAIL_KEY=key)
    provider.command("user", "add", OPERATOR, "--name", "Otto", "--admin", "--password-stdin", input=PASSWORD + "\n")
    submission = free_port()
    settle(provider, {"submission.starttls-listen": f"127.0.0.1:{submission}", "mail.spf-addresses": "127.0.0.1"})
    wait_until(lambda: answers(submission), lambda: f"the submission to listen\n{provider.log[-2000:]}")

    # The client: a user asks the operator of the mail server for the domain, and carries the link there.
    client = make_server(
        DEPESCHE_CA_FILE=mail_net.authority.certificate, DEPESCHE_UNBOUND_CONF=mail_net.dns.unbound_conf,
        DEPESCHE_ALLOW_PRIVATE_DESTINATIONS="on").start()
    client.command("user", "add", ANNA, "--name", "Anna", "--admin", "--password-stdin", input=PASSWORD + "\n")
    settle(client, {
        "organisation.name": "Kunde", "domains.operator-url": provider.url, "domains.start": "on-request",
        "smtp.dkim-signing": "none"})
    anna, otto = Visitor(client.port), Visitor(provider.port)
    anna.sign_in(ANNA, PASSWORD)
    otto.sign_in(OPERATOR, PASSWORD)
    asked = anna.send_form("/domains/ask", domain=DOMAIN, words="Bitte")
    otto.send_form(link(asked, provider.url, "domain-request"))

    # The operator approves; the answer comes by mail, and its link takes the selectors to the client.
    _, _, page = otto.request("GET", "/admin/domains")
    request = re.search(r"/admin/domain-requests/[^\s\"/]+", page.decode()).group(0)
    otto.send_form(f"{request}/approve")
    [approval] = mailbox.wait_for(1, matching=lambda mail: "/domain-answer?" in mail.text)
    assert approval.recipients == [ANNA]
    publish(provider, zone, DOMAIN)
    provider.command("domain", "check", DOMAIN)
    anna.send_form(link(approval.text, client.url, "domain-answer"))
    # Each installation wants its own proof that the domain is its user's; the records of both stand side by side.
    proof = next(
        record for record in client.json("domain", "records", DOMAIN) if record["relativeName"] == "_depesche-challenge")
    zone.add("_depesche-challenge", "TXT", 60, quoted(proof["value"]))
    for server in (provider, client):
        assert json.loads(server.command("domain", "check", DOMAIN, "--json").stdout)["state"] == "verified"

    # The credential, and the client uses this mail server.
    made = provider.json("submission", "credential", "add", "Kunde", "--domain", DOMAIN)
    settle(client, {
        "mail.system-sender": f"zustellung@{DOMAIN}", "smtp.home-domains": DOMAIN, "smtp.host": "localhost",
        "smtp.port": submission, "smtp.security": "starttls", "smtp.user": made["user"]})
    client.command("setting", "set", "smtp.password", input=made["password"] + "\n")
    settle(client, {"mail.route": "smtp"})
    mail_net.take_reports(client, RETURN_PATH, reports)

    token = client.json("token", "create", ANNA)["token"]
    api = APIClient(client.port, token)
    first, second = (api.draft(*to, message="Guten Tag") for to in (
        ["bea@ziel.test", "niemand@ziel.test"], ["bea@ziel.test"]))
    for delivery in (first, second):
        api.send(delivery)
    arrived = recipients.wait_for(2)
    for mail in arrived:
        assert mail["From"] == f"Anna <{ANNA}>" and mail.sender.endswith("@" + RETURN_PATH)
        assert signers(mail) == [DOMAIN, DOMAIN] and verified(mail_net.dns, mail) == [True, True]

    # The mail server is told at RCPT; its report finds the recipient of that delivery, and no other.
    def sending(delivery):
        return {one["email"]: one["sending"] for one in api.call("GET", f"/deliveries/{delivery}")["recipients"]}

    wait_until(
        lambda: sending(first)["niemand@ziel.test"] == "failed",
        lambda: f"the failure to be known: {sending(first)}\n{provider.log[-3000:]}\n--\n{client.log[-3000:]}", 60)
    assert sending(first) == {"bea@ziel.test": "handed-over", "niemand@ziel.test": "failed"}
    assert sending(second) == {"bea@ziel.test": "handed-over"}
    row = mail_net.row(client, "niemand@ziel.test")
    assert row["failureClass"] == "no-such-user" and "User unknown" in row["lastAnswer"], row
    # The sender is told by mail, over the same way.
    [notice] = mailbox.wait_for(1, matching=lambda mail: "niemand@ziel.test" in mail.text)
    assert notice.recipients == [ANNA] and signers(notice) == [DOMAIN, DOMAIN]
