"""Accounts are deleted by command and by API; what they sent is handed over or withdrawn."""

import pytest

from harness import pages
from harness.api import APIClient, Refused, Visitor

HEIR = "clara@kunde.example"
LEAVER = "dora@kunde.example"


def _user(server, email, *options):
    server.command(
        "user", "add", email, "--name", email.split("@")[0].title(), *options, "--password-stdin",
        input=pages.PASSWORD + "\n")


def _client(server, email, *scopes):
    options = [word for scope in scopes for word in ("--scope", scope)]
    return APIClient(server.port, server.json("token", "create", email, *options)["token"])


def _house(make_server, make_sink):
    """A server that sends, with an administrator, somebody who leaves and somebody who stays."""
    server = make_server().start()
    sink = make_sink()
    _user(server, pages.ADMINISTRATOR, "--admin")
    _user(server, HEIR)
    _user(server, LEAVER)
    pages.connect(server, sink.port)
    return server, sink


def _send(api, *recipients):
    delivery = api.draft(*recipients)
    api.upload(delivery, "Bericht.txt", b"Nichts als Worte")
    api.send(delivery)
    return delivery


def _file_of(server, mail):
    """What a recipient gets by the link: the status of the download, or of the page that leads nowhere."""
    visitor = Visitor(server.port)
    try:
        return visitor.request("GET", visitor.download_address(pages.link_in(mail)))[2]
    except AssertionError:
        return None


def test_the_command_hands_over_and_links_keep_working(make_server, make_sink):
    server, sink = _house(make_server, make_sink)
    leaver = _client(server, LEAVER, "send", "read")
    delivery = _send(leaver, "bea@elsewhere.test")
    draft = leaver.draft("bea@elsewhere.test")
    [mail] = sink.wait_for(1)

    server.command("user", "delete", LEAVER, expect=2)
    server.command("user", "delete", LEAVER, "--remove-deliveries", "--hand-over-to", HEIR, expect=2)
    server.command("user", "delete", LEAVER, "--hand-over-to", LEAVER, expect=1)
    server.command("user", "delete", LEAVER, "--hand-over-to", "niemand@kunde.example", expect=1)
    refused = server.command("user", "delete", pages.ADMINISTRATOR, "--remove-deliveries", expect=1)
    assert "last active account" in refused.stderr
    done = server.json("user", "delete", LEAVER, "--hand-over-to", HEIR)
    assert done == {"email": LEAVER, "handedOver": 1, "withdrawn": 0, "draftsRemoved": 1}
    assert LEAVER not in {user["email"] for user in server.json("user", "list")}
    # One mail says whose deliveries they were and how many, and leads to the list.
    [told] = sink.wait_for(1, matching=lambda mail: HEIR in mail.recipients[0])
    text = told.message.get_body(("plain",)).get_content()
    assert "Dora" in told.message["Subject"] and f"{server.url}/deliveries" in text
    assert "Zustellungen: 1" in text

    with pytest.raises(Refused) as error:
        leaver.call("GET", f"/deliveries/{delivery}")
    assert error.value.status == 401
    heir = _client(server, HEIR, "send", "read")
    assert heir.call("GET", f"/deliveries/{delivery}")["state"] == "sent"
    with pytest.raises(Refused):
        heir.call("GET", f"/deliveries/{draft}")
    assert _file_of(server, mail) == b"Nichts als Worte"
    # The new owner hears of it.
    sink.wait_for(2, matching=lambda mail: HEIR in mail.recipients[0])
    receipt = heir.call("GET", f"/deliveries/{delivery}/receipt")
    assert receipt["keyId"]
    server.command("audit", "verify")

    # The address begins anew.
    _user(server, LEAVER)
    assert _client(server, LEAVER, "read").call("GET", "/deliveries")["total"] == 0


def test_the_api_withdraws_and_keeps_the_ranks(make_server, make_sink):
    server, sink = _house(make_server, make_sink)
    _user(server, "verwaltung@kunde.example", "--role", "user-manager")
    manager = _client(server, "verwaltung@kunde.example", "administer")
    leaver = _client(server, LEAVER, "send", "read")
    _send(leaver, "bea@elsewhere.test")
    [mail] = sink.wait_for(1)
    ids = {user["email"]: user["id"] for user in manager.call("GET", "/users")["items"]}

    def refused(path, status, client=manager):
        with pytest.raises(Refused) as error:
            client.call("DELETE", path)
        assert error.value.status == status, error.value
        return error.value.problem

    path = f"/users/{ids[LEAVER]}"
    refused(f"/users/{ids[pages.ADMINISTRATOR]}?deliveries=remove", 403)
    refused(f"{path}?deliveries=remove", 403, leaver)
    assert refused(path, 422)["fields"][0]["field"] == "deliveries"
    refused(f"{path}?deliveries=burn", 422)
    refused(f"{path}?deliveries=hand-over", 422)
    refused(f"{path}?deliveries=hand-over&handOverTo={ids[LEAVER]}", 422)
    refused(f"{path}?deliveries=hand-over&handOverTo=%00{'x' * 500}", 422)
    refused(f"{path}?deliveries=remove&handOverTo={ids[HEIR]}", 422)
    refused(f"{path}?deliveries=remove&force=true", 422)
    refused("/users/nobody?deliveries=remove", 404)
    refused(f"/users/{ids['verwaltung@kunde.example']}?deliveries=remove", 409)
    assert manager.call("DELETE", f"{path}?deliveries=remove") == {
        "handedOver": 0, "withdrawn": 1, "draftsRemoved": 0}
    refused(f"{path}?deliveries=remove", 404)
    assert _file_of(server, mail) is None
    assert "zurückgezogen" in Visitor(server.port).request(
        "GET", pages.link_in(mail).split(str(server.port))[1])[2].decode()
