"""A whole installation moved from SQLite and a folder to PostgreSQL and an object store, and back."""

import json
import os
import pathlib
import re

import pytest

from harness import wait_until
from harness.api import APIClient, Visitor
from harness.engine import IS_POSTGRESQL

SENDER = "anna@kunde.example"
PASSWORD = "correct horse battery staple 42"
CHUNK = 65_536

# Each says itself where its data are.
pytestmark = pytest.mark.skipif(IS_POSTGRESQL, reason="it moves from SQLite by itself")


def connect(server, sink):
    """Lets the server's mail go to a sink."""
    server.settings(
        mail_system__sender="zustellung@kunde.example", smtp_home__domains="kunde.example", smtp_host="127.0.0.1",
        smtp_port=sink.port, smtp_security="none")
    server.command("setting", "set", "mail.route", "smtp")


def account(server):
    """An account with a token."""
    server.command("user", "add", SENDER, "--name", "Anna", "--admin", "--password-stdin", input=PASSWORD + "\n")
    return APIClient(server.port, server.json("token", "create", SENDER)["token"])


def link(sink, number):
    """The link in the delivery mail of a number, from 1, once it has come."""
    mails = sink.wait_for(number, matching=lambda mail: "/l/" in mail.text)
    return re.search(r"http://\S+/l/\S+", mails[number - 1].text).group(0)


def deliver(api, content):
    """A delivery with a file, sent; its id and the file's."""
    delivery = api.draft("bea@elsewhere.test")
    file = api.upload(delivery, "Übersicht.bin", content)
    api.send(delivery)
    return delivery, file["id"]


def fetched(server, address, file):
    """What a recipient downloads."""
    visitor = Visitor(server.port)
    status, _, body = visitor.request("GET", visitor.download_address(address, file))
    assert status == 200, status
    return body


def contents(folder):
    """Names and octets of all files in a folder but for the lock and the database, whose log SQLite may fold into it."""
    return {
        str(path.relative_to(folder)): path.read_bytes() for path in pathlib.Path(folder).rglob("*")
        if path.is_file() and path.name != "depesche.lock" and not path.name.startswith("depesche.sqlite")}


def test_an_installation_moves_and_comes_back(make_object_store, postgresql, make_server, sink):
    store, url = make_object_store("seaweedfs"), postgresql.new_database()
    server = make_server().start()
    server.settings(deliveries_chunk__size=CHUNK)
    connect(server, sink)
    api = account(server)
    browser = Visitor(server.port)
    browser.sign_in(SENDER, PASSWORD)
    content = os.urandom(5 * CHUNK + 77)
    delivery, file = deliver(api, content)
    address = link(sink, 1)
    assert fetched(server, address, file) == content
    # A mail that waits, and an upload that is under way.
    server.settings(smtp_port=1)
    waiting = deliver(api, b"wartet")[0]
    wait_until(
        lambda: any(
            row["delivery"] == waiting and row["attempts"] > 0 and row["state"] == "queued"
            for row in server.json("outbox", "list")),
        lambda: f"an attempt: {server.json('outbox', 'list')}")
    half = os.urandom(4 * CHUNK)
    upload = api.announce(api.draft("bea@elsewhere.test"), "halb.bin", len(half))
    api.send_chunks(upload, half, range(2))
    server.settings(smtp_port=sink.port)

    there = ["move-data", "--from", f"sqlite:{server.data}", "--to", url, "--files-from", server.data / "files",
             "--files-to", "s3://depesche/depesche"]
    keys = {key: value for key, value in store.environment.items() if key != "DEPESCHE_FILES"}
    assert "Stop it first" in server.command(*there, environment=keys, expect=3).stderr
    server.stop()
    before = contents(server.data)
    told = server.json(*there, "--check-all", environment=keys)
    assert contents(server.data) == before, "the source was changed"
    assert told["files"]["copied"] == told["files"]["checked"] == told["files"]["objects"] >= 9
    rows = {table["name"]: table["rows"] for table in told["tables"]}
    assert rows["delivery"] == 3 and rows["session"] >= 1 and rows["file_chunk"] >= 9
    [owner] = [name for name in store.objects() if "/owner/" in name]

    # The target has its own data folder with the same key.
    moved = make_server(**(store.environment | {
        "DEPESCHE_DATABASE": url, "DEPESCHE_KEY_FILE": server.data / "master.key", "DEPESCHE_PUBLIC_URL": server.url,
        "DEPESCHE_LISTEN": f"127.0.0.1:{server.port}"}))
    moved.port, moved.url = server.port, server.url
    moved.start()
    assert fetched(moved, address, file) == content
    status, _, page = browser.request("GET", "/deliveries")
    assert status == 200 and waiting in page.decode(), "the session did not move"
    assert api.received(upload) == {0, 1}
    api.send_chunks(upload, half, range(2, 4))
    # The outbox goes on.
    for row in moved.json("outbox", "list"):
        if row["state"] == "queued":
            moved.command("outbox", "retry", row["id"])
    assert link(sink, 2) != address
    newer, newer_file = deliver(api, content[:1000])
    newest = link(sink, 3)
    assert [name for name in store.objects() if "/owner/" in name] == [owner]
    assert moved.json("audit", "verify")

    # And back, into a new folder.
    home = make_server(DEPESCHE_KEY_FILE=server.data / "master.key")
    back = ["move-data", "--from", url, "--to", f"sqlite:{home.data}", "--files-from", "s3://depesche/depesche",
            "--files-to", home.data / "files"]
    assert "Stop it first" in moved.command(*back, expect=3).stderr
    moved.stop()
    said = moved.command(*back).stdout
    assert "DEPESCHE_DATABASE=sqlite:" in said and str(home.data) in said
    home.environment |= {"DEPESCHE_PUBLIC_URL": server.url, "DEPESCHE_LISTEN": f"127.0.0.1:{server.port}"}
    home.port, home.url = server.port, server.url
    home.start()
    for place, octets in ((address, content), (newest, content[:1000])):
        assert fetched(home, place, file if octets is content else newer_file) == octets
    assert api.received(upload) == {0, 1, 2, 3}
    assert api.call("GET", f"/deliveries/{newer}")["state"] == "sent"


