"""A group sends and sees deliveries under one address: over a real Postfix, by command, API and page."""

import json
import urllib.parse

import pytest

from harness import pages
from harness.api import APIClient, Refused, Visitor

ANNA, CLARA, DORA = "anna@kunde.example", "clara@kunde.example", "dora@kunde.example"
BOX = "buchhaltung@kunde.example"


def _client(server, email, *scopes):
    wanted = [word for scope in scopes or ("send", "read") for word in ("--scope", scope)]
    return APIClient(server.port, server.json("token", "create", email, *wanted)["token"])


@pytest.fixture
def house(make_server, postfix, authority):
    """A server that sends over Postfix, with an administrator, a group of two with a mailbox, and somebody else."""
    server = make_server(DEPESCHE_CA_FILE=authority.certificate).start()
    for email, options in ((pages.ADMINISTRATOR, ["--admin"]), (CLARA, []), (DORA, [])):
        server.command(
            "user", "add", email, "--name", email.split("@")[0].title(), *options, "--password-stdin",
            input=pages.PASSWORD + "\n")
    if ANNA != pages.ADMINISTRATOR:
        server.command("user", "add", ANNA, "--name", "Anna", "--password-stdin", input=pages.PASSWORD + "\n")
    pages.connect(server, postfix.port, "starttls", postfix.USER, postfix.PASSWORD)
    server.command("group", "add", "Büro")
    server.command("group", "mailbox", "Büro", BOX, "--display-name", "Kunde GmbH, Buchhaltung")
    for member in (ANNA, CLARA):
        server.command("group", "member", "add", "Büro", member)
    return server


def _reasons(problem):
    return {(field["field"], field["reason"]) for field in problem.value.problem["fields"]}


def _send(server, file, sender=ANNA, expect=0):
    """`depesche send --from`; the delivery, or what was complained of."""
    token = server.json("token", "create", sender)["token"]
    done = server.command(
        "send", "--server", server.url, "--from", BOX, "--to", "Bea <bea@elsewhere.test>", "--level", "1",
        "--subject", "Mahnung", "--message", "Guten Tag", str(file), environment={"DEPESCHE_TOKEN": token}, expect=expect)
    return json.loads(done.stdout) if expect == 0 else done.stderr


def test_mail_leaves_as_the_mailbox_and_news_goes_there(house, postfix, tmp_path):
    file = tmp_path / "Mahnung.txt"
    file.write_text("Bitte zahlen")
    delivery = _send(house, file)
    assert delivery["mailbox"] == {"address": BOX, "name": "Kunde GmbH, Buchhaltung"} and delivery["madeBy"] == "Anna"
    [mail] = postfix.wait_for(1)
    author = mail["From"].addresses[0]
    assert (author.addr_spec, author.display_name) == (BOX, "Kunde GmbH, Buchhaltung")
    # The envelope, too: what comes back comes to the mailbox.
    assert mail.sender == BOX and "Anna" not in mail.text

    visitor = Visitor(house.port)
    assert visitor.request("GET", visitor.download_address(pages.link_in(mail)))[2] == b"Bitte zahlen"
    [news] = postfix.wait_for(1, matching=lambda found: found.recipients == [BOX])
    assert "Mahnung" in news["Subject"]
    assert not [found for found in postfix.mails if found.recipients[0] in (ANNA, CLARA)]
    # The page that the recipient sees names the mailbox.
    page = visitor.request("GET", urllib.parse.urlsplit(pages.link_in(mail)).path)[2].decode()
    assert "Kunde GmbH, Buchhaltung" in page and ANNA not in page


