"""Files in the compose form without scripts, sent as foreign programs write multipart/form-data."""

import contextlib
import html
import os
import re
import socket
import subprocess
import threading
import time
import urllib.parse

import pytest
import urllib3

from harness import pages
from harness.api import APIClient, Visitor
from harness.disk import on_small_disk
from harness.tools import wait_until

MIB = 1 << 20
LARGE = 512 * MIB


class Sender(Visitor):
    """A sender's browser without scripts."""

    def __init__(self, server):
        super().__init__(server.port)
        self.server = server
        server.command(
            "user", "add", pages.ADMINISTRATOR, "--name", "Anna", "--password-stdin", input=pages.PASSWORD + "\n")
        self.api = APIClient(server.port, server.json("token", "create", pages.ADMINISTRATOR)["token"])
        self.sign_in()

    def sign_in(self):
        """Opens a session."""
        fields = {"csrf": self.proof("/sign-in"), "email": pages.ADMINISTRATOR, "password": pages.PASSWORD}
        status, headers, _ = self.request("POST", "/sign-in", fields)
        assert (status, headers["Location"]) == (303, "/deliveries")

    def proof(self, path="/deliveries/new"):
        """The proof in the forms of a page."""
        status, _, body = self.request("GET", path)
        assert status == 200, f"{path}: {status}"
        return re.search(r'name="csrf" value="([^"]+)"', body.decode()).group(1)

    def curl(self, path, *fields, check=True):
        """(status, Location, body) of a form that curl sends."""
        arguments = ["curl", "--silent", "--show-error", "--http1.1", "--write-out", "\n%{http_code} %{redirect_url}"]
        arguments += ["--header", "Expect:", "--header", f"Cookie: {self.headers()['Cookie']}"]
        for field in (f"csrf={self.proof()}", *fields):
            arguments += ["--form", field]
        result = subprocess.run(
            [*arguments, f"http://127.0.0.1:{self.port}{path}"], capture_output=True, text=True, timeout=300)
        assert not check or result.returncode == 0, result.stderr
        body, _, end = result.stdout.rpartition("\n")
        status, _, location = end.partition(" ")
        return int(status), urllib.parse.urlsplit(location).path, html.unescape(body)

    def files(self, path):
        """The files that a draft's page shows, as (name, complete)."""
        body = self.request("GET", path)[2].decode()
        return [
            (html.unescape(match.group(1)), "data-complete" in match.group(0))
            for match in re.finditer(r'<li data-file="[^"]*" data-name="([^"]*)"[^>]*>', body)
        ]

    def drafts(self):
        """The drafts."""
        return self.api.call("GET", "/deliveries?state=drafts")["items"]


@pytest.fixture
def sender(server):
    return Sender(server)


@contextlib.contextmanager
def peak_of(server):
    """Watches the server's memory; the list's only entry is its peak in bytes."""
    peak, over = [server.memory()], threading.Event()

    def watch():
        while not over.wait(0.05):
            peak[0] = max(peak[0], server.memory())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peak
    finally:
        over.set()
        watcher.join()


def vault_files(server):
    """The objects in the vault."""
    return [path for path in (server.data / "files").rglob("*") if path.is_file()]


def test_a_large_file_needs_little_memory_and_comes_out_as_it_went_in(server, sender, sink, tmp_path):
    pages.connect(server, sink.port, host="127.0.0.1")
    digest = pages.make_file(tmp_path / "groß.bin", LARGE)
    small = tmp_path / "klein.txt"
    small.write_text("klein")
    # The first one pays for what is made once.
    status, path, _ = sender.curl("/deliveries/new", "subject=Probe", "lifetimeDays=14", "level=1", f"file=@{small}", "action=add")
    assert status == 303 and path.endswith("/edit"), path
    before = server.memory()
    begin = time.monotonic()
    with peak_of(server) as peak:
        # Fields before and behind the file.
        status, location, body = sender.curl(
            path, "recipients=bea@elsewhere.test", "subject=Grüße", f"file=@{tmp_path / 'groß.bin'}",
            "message=Guten Tag", "level=1", "lifetimeDays=14", "language=de", "action=send")
    growth = (peak[0] - before) / MIB
    print(f"{LARGE / MIB / (time.monotonic() - begin):.0f} MiB/s, memory grew by {growth:.0f} MiB")
    assert status == 303 and location == path.removesuffix("/edit"), body[:2000]
    assert growth < 64
    mail = sink.wait_for(1)[0]
    assert "Guten Tag" in mail.text
    visitor = Visitor(server.port)
    files = sender.api.call("GET", location)["files"]
    assert [file["name"] for file in files] == ["klein.txt", "groß.bin"]
    fetched = tmp_path / "fetched"
    address = visitor.download_address(pages.link_in(mail), files[1]["id"])
    subprocess.run(
        ["curl", "--silent", "--fail", "--output", fetched, "--header", f"Cookie: {visitor.headers()['Cookie']}",
         f"http://127.0.0.1:{server.port}{address}"], check=True, timeout=300)
    assert pages.sha256(fetched) == digest


