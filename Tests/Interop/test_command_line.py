"""The command line as scripts use it: exit codes, backup and restore, sending that goes on where it was."""

import json
import os
import re
import subprocess

import pytest

from harness import pages
from harness.api import APIClient, Visitor
from harness.engine import on_sqlite
from harness.server import BINARY
from harness.tools import wait_until

SENDER = "anna@kunde.example"
PASSWORD = "correct horse battery staple 42\n"
COMMANDS = [
    [], ["serve"], ["setup-link"], ["user"], ["user", "add"], ["user", "list"], ["user", "disable"], ["user", "delete"],
    ["user", "reset"], ["scan"], ["scan", "status"], ["scan", "list"], ["scan", "release"], ["scan", "remove"],
    ["setting"], ["setting", "list"], ["setting", "get"], ["setting", "set"], ["token"], ["token", "create"], ["send"],
    ["mail"], ["mail", "test"], ["mail", "preview"], ["outbox"], ["outbox", "list"], ["outbox", "show"],
    ["outbox", "retry"], ["outbox", "cancel"], ["backup"], ["restore"], ["migrate"], ["migrate", "status"],
    ["migrate", "up"], ["move-data"],
    ["submission"], ["submission", "credential"], ["submission", "credential", "add"],
    ["submission", "credential", "list"], ["submission", "credential", "revoke"], ["mailserver"],
    ["domain"], ["domain", "add"], ["domain", "check"], ["domain", "records"], ["domain", "rotate"], ["bounce"],
    ["bounce", "parse"], ["spf"], ["dkim"], ["dkim", "keygen"], ["dkim", "sign"], ["dkim", "verify"], ["dmarc"], ["audit"],
    ["audit", "verify"], ["receipt"], ["receipt", "verify"], ["receipt", "key"],
]


@pytest.fixture
def account(server):
    """A server with one account."""
    server.command("user", "add", SENDER, "--name", "Anna", "--password-stdin", input=PASSWORD)
    return server


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help(make_server, command):
    shown = make_server().command(*command, "--help").stdout
    assert "USAGE: depesche" in shown and "OVERVIEW" in shown


@pytest.mark.parametrize("command", [
    ["nosuch"], ["user", "add"], ["serve", "--nosuch"], ["setting", "get", "no.such-key"],
    ["mail", "preview", "nosuch"], ["mail", "preview", "delivery", "--language", "fr"],
    ["send", "--server", "ftp://x", "--to", "a@b.test", "--subject", "x"], ["outbox", "show", "nosuch"],
    ["scan", "release", "nosuch"], ["user", "delete", "a@kunde.example"],
])
def test_misuse_ends_with_2(make_server, command):
    result = make_server().command(*command, expect=2)
    assert result.stderr.strip() and "Fatal" not in result.stderr


def test_no_ends_with_1(account):
    assert account.command("user", "disable", "nobody@kunde.example", expect=1).stderr.strip()
    assert account.command("setting", "set", "smtp.port", "99999", expect=1).stderr.strip()
    assert account.command("setting", "set", "mail.route", "direct", expect=1).stderr.strip()


def test_trouble_ends_with_3(make_server):
    server = make_server(DEPESCHE_KEY_FILE="/nonexistent/folder/key")
    assert server.command("user", "list", expect=3).stderr.strip()
    unreachable = server.command(
        "send", "--server", "http://127.0.0.1:1", "--to", "a@b.test", "--subject", "x",
        environment={"DEPESCHE_TOKEN": "x"}, expect=3)
    assert unreachable.stderr.strip()


def test_commands_work_with_and_without_a_running_server(account):
    running = account.json("user", "list")
    assert [one["email"] for one in running] == [SENDER]
    account.stop()
    assert account.json("user", "list") == running
    account.start()


def test_long_answers_arrive_whole(account):
    """Longer than a socket's buffer: the server must not close before all is out."""
    body = "\n".join(["M" + "A" * 63] * 20)
    certificates = f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n" * 180
    account.command("setting", "set", "smtp.ca-certificates", input=certificates)
    for _ in range(20):
        known = {one["key"]: one.get("value") for one in account.json("setting", "list")}
        assert known["smtp.ca-certificates"].count("BEGIN") == 180


def test_two_servers_do_not_share_data(account):
    second = subprocess.run(
        [str(BINARY), "serve"], env=account.environment | {"DEPESCHE_LISTEN": "127.0.0.1:0"}, capture_output=True,
        text=True, timeout=30)
    assert second.returncode == 3 and "running" in second.stderr


