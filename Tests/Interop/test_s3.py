"""Files in an object store: SeaweedFS and rclone, and a way to it on which things go wrong."""

import concurrent.futures
import os
import re
import shutil
import time

import pytest

from harness import wait_until
from harness.api import APIClient, Refused, Visitor
from harness.engine import execute, on_sqlite

CHUNK = 65_536
SENDER = "anna@kunde.example"


def started(make_server, *places, **environment):
    """A running server that keeps files there, in chunks of 64 KiB."""
    known = {}
    for place in places:
        known |= place.environment
    server = make_server(**(known | environment)).start()
    server.settings(deliveries_chunk__size=CHUNK)
    return server


def client(server):
    """An account with a token."""
    server.command(
        "user", "add", SENDER, "--name", "Anna", "--password-stdin", input="correct horse battery staple 42\n")
    return APIClient(server.port, server.json("token", "create", SENDER)["token"])


def connect(server, sink):
    """Lets the server's mail go to a sink."""
    server.settings(
        mail_system__sender="zustellung@kunde.example", smtp_home__domains="kunde.example", smtp_host="127.0.0.1",
        smtp_port=sink.port, smtp_security="none")
    server.command("setting", "set", "mail.route", "smtp")


def link(mail):
    """The link in a delivery mail."""
    return re.search(r"http://\S+/l/\S+", mail.text).group(0)


def sent(store):
    """The objects that hold files."""
    return {name: size for name, size in store.objects().items() if "/files/" in name}


@pytest.mark.parametrize("kind", ["seaweedfs", "rclone"])
def test_files_live_in_the_object_store(make_object_store, make_server, sink, kind):
    store = make_object_store(kind)
    server = started(make_server, store)
    connect(server, sink)
    api = client(server)
    content = os.urandom(20 * CHUNK + 77)
    delivery = api.draft("bea@elsewhere.test")
    file = api.announce(delivery, "Übersicht.bin", len(content))
    api.send_chunks(file, content, range(7))
    # What was acknowledged is in the store, and the upload goes on after a kill.
    assert len(sent(store)) == 7
    server.kill()
    server.start()
    assert api.received(file) == set(range(7))
    api.send_chunks(file, content, range(5, 21))
    objects = sent(store)
    assert len(objects) == 21 and sum(objects.values()) == len(content) + 21 * 28
    assert all(re.fullmatch(r"depesche/files/[0-9a-f]{2}/[0-9a-f]{32}/\d+\.[0-9a-f]{16}", name) for name in objects)
    assert not (server.data / "files").exists()
    api.send(delivery)
    visitor = Visitor(server.port)
    address = visitor.download_address(link(sink.wait_for(1)[0]), file["id"])
    status, _, body = visitor.request("GET", address)
    assert status == 200 and body == content
    status, headers, part = visitor.request("GET", address, headers={"Range": "bytes=100000-700000"})
    assert status == 206 and part == content[100_000:700_001]
    api.call("POST", f"/deliveries/{delivery}/withdraw")
    wait_until(lambda: not sent(store), lambda: f"the objects to go: {sent(store)}", 100)
    assert "a+secret" not in server.log


@on_sqlite
def test_a_copy_has_no_files_and_names_their_store(make_object_store, make_server):
    store = make_object_store("seaweedfs")
    server = started(make_server, store)
    backup = server.directory / "backup"
    said = server.command("backup", backup).stdout
    assert "s3://depesche/depesche" in said and not (backup / "files").exists()
    elsewhere = make_server(**store.environment)
    elsewhere.data.mkdir()
    shutil.copy(server.data / "master.key", elsewhere.data)
    assert "DEPESCHE_FILES must name it" in elsewhere.command("restore", backup).stdout
    server.stop()
    elsewhere.start()


def test_what_cannot_work_is_said_at_the_start(make_object_store, make_server, tmp_path):
    store = make_object_store("seaweedfs")
    credentials = tmp_path / "credentials"
    credentials.write_text("[default]\naws_access_key_id = AKIADEPESCHE\naws_secret_access_key = wrong-secret\n")

    def said(expect=3, **environment):
        server = make_server(**(store.environment | environment))
        return server.command("serve", expect=expect).stderr

    wrong = said(DEPESCHE_FILES_SECRET_KEY="wrong-secret")
    assert "s3://depesche/depesche" in wrong and "the secret key is wrong" in wrong and "wrong-secret" not in wrong
    assert "does not know the access key" in said(DEPESCHE_FILES_ACCESS_KEY="AKIANOBODY")
    assert "there is no such bucket" in said(DEPESCHE_FILES="s3://elsewhere/depesche")
    nobody = said(DEPESCHE_FILES_ENDPOINT="http://127.0.0.1:1")
    assert "http://127.0.0.1:1" in nobody and "there is no connection" in nobody
    assert "files-access-key" in said(expect=2, DEPESCHE_FILES_ACCESS_KEY=None)
    keys = {"DEPESCHE_FILES_ACCESS_KEY": None, "DEPESCHE_FILES_SECRET_KEY": None}
    assert "chmod 600" in said(expect=2, DEPESCHE_FILES_CREDENTIALS=credentials, **keys)
    credentials.chmod(0o600)
    assert "the secret key is wrong" in said(DEPESCHE_FILES_CREDENTIALS=credentials, **keys)
    credentials.write_text(credentials.read_text().replace("wrong-secret", "a+secret/that=is+only/for/tests"))
    first = make_server(**(store.environment | keys | {"DEPESCHE_FILES_CREDENTIALS": credentials})).start()
    # A second installation would remove what the first one keeps.
    other = said()
    assert "another installation keeps its files there" in other and "owner/" in other
    make_server(**(store.environment | {"DEPESCHE_FILES": "s3://depesche/other"})).start()
    first.stop()
    first.start()


