"""Programs hand their mail in, the honest and the others; another installation as client; a mail server alone."""

import concurrent.futures
import email.message
import email.policy
import smtplib
import socket
import subprocess
import threading
import urllib.error
import urllib.request

import pytest

from harness.mailserver import DOMAIN
from harness.tools import foreign_environment, program, wait_until

SENDER = f"anna@{DOMAIN}"
SHOP = f"shop@{DOMAIN}"
PASSWORD = "correct horse battery staple 42"


def message(sender=SHOP, **fields):
    made = email.message.EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, "r@ziel.test", "Bestellung 1"
    for name, value in fields.items():
        made[name] = value
    made.set_content("Guten Tag\n.\n..zwei\n")
    return made


def test_a_program_hands_mail_in_over_tls_and_starttls(mail_server, authority):
    user, password = mail_server.credential()
    context = mail_server.context(authority)
    with smtplib.SMTP_SSL("localhost", mail_server.listens(mail_server.tls_port), context=context) as client:
        client.login(user, password)
        client.send_message(message(), SHOP, ["a@ziel.test", "b@ziel.test"])
    with smtplib.SMTP("localhost", mail_server.listens(mail_server.starttls_port)) as client:
        client.ehlo()
        assert not client.has_extn("auth") and client.has_extn("starttls")
        assert client.docmd("MAIL", f"FROM:<{SHOP}>")[0] == 530
        client.starttls(context=context)
        client.ehlo()
        assert client.has_extn("auth") and not client.has_extn("starttls")
        client.login(user, password)
        client.send_message(message(), SHOP, ["c@ziel.test"])
    mails = mail_server.sink.wait_for(3)
    assert sorted(recipient for mail in mails for recipient in mail.recipients) == [
        "a@ziel.test", "b@ziel.test", "c@ziel.test"]
    for mail in mails:
        assert mail["From"].addresses[0].addr_spec == SHOP
        assert mail["Message-ID"] and mail["Date"] and "DKIM-Signature" in mail.message
        assert "by mx.test with ESMTPSA id " in str(mail["Received"])
        assert mail.text.splitlines() == ["Guten Tag", ".", "..zwei"]
    # The password was shown once and stands nowhere.
    assert password not in mail_server.server.log
    [listed] = mail_server.server.json("submission", "credential", "list")
    assert listed["lastUsedAt"] and "password" not in listed


def test_nobody_sends_in_the_name_of_another(mail_server, authority):
    user, password = mail_server.credential()
    context = mail_server.context(authority)
    with smtplib.SMTP_SSL("localhost", mail_server.listens(mail_server.tls_port), context=context) as client:
        client.login(user, password)
        for sender, mail in [
            ("x@fremd.example", message()), (SHOP, message("chef@fremd.example")),
            (SHOP, message(Sender="chef@fremd.example")), (SHOP, message(f"{SHOP}, chef@fremd.example")),
        ]:
            with pytest.raises((smtplib.SMTPSenderRefused, smtplib.SMTPDataError)) as refused:
                client.sendmail(sender, ["a@ziel.test"], mail.as_bytes(policy=email.policy.SMTP))
            assert refused.value.smtp_code == 550 and b"5.7.1" in refused.value.smtp_error
            client.rset()
        client.send_message(message(), SHOP, ["good@ziel.test"])
    [only] = mail_server.sink.wait_for(1)
    assert only.recipients == ["good@ziel.test"]


def test_wrong_passwords_in_a_row_and_a_revoked_credential(mail_server, authority):
    user, password = mail_server.credential()
    context = mail_server.context(authority)
    port = mail_server.listens(mail_server.tls_port)
    with smtplib.SMTP_SSL("localhost", port, context=context) as client:
        for _ in range(2):
            with pytest.raises(smtplib.SMTPAuthenticationError) as refused:
                client.auth("PLAIN", lambda challenge=None: f"\0{user}\0wrong") if client.ehlo() else None
            assert refused.value.smtp_code == 535
        with pytest.raises((smtplib.SMTPAuthenticationError, smtplib.SMTPServerDisconnected)):
            client.auth("PLAIN", lambda challenge=None: f"\0{user}\0wrong")
    with smtplib.SMTP_SSL("localhost", port, context=context) as client:
        client.login(user, password)
        mail_server.server.command("submission", "credential", "revoke", user)
        with pytest.raises(smtplib.SMTPSenderRefused) as refused:
            client.send_message(message(), SHOP, ["a@ziel.test"])
        assert refused.value.smtp_code == 550
    with smtplib.SMTP_SSL("localhost", port, context=context) as client, pytest.raises(smtplib.SMTPAuthenticationError):
        client.login(user, password)


