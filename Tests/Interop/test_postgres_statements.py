"""Every SQL statement of Depesche, recorded by the unit tests on SQLite, must also be one of PostgreSQL."""

import json
import os
import pathlib

import pytest

from harness.tools import REPOSITORY

TRACE = pathlib.Path(os.environ.get("DEPESCHE_STATEMENT_TRACE", REPOSITORY / ".build" / "statements.json"))
# Fewer would mean that the recording broke, not that Depesche needs so few.
LEAST = 100


@pytest.fixture(scope="module")
def trace(postgresql):
    """The recorded statements, after their tables have been made."""
    assert TRACE.exists(), f"{TRACE} is missing: the unit tests write it (scripts/test unit)"
    recorded = json.loads(TRACE.read_text())
    postgresql.execute("DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    postgresql.execute(*recorded["schema"])
    return recorded


def test_enough_statements_were_recorded(trace):
    assert len(trace["schema"]) > 0
    assert len(set(trace["statements"])) >= LEAST


def test_postgresql_prepares_every_statement(trace, postgresql):
    refused = []
    for statement in sorted(set(trace["statements"])):
        error = postgresql.prepare(statement)
        if error is not None:
            refused.append(f"{statement}\n  {error}")
    assert not refused, f"{len(refused)} statements:\n" + "\n".join(refused)
