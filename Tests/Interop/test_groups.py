"""Groups and their rules on a real server: by command and API, held against page, API, add-in and command alike."""

import re

import pytest

from harness import pages
from harness.api import APIClient, Refused, Visitor

SENDER = "bea@kunde.example"


@pytest.fixture
def house(make_server):
    """A server with an administrator and a sender."""
    server = make_server().start()
    server.command(
        "user", "add", pages.ADMINISTRATOR, "--name", "Anna", "--admin", "--password-stdin", input=pages.PASSWORD + "\n")
    server.command("user", "add", SENDER, "--name", "Bea", "--password-stdin", input=pages.PASSWORD + "\n")
    return server


def client(server, email, *scopes):
    """An API client of an account."""
    wanted = [word for scope in scopes for word in ("--scope", scope)]
    return APIClient(server.port, server.json("token", "create", email, *wanted)["token"])


def reasons(problem):
    """What a problem says of which field."""
    return {(error["field"], error["reason"]) for error in problem.value.problem["fields"]}


def test_rules_set_by_command_hold_for_every_door(house, tmp_path):
    server = house
    server.command("group", "add", "Praxis Nord")
    server.command(
        "group", "set", "Praxis Nord", "levels=2", "longest-lifetime-days=30", "lifetime-days=7", "largest-file=1000",
        "largest-delivery=1500", "most-recipients=2", "forbidden-file-types=.EXE", "forbidden-recipient-domains=weg.test")
    server.command("group", "member", "add", "praxis nord", SENDER)
    assert server.json("group", "list") == [
        {"id": server.json("group", "show", "Praxis Nord")["id"], "name": "Praxis Nord", "members": 1,
         "rules": server.json("group", "show", "Praxis Nord")["rules"]}]
    policy = {rule["rule"]: rule for rule in server.json("user", "policy", SENDER)}
    assert policy["level"]["value"] == "2" and policy["level"]["limitedBy"] == "levels"
    assert policy["lifetime-days"]["groups"] == ["Praxis Nord"] and policy["grace-days"]["groups"] == []

    api = client(server, SENDER)
    own = {rule["rule"]: rule for rule in api.call("GET", "/account/policy")["rules"]}
    assert own["most-recipients"]["value"] == "2" and own["most-recipients"]["source"] == "groups"
    assert api.call("GET", "/add-in")["levels"] == [2]
    assert api.call("GET", "/add-in")["defaults"] == {"level": 2, "lifetimeDays": 7}

    # The API.
    delivery = api.draft("a@weg.test", "b@gut.test", "c@gut.test", level=None)
    assert api.call("GET", f"/deliveries/{delivery}")["level"] == 2
    with pytest.raises(Refused) as problem:
        api.announce(delivery, "setup.exe", 10)
    assert problem.value.code == "invalid" and reasons(problem) == {("name", "file-type-not-allowed")}
    with pytest.raises(Refused) as problem:
        api.announce(delivery, "a.pdf", 1001)
    assert problem.value.code == "too-large"
    api.call("PATCH", f"/deliveries/{delivery}", {"level": 1, "lifetimeDays": 31, "message": "Guten Tag"})
    with pytest.raises(Refused) as problem:
        api.send(delivery)
    assert reasons(problem) == {
        ("recipients", "too-many"), ("recipients[0]", "domain-not-allowed"), ("level", "level-not-allowed"),
        ("lifetimeDays", "out-of-range")}

    # The command line.
    file = tmp_path / "setup.exe"
    file.write_bytes(b"MZ")
    refused = server.command(
        "send", "--server", server.url, "--to", "b@gut.test", "--subject", "Probe", str(file), expect=1,
        environment={"DEPESCHE_TOKEN": api.token})
    assert ".exe" in refused.stderr

    # The page, without scripts.
    sender = Visitor(server.port)
    sender.sign_in(SENDER, pages.PASSWORD)
    page = sender.request("GET", "/deliveries/new")[2].decode()
    assert 'name="level" value="2"' in page and 'name="level" value="1"' not in page
    assert "Nicht erlaubt sind: .exe" in page and "Höchstens 2 Empfänger" in page and "weg.test" in page
    proof = re.search(r'name="csrf" value="([^"]+)"', page).group(1)
    typed = dict(recipients="a@weg.test", subject="S", message="M", level="1", lifetimeDays="31", language="de")
    status, _, body = sender.request("POST", "/deliveries/new", {"csrf": proof, "action": "send"} | typed)
    answer = body.decode()
    assert status == 422
    assert "An Adressen bei weg.test dürfen Sie nicht senden" in answer
    assert "Diese Sicherheitsstufe ist nicht erlaubt" in answer and "Möglich sind Werte von 1 bis 30" in answer
    assert "a@weg.test" in answer

    # Renewal, and what follows when the account leaves the group.
    api.call(
        "PATCH", f"/deliveries/{delivery}", {"level": 2, "lifetimeDays": 7, "recipients": ["b@gut.test"]})
    api.send(delivery)
    with pytest.raises(Refused):
        api.call("POST", f"/deliveries/{delivery}/extend", {"days": 30})
    server.command("group", "member", "remove", "Praxis Nord", SENDER)
    api.call("POST", f"/deliveries/{delivery}/extend", {"days": 30})


