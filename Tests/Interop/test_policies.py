"""Rules of the installation beside those of groups, on a real server: set by command, page and API, held at every door."""

import re

import pytest

from harness import pages
from harness.api import APIClient, Refused, Visitor

SENDER = "bea@kunde.example"
FORBIDDEN = {("name", "file-type-not-allowed")}


@pytest.fixture
def house(make_server):
    """A server with an administrator and a sender."""
    server = make_server().start()
    server.command(
        "user", "add", pages.ADMINISTRATOR, "--name", "Anna", "--admin", "--password-stdin", input=pages.PASSWORD + "\n")
    server.command("user", "add", SENDER, "--name", "Bea", "--password-stdin", input=pages.PASSWORD + "\n")
    return server


def client(server, email=SENDER, *scopes):
    """An API client of an account."""
    wanted = [word for scope in scopes for word in ("--scope", scope)]
    return APIClient(server.port, server.json("token", "create", email, *wanted)["token"])


def visitor(server, email=SENDER, password=pages.PASSWORD):
    """A signed-in browser without a window."""
    made = Visitor(server.port)
    made.sign_in(email, password)
    return made


def reasons(problem):
    """What a problem says of which field."""
    return {(error["field"], error["reason"]) for error in problem.value.problem["fields"]}


def group(server, *rules, name="Praxis"):
    """Sets rules of the sender's one group."""
    if name not in [one["name"] for one in server.json("group", "list")]:
        server.command("group", "add", name)
        server.command("group", "member", "add", name, SENDER)
    server.command("group", "set", name, *rules)


def policy(server):
    """The rules that hold for the sender, by name."""
    return {rule["rule"]: rule for rule in server.json("user", "policy", SENDER)}


def send(server, api, file, *arguments, to="b@gut.test", expect=1):
    """`depesche send` of one file."""
    return server.command(
        "send", "--server", server.url, "--to", to, "--subject", "Probe", *arguments, str(file), expect=expect,
        environment={"DEPESCHE_TOKEN": api.token})


def test_rules_of_the_installation_hold_at_every_door_until_a_group_sets_them(house, tmp_path):
    server, api = house, client(house)
    server.settings(
        deliveries_forbidden__file__types=".EXE, bat", deliveries_allowed__recipient__domains="@gut.test",
        deliveries_levels="1")
    assert server.command("setting", "get", "deliveries.forbidden-file-types").stdout.strip().endswith("bat, exe")
    assert policy(server)["forbidden-file-types"]["value"] == "bat, exe"
    assert policy(server)["forbidden-file-types"]["groups"] == []
    assert policy(server)["level"]["value"] == "1" and policy(server)["level"].get("limitedBy") is None

    # What add-ins learn before anything is uploaded.
    offer = api.call("GET", "/add-in")
    assert offer["fileTypes"] == {"allowed": [], "forbidden": ["bat", "exe"]}
    assert offer["recipientDomains"] == {"allowed": ["gut.test"], "forbidden": []}
    assert offer["levels"] == [1] and "logo" not in offer

    # The API, for the page and for mails from an add-in.
    delivery = api.draft("a@gut.test", "b@weg.test", message="Guten Tag", level=2)
    with pytest.raises(Refused) as problem:
        api.announce(delivery, "Setup.EXE", 10)
    assert reasons(problem) == FORBIDDEN
    with pytest.raises(Refused) as problem:
        api.send(delivery)
    assert reasons(problem) == {("recipients[1]", "domain-not-allowed"), ("level", "level-not-allowed")}
    mail = api.draft(path="addIn")
    with pytest.raises(Refused) as problem:
        api.announce(mail, "a.bat", 10)
    assert reasons(problem) == FORBIDDEN
    api.upload(mail, "a.pdf", b"%PDF")
    with pytest.raises(Refused) as problem:
        api.call("POST", f"/deliveries/{mail}/insertion", {"reportsSending": True, "recipients": ["b@weg.test"]})
    assert reasons(problem) == {("recipients[0]", "domain-not-allowed")}

    # The command line, and the page without scripts.
    file = tmp_path / "setup.exe"
    file.write_bytes(b"MZ")
    assert ".exe" in send(server, api, file).stderr
    page = visitor(server).request("GET", "/deliveries/new")[2].decode()
    assert "Nicht erlaubt sind: .bat, .exe" in page and "Nur an Adressen bei: gut.test" in page
    assert 'name="level" value="1"' in page and 'name="level" value="2"' not in page

    # A group says otherwise, and the page says where it comes from.
    group(server, "forbidden-file-types=-", "allowed-recipient-domains=*", "levels=1,2")
    assert policy(server)["forbidden-file-types"]["groups"] == ["Praxis"]
    assert api.call("GET", "/add-in")["fileTypes"] == {"allowed": [], "forbidden": []}
    assert api.call("GET", "/add-in")["defaults"]["level"] == 2
    send(server, api, file, to="b@weg.test", expect=0)
    account = client(server, pages.ADMINISTRATOR, "administer").call("GET", "/users")["items"]
    [bea] = [one["id"] for one in account if one["email"] == SENDER]
    page = visitor(server, pages.ADMINISTRATOR).request("GET", f"/admin/users/{bea}/policy")[2].decode()
    assert "Aus der Gruppe" in page and "/admin/security#security.password-length" in page
    assert "/admin/add-ins#addins.policy" in page


