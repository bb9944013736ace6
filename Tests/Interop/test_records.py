"""Records: an audit trail that cannot be changed quietly, in a real database that another program changes, and receipts
that are checked without the server."""

import base64
import csv
import hashlib
import io
import json
import subprocess

import pytest

from harness.api import APIClient, Refused, Visitor
from harness.engine import execute, octets
from harness.tools import scratch_directory, wait_until

ADMIN = "anna@kunde.example"
PASSWORD = "correct horse battery staple 42"


@pytest.fixture
def house(make_server):
    """(server, API of an administrator) with some entries in the audit trail."""
    server = make_server().start()
    server.command("user", "add", ADMIN, "--name", "Anna", "--admin", "--password-stdin", input=PASSWORD + "\n")
    token = server.json(
        "token", "create", ADMIN, "--scope", "send", "--scope", "read", "--scope", "administer")["token"]
    for days in range(3, 9):
        server.command("setting", "set", "deliveries.grace-days", days)
    return server, APIClient(server.port, token)


def verdict(server, expect=1):
    return json.loads(server.command("audit", "verify", "--json", expect=expect).stdout)


def test_an_untouched_trail_is_in_order_running_or_not(house):
    server, _ = house
    said = verdict(server, expect=0)
    assert said["inOrder"] and said["entries"] >= 8 and said["verifiedUpTo"] == said["entries"]
    witness = f"{said['verifiedUpTo']}:{said['hash']}"
    server.command("setting", "set", "deliveries.grace-days", 9)
    server.command("audit", "verify", "--expect", witness)
    server.stop()
    assert verdict(server, expect=0)["entries"] == said["entries"] + 1
    server.command("audit", "verify", "--expect", "nonsense", expect=2)
    server.command("audit", "verify", "--expect", f"3:{'0' * 64}", expect=1)


@pytest.mark.parametrize("column, value", [
    ("target", "'smtp.host'"), ("actor", "'00000000000000000000000000'"), ("happened_at", "happened_at + 1"),
    ("action", "'signed-in'"), ("client_address", "'192.0.2.1'"), ("hash", octets(32)),
    ("target_proof", octets(16)), ("target_proof", octets(64)), ("target_proof", "NULL"), ("hash", "NULL"),
])
def test_a_changed_row_is_found(house, column, value):
    server, _ = house
    execute(server, f"UPDATE audit_record SET {column} = {value} WHERE number = 4")
    said = verdict(server)
    assert (said["firstBad"], said["fault"], said["verifiedUpTo"]) == (4, "changed", 3)
    assert "Entry 4" in server.command("audit", "verify", expect=1).stdout


def test_a_deleted_row_is_found(house):
    server, _ = house
    execute(server, "DELETE FROM audit_record WHERE number = 3")
    assert (verdict(server)["firstBad"], verdict(server)["fault"]) == (3, "missing")


def test_a_deleted_row_is_found_when_the_others_move_up(house):
    server, _ = house
    execute(
        server, "DELETE FROM audit_record WHERE number = 3",
        "UPDATE audit_record SET number = -number WHERE number > 3",
        "UPDATE audit_record SET number = -number - 1 WHERE number < 0")
    assert (verdict(server)["firstBad"], verdict(server)["fault"]) == (3, "changed")


COPY = ("INSERT INTO audit_record SELECT {}, happened_at, actor, action, target, client_address, actor_proof, "
        "target_proof, address_proof, hash FROM audit_record WHERE number = 2")


def test_an_inserted_row_is_found(house):
    server, _ = house
    last = verdict(server, expect=0)["verifiedUpTo"]
    execute(server, COPY.format(last + 1))
    assert (verdict(server)["firstBad"], verdict(server)["fault"]) == (last + 1, "changed")
    # The server goes on, and what it writes does not cover it up.
    server.command("setting", "set", "deliveries.grace-days", 11)
    assert verdict(server)["firstBad"] == last + 1


def test_a_row_put_in_the_middle_is_found(house):
    server, _ = house
    execute(
        server, "UPDATE audit_record SET number = -number WHERE number > 3",
        "UPDATE audit_record SET number = -number + 1 WHERE number < 0", COPY.format(4))
    assert (verdict(server)["firstBad"], verdict(server)["fault"]) == (4, "changed")


def test_a_truncated_tail_is_found_also_after_the_server_wrote_on(house):
    server, _ = house
    last = verdict(server, expect=0)["verifiedUpTo"]
    execute(server, f"DELETE FROM audit_record WHERE number > {last - 2}")
    said = verdict(server)
    assert (said["firstBad"], said["fault"]) == (last - 1, "truncated")
    server.command("setting", "set", "deliveries.grace-days", 11)
    assert (verdict(server)["firstBad"], verdict(server)["fault"]) == (last - 1, "missing")


