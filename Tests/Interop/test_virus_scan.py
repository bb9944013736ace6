"""The virus scan with a real clamd, and with what pretends to be one."""

import io
import os
import re
import signal
import socket
import threading
import urllib.parse
import zipfile

import pytest

from harness import pages
from harness.api import APIClient, Refused, Visitor
from harness.clamav import EICAR, SIGNATURE
from harness.tools import wait_until

MIB = 1 << 20


class Office:
    """A server whose mail goes to a sink, with an administrator who sends."""

    def __init__(self, server, sink, scanner=None, **settings):
        self.server, self.sink = server, sink
        server.command(
            "user", "add", pages.ADMINISTRATOR, "--name", "Anna", "--admin", "--password-stdin",
            input=pages.PASSWORD + "\n")
        pages.connect(server, sink.port, host="127.0.0.1")
        if scanner:
            server.command("setting", "set", "scan.clamd", str(scanner))
        for name, value in settings.items():
            server.command("setting", "set", f"scan.{name.replace('_', '-')}", str(value))
        self.api = APIClient(server.port, server.json(
            "token", "create", pages.ADMINISTRATOR, "--scope", "send", "--scope", "read", "--scope", "administer")["token"])

    def draft(self, *files):
        """A draft with files (name, content)."""
        delivery = self.api.draft("bea@elsewhere.test")
        for name, content in files:
            self.api.upload(delivery, name, content)
        return delivery

    def send(self, *files):
        """Sends files; the delivery and the path of its link."""
        delivery = self.draft(*files)
        before = self.delivery_mails()
        self.api.send(delivery)
        mails = wait_until(lambda: self.delivery_mails()[len(before):], "the mail about the delivery")
        return delivery, urllib.parse.urlsplit(pages.link_in(mails[0])).path

    def delivery_mails(self):
        """What went to the recipient."""
        return [mail for mail in self.sink.mails if mail.recipients == ["bea@elsewhere.test"]]

    def scans(self, delivery):
        """How the files of a delivery stand."""
        return [file["scan"]["state"] for file in self.api.call("GET", f"/deliveries/{delivery}")["files"]]

    def wait_for(self, delivery, *states, seconds=30):
        """Waits until the files stand so."""
        wait_until(lambda: self.scans(delivery) == list(states), lambda: f"{states}: {self.scans(delivery)}", seconds)

    def page(self, path):
        """What a recipient reads."""
        return Visitor(self.server.port).request("GET", path)[2].decode()

    def fetch(self, path, file=None):
        """The octets of a download."""
        visitor = Visitor(self.server.port)
        status, _, body = visitor.request("GET", visitor.download_address(path, file))
        assert status == 200, status
        return body


@pytest.fixture
def make_office(make_server, sink):
    """Makes an office; arguments as in Office, and `movable_clock`."""

    def make(scanner=None, movable_clock=False, **settings):
        return Office(make_server(movable_clock=movable_clock).start(), sink, scanner, **settings)

    return make


