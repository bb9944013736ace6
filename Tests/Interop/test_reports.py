"""Reports of what was sent: command, interface and page; and the certificates and days that the server tells of."""

import csv
import datetime
import io
import re

import pytest

from harness import pages
from harness.api import APIClient, Refused, Visitor
from harness.tools import wait_until

FORMULA = "=HYPERLINK(\"http://evil.test\")"


def test_what_users_send_is_counted_by_month(make_server):
    server = make_server(movable_clock=True).start()
    for address, name, options in (
            (pages.ADMINISTRATOR, "Anna", ["--admin"]), ("mallory@kunde.example", FORMULA, []),
            ("otto@kunde.example", "Otto", ["--role", "auditor"])):
        server.command("user", "add", address, "--name", name, *options, "--password-stdin", input=pages.PASSWORD + "\n")

    def client(address):
        return APIClient(server.port, server.json("token", "create", address, "--scope", "send", "--scope", "read",
                                                  "--scope", "administer")["token"])

    anna = client(pages.ADMINISTRATOR)
    delivery = anna.draft("bea@elsewhere.test", "clara@elsewhere.test")
    anna.upload(delivery, "a.bin", b"x" * 3000)
    anna.send(delivery)
    mallory = APIClient(server.port, server.json(
        "token", "create", "mallory@kunde.example", "--scope", "send", "--scope", "read")["token"])
    mallory.send(mallory.draft("bea@elsewhere.test", message="Guten Tag"))

    for name, member in (("Praxis", pages.ADMINISTRATOR), ("=Labor", pages.ADMINISTRATOR), ("Leer", "otto@kunde.example")):
        server.command("group", "add", name)
        server.command("group", "member", "add", name, member)

    month = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m")
    report = server.json("report", "--month", month)
    by_email = {item["email"]: item for item in report["items"]}
    assert report["total"] == 2
    expected = {"deliveries": 1, "recipients": 2, "files": 1, "octets": 3000, "withFiles": 1, "fetched": 0, "bounces": 0}
    assert expected.items() <= by_email[pages.ADMINISTRATOR].items()
    assert by_email["mallory@kunde.example"]["name"] == FORMULA
    assert by_email[pages.ADMINISTRATOR]["groups"] == ["=Labor", "Praxis"]
    assert by_email["mallory@kunde.example"]["groups"] == []
    # A spreadsheet sees text.
    rows = list(csv.reader(io.StringIO(server.command("report", "--month", month, "--csv").stdout, newline="")))
    assert rows[0][:4] == ["month", "sender", "email", "name"] and len(rows) == 3
    assert "'" + FORMULA in {row[3] for row in rows}
    assert {row[-1] for row in rows} == {"groups", "", "'=Labor; Praxis"}
    assert "1 deliveries\t2 recipients" in server.command("report", "--user", pages.ADMINISTRATOR).stdout
    for wrong in (["--month", "2026-13"], ["--months", "13"], ["--csv", "--json"]):
        server.command("report", *wrong, expect=2)
    server.command("report", "--user", "nobody@kunde.example", expect=1)

    # The interface: administrators and auditors, nobody else, and nothing unknown.
    assert anna.call("GET", f"/reports?month={month}") == report
    auditor = APIClient(server.port, server.json("token", "create", "otto@kunde.example", "--scope", "administer")["token"])
    assert auditor.call("GET", "/reports?months=12")["total"] == 2
    for caller, query, status in (
            (mallory, "", 403), (anna, "?month=11", 422), (anna, "?months=0", 422), (anna, "?sender=x", 422),
            (anna, "?format=xls", 422), (anna, "?user=x", 422)):
        with pytest.raises(Refused) as refusal:
            caller.call("GET", f"/reports{query}")
        assert refusal.value.status == status, query

    # The page; a month later the old month is still there.
    server.clock.forward(days=31)
    visitor = Visitor(server.port)
    visitor.sign_in("otto@kunde.example", pages.PASSWORD)
    page = visitor.request("GET", f"/admin/reports?month={month}")[2].decode()
    assert pages.ADMINISTRATOR in page and "=HYPERLINK(&quot;http://evil.test&quot;)" in page
    by_group = page.split('id="by-group"')[1]
    assert re.findall(r'<th scope="row">([^<]*)<span class="cell-note">([^<]*)', by_group) == [
        ("=Labor", "ein Absender"), ("Praxis", "ein Absender"), ("In keiner Gruppe", "ein Absender")], by_group
    assert "Leer" not in by_group
    assert "nichts gesendet" in visitor.request("GET", "/admin/reports")[2].decode()
    sender = by_email[pages.ADMINISTRATOR]["sender"]
    assert "Bericht: Anna" in visitor.request("GET", f"/admin/reports/users/{sender}")[2].decode()
    assert visitor.request("GET", "/admin/reports/users/none")[0] == 404
    start = visitor.request("GET", "/admin")[2].decode()
    assert "Ohne zweiten Faktor" in start and "Gesendete Zustellungen" in start


def test_a_certificate_from_a_file_is_told_before_it_ends(make_server, sink, authority):
    chain, key = authority.issue("mx.kunde.example")
    server = make_server(movable_clock=True, DEPESCHE_MAIL_CERTIFICATE=chain, DEPESCHE_MAIL_KEY=key).start()
    server.command(
        "user", "add", pages.ADMINISTRATOR, "--name", "Anna", "--admin", "--password-stdin", input=pages.PASSWORD + "\n")
    pages.connect(server, sink.port)

    def told(count):
        mails = sink.wait_for(count, matching=lambda mail: "mx.kunde.example" in str(mail.message["Subject"]))
        assert len(mails) == count
        return mails

    # It is valid for 30 days.
    server.clock.forward(days=10)
    [mail] = told(1)
    assert mail.message["Subject"] == "Das Zertifikat für mx.kunde.example läuft ab"
    assert "/admin/mailserver" in mail.text and "aus einer Datei" in mail.text
    server.clock.forward(days=14)
    told(2)
    server.clock.forward(days=5, hours=12)
    told(3)
    administrator = Visitor(server.port)
    administrator.sign_in(pages.ADMINISTRATOR, pages.PASSWORD)
    assert "läuft bald ab" in administrator.request("GET", "/admin")[2].decode()
    server.clock.forward(days=2)
    wait_until(
        lambda: "Ein Zertifikat ist abgelaufen" in administrator.request("GET", "/admin")[2].decode(),
        lambda: server.log[-2000:])
    told(3)


def test_the_daily_summary_comes_once_a_day(make_server, sink):
    server = make_server(movable_clock=True).start()
    server.command(
        "user", "add", pages.ADMINISTRATOR, "--name", "Anna", "--admin", "--password-stdin", input=pages.PASSWORD + "\n")
    pages.connect(server, sink.port)
    server.command("setting", "set", "notify.daily-summary.hour", "0")
    server.command("setting", "set", "notify.daily-summary", "true")

    def told(count):
        mails = sink.wait_for(count, matching=lambda mail: "Im Postausgang" in mail.text)
        assert len(mails) == count
        return mails

    server.clock.forward(minutes=11)
    [mail] = told(1)
    assert "Speicher" in mail.text and f"{server.url}/admin" in mail.text
    server.clock.forward(days=1)
    told(2)