def test_another_installation_uses_this_one_as_its_mail_server(mail_server, make_server, authority):
    user, password = mail_server.credential("Zweites Depesche")
    client = make_server(DEPESCHE_CA_FILE=authority.certificate).start()
    client.command("user", "add", SENDER, "--name", "Anna", "--password-stdin", input=PASSWORD + "\n")
    for key, value in {
        "organisation.name": "Kunde", "mail.system-sender": f"zustellung@{DOMAIN}", "smtp.home-domains": DOMAIN,
        "smtp.host": "localhost", "smtp.port": mail_server.listens(mail_server.tls_port), "smtp.security": "tls",
        "smtp.user": user, "smtp.dkim-signing": "none",
    }.items():
        client.command("setting", "set", key, value)
    client.command("setting", "set", "smtp.password", input=password + "\n")
    client.command("setting", "set", "mail.route", "smtp")
    token = client.json("token", "create", SENDER)["token"]
    client.command(
        "send", "--server", client.url, "--level", "1", "--to", "r@ziel.test", "--subject", "Grüße", "--message", "Guten Tag",
        environment={"DEPESCHE_TOKEN": token})
    [mail] = mail_server.sink.wait_for(1)
    assert mail["From"].addresses[0].addr_spec == SENDER and mail.sender == SENDER
    # Signed here, by the mail server, for the client's domain.
    assert f"d={DOMAIN};" in str(mail["DKIM-Signature"]).replace("\n", "").replace(" ", "")
    row = wait_until(
        lambda: next((row for row in client.json("outbox", "list") if row["state"] == "handed-over"), None),
        "the client's mail to be handed over")
    assert row["lastAnswer"].startswith("250 2.0.0 Stored as ")


def test_many_mails_over_a_plain_listener_of_a_trusted_network(mail_server):
    mail_server.server.command("setting", "set", "submission.plain-listen", "127.0.0.1:2525", expect=1)
    port = mail_server.open_plain_listener()
    subprocess.run(
        [program("smtp-source"), "-s", "10", "-m", "200", "-l", "5000", "-f", SHOP, "-t", "bench@ziel.test",
         f"inet:127.0.0.1:{port}"], env=foreign_environment(), check=True, timeout=120)
    mails = mail_server.sink.wait_for(200, seconds=120)
    assert len({mail["Message-ID"] for mail in mails}) == 200


def test_the_return_path_takes_no_strangers_mail_and_no_forged_bounce(mail_server):
    port = mail_server.listens(mail_server.return_port)
    forged = "bounce-" + "0" * 26 + "a" * 24
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.ehlo()
        assert client.has_extn("starttls") and not client.has_extn("auth")
        assert client.mail("")[0] == 250
        for address in ("victim@ziel.test", f"{forged}@{DOMAIN}", SHOP, f"postmaster@fremd.example"):
            assert client.rcpt(address)[0] == 550
        # Whoever goes on trying is sent away.
        codes = []
        try:
            codes = [client.rcpt(f"u{number}@{DOMAIN}")[0] for number in range(10)]
        except smtplib.SMTPServerDisconnected:
            pass
        assert 421 in codes or len(codes) < 10
    assert mail_server.server.json("outbox", "list") == []


def test_people_reach_the_postmaster_and_reports_are_taken(mail_server):
    mail_server.server.command("user", "add", SENDER, "--admin", "--password-stdin", input=PASSWORD + "\n")
    mail_server.server.command("setting", "set", "mail.return-path-domain", "rueck.test")
    port = mail_server.listens(mail_server.return_port)
    with smtplib.SMTP("127.0.0.1", port) as client:
        written = message("person@firma.test", **{"Message-ID": "<1@firma.test>"})
        client.send_message(written, "person@firma.test", ["postmaster@rueck.test"])
        client.send_message(message("noreply@big.test"), "", ["dmarc-reports@rueck.test", "tls-reports@rueck.test"])
    # Passed on to the administrators, by the way that all mail goes; what a program wrote is not.
    [mail] = mail_server.sink.wait_for(1)
    assert mail.recipients == [SENDER] and mail.sender in ("", None)
    assert "Bestellung 1" in str(mail["Subject"]) or "person@firma.test" in mail.message.as_string()


