#!/usr/bin/env python3
"""How many mails a second go through, beside Postfix and Postfix with OpenDKIM on the same machine: `make bench-mail`.

smtp-source hands 5 KB messages in over 20 kept connections, without TLS or sign-in on both sides; the server makes each
durable before it answers, and hands it on to smtp-sink. The time runs from the first connection until the sink has the
last message. Runs alternate. Depesche signs each message twice (RSA and Ed25519), OpenDKIM once (RSA).

Then: what one dead and one stalled destination of ten cost the other eight; how long a start takes with a million mails
in the outbox, and how much memory.

Environment: BENCH_RUNS (5), BENCH_MAILS (6000, a run), BENCH_QUEUED (1000000), BENCH_PARTS (throughput,trouble,queue).
"""
import os
import pathlib
import re
import socket
import sqlite3
import statistics
import subprocess
import sys
import threading
import time

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY / "Tests"))
os.environ.setdefault("DEPESCHE_BINARY", str(REPOSITORY / ".build" / "release" / "depesche"))

from harness.authority import Authority  # noqa: E402
from harness.dns import DNSServer  # noqa: E402
from harness.domains import verify  # noqa: E402
from harness.mailnet import MailNet  # noqa: E402
from harness.opendkim import OpenDKIM  # noqa: E402
from harness.postfix import Postfix  # noqa: E402
from harness.server import DepescheServer  # noqa: E402
from harness.tools import answers, foreign_environment, program, wait_until  # noqa: E402

RUNS = int(os.environ.get("BENCH_RUNS", 5))
MAILS = int(os.environ.get("BENCH_MAILS", 6000))
QUEUED = int(os.environ.get("BENCH_QUEUED", 1_000_000))
PARTS = os.environ.get("BENCH_PARTS", "throughput,trouble,queue").split(",")
SENDER_DOMAIN = "kunde.test"
OCTETS = 5 << 10
SESSIONS = 20