def test_quota_daily_limits_and_ways_in(house):
    server = house
    api = client(server, SENDER)
    server.command("group", "add", "Aushilfen")
    server.command("group", "set", "Aushilfen", "quota=5000", "deliveries-per-day=1")
    server.command("group", "member", "add", "Aushilfen", SENDER)
    delivery = api.draft("a@gut.test")
    api.upload(delivery, "a.bin", b"x" * 3000)
    with pytest.raises(Refused) as problem:
        api.announce(delivery, "b.bin", 3000)
    assert problem.value.code == "too-large" and reasons(problem) == {("files", "quota-full")}
    visitor = Visitor(server.port)
    visitor.sign_in(SENDER, pages.PASSWORD)
    assert "3 kB von 5 kB belegt" in visitor.request("GET", "/account")[2].decode().replace("\u00a0", " ")
    assert "2 kB frei" in visitor.request("GET", "/deliveries/new")[2].decode().replace("\u00a0", " ")
    api.send(delivery)
    second = api.draft("a@gut.test", message="Noch etwas")
    with pytest.raises(Refused) as problem:
        api.send(second)
    assert reasons(problem) == {("recipients", "daily-deliveries")}

    server.command("group", "set", "Aushilfen", "deliveries-per-day=", "api=false", "second-factor=true")
    with pytest.raises(Refused) as problem:
        api.call("GET", "/account")
    assert problem.value.status == 403
    server.command("token", "create", SENDER, expect=1)
    # The set-up page of the second factor stands in the way, also of who is signed in already.
    status, headers, _ = visitor.request("GET", "/deliveries/new")
    assert status == 303 and headers["Location"].startswith("/account")
    server.command("group", "set", "Aushilfen", "api=", "second-factor=")
    api.send(second)


def test_groups_over_the_api_and_their_contradictions(house):
    server = house
    api = client(server, pages.ADMINISTRATOR, "administer", "read", "send")
    group = api.call("POST", "/groups", {"name": "Presse", "rules": {"most-recipients": "500"}})
    with pytest.raises(Refused) as problem:
        api.call("POST", "/groups", {"name": "PRESSE"})
    assert reasons(problem) == {("name", "group-name-taken")}
    for rules, expected in [
        ({"lifetime-days": "91"}, {("lifetime-days", "longer-than-longest")}),
        ({"levels": "2", "level": "1"}, {("level", "level-not-allowed")}),
        ({"allowed-file-types": "pdf", "forbidden-file-types": "PDF"}, {("forbidden-file-types", "allowed-and-forbidden")}),
        ({"largest-file": "2", "largest-delivery": "1"}, {("largest-file", "larger-than-delivery")}),
        ({"allowed-file-types": "a/b, <x>"}, {("allowed-file-types", "not-a-file-type")}),
        ({"grace-days": "9" * 400}, {("grace-days", "not-a-number")}),
    ]:
        with pytest.raises(Refused) as problem:
            api.call("PATCH", f"/groups/{group['id']}", {"rules": rules})
        assert reasons(problem) == expected
    with pytest.raises(Refused) as problem:
        api.call("PATCH", f"/groups/{group['id']}", {"rules": {"isAdministrator": "true"}})
    assert problem.value.code == "unsupported-option"
    with pytest.raises(Refused) as problem:
        api.call("PATCH", f"/groups/{group['id']}", {"rules": {"levels": 2}})
    assert problem.value.code == "invalid"
    assert api.call("GET", f"/groups/{group['id']}") == group | {"members": 0}

    own = api.call("GET", "/account")["id"]
    for _ in range(2):
        api.call("PUT", f"/groups/{group['id']}/members/{own}")
    assert api.call("GET", f"/groups/{group['id']}/members")["total"] == 1
    [rule] = [rule for rule in api.call("GET", f"/users/{own}/policy")["rules"] if rule["rule"] == "most-recipients"]
    assert rule["groups"] == [{"id": group["id"], "name": "Presse", "value": "500"}]
    api.call("DELETE", f"/groups/{group['id']}")
    assert api.call("GET", "/groups") == {"items": [], "total": 0}

    # A sender sees none of it.
    bea = client(server, SENDER)
    for path in ("/groups", f"/users/{own}/policy"):
        with pytest.raises(Refused) as problem:
            bea.call("GET", path)
        assert problem.value.status == 403
    server.command("group", "set", "Nirgends", "levels=2", expect=1)
    server.command("group", "add", "A")
    assert "no rule wishes" in server.command("group", "set", "A", "wishes=3", expect=2).stderr
    server.command("group", "set", "A", "levels", expect=2)
    assert re.search(r"level.*not allowed", server.command("group", "set", "A", "levels=2", "level=1", expect=1).stderr)
