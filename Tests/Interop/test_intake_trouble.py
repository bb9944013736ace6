"""Whoever brings mail badly or for harm: both listeners of a running server, and what others notice of it."""

import contextlib
import email.message
import gzip
import pathlib
import re
import smtplib
import socket
import threading

import pytest

from harness import DNSServer, DepescheServer, MailServer, SMTPSink
from harness.mailserver import DOMAIN
from harness.tools import wait_until

SHOP = f"shop@{DOMAIN}"
RETURN_PATH = "rueck.test"
OURS = f"postmaster@{RETURN_PATH}"
ADMINISTRATOR = f"anna@{DOMAIN}"
PASSWORD = "correct horse battery staple 42"


class Door:
    """A listener without TLS: its port, and an envelope that it takes."""

    def __init__(self, server, port, recipient):
        self.server, self.port, self.recipient = server, port, recipient
        self.before = self.outbox()

    def outbox(self):
        """How many mails the server ever had to send."""
        return len(self.server.json("outbox", "list", "--limit", "10000"))

    def connect(self):
        client = socket.create_connection(("127.0.0.1", self.port), 60)
        stream = client.makefile("rwb")
        assert stream.readline().startswith(b"220")
        return client, stream

    def begin(self, stream):
        """Up to the message."""
        for line in ("HELO client.test", f"MAIL FROM:<{SHOP}>", f"RCPT TO:<{self.recipient}>", "DATA"):
            stream.write(line.encode() + b"\r\n")
            stream.flush()
            answer = stream.readline()
            assert answer[:1] in b"23", (line, answer)

    def memory(self):
        """The most that the server ever had, in MB."""
        status = pathlib.Path(f"/proc/{self.server.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) // 1024


@pytest.fixture(scope="module")
def world(authority):
    """One mail server for all, with a sink and a name server."""
    with contextlib.ExitStack() as closing:

        def make(thing):
            closing.callback(thing.close)
            return thing

        made = MailServer.started(
            lambda **options: make(DepescheServer(**options)), make(SMTPSink()), make(DNSServer()), authority)
        made.server.command("user", "add", ADMINISTRATOR, "--admin", "--password-stdin", input=PASSWORD + "\n")
        made.server.command("setting", "set", "mail.return-path-domain", RETURN_PATH)
        made.open_plain_listener()
        yield made


@pytest.fixture(params=["submission", "return path"])
def door(request, world):
    if request.param == "submission":
        return Door(world.server, world.listens(world.plain_port), "a@ziel.test")
    return Door(world.server, world.listens(world.return_port), OURS)


def say(stream, *lines):
    for line in lines:
        stream.write(line if isinstance(line, bytes) else line.encode() + b"\r\n")
    stream.flush()


def nothing_came(door):
    return door.outbox() == door.before


def test_smuggled_mail_is_no_mail(door):
    inner = f"MAIL FROM:<{SHOP}>\r\nRCPT TO:<{door.recipient}>\r\nDATA\r\nFrom: {SHOP}\r\n\r\nPay now\r\n.\r\n".encode()
    for end in (b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r.\r\n", b"\r\n.\n", b"\r\n.\r"):
        client, stream = door.connect()
        with client:
            door.begin(stream)
            say(stream, f"From: {SHOP}\r\n\r\nHello".encode() + end + inner)
            assert stream.readline().startswith(b"550 5.6.0"), end
            say(stream, "QUIT")
            assert stream.readline().startswith(b"221 "), end
    assert nothing_came(door)


def test_an_oversized_command_ends_the_connection(door):
    before = door.memory()
    client, stream = door.connect()
    with client:
        # What comes behind is read and forgotten for a moment, so that the answer is not lost with a reset.
        for _ in range(1_000):
            client.sendall(b"x" * 10_000)
        assert stream.readline().startswith(b"421 4.7.0") and stream.read() == b""
    assert door.memory() < before + 50


def test_an_oversized_line_is_refused_and_the_connection_lives(door):
    before = door.memory()
    client, stream = door.connect()
    with client:
        door.begin(stream)
        say(stream, f"From: {SHOP}", "")
        for _ in range(20):
            say(stream, b"x" * 100_000)
        say(stream, "", ".")
        assert re.match(rb"5\d\d 5\.6\.0", stream.readline())
        say(stream, "NOOP")
        assert stream.readline().startswith(b"250")
    assert nothing_came(door) and door.memory() < before + 50


def test_an_oversized_message_is_refused_before_and_after(door):
    before = door.memory()
    client, stream = door.connect()
    with client:
        say(stream, "EHLO client.test")
        answer = b""
        while not re.search(rb"^250 ", answer, re.MULTILINE):
            answer += stream.readline()
        limit = int(re.search(rb"SIZE (\d+)", answer).group(1))
        say(stream, f"MAIL FROM:<{SHOP}> SIZE={limit + 1}")
        assert stream.readline().startswith(b"552 5.3.4")
        # One that does not say how large it is.
        door.begin(stream)
        say(stream, f"From: {SHOP}", "")
        block = (b"x" * 998 + b"\r\n") * 1_000
        for _ in range(limit // len(block) + 1):
            say(stream, block)
        say(stream, ".")
        assert stream.readline().startswith(b"552 5.3.4")
        say(stream, "NOOP")
        assert stream.readline().startswith(b"250")
    assert nothing_came(door) and door.memory() < before + 100


def test_a_mail_that_goes_round_ends(door):
    client, stream = door.connect()
    with client:
        door.begin(stream)
        say(stream, *["Received: by x.test; Thu, 1 Jan 2026 00:00:00 +0000"] * 101, f"From: {SHOP}", "", "Hello", ".")
        assert stream.readline().startswith(b"554 5.4.6")
    assert nothing_came(door)


def test_slow_drips_keep_nobody_waiting(door):
    """A thousand clients that say one octet now and then, in a command and in a message."""
    for name in ("connections", "connections-per-address"):
        door.server.command("setting", "set", f"mail-intake.{name}", "1100")
    wait_until(lambda: can_hold(door, 60), "the new limit to hold")
    held, ended = [], threading.Event()
    try:
        for number in range(1_000):
            client, stream = door.connect()
            held.append(client)
            if number % 100 == 0:
                door.begin(stream)

        def drip():
            while not ended.wait(0.2):
                for client in held:
                    client.sendall(b"N")

        dripping = threading.Thread(target=drip, daemon=True)
        dripping.start()
        message = email.message.EmailMessage()
        message["From"], message["To"], message["Subject"] = SHOP, door.recipient, "Dazwischen"
        message.set_content("Guten Tag")
        for _ in range(20):
            with smtplib.SMTP("127.0.0.1", door.port, timeout=30) as client:
                client.send_message(message, SHOP, [door.recipient])
        assert door.server.is_healthy() and door.outbox() > door.before
    finally:
        ended.set()
        for client in held:
            client.close()


def can_hold(door, count):
    """Whether so many connections are let in at once; a listener that is being replaced lets nobody in."""
    held = []
    try:
        for _ in range(count):
            held.append(socket.create_connection(("127.0.0.1", door.port), 20))
            if not held[-1].makefile("rb").readline().startswith(b"220"):
                return False
        return True
    except OSError:
        return False
    finally:
        for client in held:
            client.close()


def test_bombs_come_to_the_return_path_and_do_no_harm(world):
    server = world.server
    door = Door(server, world.listens(world.return_port), OURS)
    before = door.memory()
    laughs = b'<?xml version="1.0"?><!DOCTYPE f [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><feedback>&b;</feedback>'
    bombs = {
        "tooLarge": gzip.compress(b"<feedback>" + b" " * (300 << 20)), "documentType": gzip.compress(laughs),
        "nested": gzip.compress(gzip.compress(laughs)), "malformed": b"\x1f\x8bnot really"}
    for number, content in enumerate(bombs.values()):
        message = email.message.EmailMessage()
        message["From"], message["To"] = "noreply@gross.example", f"dmarc-reports@{RETURN_PATH}"
        message["Subject"] = f"Report Domain: {DOMAIN} Submitter: gross.example Report-ID: <b{number}>"
        message["Message-ID"] = f"<b{number}@gross.example>"
        message.set_content("An aggregate report.")
        message.add_attachment(content, maintype="application", subtype="gzip", filename="bomb.xml.gz")
        with smtplib.SMTP("127.0.0.1", door.port, timeout=60) as client:
            client.send_message(message, "noreply@gross.example", [f"dmarc-reports@{RETURN_PATH}"])
    wait_until(lambda: all(word in server.log for word in bombs), lambda: server.log[-3000:])
    assert door.memory() < before + 150 and server.is_healthy()
