"""Two versions on one database for the time of an upgrade; the later one is made up by what its steps would leave."""

import json
import os

import pytest

from harness.api import APIClient
from harness.engine import IS_POSTGRESQL

SENDER = "anna@kunde.example"
PASSWORD = "correct horse battery staple 42\n"


@pytest.fixture
def database(postgresql):
    """An empty database: its URL, and what runs statements in it."""
    url = postgresql.new_database()
    name = url.split("?")[0].rsplit("/", 1)[1]
    return url, lambda *statements: postgresql.execute(*statements, database=name)


def client(server):
    """An account with a token."""
    server.command("user", "add", SENDER, "--name", "Anna", "--password-stdin", input=PASSWORD)
    return APIClient(server.port, server.json("token", "create", SENDER)["token"])


def deliver(api, content):
    """Uploads a file to a delivery and sends it; the delivery's id."""
    delivery = api.draft("bea@elsewhere.test")
    api.upload(delivery, "a.bin", content)
    api.send(delivery)
    return delivery


def test_a_server_goes_on_while_the_next_version_migrates(database, make_server):
    url, execute = database
    server = make_server(DEPESCHE_DATABASE=url).start()
    api = client(server)
    first = deliver(api, os.urandom(200_000))
    assert server.json("migrate", "status")["missing"] == []
    # What the next version's first step would do, while this one runs.
    execute(
        "BEGIN", "CREATE TABLE later (id TEXT COLLATE \"C\" NOT NULL PRIMARY KEY)",
        "ALTER TABLE delivery ADD COLUMN later TEXT COLLATE \"C\"",
        "ALTER TABLE outbox ADD COLUMN later BIGINT NOT NULL DEFAULT 7",
        "INSERT INTO schema_migration (number, name, applied_at) VALUES (999, 'later', 0)", "COMMIT")
    second = deliver(api, os.urandom(200_000))
    for delivery in (first, second):
        assert api.call("GET", f"/deliveries/{delivery}")["state"] == "sent"
    # It restarts, and a further node of its version joins.
    server.restart()
    assert "a newer version has migrated the database" in server.log
    third = deliver(api, os.urandom(1_000))
    assert api.call("GET", f"/deliveries/{third}")["state"] == "sent"
    status = server.json("migrate", "status")
    assert status["database"] == 999 and status["missing"] == [] and status["known"] < 999
    assert "newer version" in server.command("migrate", "up").stdout

    # A step that takes something away: those who run go on, and nobody starts on it any more.
    execute(
        "BEGIN", "INSERT INTO schema_migration (number, name, applied_at) VALUES (1001, 'without', 0)",
        "INSERT INTO schema_floor (number, oldest_program) VALUES (1001, 999)", "COMMIT")
    server.stop()
    for command in (["serve"], ["migrate", "status"], ["migrate", "up"]):
        said = server.command(*command, expect=3).stderr
        assert "written by a newer Depesche (schema 1001" in said, said
    execute("DELETE FROM schema_floor", "DELETE FROM schema_migration WHERE number = 1001")
    server.start()


def test_a_schema_is_migrated_before_the_server_starts(database, make_server):
    url, execute = database
    server = make_server(DEPESCHE_DATABASE=url)
    before = json.loads(server.command("migrate", "status", "--json", expect=1).stdout)
    assert before["database"] == 0 and before["missing"][0]["number"] == 1
    assert execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == "0", "status made tables"
    assert "Applied 1 first tables." in server.command("migrate", "up").stdout
    assert server.json("migrate", "status")["database"] == before["missing"][-1]["number"]
    server.start()
    assert server.json("migrate", "up")["missing"] == []
    server.stop()
    server.environment["DEPESCHE_DATABASE"] = "postgresql://nobody:geheim@127.0.0.1:1/x"
    said = server.command("migrate", "status", expect=3).stderr
    assert "The PostgreSQL database cannot be used" in said and "geheim" not in said


@pytest.mark.skipif(IS_POSTGRESQL, reason="it is about SQLite")
def test_with_sqlite_the_running_server_says_its_schema(make_server):
    server = make_server()
    assert "The database is empty." in server.command("migrate", "status", expect=1).stdout
    assert not server.data.exists(), "status made a data folder"
    assert "no database" in server.command("migrate", "up", expect=3).stderr
    server.start()
    assert server.json("migrate", "status")["missing"] == []
    assert "It is up to date." in server.command("migrate", "status").stdout
    assert "Stop it first" in server.command("migrate", "up", expect=3).stderr
    server.stop()
    assert server.json("migrate", "status")["missing"] == []
    assert server.json("migrate", "up")["missing"] == []