@pytest.mark.parametrize("way", ["socket", "port"])
def test_a_virus_is_found_and_the_delivery_held(make_office, clamav, way):
    office = make_office(clamav.socket if way == "socket" else f"127.0.0.1:{clamav.port}")
    clean, path = office.send(("Bericht.txt", b"Nichts als Worte"), ("leer.txt", b""))
    office.wait_for(clean, "clean", "clean")
    with zipfile.ZipFile(io.BytesIO(office.fetch(path))) as archive:
        assert archive.read("Bericht.txt") == b"Nichts als Worte"
    files = office.api.call("GET", f"/deliveries/{clean}")["files"]
    assert files[0]["scan"]["scanner"].startswith("ClamAV "), files

    # In an archive, too: that is clamd's work. Sent before anybody could look at it.
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("rechnung.exe", EICAR)
    os.kill(clamav._process.pid, signal.SIGSTOP)
    held, path = office.send(("Bericht.txt", b"Nichts als Worte"), ("Rechnung.zip", packed.getvalue()))
    assert "werden gerade auf Viren geprüft" in office.page(path)
    os.kill(clamav._process.pid, signal.SIGCONT)
    wait_until(lambda: "found" in office.scans(held), "the find")
    office.wait_for(held, "clean", "found")
    page = office.page(path)
    assert "werden zurückgehalten" in page and "/fetch" not in page and SIGNATURE not in page
    # Whoever sends the form all the same gets nothing.
    visitor = Visitor(office.server.port)
    proof = dict(visitor.forms(path + "/report")[-1][1])
    for fields in ({}, {"file": office.api.call("GET", f"/deliveries/{held}")["files"][0]["id"]}):
        status, headers, body = visitor.request("POST", path + "/fetch", proof | fields)
        assert status == 403 and "zurückgehalten" in body.decode(), (status, headers)

    # Sender and administrator are the same person here: one mail.
    [mail] = wait_until(
        lambda: [mail for mail in office.sink.mails if "Virenscanner" in mail["Subject"]], "the mail about the find")
    assert mail.recipients == [pages.ADMINISTRATOR] and "Rechnung.zip" in mail.text and SIGNATURE in mail.text
    events = office.server.command("outbox", "list").stdout
    assert "virus-found" in events

    # Released, it can be fetched; the other way is withdrawal.
    listed = office.api.call("GET", "/held-files")
    assert listed["total"] == 1 and listed["items"][0]["scan"]["finding"].startswith(SIGNATURE)
    assert listed["items"][0]["sender"] == pages.ADMINISTRATOR
    office.api.call("POST", f"/held-files/{listed['items'][0]['file']}/release")
    with zipfile.ZipFile(io.BytesIO(office.fetch(path))) as archive:
        assert archive.read("Rechnung.zip") == packed.getvalue()
    with pytest.raises(Refused) as refused:
        office.api.call("POST", f"/held-files/{listed['items'][0]['file']}/remove")
    assert refused.value.status == 404


def test_a_draft_with_a_find_is_not_sent(make_office, clamav):
    office = make_office(clamav.socket)
    delivery = office.draft(("gut.txt", b"gut"), ("eicar.com", EICAR))
    office.wait_for(delivery, "clean", "found")
    with pytest.raises(Refused) as refused:
        office.api.send(delivery)
    assert refused.value.status == 422 and "infected" in str(refused.value.problem), refused.value.problem
    [held] = office.api.call("GET", "/held-files")["items"]
    assert held["deliveryState"] == "draft"
    office.api.call("POST", f"/held-files/{held['file']}/remove")
    office.api.send(delivery)
    office.wait_for(delivery, "clean")


def test_a_silent_scanner_delays(make_office, clamav):
    office = make_office(clamav.socket, movable_clock=True)
    clamav.stop()
    delivery, path = office.send(("a.txt", b"a"))
    wait_until(lambda: "a job failed" in office.server.log, "the scan to fail")
    assert office.scans(delivery) == ["waiting"] and "auf Viren geprüft" in office.page(path)
    administrator = Visitor(office.server.port)
    administrator.sign_in(pages.ADMINISTRATOR, pages.PASSWORD)
    assert "Der Virenscanner antwortet nicht" in administrator.request("GET", "/admin")[2].decode()
    assert "niemand zu erreichen" in administrator.request("GET", "/admin/scan/try")[2].decode()
    # Administrators get a mail when it lasts.
    office.server.clock.forward(minutes=12)
    wait_until(
        lambda: [mail for mail in office.sink.mails if "antwortet nicht" in mail["Subject"]], "the mail about it")
    clamav.start()
    office.server.clock.forward(minutes=2)
    office.wait_for(delivery, "clean")
    assert office.fetch(path) == b"a"
    assert "Der Virenscanner antwortet nicht" not in administrator.request("GET", "/admin")[2].decode()
    assert "ClamAV" in administrator.request("GET", "/admin/scan/try")[2].decode()


def test_a_silent_scanner_lets_pass_with_a_mark(make_office, clamav):
    office = make_office(clamav.socket, movable_clock=True, unreachable="pass")
    clamav.stop()
    delivery, path = office.send(("eicar.com", EICAR))
    office.wait_for(delivery, "unreached")
    assert "nicht auf Viren geprüft" in office.page(path)
    assert office.fetch(path) == EICAR
    # What is found later is held all the same.
    clamav.start()
    office.server.clock.forward(minutes=2)
    office.wait_for(delivery, "found")
    assert "werden zurückgehalten" in office.page(path)


