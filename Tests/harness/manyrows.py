"""Some hundred thousand rows in the tables that grow, as a busy installation has them after some years."""

START = 1_700_000_000_000
# One row for each.
DELIVERIES = 40_000

SIZES = {
    table: 10_000 for table in (
        "account_token", "api_token", "bounce_mail", "dmarc_report", "dmarc_row", "earlier_recipient",
        "gathered_notice", "known_device", "mailed_code", "message", "message_chunk", "reader_language",
        "reminder_refusal", "session", "suppression", "throttle", "tls_report", "tls_report_row")
} | {
    table: DELIVERIES for table in (
        "access_trace", "audit_record", "delivery", "delivery_event", "delivery_file", "download_grant",
        "file_chunk", "file_fetch", "link", "outbox", "outbox_attempt", "outbox_mail", "recipient", "visitor")
} | {"account": 5_000}

# What refers to a row of another table, and how many of those there are.
KEYS = {
    "delivery": DELIVERIES, "recipient": SIZES["recipient"], "link": SIZES["link"], "visitor": SIZES["visitor"],
    "file": SIZES["delivery_file"], "entry": SIZES["outbox"], "message": SIZES["message"],
    "account": SIZES["account"], "sender": SIZES["account"], "actor": SIZES["account"],
    "report": SIZES["dmarc_report"],
}

# Of 1000 rows few are in a state that passes, as g, the row's number, says.
PASSING = "g % 1000"
SPECIAL = {
    ("account", "is_administrator"): "(g <= 5)::int",
    ("account", "state"): f"CASE WHEN {PASSING} = 0 THEN 'invited' ELSE 'active' END",
    ("delivery", "state"):
        f"CASE WHEN {PASSING} < 5 THEN 'draft' WHEN {PASSING} < 40 THEN 'sent' WHEN {PASSING} < 60 THEN 'expired'"
        f" WHEN {PASSING} < 65 THEN 'withdrawn' ELSE 'removed' END",
    ("delivery", "sent_at"): f"CASE WHEN {PASSING} < 5 THEN NULL ELSE {START} + g * 600000 END",
    ("delivery", "expires_at"): f"CASE WHEN {PASSING} < 5 THEN NULL ELSE {START} + g * 600000 END",
    ("delivery", "remove_files_at"): f"CASE WHEN {PASSING} BETWEEN 5 AND 64 THEN {START} + g * 600000 END",
    ("delivery", "reminded_at"): f"CASE WHEN {PASSING} < 20 THEN NULL ELSE {START} + g * 600000 END",
    ("delivery", "inserted_at"): "NULL::bigint",
    ("delivery", "mailbox"): "NULL::text",
    ("delivery_file", "key_wraps"): f"CASE WHEN {PASSING} < 65 THEN 'x'::bytea END",
    ("delivery_file", "sha256"): f"CASE WHEN {PASSING} = 0 THEN NULL ELSE md5(g::text) END",
    ("delivery_file", "scan_state"):
        f"CASE WHEN {PASSING} = 0 THEN 'waiting' WHEN {PASSING} = 1 THEN 'found' ELSE 'clean' END",
    ("delivery_file", "scan_tries"): "0",
    ("link", "state"): "CASE WHEN g % 10 = 0 THEN 'replaced' ELSE 'active' END",
    ("link", "kind"): "'personal'",
    ("access_trace", "scanner_signals"): "CASE WHEN g % 50 = 0 THEN 'early' ELSE '' END",
    ("outbox", "state"):
        f"CASE WHEN {PASSING} < 20 THEN 'queued' WHEN {PASSING} < 22 THEN 'held' WHEN {PASSING} < 40 THEN 'failed'"
        " ELSE 'handed-over' END",
    ("outbox", "kind"): "CASE WHEN g % 4 = 0 THEN 'notice' ELSE 'delivery' END",
    ("outbox", "is_urgent"): "(g % 20 = 0)::int",
    ("outbox", "mail_kept"): f"({PASSING} < 100)::int",
    ("outbox", "finished_at"): f"CASE WHEN {PASSING} < 22 THEN NULL ELSE {START} + g * 600000 END",
    ("outbox", "held_for"): f"CASE WHEN {PASSING} IN (20, 21) THEN 'd' || g % 7 || '.example' END",
    ("outbox", "leased_until"): "NULL::bigint",
    ("outbox", "destination"): "'d' || g % 900 || '.example'",
    ("outbox", "message"): "CASE WHEN g % 10 = 0 THEN lpad((g / 10 + 1)::text, 22, '0') END",
    ("outbox_attempt", "sealed_conversation"): f"CASE WHEN {PASSING} < 100 THEN 'x'::bytea END",
    ("gathered_notice", "due_at"): f"CASE WHEN {PASSING} = 0 THEN {START} + g * 600000 END",
    ("audit_record", "action"): "'action.' || g % 40",
    ("dmarc_row", "domain"): "'d' || g % 20 || '.example'",
    ("dmarc_report", "domain"): "'d' || g % 20 || '.example'",
    ("tls_report_row", "domain"): "'d' || g % 20 || '.example'",
    ("tls_report_row", "result"): f"CASE WHEN {PASSING} = 0 THEN 'failed' ELSE '' END",
    ("dmarc_row", "is_pass"): "1",
    ("dmarc_row", "position"): "g",
    ("tls_report_row", "position"): "g",
}


def _value(table, column, kind, is_key):
    """The words of SQL for a column of row g."""
    if (table, column) in SPECIAL:
        return SPECIAL[table, column]
    if column in KEYS and not is_key:
        # Spread so that rows of one thing are not side by side.
        return f"lpad(((g * 7919) % {KEYS[column]} + 1)::text, 22, '0')"
    if kind == "text":
        return "lpad(g::text, 22, '0')" if is_key else "md5(g::text)"
    if kind == "bytea":
        return "'x'::bytea"
    if column in ("position", "attempts", "tries"):
        return "g % 3"
    if column == "number" and table not in ("delivery_event", "audit_record"):
        return "1"
    if column in ("day", "number"):
        return "g % 700" if column == "day" else "g"
    if column.endswith(("_at", "_until", "_ends", "_after")):
        return f"{START} + g * 600000"
    return "g"


def fill(postgresql):
    """Fills the tables of a fresh schema and has them counted."""
    columns = {}
    listed = postgresql.execute(
        """
        SELECT c.table_name, c.column_name, c.data_type, EXISTS (
            SELECT 1 FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
            WHERE k.contype = 'p' AND array_length(k.conkey, 1) = 1
                AND k.conrelid = c.table_name::regclass AND a.attname = c.column_name)
        FROM information_schema.columns c WHERE c.table_schema = 'public' ORDER BY c.table_name, c.ordinal_position
        """)
    for line in listed.splitlines():
        table, column, kind, is_key = line.split("|")
        columns.setdefault(table, []).append((column, _value(table, column, kind, is_key == "t")))
    statements = ["SET session_replication_role = replica", "SET synchronous_commit = off"]
    for table, size in SIZES.items():
        names = ", ".join(name for name, _ in columns[table])
        values = ", ".join(value for _, value in columns[table])
        statements.append(
            f"INSERT INTO {table} ({names}) SELECT {values} FROM generate_series(1::bigint, {size}) AS g")
    postgresql.execute(*statements)
    # Outside of a transaction; hint bits and the map of visible rows are as after some time.
    postgresql.execute("VACUUM ANALYZE")