def test_a_store_with_a_certificate_of_an_own_authority(make_object_store, make_server, authority):
    store = make_object_store("rclone", authority)
    server = make_server(**store.environment)
    assert "its certificate is not trusted" in server.command("serve", expect=3).stderr
    server = started(make_server, store, DEPESCHE_CA_FILE=authority.certificate)
    api = client(server)
    api.upload(api.draft("bea@elsewhere.test"), "a.bin", os.urandom(3 * CHUNK))
    assert len(sent(store)) == 3


def test_what_goes_wrong_on_the_way_passes(make_object_store, make_faulty_store, make_server, sink):
    faulty = make_faulty_store(make_object_store("seaweedfs"))
    server = started(make_server, faulty, DEPESCHE_FILES_TIMEOUT=2)
    connect(server, sink)
    api = client(server)
    content = os.urandom(30 * CHUNK + 77)
    delivery = api.draft("bea@elsewhere.test")
    file = api.announce(delivery, "a.bin", len(content))
    faulty.plan.extend(("PUT", fault) for fault in ["500", "503", "wrong", "cut", "silence", "lost", "503"])
    api.send_chunks(file, content, range(31))
    assert {"500", "503", "wrong", "cut", "silence", "lost"} <= set(faulty.met)
    assert len(sent(faulty.store)) == 31
    api.send(delivery)
    visitor = Visitor(server.port)
    address = visitor.download_address(link(sink.wait_for(1)[0]), file["id"])
    faulty.met.clear()
    faulty.plan.extend(("GET", fault) for fault in ["503", "wrong", "cut", "500", "silence"])
    status, _, body = visitor.request("GET", address)
    assert status == 200 and body == content
    assert {"500", "503", "wrong", "cut", "silence"} <= set(faulty.met)


def test_while_the_store_is_away_users_are_told_and_nothing_is_lost(
        make_object_store, make_faulty_store, make_server, sink):
    faulty = make_faulty_store(make_object_store("seaweedfs"))
    server = started(make_server, faulty)
    connect(server, sink)
    api = client(server)
    content = os.urandom(10 * CHUNK)
    delivery = api.draft("bea@elsewhere.test")
    file = api.announce(delivery, "a.bin", len(content))
    api.send_chunks(file, content, range(4))
    faulty.always = {"PUT": "503", "GET": "503"}
    with pytest.raises(Refused) as refused:
        api.put(file, 4, content[4 * CHUNK:5 * CHUNK])
    assert (refused.value.status, refused.value.code) == (503, "store-unreachable")
    assert "antwortet" in refused.value.problem["title"] or "answering" in refused.value.problem["title"]
    assert api.received(file) == set(range(4))
    faulty.always = {}
    api.send_chunks(file, content, range(4, 10))
    api.send(delivery)
    visitor = Visitor(server.port)
    address = visitor.download_address(link(sink.wait_for(1)[0]), file["id"])
    faulty.always = {"GET": "503"}
    status, _, body = visitor.request("GET", address)
    assert status == 503 and "Der Speicher für die Dateien antwortet gerade nicht" in body.decode()
    # What stays wrong is never handed out.
    faulty.always = {"GET": "wrong"}
    status, _, body = visitor.request("GET", address)
    assert status == 500 and content[:1000] not in body
    assert "Bitten Sie den Absender, sie noch einmal zu senden" in body.decode()
    faulty.always = {}
    status, _, body = visitor.request("GET", address)
    assert status == 200 and body == content


def test_what_a_kill_leaves_behind_is_removed(make_object_store, make_faulty_store, make_server):
    faulty = make_faulty_store(make_object_store("rclone"))
    server = started(make_server, faulty)
    api = client(server)
    content = os.urandom(3 * CHUNK)
    delivery = api.draft("bea@elsewhere.test")
    file = api.announce(delivery, "a.bin", len(content))
    api.put(file, 0, content[:CHUNK])
    # The store has the second chunk, and the server dies before it knows.
    faulty.plan.append(("PUT", "lost"))
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        lost = pool.submit(api.put, file, 1, content[CHUNK:2 * CHUNK])
        wait_until(lambda: len(sent(faulty.store)) == 2, "the object to be stored")
        server.kill()
        assert lost.exception() is not None
    # Two days later, and the sweep is due. A store keeps times in memory.
    faulty.store.stop()
    for path in (faulty.store.directory / "data").rglob("*"):
        if path.is_file():
            os.utime(path, (time.time() - 2 * 86_400,) * 2)
    faulty.store.start()
    execute(server, "DELETE FROM job WHERE name = 'orphans'")
    server.start()
    assert api.received(file) == {0}
    wait_until(lambda: len(sent(faulty.store)) == 1, lambda: f"the orphan to go: {sent(faulty.store)}", 60)
    api.send_chunks(file, content, [1, 2])
    assert api.received(file) == {0, 1, 2} and len(sent(faulty.store)) == 3