def test_the_highest_level_is_preselected_unless_one_is_fixed(house, tmp_path):
    server, api = house, client(house)
    file = tmp_path / "a.txt"
    file.write_text("Inhalt")

    def level():
        delivery = api.draft("a@gut.test", level=None)
        return api.call("GET", f"/deliveries/{delivery}")["level"], api.call("GET", "/add-in")["defaults"]["level"]

    assert level() == (2, 2)
    assert re.search(r'value="2" checked', visitor(server).request("GET", "/deliveries/new")[2].decode())
    assert '"level": 2' in send(server, api, file, expect=0).stdout.replace('"level":2', '"level": 2')
    server.settings(deliveries_level="1")
    assert level() == (1, 1)
    server.settings(deliveries_level="highest", deliveries_levels="1")
    assert level() == (1, 1)


def test_contradictions_are_refused_when_saved_by_command_api_and_page(house):
    server = house
    api = client(server, pages.ADMINISTRATOR, "administer", "read", "send")
    for values, expected in [
        ({"deliveries.levels": "1", "deliveries.level": "2"}, {("deliveries.level", "level-not-allowed")}),
        ({"deliveries.levels": ","}, {("deliveries.levels", "required")}),
        ({"deliveries.allowed-file-types": "pdf", "deliveries.forbidden-file-types": "PDF"},
         {("deliveries.forbidden-file-types", "allowed-and-forbidden")}),
        ({"deliveries.allowed-recipient-domains": "a.test", "deliveries.forbidden-recipient-domains": "A.test"},
         {("deliveries.forbidden-recipient-domains", "allowed-and-forbidden")}),
        ({"deliveries.lifetime-days": "91"}, {("deliveries.lifetime-days", "longer-than-longest")}),
        ({"security.password-length": "9"}, {("security.password-length", "out-of-range")}),
    ]:
        with pytest.raises(Refused) as problem:
            api.call("PATCH", "/settings", values)
        assert reasons(problem) == expected
    api.call("PATCH", "/settings", {"deliveries.levels": "1"})
    assert "not allowed" in server.command("setting", "set", "deliveries.level", "2", expect=1).stderr
    made = api.call("POST", "/groups", {"name": "Presse", "rules": {"levels": "2"}})
    for rules, expected in [
        ({"password-length": "9"}, {("password-length", "out-of-range")}),
        ({"attachments": "never"}, {("attachments", "not-a-choice")}),
        ({"sender-domains": "a@b@c"}, {("sender-domains", "not-a-domain")}),
    ]:
        with pytest.raises(Refused) as problem:
            api.call("PATCH", f"/groups/{made['id']}", {"rules": rules})
        assert reasons(problem) == expected
    # What the settings forbid cannot be allowed in passing.
    api.call("PATCH", "/settings", {"deliveries.forbidden-file-types": "exe"})
    with pytest.raises(Refused) as problem:
        api.call("PATCH", f"/groups/{made['id']}", {"rules": {"allowed-file-types": "exe"}})
    assert reasons(problem) == {("forbidden-file-types", "allowed-and-forbidden")}
    api.call("PATCH", f"/groups/{made['id']}", {"rules": {"allowed-file-types": "exe", "forbidden-file-types": "-"}})

    administrator = visitor(server, pages.ADMINISTRATOR)
    page = administrator.request("GET", "/admin/deliveries")[2].decode()
    proof = re.search(r'name="csrf" value="([^"]+)"', page).group(1)
    status, _, body = administrator.request(
        "POST", "/admin/deliveries",
        {"csrf": proof, "deliveries.levels": "2", "deliveries.level": "1", "deliveries.allowed-file-types": "exe"})
    answer = body.decode()
    assert status == 422 and "Diese Sicherheitsstufe ist nicht erlaubt" in answer
    assert "zugleich erlaubt und verboten" in answer


