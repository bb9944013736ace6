"""Every SQL statement of Depesche, recorded by the unit tests on SQLite, must also be one of PostgreSQL, and a fast one."""

import json
import os
import pathlib

import pytest

from harness import manyrows, plans
from harness.tools import REPOSITORY

TRACE = pathlib.Path(os.environ.get("DEPESCHE_STATEMENT_TRACE", REPOSITORY / ".build" / "statements.json"))
# Fewer would mean that the recording broke, not that Depesche needs so few.
LEAST = 100

# What may read a large table from end to end, by a part of it, and why.
MAY_SCAN = {
    # Counts of all there is: the figures of the administration, and how many pages a list has.
    "count(*) FROM account WHERE 1 = 1 AND state <> $1": "pages of the list of accounts",
    "FROM account GROUP BY state": "figures",
    "FROM delivery GROUP BY state": "figures",
    "FROM outbox GROUP BY state": "figures",
    "count(*) FROM delivery WHERE delivery.state <> 'draft'": "pages of the list of all deliveries",
    "count(*) FROM outbox WHERE 1 = 1": "pages of the outbox",
    "count(*) FROM reminder_refusal WHERE 1 = 1": "pages of the list",
    "count(*) FROM suppression WHERE 1 = 1": "pages of the list",
    "count(*) FROM audit_record WHERE hash IS NOT NULL": "the check of the whole audit trail, on demand",
    # Parts of words that an administrator looks for; no index finds them.
    "FROM account WHERE search LIKE": "search",
    "FROM outbox WHERE 1 = 1 AND search LIKE": "search",
    "FROM outbox LEFT JOIN outbox_mail ON outbox_mail.entry = outbox.id WHERE 1 = 1 AND search LIKE": "search",
    "FROM suppression WHERE 1 = 1 AND search LIKE": "search",
    "FROM reminder_refusal WHERE 1 = 1 AND search LIKE": "search",
    "ON outbox_mail.entry = outbox.id WHERE 1 = 1 AND state IN ($1)":
        "along the newest, for a state that it does not know; by state and time with the state at hand",
    # Jobs of the night. For a time that it does not know PostgreSQL takes a third of the rows to be older, and joins
    # them all; with the time at hand, as it plans until such a plan was the better one five times, it goes by index.
    "DELETE FROM message_chunk WHERE stored_at < $1 AND NOT EXISTS": "job",
    "DELETE FROM outbox_mail WHERE entry IN (SELECT id FROM outbox WHERE finished_at": "job",
    # All rows in a state, on demand: for a state that it does not know PostgreSQL expects many.
    "UPDATE outbox SET state = $1, finished_at = $2, leased_until = NULL WHERE state = $3": "all that was held",
    "UPDATE outbox SET state = $1, next_attempt_at = $2, due_at = $3, leased_until = NULL, finished_at = NULL WHERE":
        "all that failed",
}


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
    refused = postgresql.refused(sorted(set(trace["statements"])))
    assert not refused, f"{len(refused)} statements:\n" + "\n".join(f"{one}\n  {why}" for one, why in refused.items())


@pytest.fixture(scope="module")
def scans(trace, postgresql):
    """The large tables that each statement would read from end to end."""
    manyrows.fill(postgresql)
    return {
        " ".join(statement.split()): tables
        for statement, tables in plans.scans(postgresql, sorted(set(trace["statements"]))).items()
    }


def test_no_statement_reads_a_large_table_from_end_to_end(scans):
    slow = [
        f"{statement}\n  {', '.join(tables)}" for statement, tables in scans.items()
        if tables and not any(part in statement for part in MAY_SCAN)]
    assert not slow, f"{len(slow)} statements:\n" + "\n".join(slow)


def test_what_may_scan_is_known_to_scan(scans):
    needless = [
        part for part in MAY_SCAN
        if not any(tables for statement, tables in scans.items() if part in statement)]
    assert not needless, "an index serves them by now, or nobody asks them: " + "\n".join(needless)


def test_what_refers_to_another_row_is_found_by_an_index(trace, postgresql):
    # Else each row that is removed reads all that might refer to it. Sign-ins of add-ins live for minutes.
    unfound = postgresql.execute(
        """
        SELECT k.conrelid::regclass || '.' || a.attname FROM pg_constraint k
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
        WHERE k.contype = 'f' AND NOT EXISTS (
            SELECT 1 FROM pg_index i WHERE i.indrelid = k.conrelid AND i.indkey[0] = k.conkey[1])
        """)
    assert unfound.split() == ["sign_in_request.account"]