@pytest.mark.parametrize("way", ["socket", "port"])
def test_what_is_too_large_for_the_scanner(make_office, make_clamav, way):
    clamav = make_clamav(stream_limit="1M", scan_limit="2M")
    office = make_office(clamav.socket if way == "socket" else f"127.0.0.1:{clamav.port}")
    # Behind clamd's limit for a stream, far behind it, and behind our own.
    for size in (MIB + 1, 30 * MIB, 101 * MIB):
        delivery = office.draft((f"{size}.bin", os.urandom(size)))
        office.wait_for(delivery, "too-large", seconds=60)
    delivery, path = office.send(("groß.bin", b"\0" * (2 * MIB)))
    office.wait_for(delivery, "too-large")
    assert "nicht auf Viren geprüft" in office.page(path) and len(office.fetch(path)) == 2 * MIB
    office.server.command("setting", "set", "scan.too-large", "hold")
    assert "werden zurückgehalten" in office.page(path)


def test_what_clamd_does_not_look_into_counts_as_too_large(make_office, make_clamav):
    clamav = make_clamav(scan_limit="1M")
    office = make_office(clamav.socket)
    delivery = office.draft(("a.bin", os.urandom(3 * MIB)))
    office.wait_for(delivery, "too-large")


def test_encrypted_archives_are_found_where_clamd_is_told_so(make_office, make_clamav, tmp_path):
    # A ZIP whose one file says that it is encrypted.
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("geheim.txt", b"x" * 100)
    octets = bytearray(packed.getvalue())
    octets[6] |= 1
    octets[octets.index(b"PK\x01\x02") + 8] |= 1
    office = make_office(make_clamav(encrypted="yes").socket)
    delivery = office.draft(("geheim.zip", bytes(octets)))
    office.wait_for(delivery, "found")
    [held] = office.api.call("GET", "/held-files")["items"]
    assert held["scan"]["finding"] == "Heuristics.Encrypted.Zip"


def test_a_large_file_takes_no_memory(make_office, clamav):
    office = make_office(clamav.socket, largest=300 * MIB)
    # Not random: clamd takes some of that for archives, and looks into them until a limit is met.
    office.wait_for(office.draft(("klein.bin", bytes(9 * MIB))), "clean")
    delivery = office.draft(("groß.bin", bytes(200 * MIB)))
    before = office.server.memory()
    peak = before

    def scanned():
        nonlocal peak
        peak = max(peak, office.server.memory())
        return office.scans(delivery) == ["clean"]

    wait_until(scanned, lambda: f"the scan: {office.scans(delivery)}", 300)
    assert peak - before < 64 * MIB, (peak - before) / MIB


class Pretender:
    """Something that listens like clamd: says its version, and to a stream what the test wants."""

    def __init__(self, answer):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.streams = 0
        self._answer = answer
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection):
        try:
            with connection:
                command = b""
                while not command.endswith(b"\0"):
                    command += connection.recv(1)
                if command == b"zVERSION\0":
                    connection.sendall(b"ClamAV 9.9\0")
                    return
                self.streams += 1
                self._answer(connection)
        except OSError:
            pass

    def close(self):
        """Stops listening."""
        self.listener.close()


def test_clamd_dies_in_the_middle_of_a_stream(make_office, clamav):
    def relay(connection):
        """Hands the stream on to clamd, which dies after a part of it."""
        with socket.socket(socket.AF_UNIX) as real:
            real.connect(str(clamav.socket))
            real.sendall(b"zINSTREAM\0")
            for _ in range(32):
                real.sendall(connection.recv(65_536))
            clamav.stop()
            while True:
                real.sendall(connection.recv(65_536))

    pretender = Pretender(relay)
    try:
        office = make_office(f"127.0.0.1:{pretender.port}", movable_clock=True)
        delivery = office.draft(("a.bin", bytes(40 * MIB)))
        wait_until(lambda: "a job failed" in office.server.log, "the scan to fail")
        assert office.scans(delivery) == ["waiting"]
        clamav.start()
        office.server.command("setting", "set", "scan.clamd", str(clamav.socket))
        office.server.clock.forward(minutes=2)
        office.wait_for(delivery, "clean")
    finally:
        pretender.close()