def test_a_head_that_was_moved_back_is_found(house):
    server, _ = house
    last = verdict(server, expect=0)["verifiedUpTo"]
    execute(
        server, f"DELETE FROM audit_record WHERE number = {last}",
        f"UPDATE audit_mark SET number = {last - 1}, hash = (SELECT hash FROM audit_record WHERE number = {last - 1}) "
        "WHERE name = 'head'")
    assert (verdict(server)["firstBad"], verdict(server)["fault"]) == (last - 1, "head")
    execute(server, "DELETE FROM audit_mark WHERE name = 'head'")
    assert verdict(server)["fault"] == "head"
    # A restart makes no new one quietly.
    server.restart()
    server.command("setting", "set", "deliveries.grace-days", 11)
    said = verdict(server)
    assert said["fault"] == "resumed" and said["firstBad"] == last


def test_an_older_database_is_chained_at_its_first_start(house):
    server, _ = house
    entries = verdict(server, expect=0)["entries"]
    server.stop()
    # As it was before: no chain, its own counter.
    execute(
        server, "UPDATE audit_record SET actor_proof = NULL, target_proof = NULL, address_proof = NULL, hash = NULL",
        "DROP INDEX audit_record_by_time", "DROP TABLE audit_mark",
        *(f"ALTER TABLE audit_record DROP COLUMN {name}" for name in
          ("actor_proof", "target_proof", "address_proof", "hash")),
        "INSERT INTO counter (name, value) VALUES ('audit', 8)",
        "DELETE FROM schema_migration WHERE name = 'audit-chain'")
    server.start()
    said = verdict(server, expect=0)
    assert said["entries"] == entries + 1
    [newest] = execute(server, "SELECT action, target FROM audit_record ORDER BY number DESC LIMIT 1")
    # Whoever lets a trail be chained anew cannot hide when.
    assert newest == ("audit-chained", f"1–{entries}")
    server.restart()
    assert verdict(server, expect=0)["entries"] == entries + 1


def test_the_api_lists_and_filters(house):
    server, api = house
    everything = api.call("GET", "/audit?limit=200")
    assert everything["total"] == len(everything["items"]) >= 8
    assert [row["number"] for row in everything["items"]] == list(range(everything["total"], 0, -1))
    changed = api.call("GET", "/audit?topic=system&target=GRACE")["items"]
    assert {row["action"] for row in changed} == {"setting-changed"} and len(changed) == 6
    assert api.call("GET", "/audit?from=2100-01-01T00:00:00Z")["total"] == 0
    assert api.call("GET", "/audit?until=2100-01-01T00:00:00Z")["total"] == everything["total"]
    assert api.call("GET", "/audit?action=user-created&target=anna")["total"] == 1
    for query in ["topic=x", "from=yesterday", "limit=0", "limit=201"]:
        with pytest.raises(Refused) as refused:
            api.call("GET", f"/audit?{query}")
        assert refused.value.status == 422, query
    server.command("user", "add", "bea@kunde.example", "--name", "Bea", "--password-stdin", input=PASSWORD + "\n")
    token = server.json("token", "create", "bea@kunde.example", "--scope", "send", "--scope", "read")["token"]
    with pytest.raises(Refused) as refused:
        APIClient(server.port, token).call("GET", "/audit")
    assert refused.value.status == 403


def test_exports_are_whole_and_no_formula(house):
    server, api = house
    api.call("POST", "/suppressions", {"address": "=cmd@praxis.example"})
    visitor = Visitor(server.port)
    visitor.sign_in(ADMIN, PASSWORD)
    [hidden] = [hidden for action, hidden in visitor.forms("/admin/audit") if action.endswith("/export")]
    status, headers, body = visitor.request("POST", "/admin/audit/export", hidden | {"format": "csv"})
    assert status == 200 and headers["Content-Disposition"] == 'attachment; filename="audit.csv"'
    rows = list(csv.reader(io.StringIO(body.decode().removeprefix("\ufeff"), newline="")))
    assert "'=cmd@praxis.example" in [row[5] for row in rows]
    assert rows[0][:3] == ["number", "at", "action"] and len(rows) > 8
    assert all(not cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row)
    status, _, body = visitor.request("POST", "/admin/audit/export", hidden | {"format": "json"})
    entries = json.loads(body)
    assert status == 200 and [entry["action"] for entry in entries[:2]] == ["audit-exported", "audit-exported"]
    assert "=cmd@praxis.example" in [entry["target"] for entry in entries]
    status, _, body = visitor.request("GET", "/admin/audit?verify=1")
    assert status == 200 and f"Geprüft bis Nr. {len(entries)}" in body.decode()
    execute(server, "UPDATE audit_record SET target = 'x' WHERE number = 2")
    status, _, body = visitor.request("GET", "/admin/audit?verify=1")
    assert "ab Eintrag Nr. 2 nicht" in body.decode()
    assert visitor.request("POST", "/admin/audit/export", {"format": "csv"})[0] == 403, "without a proof"


