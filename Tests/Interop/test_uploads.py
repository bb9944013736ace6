"""Uploads: what was acknowledged is on disk, whatever happens, and nothing else gets in."""

import concurrent.futures
import hashlib
import os
import re
import threading

import pytest

from harness.api import APIClient, Refused, Visitor, digest_header

SENDER = "anna@kunde.example"
CHUNK = 65536


def client(server, email=SENDER, *settings):
    """An account with a token."""
    server.command(
        "user", "add", email, "--name", email.split("@")[0], "--password-stdin",
        input="correct horse battery staple 42\n")
    return APIClient(server.port, server.json("token", "create", email)["token"])


def connect(server, sink):
    """Lets the server's mail go to a sink."""
    server.settings(
        mail_system__sender="zustellung@kunde.example", smtp_home__domains="kunde.example", smtp_host="127.0.0.1",
        smtp_port=sink.port, smtp_security="none")
    server.command("setting", "set", "mail.route", "smtp")


def link(mail):
    """The link in a delivery mail."""
    return re.search(r"http://\S+/l/\S+", mail.text).group(0)


def fetch(server, address, visitor, **headers):
    """(status, headers, body) of a download."""
    return visitor.request("GET", address, headers=headers)


@pytest.fixture
def small_chunks(make_server):
    """A server that cuts files into chunks of 64 KiB, so that few octets make many chunks."""
    server = make_server().start()
    server.command("setting", "set", "deliveries.chunk-size", str(CHUNK))
    return server


def test_a_file_comes_back_as_it_went_in(small_chunks, sink):
    connect(small_chunks, sink)
    api = client(small_chunks)
    content = os.urandom(10 * CHUNK + 77)
    delivery = api.draft("bea@elsewhere.test")
    file = api.upload(delivery, "Übersicht <1>.bin", content)
    api.upload(delivery, "leer.txt", b"")
    api.send(delivery)
    visitor = Visitor(small_chunks.port)
    [mail] = sink.wait_for(1)
    address = visitor.download_address(link(mail), file["id"])
    status, headers, body = fetch(small_chunks, address, visitor)
    assert status == 200 and body == content
    assert headers["Content-Disposition"].startswith("attachment") and "nosniff" == headers["X-Content-Type-Options"]
    # Resumed: a range, and the rest.
    status, headers, tail = fetch(small_chunks, address, visitor, Range="bytes=100000-")
    assert status == 206 and tail == content[100_000:]
    assert headers["Content-Range"] == f"bytes 100000-{len(content) - 1}/{len(content)}"
    # Bound to that visitor.
    assert fetch(small_chunks, address, Visitor(small_chunks.port))[0] in (403, 404)


def test_all_files_come_as_one_archive(small_chunks, sink, tmp_path):
    connect(small_chunks, sink)
    api = client(small_chunks)
    contents = {"Bericht.txt": b"eins", "Größe.bin": os.urandom(200_000), "leer.txt": b""}
    delivery = api.draft("bea@elsewhere.test")
    for name, content in contents.items():
        api.upload(delivery, name, content)
    api.send(delivery)
    visitor = Visitor(small_chunks.port)
    status, _, body = fetch(small_chunks, visitor.download_address(link(sink.wait_for(1)[0])), visitor)
    assert status == 200
    import io
    import zipfile
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == contents


def test_a_kill_loses_nothing_that_was_acknowledged(small_chunks, sink):
    connect(small_chunks, sink)
    api = client(small_chunks)
    content = os.urandom(400 * CHUNK)
    delivery = api.draft("bea@elsewhere.test")
    file = api.announce(delivery, "groß.bin", len(content))
    acknowledged, lock, killed = set(), threading.Lock(), threading.Event()

    def put(index):
        if killed.is_set():
            return
        try:
            api.put(file, index, content[index * CHUNK:(index + 1) * CHUNK])
        except OSError:
            return
        with lock:
            acknowledged.add(index)
            if len(acknowledged) == 150:
                killed.set()
                small_chunks.kill()

    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        list(pool.map(put, range(file["chunkCount"])))
    assert len(acknowledged) >= 150
    small_chunks.start()
    received = api.received(file)
    assert acknowledged <= received
    # It goes on where it was, and what comes twice is welcome.
    again = sorted(set(range(file["chunkCount"])) - received | set(list(acknowledged)[:5]))
    api.send_chunks(file, content, again)
    api.send(delivery)
    visitor = Visitor(small_chunks.port)
    address = visitor.download_address(link(sink.wait_for(1)[0]), file["id"])
    body = fetch(small_chunks, address, visitor)[2]
    assert hashlib.sha256(body).digest() == hashlib.sha256(content).digest()


@pytest.mark.parametrize(("index", "change", "code"), [
    (0, lambda octets: octets[:-1], "size-mismatch"),
    (0, lambda octets: octets + b"x", "size-mismatch"),
    (3, lambda octets: octets, "chunk-out-of-range"),
    (-1, lambda octets: octets, "chunk-out-of-range"),
])
def test_chunks_that_do_not_fit_are_refused(small_chunks, index, change, code):
    api = client(small_chunks)
    file = api.announce(api.draft(), "a.bin", 3 * CHUNK)
    with pytest.raises(Refused) as refused:
        api.put(file, index, change(os.urandom(CHUNK)))
    assert refused.value.code == code
    assert api.received(file) == set()


def test_a_chunk_with_a_wrong_digest_does_not_count(small_chunks):
    api = client(small_chunks)
    file = api.announce(api.draft(), "a.bin", CHUNK)
    with pytest.raises(Refused) as refused:
        api.put(file, 0, os.urandom(CHUNK), digest=digest_header(b"something else"))
    assert refused.value.code == "checksum-mismatch"
    assert api.received(file) == set()


def test_a_replayed_chunk_is_welcome_and_another_is_refused(small_chunks):
    api = client(small_chunks)
    file = api.announce(api.draft(), "a.bin", 2 * CHUNK)
    octets = os.urandom(CHUNK)
    assert api.put(file, 0, octets)["isNew"]
    assert not api.put(file, 0, octets)["isNew"]
    with pytest.raises(Refused) as refused:
        api.put(file, 0, os.urandom(CHUNK))
    assert (refused.value.status, refused.value.code) == (409, "chunk-differs")


def test_nobody_reaches_anothers_upload(small_chunks):
    anna, max = client(small_chunks), client(small_chunks, "max@kunde.example")
    delivery = anna.draft()
    file = anna.announce(delivery, "a.bin", CHUNK)
    for attempt in (
        lambda: max.put(file, 0, os.urandom(CHUNK)), lambda: max.received(file),
        lambda: max.call("DELETE", f"/files/{file['id']}"), lambda: max.announce(delivery, "b.bin", 1),
        lambda: max.send(delivery, recipients="x@elsewhere.test"),
        lambda: APIClient(small_chunks.port, "forged").received(file),
    ):
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.status in (401, 404), refused.value
    assert anna.received(file) == set()


def test_nothing_half_uploaded_is_sent(small_chunks):
    api = client(small_chunks)
    delivery = api.draft("bea@elsewhere.test")
    file = api.announce(delivery, "a.bin", 2 * CHUNK)
    api.put(file, 1, os.urandom(CHUNK))
    with pytest.raises(Refused) as refused:
        api.send(delivery)
    assert refused.value.status in (409, 422), refused.value