def read_stream(connection):
    """Reads a whole stream."""
    while True:
        length = int.from_bytes(connection.recv(4, socket.MSG_WAITALL))
        if length == 0:
            return
        connection.recv(length, socket.MSG_WAITALL)


def endless(connection):
    """One line without an end."""
    read_stream(connection)
    while True:
        connection.sendall(b"A" * 65_536)


def garbage(connection):
    """Octets of no meaning."""
    read_stream(connection)
    connection.sendall(os.urandom(200) + b"\0")


def early(connection):
    """Says that nothing was found before it has seen anything."""
    connection.sendall(b"stream: OK\0")
    connection.recv(1)


def closing(connection):
    """Hangs up in the middle of the answer."""
    read_stream(connection)
    connection.sendall(b"stream: OK")


def silent(connection):
    """Takes nothing and says nothing."""
    threading.Event().wait(60)


@pytest.mark.parametrize("answer", [endless, garbage, early, closing, silent])
def test_what_is_no_answer_lets_nothing_pass(make_office, answer):
    pretender = Pretender(answer)
    try:
        office = make_office(f"127.0.0.1:{pretender.port}", timeout_seconds=5)
        delivery, path = office.send(("a.bin", os.urandom(3 * MIB)))
        wait_until(lambda: "a job failed" in office.server.log, "the scan to fail", 40)
        assert pretender.streams == 1 and office.scans(delivery) == ["waiting"]
        assert "auf Viren geprüft" in office.page(path)
        # What it sent does not stand in the log.
        assert "AAAAAAAA" not in office.server.log and len(re.findall("\n", office.server.log)) < 200
    finally:
        pretender.close()


def test_the_command_line_says_how_it_stands_and_decides(make_server, sink, clamav):
    server = make_server().start()
    off = Office(server, sink)
    assert server.json("scan", "status") == {"waiting": 0, "held": 0}
    assert "none" in server.command("scan", "status").stdout
    server.command("setting", "set", "scan.clamd", str(clamav.socket))
    status = server.json("scan", "status")
    assert status["scanner"] == str(clamav.socket) and "ClamAV" in status["version"] and status["held"] == 0
    delivery = off.draft(("eicar.com", EICAR))
    wait_until(lambda: off.scans(delivery) == ["found"], "the find")
    sent, path = off.send(("gut.txt", b"Nichts als Worte"))
    wait_until(lambda: off.scans(sent) == ["clean"], "the scan")
    [held] = server.json("scan", "list")
    assert held["delivery"] == delivery and held["deliveryState"] == "draft" and SIGNATURE in held["finding"]
    assert held["file"] in server.command("scan", "list", "--limit", "1").stdout
    server.command("scan", "list", "--limit", "0", expect=2)
    server.command("scan", "release", "no-id", expect=2)
    server.command("scan", "remove", delivery, expect=1)
    server.command("scan", "release", held["file"])
    assert server.json("scan", "list") == [] and server.json("scan", "status")["held"] == 0
    server.command("scan", "release", held["file"], expect=1)
    other = off.draft(("eicar.com", EICAR))
    wait_until(lambda: off.scans(other) == ["found"], "the other find")
    [held] = server.json("scan", "list")
    assert "from the draft" in server.command("scan", "remove", held["file"]).stdout
    assert off.scans(other) == []
    actions = [entry["action"] for entry in off.api.call("GET", "/audit?target=" + held["file"])["items"]]
    assert actions == ["file-removed"]

    # A scanner that does not answer is a check that failed.
    server.command("setting", "set", "scan.clamd", "/nowhere/clamd.sock")
    assert "Nobody can be reached" in server.command("scan", "status", expect=1).stdout
    assert server.json("scan", "status", expect=1)["failure"] == "unreachable"