def test_thousands_of_connections_leave_room_for_others(mail_server, authority):
    user, password = mail_server.credential()
    port = mail_server.listens(mail_server.tls_port)
    return_port = mail_server.listens(mail_server.return_port)
    before = mail_server.server.log.count("mail is taken in")
    mail_server.server.command("setting", "set", "mail-intake.connections-per-address", "30")
    wait_until(
        lambda: mail_server.server.log.count("mail is taken in") >= before + 3, "the new limit to hold")
    held = []

    def is_full():
        held.append(socket.create_connection(("127.0.0.1", return_port), 20))
        return held[-1].makefile("rb").readline().startswith(b"421 4.4.5")

    try:
        wait_until(is_full, "all places of one address to be taken")
        assert 30 <= len(held) < 40
        with concurrent.futures.ThreadPoolExecutor(50) as pool:
            greetings = list(pool.map(lambda _: greeting(return_port), range(2_000)))
        assert sum(line.startswith("421 4.4.5") for line in greetings) == 2_000
    finally:
        for connection in held:
            connection.close()

    def works():
        try:
            with smtplib.SMTP_SSL("localhost", port, context=mail_server.context(authority)) as client:
                client.login(user, password)
                client.send_message(message(), SHOP, ["a@ziel.test"])
            return True
        except (OSError, smtplib.SMTPException):
            return False

    wait_until(works, "mail to be taken in again")
    mail_server.sink.wait_for(1)


def greeting(port):
    try:
        with socket.create_connection(("127.0.0.1", port), 20) as client:
            return client.makefile("rb").readline().decode()
    except OSError:
        return ""


def test_the_mail_server_runs_alone(mail_server, authority):
    user, password = mail_server.credential()
    server = mail_server.server
    server.stop()
    from harness.server import BINARY
    with server.log_path.open("ab") as log:
        process = subprocess.Popen(
            [str(BINARY), "mailserver"], env=server.environment, cwd=server.directory, stdin=subprocess.DEVNULL,
            stdout=log, stderr=log)
    try:
        port = mail_server.listens(mail_server.tls_port)
        with smtplib.SMTP_SSL("localhost", port, context=mail_server.context(authority)) as client:
            client.login(user, password)
            client.send_message(message(), SHOP, ["a@ziel.test"])
        mail_server.sink.wait_for(1)
        # Supervisors are answered, and nobody else.
        assert server.is_healthy()
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{server.url}/sign-in", timeout=20)
        # Commands talk to it as to a whole server.
        assert server.json("submission", "credential", "list")[0]["name"] == "Shop"
    finally:
        process.terminate()
        assert process.wait(40) == 0, server.log[-3000:]


def test_what_was_acknowledged_survives_kill_9(mail_server, authority):
    user, password = mail_server.credential()
    context = mail_server.context(authority)
    port = mail_server.listens(mail_server.tls_port)
    mail_server.server.command("setting", "set", "mail.route", "local")
    acknowledged, stop = [], threading.Event()

    def hand_in(worker):
        try:
            with smtplib.SMTP_SSL("localhost", port, context=context) as client:
                client.login(user, password)
                number = 0
                while not stop.is_set():
                    address = f"w{worker}n{number}@ziel.test"
                    client.send_message(message(), SHOP, [address])
                    acknowledged.append(address)
                    number += 1
        except (OSError, smtplib.SMTPException):
            return

    threads = [threading.Thread(target=hand_in, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    wait_until(lambda: len(acknowledged) > 40, "some mails to be acknowledged")
    mail_server.server.kill()
    stop.set()
    for thread in threads:
        thread.join()
    mail_server.server.start()
    rows = {row["to"] for row in mail_server.server.json("outbox", "list", "--limit", "10000")}
    assert [address for address in acknowledged if address not in rows] == []