# MARK: Receipts


def deliver(api):
    """A delivery that was sent."""
    delivery = api.draft("bernd@praxis.example", "clara@amt.example", subject="Ihre Unterlagen", message="Geheim")
    api.upload(delivery, "Befund.pdf", b"Inhalt" * 1000)
    return api.send(delivery)


@pytest.fixture
def receipt(house):
    """(server, API, id of a delivery, its receipt as JSON and as a page)"""
    server, api = house
    delivery = deliver(api)["id"]
    folder = scratch_directory("receipt")
    server_key = server.json("receipt", "key")[0]["publicKey"]
    envelope = json.dumps(api.call("GET", f"/deliveries/{delivery}/receipt"))
    visitor = Visitor(server.port)
    visitor.sign_in(ADMIN, PASSWORD)
    page = visitor.request("GET", f"/deliveries/{delivery}/receipt.html")[2].decode()
    for name, text in (("receipt.json", envelope), ("receipt.html", page)):
        (folder / name).write_bytes(text.encode())
    return server, folder, server_key


def test_a_receipt_is_checked_without_the_server(receipt):
    server, folder, key = receipt
    server.stop()
    for name in ("receipt.json", "receipt.html"):
        said = json.loads(server.command("receipt", "verify", folder / name, "--key", key, "--json").stdout)
        assert said["genuine"] and said["keyCompared"]
        stated = said["receipt"]
        assert stated["delivery"]["subject"] == "Ihre Unterlagen"
        assert [file["size"] for file in stated["files"]] == [6000] and stated["files"][0]["name"] == "Befund.pdf"
        assert [one["person"]["email"] for one in stated["recipients"]] == [
            "bernd@praxis.example", "clara@amt.example"]
        shown = server.command("receipt", "verify", folder / name).stdout
        assert "genuine" in shown and "--key" in shown, "nobody is told that the key was not compared"
    assert "Geheim" not in (folder / "receipt.html").read_text()


def test_a_receipt_names_the_checksum_once_it_is_known(house):
    server, api = house
    delivery = deliver(api)["id"]
    wait_until(
        lambda: all(file.get("sha256") for file in api.call("GET", f"/deliveries/{delivery}")["files"]),
        lambda: "the checksum", 90)
    stated = json.loads(base64.b64decode(api.call("GET", f"/deliveries/{delivery}/receipt")["payload"]))
    assert stated["files"][0]["sha256"] == hashlib.sha256(b"Inhalt" * 1000).hexdigest()


def test_another_program_checks_the_signature_over_the_exact_octets(receipt):
    _, folder, key = receipt
    envelope = json.loads((folder / "receipt.json").read_text())
    payload = base64.b64decode(envelope["payload"])
    # RFC 8410: what stands before an Ed25519 key in a SubjectPublicKeyInfo.
    (folder / "key").write_bytes(bytes.fromhex("302a300506032b6570032100") + base64.b64decode(key))
    (folder / "signature").write_bytes(base64.b64decode(envelope["signature"]))
    (folder / "payload").write_bytes(payload)
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "key", "-rawin", "-in", "payload",
               "-sigfile", "signature"]
    assert subprocess.run(command, cwd=folder, capture_output=True).returncode == 0
    (folder / "payload").write_bytes(payload + b" ")
    assert subprocess.run(command, cwd=folder, capture_output=True).returncode != 0
    assert json.loads(payload)["sender"]["email"] == ADMIN


def test_a_changed_receipt_is_refused(receipt):
    server, folder, key = receipt
    page = (folder / "receipt.html").read_text()
    envelope = json.loads((folder / "receipt.json").read_text())
    statements = base64.b64decode(envelope["payload"]).replace(b"bernd@", b"berta@")
    forged = envelope | {"payload": base64.b64encode(statements).decode()}
    other = base64.b64encode(bytes(range(32))).decode()
    cases = {
        "payload.json": (json.dumps(forged), "not what was signed"),
        "page.html": (page.replace("bernd@praxis.example", "berta@praxis.example", 1), "page was changed"),
        "cut.html": (page[:-8], "page was changed"),
        "nothing.json": ("{}", "not a receipt"),
        "empty.json": ("", "not a receipt"),
    }
    for name, (text, words) in cases.items():
        (folder / name).write_bytes(text.encode())
        said = server.command("receipt", "verify", folder / name, "--key", key, expect=1)
        assert words in said.stderr and not said.stdout.strip(), (name, said)
    assert "another key" in server.command(
        "receipt", "verify", folder / "receipt.json", "--key", other, expect=1).stderr
    server.command("receipt", "verify", folder / "receipt.json", "--key", "x", expect=2)
    server.command("receipt", "verify", folder / "missing", expect=3)
    server.command("receipt", "verify", expect=2)
