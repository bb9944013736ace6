"""What PostgreSQL means to do for a statement: which large tables it would read from end to end."""

import json

from harness.manyrows import SIZES


def scans(postgresql, statements):
    """For each statement the large tables that its plan reads from end to end; the planner knows none of the values."""
    prepared = [f"PREPARE s{number} AS {statement}" for number, statement in enumerate(statements)]
    found = json.loads(postgresql.execute(
        "SET plan_cache_mode = force_generic_plan", *prepared,
        # As many NULLs as a statement has parameters: a generic plan does not look at them.
        """
        DO $$
        DECLARE s record; plan json;
        BEGIN
            CREATE TEMPORARY TABLE plans (name text, plan json);
            FOR s IN SELECT name, cardinality(parameter_types) AS count FROM pg_prepared_statements LOOP
                EXECUTE 'EXPLAIN (FORMAT JSON) EXECUTE ' || s.name || CASE WHEN s.count = 0 THEN ''
                    ELSE '(' || rtrim(repeat('NULL,', s.count), ',') || ')' END INTO plan;
                INSERT INTO plans VALUES (s.name, plan);
            END LOOP;
        END
        $$
        """,
        "SELECT json_object_agg(name, plan) FROM plans"))
    partial = set(postgresql.execute(
        "SELECT indexrelid::regclass FROM pg_index WHERE indpred IS NOT NULL").split())
    return {
        statement: list(_scans(found[f"s{number}"][0]["Plan"], partial, False))
        for number, statement in enumerate(statements)
    }


def _scans(node, partial, is_limited):
    """The large tables that a plan reads from end to end."""
    kind, table = node["Node Type"], node.get("Relation Name")
    if table in SIZES:
        if kind == "Seq Scan":
            yield f"{table}"
        # An index of few rows may be read as a whole, and any up to a LIMIT, if every row of it counts.
        elif kind in ("Index Scan", "Index Only Scan") and "Index Cond" not in node:
            if node["Index Name"] not in partial and not (is_limited and "Filter" not in node):
                yield f"{table} by {node['Index Name']}"
    limits = is_limited or kind == "Limit"
    for child in node.get("Plans", ()):
        yield from _scans(child, partial, limits)