def test_passwords_are_judged_wherever_one_is_chosen(house):
    server = house
    server.settings(security_password__length="16", security_fresh__password="true")
    refused = server.command(
        "user", "add", "carl@kunde.example", "--name", "Carl", "--password-stdin", input="fünfzehn Hasen!\n", expect=1)
    assert "16" in refused.stderr
    named = server.command(
        "user", "add", "carl@kunde.example", "--name", "Carl Kaminski", "--password-stdin",
        input="Carl.Kaminski.26\n", expect=1)
    assert "name" in named.stderr

    # A link of the command line, for somebody whose group demands more.
    group(server, "password-length=24")
    link = re.search(r"https?://[^/]+(/password/\S+)", server.command("user", "reset", SENDER).stdout).group(1)
    page = Visitor(server.port)
    assert "Mindestens 24 Zeichen" in page.request("GET", link)[2].decode()

    def choose(password):
        [(_, hidden)] = [form for form in page.forms(link) if form[0] == link]
        status, _, body = page.request("POST", link, hidden | {"password": password})
        return status, body.decode()

    status, answer = choose("dreiundzwanzig Hasen!!!")
    assert status == 422 and "mindestens 24 Zeichen" in answer
    status, answer = choose(pages.PASSWORD)
    assert status == 422 and "bisherige Passwort" in answer
    fresh = "vierundzwanzig Hasen im Regen"
    assert choose(fresh)[0] == 303

    # The own account: the same rule, told beforehand.
    bea = visitor(server, SENDER, fresh)
    account = bea.request("GET", "/account")[2].decode()
    assert "Mindestens 24 Zeichen" in account and "ein anderes sein als bisher" in account
    proof = re.search(r'name="csrf" value="([^"]+)"', account).group(1)
    action = re.search(r'<form[^>]*action="([^"]*password[^"]*)"', account).group(1)
    status, _, body = bea.request("POST", action, {"csrf": proof, "old": fresh, "new": fresh})
    assert status == 422 and "bisherige Passwort" in body.decode()


def test_a_deliverys_own_password_is_as_long_as_demanded(house, tmp_path):
    server, api = house, client(house)
    server.settings(deliveries_password__length="10")
    group(server, "delivery-password-length=14")
    assert api.call("GET", "/add-in")["limits"]["passwordCharacters"] == 14
    delivery = api.draft("a@gut.test", message="Guten Tag")
    with pytest.raises(Refused) as problem:
        api.call("PATCH", f"/deliveries/{delivery}", {"password": "dreizehn Zeic"})
    assert reasons(problem) == {("password", "too-short")}
    api.call("PATCH", f"/deliveries/{delivery}", {"password": "vierzehn Zeich"})
    assert "Mindestens 14 Zeichen" in visitor(server).request("GET", "/deliveries/new")[2].decode()


def test_only_addresses_of_the_named_domains_send(house, tmp_path):
    server, api = house, client(house)
    group(server, "sender-domains=praxis.example")
    file = tmp_path / "a.txt"
    file.write_text("Inhalt")
    delivery = api.draft("a@gut.test", message="Guten Tag")
    with pytest.raises(Refused) as problem:
        api.send(delivery)
    assert reasons(problem) == {("sender", "sender-domain-not-allowed")}
    assert "praxis.example" in send(server, api, file).stderr
    bea = visitor(server)
    page = bea.request("GET", "/deliveries/new")[2].decode()
    words = "Mit einer Adresse bei kunde.example dürfen Sie hier nichts senden"
    assert words in page and "Bitten Sie die Administration" in page
    proof = re.search(r'name="csrf" value="([^"]+)"', page).group(1)
    typed = dict(recipients="a@gut.test", subject="S", message="M", level="1", lifetimeDays="7", language="de")
    status, _, body = bea.request("POST", "/deliveries/new", {"csrf": proof, "action": "send"} | typed)
    assert status == 422 and words in body.decode()
    group(server, "sender-domains=praxis.example, kunde.example")
    api.send(delivery)


def test_groups_say_what_add_ins_do_about_attachments(house):
    server, api = house, client(house)
    server.settings(addins_policy="ask", addins_policy__size="25", addins_policy__types="docx",
                    addins_inside__domains="kunde.example")
    expected = {
        "mode": "ask", "sizeMB": 25, "types": ["docx"], "outside": False, "insideDomains": ["kunde.example"],
        "exemptDomains": []}
    assert api.call("GET", "/add-in")["policy"] == expected
    group(server, "attachments=always", "attachments-from=5", "attachment-types=pdf", "attachments-outside=true")
    changed = {"mode": "always", "sizeMB": 5, "types": ["pdf"], "outside": True}
    assert api.call("GET", "/add-in")["policy"] == expected | changed
    group(server, "attachments=off", "attachment-types=-", name="Leitung")
    assert api.call("GET", "/add-in")["policy"] == expected | changed
    assert policy(server)["attachments"]["outvoted"] == ["Leitung"]
    server.command("group", "member", "remove", "Praxis", SENDER)
    assert api.call("GET", "/add-in")["policy"] == expected | {"mode": "off", "types": []}