def test_names_as_programs_write_them(sender, tmp_path):
    names = ['Übersicht "neu".txt', "a;b=c.txt", "x\\y.txt"]
    shown = ["Übersicht _neu_.txt", "a;b=c.txt", "y.txt"]
    fields = [("csrf", sender.proof()), *[("file", (name, b"x", "text/plain")) for name in names],
              ("subject", "Probe"), ("lifetimeDays", "14"), ("level", "1"), ("action", "add")]
    body, kind = urllib3.filepost.encode_multipart_formdata(fields)
    answer = urllib3.request(
        "POST", f"http://127.0.0.1:{sender.port}/deliveries/new", body=body, redirect=False,
        headers={"Content-Type": kind, "Cookie": sender.headers()["Cookie"]})
    assert answer.status == 303
    path = urllib.parse.urlsplit(answer.headers["Location"]).path
    assert sender.files(path) == [(name, True) for name in shown]
    # curl escapes in its own ways.
    file = tmp_path / "x"
    file.write_bytes(b"x")
    for more in ([], ["--form-escape"]):
        quoted = names[0].replace('"', '\\"')
        subprocess.run(
            ["curl", "--silent", "--fail", *more, "--header", f"Cookie: {sender.headers()['Cookie']}", "--form",
             f"csrf={sender.proof()}", "--form", f'file=@{file};filename="{quoted}"', "--form", "lifetimeDays=14",
             "--form", "level=1", "--form", "action=add", f"http://127.0.0.1:{sender.port}{path}"], check=True)
    assert [name for name, _ in sender.files(path)] == shown + ["Übersicht _neu_ (2).txt", "Übersicht _neu_ (3).txt"]


def begin_form(sender, path, size):
    """A connection on which a form with a file of that size has begun, and its boundary's end."""
    head = (
        f'--grenze\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{sender.proof()}\r\n'
        '--grenze\r\nContent-Disposition: form-data; name="subject"\r\n\r\nAbgebrochen\r\n'
        '--grenze\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n').encode()
    connection = socket.create_connection(("127.0.0.1", sender.port))
    connection.sendall((
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {sender.headers()['Cookie']}\r\n"
        "Content-Type: multipart/form-data; boundary=grenze\r\n"
        f"Content-Length: {len(head) + size}\r\n\r\n").encode() + head)
    return connection


def test_a_connection_that_breaks_leaves_nothing(server, sender):
    with begin_form(sender, "/deliveries/new", 100 * MIB) as connection:
        connection.sendall(os.urandom(30 * MIB))
        wait_until(lambda: vault_files(server), "the first chunks")
    wait_until(lambda: not vault_files(server), lambda: f"the vault to be empty: {vault_files(server)}")
    assert sender.drafts() == []


def test_a_kill_in_the_middle_leaves_nothing_to_be_seen(server, sender):
    status, path, _ = sender.curl("/deliveries/new", "subject=Vorher", "lifetimeDays=14", "level=1", "action=save")
    assert status == 303
    with begin_form(sender, path, 100 * MIB) as connection:
        connection.sendall(os.urandom(30 * MIB))
        wait_until(lambda: vault_files(server), "the first chunks")
        server.kill()
    server.start()
    assert sender.files(path) == []
    assert [draft["subject"] for draft in sender.drafts()] == ["Vorher"]


@pytest.mark.parametrize("size", [20, 400])
def test_a_file_that_is_too_large_loses_nothing_typed(server, sender, tmp_path, size):
    server.command("setting", "set", "deliveries.largest-file", str(MIB))
    file = tmp_path / "groß.bin"
    with file.open("wb") as output:
        output.truncate(size * MIB)
    status, _, body = sender.curl(
        "/deliveries/new", "recipients=bea@elsewhere.test", "subject=Getippt", "message=Viel getippt", f"file=@{file}",
        "lifetimeDays=7", "level=1", "action=send")
    assert status == 422 and "groß.bin" in body and "1 MB" in body.replace("\u00a0", " ").replace("MiB", "MB"), body[:3000]
    assert "Getippt" in body and "Viel getippt" in body
    [draft] = sender.drafts()
    assert draft["subject"] == "Getippt" and vault_files(server) == []


def test_a_full_disk_is_said_and_loses_nothing_typed(make_server, tmp_path):
    with on_small_disk(make_server()) as server:
        sender = Sender(server)
        large, small = tmp_path / "groß.bin", tmp_path / "klein.txt"
        pages.make_file(large, 60 * MIB)
        small.write_text("klein")
        status, _, body = sender.curl(
            "/deliveries/new", "subject=Getippt", f"file=@{large}", f"file=@{small}", "message=Viel", "level=1",
            "lifetimeDays=14", "action=send")
        assert status == 422 and "kein Platz mehr frei" in body and "groß.bin" in body
        [draft] = sender.drafts()
        assert draft["subject"] == "Getippt"
        # What fits beside it is kept.
        assert sender.files(f"/deliveries/{draft['id']}/edit") == [("klein.txt", True)]


def test_strangers_send_nothing(server, tmp_path):
    file = tmp_path / "groß.bin"
    with file.open("wb") as output:
        output.truncate(100 * MIB)
    result = subprocess.run(
        ["curl", "--silent", "--header", "Expect:", "--write-out", "%{http_code}", "--output", "/dev/null", "--form",
         f"file=@{file}", f"http://127.0.0.1:{server.port}/deliveries/new"], capture_output=True, text=True, timeout=60)
    # Who is still sending hears the answer.
    assert result.stdout == "413"
    assert vault_files(server) == []