def test_a_lost_or_wrong_key_stops_the_start(account, tmp_path):
    account.stop()
    key = account.data / "master.key"
    original = key.read_bytes()
    assert key.stat().st_mode & 0o777 == 0o600
    key.unlink()
    assert "key" in account.command("user", "list", expect=3).stderr
    assert not key.exists(), "a new key was made silently"
    other = tmp_path / "other"
    subprocess.run(
        [str(BINARY), "user", "list"], check=True, capture_output=True,
        env=account.environment | {"DEPESCHE_DATA": str(other), "DEPESCHE_DATABASE": "sqlite:"})
    key.write_bytes((other / "master.key").read_bytes())
    key.chmod(0o600)
    assert "key" in account.command("user", "list", expect=3).stderr
    key.write_bytes(original)
    key.chmod(0o644)
    assert "chmod" in account.command("user", "list", expect=3).stderr
    key.chmod(0o600)
    assert account.json("user", "list")
    account.start()


def test_the_data_folder_is_private(account):
    assert account.data.stat().st_mode & 0o077 == 0
    assert (account.data / "control.sock").stat().st_mode & 0o777 == 0o600


@on_sqlite
def test_a_restored_copy_starts_and_its_deliveries_can_be_fetched(account, make_server, sink, tmp_path):
    account.settings(
        mail_system__sender="zustellung@kunde.example", smtp_home__domains="kunde.example", smtp_host="127.0.0.1",
        smtp_port=sink.port, smtp_security="none")
    account.command("setting", "set", "mail.route", "smtp")
    api = APIClient(account.port, account.json("token", "create", SENDER)["token"])
    content = os.urandom(20_000_000)
    delivery = api.draft("bea@elsewhere.test")
    file = api.upload(delivery, "a.bin", content)
    api.send(delivery)
    [mail] = sink.wait_for(1)
    copy = tmp_path / "copy"
    account.command("backup", copy)
    assert not (copy / "master.key").exists()
    account.command("backup", copy, expect=3)

    restored = make_server(DEPESCHE_KEY_FILE=account.data / "master.key")
    restored.command("restore", copy)
    restored.start()
    path = re.search(r"http://[^/]+(/l/\S+)", mail.text).group(1)
    visitor = Visitor(restored.port)
    status, _, body = visitor.request("GET", visitor.download_address(path, file["id"]))
    assert status == 200 and body == content

    with_key = make_server()
    account.command("backup", tmp_path / "full", "--with-key")
    with_key.command("restore", tmp_path / "full")
    assert with_key.json("user", "list")[0]["email"] == SENDER
    # Never over data that is there.
    with_key.command("restore", tmp_path / "full", expect=3)


def test_sending_goes_on_where_it_was_stopped(account, sink, tmp_path):
    file = tmp_path / "groß.bin"
    with file.open("wb") as output:
        output.truncate(1 << 30)
        for place in range(0, 1 << 30, 100 << 20):
            output.seek(place)
            output.write(os.urandom(1 << 20))
    token = account.json("token", "create", SENDER)["token"]
    command = [
        str(BINARY), "send", "--server", account.url, "--to", "bea@elsewhere.test", "--subject", "Groß", str(file)]
    environment = account.environment | {"DEPESCHE_TOKEN": token, "HOME": str(tmp_path)}
    first = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    api = APIClient(account.port, token)

    def begun():
        drafts = [one for one in api.call("GET", "/deliveries?state=drafts")["items"]]
        files = api.call("GET", f"/deliveries/{drafts[0]['id']}")["files"] if drafts else []
        return files[0] if files and len(api.received(files[0])) >= 3 else None

    upload = wait_until(begun, "the first chunks")
    first.terminate()
    first.communicate(timeout=30)
    before = api.received(upload)
    assert 3 <= len(before) < 128
    second = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert second.returncode == 0, second.stderr
    delivery = json.loads(second.stdout)
    assert [one["id"] for one in delivery["files"]] == [upload["id"]], "it began anew"
    assert delivery["state"] == "sent" and delivery["recipients"][0]["email"] == "bea@elsewhere.test"
    assert second.stderr.strip(), "progress goes to standard error"
    expected = pages.sha256(file)
    wait_until(
        lambda: api.call("GET", f"/deliveries/{delivery['id']}")["files"][0].get("sha256") == expected,
        "the digest of the whole file", seconds=180)
