"""The engine of the servers under test: SQLite, or PostgreSQL with DEPESCHE_TEST_ENGINE=postgresql."""

import atexit
import functools
import os
import sqlite3
import urllib.parse

import pytest

from harness.postgresql import PostgreSQL

IS_POSTGRESQL = os.environ.get("DEPESCHE_TEST_ENGINE") == "postgresql"
# For what is about the file of SQLite, or about the disk that it lies on.
on_sqlite = pytest.mark.skipif(IS_POSTGRESQL, reason="about the database in the data folder")


@functools.cache
def _cluster():
    """One for the whole run; each server gets a database of its own on it."""
    cluster = PostgreSQL()
    atexit.register(cluster.close)
    return cluster


def database_environment():
    """Where a new server keeps its database."""
    return {"DEPESCHE_DATABASE": _cluster().new_database()} if IS_POSTGRESQL else {}


def execute(server, *statements):
    """Runs statements as somebody does who has the server's database alone; the rows of the last one, as text."""
    if IS_POSTGRESQL:
        name = urllib.parse.urlsplit(server.environment["DEPESCHE_DATABASE"]).path.removeprefix("/")
        return [tuple(line.split("|")) for line in _cluster().execute(*statements, database=name).splitlines()]
    connection = sqlite3.connect(server.data / "depesche.sqlite", timeout=10)
    with connection:
        for statement in statements:
            rows = connection.execute(statement).fetchall()
    connection.close()
    return [tuple(map(str, row)) for row in rows]


def octets(count):
    """So many octets of zero, as a value in a statement."""
    return f"decode(repeat('00', {count}), 'hex')" if IS_POSTGRESQL else f"zeroblob({count})"


def set_time(environment, seconds):
    """Has the database of a server, as `database_environment` named it, tell a time that is so much ahead."""
    name = urllib.parse.urlsplit(environment["DEPESCHE_DATABASE"]).path.removeprefix("/")
    _cluster().execute(
        "CREATE OR REPLACE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE "
        f"AS $$SELECT pg_catalog.clock_timestamp() + interval '{seconds} seconds'$$",
        # Before the function of the system with the same name.
        f"ALTER DATABASE {name} SET search_path = public, pg_catalog", database=name)