def test_members_come_and_go(house, postfix, tmp_path):
    file = tmp_path / "a.txt"
    file.write_text("x")
    delivery = _send(house, file)["id"]
    anna, clara, dora = (_client(house, email) for email in (ANNA, CLARA, DORA))
    # Every member has it in the list of the mailbox, and nobody in their own.
    for api in (anna, clara):
        assert api.call("GET", "/deliveries")["total"] == 0
        [row] = api.call("GET", f"/deliveries?mailbox={BOX}")["items"]
        assert row["id"] == delivery and row["madeBy"] == "Anna"
        assert api.call("GET", "/mailboxes")["items"] == [{"address": BOX, "name": "Kunde GmbH, Buchhaltung"}]
    # Somebody else: not told apart from none, and nothing can be smuggled in.
    for method, path, body in (
            ("GET", f"/deliveries/{delivery}", None), ("POST", f"/deliveries/{delivery}/withdraw", {}),
            ("POST", f"/deliveries/{delivery}/extend", {"days": 1}), ("GET", f"/deliveries/{delivery}/receipt", None)):
        with pytest.raises(Refused) as problem:
            dora.call(method, path, body)
        assert problem.value.status == 404, path
    assert dora.call("GET", "/mailboxes")["total"] == 0
    with pytest.raises(Refused) as problem:
        dora.call("GET", f"/deliveries?mailbox={BOX}")
    assert _reasons(problem) == {("mailbox", "not-your-mailbox")}
    for wanted in (BOX, CLARA, "niemand@kunde.example", "\x00" * 10):
        with pytest.raises(Refused) as problem:
            dora.draft("bea@elsewhere.test", **{"from": wanted})
        assert _reasons(problem) == {("from", "not-your-mailbox")}
    for name in ("mailbox", "sender", "madeBy"):
        with pytest.raises(Refused) as problem:
            dora.draft("bea@elsewhere.test", **{name: BOX})
        assert problem.value.status in (400, 422) and problem.value.code == "unsupported-option"
    assert dora.call("GET", "/deliveries?state=drafts")["total"] == 0
    assert "Von dieser Adresse können Sie nicht senden" in _send(house, file, sender=DORA, expect=1)

    # A draft waits while Clara leaves: what she sees and may ends at once, in the open page, too.
    page = Visitor(house.port)
    page.sign_in(CLARA, pages.PASSWORD)
    forms = page.forms(f"/deliveries/{delivery}/withdraw")
    [(action, hidden)] = [form for form in forms if form[0].endswith("/withdraw")]
    draft = clara.draft("bea@elsewhere.test", message="Hallo", **{"from": BOX})
    house.command("group", "member", "remove", "Büro", CLARA)
    status, _, body = page.request("POST", action, hidden)
    assert status == 404 and "gehört nicht zu Ihrem Konto" in body.decode()
    status, _, body = page.request("GET", f"/deliveries?mailbox={BOX}")
    assert status == 200 and "oder nicht mehr" in body.decode()
    with pytest.raises(Refused) as problem:
        clara.send(draft)
    assert _reasons(problem) == {("from", "not-your-mailbox")}
    clara.send(draft, **{"from": ""})
    [own] = postfix.wait_for(1, matching=lambda mail: mail.sender == CLARA)
    assert own["From"].addresses[0].addr_spec == CLARA

    # Who comes sees what was sent before; the last state decides.
    house.command("group", "member", "add", "Büro", DORA)
    assert dora.call("POST", f"/deliveries/{delivery}/withdraw", {})["state"] == "withdrawn"
    with pytest.raises(Refused) as problem:
        anna.call("POST", f"/deliveries/{delivery}/withdraw", {})
    assert problem.value.code == "conflict"
    people = {user["email"]: user["id"] for user in house.json("user", "list")}
    entries = _client(house, pages.ADMINISTRATOR, "administer").call("GET", "/audit?limit=200")["items"]
    actors = {entry["action"]: entry["actor"] for entry in entries if entry["target"] == delivery}
    assert actors["delivery-withdrawn"] == people[DORA] and actors["delivery-sent"] == people[ANNA]
    house.command("audit", "verify")