class CountingSink:
    """smtp-sink that counts what it takes and keeps nothing."""

    def __init__(self, host, port):
        self.host, self.port = host, port
        self.count = 0
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        self._process = subprocess.Popen(
            [program("smtp-sink"), *user, "-c", f"inet:{host}:{port}", "1000"], env=foreign_environment(),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        threading.Thread(target=self._read, daemon=True).start()
        wait_until(lambda: answers(port, host), "smtp-sink to listen")

    def _read(self):
        output = self._process.stdout.fileno()
        while text := os.read(output, 65536):
            if found := re.findall(rb"mesg=\s*(\d+)", text):
                self.count = int(found[-1])

    def close(self):
        self._process.kill()
        self._process.wait()


class BlackHole:
    """Takes no connection and says nothing: its queue of connections is full, so that further ones get no answer."""

    def __init__(self, host, port):
        self._server = socket.create_server((host, port), backlog=0)
        self._fill = []
        for _ in range(4):
            client = socket.socket()
            client.setblocking(False)
            client.connect_ex((host, port))
            self._fill.append(client)

    def close(self):
        for one in (*self._fill, self._server):
            one.close()


class Stalled:
    """Takes each connection and never says a word."""

    def __init__(self, host, port):
        self._server = socket.create_server((host, port), backlog=1000)
        self._clients = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        try:
            while True:
                self._clients.append(self._server.accept()[0])
        except OSError:
            return

    def close(self):
        for one in (*self._clients, self._server):
            one.close()


def hand_in(port, mails, recipient, sessions=SESSIONS):
    """Starts an smtp-source."""
    return subprocess.Popen(
        [program("smtp-source"), "-d", "-s", str(sessions), "-m", str(mails), "-l", str(OCTETS), "-f",
         f"bench@{SENDER_DOMAIN}", "-t", recipient, f"inet:127.0.0.1:{port}"], env=foreign_environment())


def run(port, sink, mails, recipient):
    """Messages a second from smtp-source through the server to the sink."""
    before = sink.count
    started = time.perf_counter()
    source = hand_in(port, mails, recipient)
    assert source.wait(900) == 0, "smtp-source failed"
    wait_until(lambda: sink.count - before >= mails, lambda: f"{mails} mails, there are {sink.count - before}", 900)
    taken = time.perf_counter() - started
    return mails / taken


class Mailhouse:
    """Depesche as mail server for the sender domain, with a plain listener for this machine."""

    def __init__(self, authority):
        self.dns = DNSServer()
        self.net = MailNet(authority, self.dns, DepescheServer)
        self.server = self.net.server(
            DEPESCHE_LOG_LEVEL=os.environ.get("BENCH_LOG", "warning"), DEPESCHE_PUBLIC_URL="http://haus.test")
        self.plain_port = self.net.take_mail(self.server)
        zone = self.net.zone(SENDER_DOMAIN)
        verify(self.server, zone, SENDER_DOMAIN)

    def reload_dns(self):
        """Zones that were made after the start are known after a restart."""
        self.server.environment["DEPESCHE_UNBOUND_CONF"] = str(self.dns.write_unbound_conf())
        self.server.restart()
        wait_until(lambda: answers(self.plain_port), "the listener")

    def close(self):
        self.server.close()
        self.net.close()
        self.dns.close()


class TextRecords:
    """Stands for the DNS of OpenDKIM, which signs and asks nothing."""

    records = {}


def relay(authority, sink, **settings):
    """A Postfix that hands everything on to the sink, and takes mail from this machine."""
    return Postfix(
        authority, default_transport="smtp", relay_transport="smtp", relayhost=f"[{sink.host}]:{sink.port}",
        smtp_tls_security_level="none", smtp_host_lookup="native", **settings)


def signatures_of_one_mail(port, net, host, recipient):
    """How many signatures a mail has when it arrives."""
    sink = net.sink(host=host)
    assert hand_in(port, 1, recipient, sessions=1).wait(60) == 0
    [mail] = sink.wait_for(1)
    sink.close()
    return len(mail.message.get_all("DKIM-Signature", []))


def report(name, rates):
    """Prints median and spread of one side."""
    print(f"{name:18} median {statistics.median(rates):7.0f} mails/s   spread {min(rates):7.0f} – {max(rates):7.0f}   "
          f"({len(rates)} runs)", flush=True)


def throughput(house, authority):
    """Depesche beside Postfix and Postfix with OpenDKIM."""
    host = house.net.address()
    house.net.zone("ziel.test", host)
    house.reload_dns()
    recipient = "r@ziel.test"
    signed = signatures_of_one_mail(house.plain_port, house.net, host, recipient)
    assert signed == 2, f"{signed} signatures"
    key = house.server.directory / "opendkim.key"
    house.server.command("dkim", "keygen", "--algorithm", "rsa", "--domain", SENDER_DOMAIN, "--selector", "bench", "--out", key)
    opendkim = OpenDKIM(TextRecords, signing=(SENDER_DOMAIN, "bench", key))
    sink = CountingSink(host, house.net.port)
    postfix = relay(authority, sink)
    signing = relay(authority, sink, smtpd_milters=f"inet:127.0.0.1:{opendkim.port}", milter_default_action="tempfail")
    rates = {"depesche": [], "postfix": [], "postfix-opendkim": []}
    print(f"{MAILS} mails of {OCTETS} octets over {SESSIONS} connections, {RUNS} runs of each, alternating", flush=True)
    try:
        for _ in range(RUNS):
            rates["depesche"].append(run(house.plain_port, sink, MAILS, recipient))
            rates["postfix"].append(run(postfix.plain_port, sink, MAILS, recipient))
            rates["postfix-opendkim"].append(run(signing.plain_port, sink, MAILS // 3, recipient))
            print("  " + "  ".join(f"{name} {found[-1]:.0f}" for name, found in rates.items()), flush=True)
    finally:
        for one in (postfix, signing, opendkim, sink):
            one.close()
    for name, found in rates.items():
        report(name, found)
    ours = statistics.median(rates["depesche"])
    print(f"ratio-postfix: {ours / statistics.median(rates['postfix']):.2f}")
    print(f"ratio-postfix-opendkim: {ours / statistics.median(rates['postfix-opendkim']):.2f}", flush=True)


def trouble(house):
    """What a dead and a stalled destination cost eight others: all ten get the same number of mails."""
    hosts = [house.net.address() for _ in range(10)]
    for number, host in enumerate(hosts):
        house.net.zone(f"ziel{number}.test", host)
    mails = MAILS // 10
    rates = {"all-well": [], "two-in-trouble": []}
    for _ in range(RUNS):
        for name, found in rates.items():
            # Nobody is remembered as dead, and nothing is left of the run before.
            for number in (8, 9):
                house.server.command("outbox", "cancel", "--destination", f"ziel{number}.test")
            house.reload_dns()
            others = [(BlackHole, Stalled), (CountingSink, CountingSink)][name == "all-well"]
            sinks = [CountingSink(host, house.net.port) for host in hosts[:8]]
            others = [kind(host, house.net.port) for kind, host in zip(others, hosts[8:])]
            started = time.perf_counter()
            sources = [hand_in(house.plain_port, mails, f"r@ziel{number}.test", sessions=2) for number in range(10)]
            wait_until(lambda: all(sink.count >= mails for sink in sinks), lambda: f"{[s.count for s in sinks]}", 900)
            found.append(8 * mails / (time.perf_counter() - started))
            assert all(source.wait(900) == 0 for source in sources)
            for one in (*sinks, *others):
                one.close()
    for name, found in rates.items():
        report(name, found)
    print(f"ratio-trouble: {statistics.median(rates['two-in-trouble']) / statistics.median(rates['all-well']):.3f}",
          flush=True)


def fill_queue(database, count):
    """Puts rows into the outbox like one that is there: mails to a thousand destinations, due at once or within hours."""
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        columns = [row[1] for row in connection.execute("PRAGMA table_info(outbox)")]
        [pattern] = connection.execute("SELECT id FROM outbox WHERE state = 'queued' AND destination = 'queue.test'")
        changed = {
            "id": "substr(id, 1, 10) || substr(lower(hex(randomblob(8))), 1, 16)", "email": "'r' || value || '@z' || (value % 1000) || '.queue.test'",
            "destination": "'z' || (value % 1000) || '.queue.test'", "search": "'r' || value",
            "attempts": "0", "leased_until": "NULL", "dot_sent_at": "NULL",
            "next_attempt_at": "created_at + value * 15", "due_at": "created_at + value * 15",
        }
        connection.execute(
            f"WITH RECURSIVE number (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM number WHERE value < {count}) "
            f"INSERT INTO outbox ({', '.join(columns)}) SELECT {', '.join(changed.get(name, name) for name in columns)} "
            "FROM number, outbox WHERE id = ?", pattern)


def queue(house):
    """A start with a million mails that wait."""
    host = house.net.address()
    zone = house.net.zone("queue.test", host)
    zone.set("*", "MX", 60, "10 mx1.queue.test.")
    house.reload_dns()
    # Nobody is there yet, so that it stays.
    assert hand_in(house.plain_port, 1, "r@queue.test", sessions=1).wait(60) == 0
    house.server.stop()
    fill_queue(house.server.data / "depesche.sqlite", QUEUED)
    sink = CountingSink(host, house.net.port)
    started = time.perf_counter()
    house.server.start(seconds=300)
    healthy = time.perf_counter() - started
    wait_until(lambda: answers(house.plain_port), "the listener", 300)
    listening = time.perf_counter() - started
    wait_until(lambda: sink.count > 1000, "mail to leave", 300)
    leaving = time.perf_counter() - started
    status = pathlib.Path(f"/proc/{house.server.pid}/status").read_text()
    highest = int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) / 1024
    print(f"queue     {QUEUED} mails in the outbox: healthy after {healthy:.1f} s, takes mail in after {listening:.1f} s, "
          f"a thousand have left after {leaving:.1f} s, {highest:.0f} MiB at the highest")
    sink.close()
    print(f"queue-start-s: {listening:.2f}")
    print(f"queue-memory-mib: {highest:.0f}", flush=True)


def main():
    authority = Authority()
    house = Mailhouse(authority)
    try:
        if "throughput" in PARTS:
            throughput(house, authority)
        if "trouble" in PARTS:
            trouble(house)
        if "queue" in PARTS:
            queue(house)
    finally:
        house.close()
        authority.close()


if __name__ == "__main__":
    main()
