"""The dry run of the clean-up, as page and command, with a clock that moves."""

from harness import pages
from harness.api import APIClient, Visitor


def test_a_dry_run_says_what_is_due(make_server):
    server = make_server(movable_clock=True).start()
    server.command(
        "user", "add", pages.ADMINISTRATOR, "--name", "Anna", "--admin", "--password-stdin", input=pages.PASSWORD + "\n")
    api = APIClient(server.port, server.json("token", "create", pages.ADMINISTRATOR)["token"])
    delivery = api.draft("bea@elsewhere.test")
    api.upload(delivery, "a.bin", b"x" * 3000)
    api.send(delivery)

    def rules(days):
        answer = server.json("clean-up", "--days", days)
        assert answer["days"] == days
        return {rule["rule"]: rule for rule in answer["rules"]}

    assert rules(13)["expiry"]["until"]["count"] == 0 and rules(15)["expiry"]["until"]["count"] == 1
    assert rules(27)["removal"]["until"]["count"] == 0
    assert rules(29)["removal"]["until"] == {"count": 1, "octets": 3000}
    assert "removal\tnow 0" in server.command("clean-up").stdout
    server.command("clean-up", "--days", "-1", expect=2)
    server.command("clean-up", "--days", "4000", expect=2)

    administrator = Visitor(server.port)
    administrator.sign_in(pages.ADMINISTRATOR, pages.PASSWORD)
    page = administrator.request("GET", "/admin/clean-up?days=30")[2].decode()
    assert "noch abholbar" in page and pages.ADMINISTRATOR in page and "in 30 Tagen" in page
    assert "werden keine Dateien gelöscht" in administrator.request("GET", "/admin/clean-up?days=99999")[2].decode()
    # Asking did nothing.
    assert api.call("GET", f"/deliveries/{delivery}")["state"] == "sent"