def test_nothing_becomes_nobodys(house, postfix, tmp_path):
    file = tmp_path / "a.txt"
    file.write_text("Inhalt")
    delivery = _send(house, file, sender=CLARA)["id"]
    [mail] = postfix.wait_for(1)
    # Its maker goes, it stays, even if what was theirs is to be removed.
    done = house.json("user", "delete", CLARA, "--remove-deliveries")
    assert done == {"email": CLARA, "handedOver": 0, "withdrawn": 0, "draftsRemoved": 0}
    anna = _client(house, ANNA)
    assert anna.call("GET", f"/deliveries/{delivery}")["madeBy"] == "Clara"
    visitor = Visitor(house.port)
    assert visitor.request("GET", visitor.download_address(pages.link_in(mail)))[2] == b"Inhalt"
    postfix.wait_for(1, matching=lambda found: found.recipients == [BOX])

    # Neither address nor group goes while something belongs to it.
    admin = _client(house, pages.ADMINISTRATOR, "administer")
    [group] = admin.call("GET", "/groups")["items"]
    assert group["mailbox"]["address"] == BOX
    path = f"/groups/{group['id']}"
    for method, target, body in (("DELETE", path, None), ("PATCH", path, {"mailbox": ""})):
        with pytest.raises(Refused) as problem:
            admin.call(method, target, body)
        assert _reasons(problem) == {("handOverTo", "mailbox-in-use")}
    for address, reason in (
            (DORA, "address-taken"), ("x@gmail.com", "mailbox-provider"), ("x", "address-missing-at")):
        with pytest.raises(Refused) as problem:
            admin.call("PATCH", path, {"mailbox": address})
        assert _reasons(problem) == {("mailbox", reason)}
    assert "still belong to this shared mailbox" in house.command("group", "remove", "Büro", expect=1).stderr
    house.command("group", "add", "Empfang")
    assert "is the shared mailbox of the group" in house.command("group", "mailbox", "Empfang", BOX, expect=1).stderr
    house.command("group", "mailbox", "Empfang", "empfang@kunde.example")
    house.command("group", "member", "add", "Empfang", DORA)
    house.command("user", "add", BOX, "--name", "Buch", "--password-stdin", input=pages.PASSWORD + "\n", expect=1)

    # Another name is no end; who may not manage groups may not touch it.
    admin.call("PATCH", path, {"mailboxName": "Neuer Name"})
    assert anna.call("GET", f"/deliveries/{delivery}")["mailbox"] == {"address": BOX, "name": "Neuer Name"}
    house.command("user", "add", "leute@kunde.example", "--name", "L", "--role", "user-manager", "--password-stdin",
                  input=pages.PASSWORD + "\n")
    with pytest.raises(Refused) as problem:
        _client(house, "leute@kunde.example", "administer").call("PATCH", path, {"mailbox": "neu@kunde.example"})
    assert problem.value.status == 403

    admin.call("DELETE", f"{path}?handOverTo=empfang@kunde.example")
    with pytest.raises(Refused) as problem:
        anna.call("GET", f"/deliveries/{delivery}")
    assert problem.value.status == 404
    dora = _client(house, DORA)
    assert dora.call("GET", f"/deliveries/{delivery}")["mailbox"]["address"] == "empfang@kunde.example"
    house.command("setting", "set", "notify.withdrawn", "true")
    dora.call("POST", f"/deliveries/{delivery}/withdraw", {})
    [told] = postfix.wait_for(
        1, matching=lambda found: found.recipients == ["bea@elsewhere.test"] and found.raw != mail.raw)
    assert "Empfang" in told.text
    actions = [entry["action"] for entry in admin.call("GET", "/audit?limit=200")["items"]]
    assert "group-mailbox-changed" in actions and "group-mailbox-handed-over" in actions
    house.command("audit", "verify")


def test_the_domain_of_the_mailbox_decides(house, postfix, tmp_path):
    house.command("group", "mailbox", "Büro", "buero@fremd.example")
    api = _client(house, ANNA)
    draft = api.draft("bea@elsewhere.test", message="Hallo", **{"from": "BUERO@fremd.example"})
    api.send(draft)
    [mail] = postfix.wait_for(1)
    assert mail["From"].addresses[0].addr_spec == pages.SYSTEM_SENDER
    assert mail["Reply-To"].addresses[0].addr_spec == "buero@fremd.example"
