"""The engine of the servers under test: SQLite, or PostgreSQL with DEPESCHE_TEST_ENGINE=postgresql."""

import atexit
import functools
import os

from harness.postgresql import PostgreSQL

IS_POSTGRESQL = os.environ.get("DEPESCHE_TEST_ENGINE") == "postgresql"


@functools.cache
def _cluster():
    """One for the whole run; each server gets a database of its own on it."""
    cluster = PostgreSQL()
    atexit.register(cluster.close)
    return cluster


def database_environment():
    """Where a new server keeps its database."""
    return {"DEPESCHE_DATABASE": _cluster().new_database()} if IS_POSTGRESQL else {}