def test_files_alone_move_and_a_copy_goes_on(make_object_store, make_server, sink):
    store = make_object_store("rclone")
    server = make_server().start()
    server.settings(deliveries_chunk__size=CHUNK)
    connect(server, sink)
    api = account(server)
    content = os.urandom(6 * CHUNK)
    _, file = deliver(api, content)
    address = link(sink, 1)
    keys = {key: value for key, value in store.environment.items() if key != "DEPESCHE_FILES"}
    command = ["move-data", "--files-from", server.data / "files", "--files-to", "s3://depesche/depesche"]
    assert "Stop it first" in server.command(*command, environment=keys, expect=3).stderr
    server.stop()
    first = server.json(*command, environment=keys)["files"]
    assert first["objects"] == first["copied"] == 6 and first["percent"] == 100
    # What was lost or hurt on its way is brought again, and nothing else.
    names = [name for name in store.objects() if "/files/" in name]
    store.client("deletefile", f"store:depesche/{names[0]}")
    hurt = store.directory / "hurt"
    hurt.write_bytes(b"x" * store.objects()[names[1]])
    store.client("copyto", hurt, f"store:depesche/{names[1]}")
    second = server.json(*command, "--check-all", environment=keys)["files"]
    assert (second["copied"], second["checked"], second["present"]) == (2, 2, 4)
    server.environment |= store.environment
    server.start()
    assert fetched(server, address, file) == content


def test_wrong_use_is_said_in_plain_words(make_object_store, postgresql, make_server, tmp_path):
    server = make_server().start()
    account(server)
    source = f"sqlite:{server.data}"

    def said(*arguments, expect=3, **environment):
        words = server.command("move-data", *arguments, expect=expect, environment=environment).stderr
        assert "geheim" not in words and "Fatal" not in words
        return words

    url = postgresql.new_database()
    assert "Stop it first" in said("--from", source, "--to", url)
    server.stop()
    for wrong in (["--from", source], ["--from", source, "--to", "mysql://geheim"], [], ["--files-to", "/x"],
                  ["--from", source, "--to", source]):
        assert said(*wrong, expect=2)
    assert "no installation" in said("--from", f"sqlite:{tmp_path}/none", "--to", url, DEPESCHE_KEY_FILE=server.data / "master.key")
    assert not (tmp_path / "none").exists()
    assert "The PostgreSQL database cannot be used" in said(
        "--from", source, "--to", "postgresql://depesche:geheim@127.0.0.1:1/x")
    # Another key.
    other = make_server().start()
    account(other)
    assert "key" in said("--from", source, "--to", url, DEPESCHE_KEY_FILE=other.data / "master.key")
    other.stop()
    assert "There is data in" in said("--from", source, "--to", f"sqlite:{other.data}")
    # A store that is another installation's: nothing starts until the move is complete.
    store = make_object_store("rclone")
    owner = make_server(**store.environment).start()
    owner.stop()
    keys = {key: value for key, value in store.environment.items() if key != "DEPESCHE_FILES"}
    files = ["--files-from", str(server.data / "files"), "--files-to"]
    assert "another installation keeps its files there" in said(
        "--from", source, "--to", url, *files, "s3://depesche/depesche", **keys)
    stopped = make_server(DEPESCHE_DATABASE=url, DEPESCHE_KEY_FILE=server.data / "master.key")
    words = stopped.command("serve", expect=3).stderr
    assert "An installation is being moved into this database" in words, words
    # The same again with another place for the files: it goes through.
    told = json.loads(server.command(
        "move-data", "--from", source, "--to", url, *files, "s3://depesche/other", "--json", environment=keys).stdout)
    assert told["files"]["objects"] == 0
    stopped.environment |= store.environment | {"DEPESCHE_FILES": "s3://depesche/other"}
    stopped.start()
    assert [one["email"] for one in stopped.json("user", "list")] == [SENDER]
    stopped.stop()
    assert "There is data in" in said("--from", source, "--to", url)
