#!/usr/bin/env python3
"""How Depesche grows with nodes: `make bench-scale`.

Deliveries and mails a second: one node on SQLite and the disk, and one, two and three nodes on PostgreSQL and SeaweedFS,
alternating. wrk makes deliveries over the API with one file of 64 KiB and one recipient, each connection at one node, as
many connections whatever the number of nodes; mail goes to smtp-sink. Both run until the sink has every mail. Then what one
delivery costs: CPU of the nodes, of PostgreSQL and of the store, log and room on PostgreSQL's disk, and how long it holds
the turn to write, which all nodes share.

Mails alone: deliveries with many recipients each.

Vault: a file into SeaweedFS and back through Depesche, beside rclone as the store's plain client.

All of it shares one machine, so more nodes do not have more of it: what a node costs is what the figures say, and that
nodes do not stand in each other's way. Environment: BENCH_RUNS (5), BENCH_SECONDS (10, a run), BENCH_CONNECTIONS (24),
BENCH_RECIPIENTS (500), BENCH_MIB (256, the size of the file), BENCH_PARTS (deliveries,mails,vault).
"""
import contextlib
import dataclasses
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import threading
import time

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY / "Tests"))
os.environ.setdefault("DEPESCHE_BINARY", str(REPOSITORY / ".build" / "release" / "depesche"))

from files import Depesche, content_chunks  # noqa: E402
from harness.api import APIClient  # noqa: E402
from harness.postgresql import PostgreSQL  # noqa: E402
from harness.s3 import SeaweedFS  # noqa: E402
from harness.server import DepescheServer  # noqa: E402
from harness.sink import SMTPSink  # noqa: E402
from harness.tools import foreign_environment, free_port, program, wait_until  # noqa: E402
from mail import CountingSink  # noqa: E402

RUNS = int(os.environ.get("BENCH_RUNS", 5))
SECONDS = int(os.environ.get("BENCH_SECONDS", 10))
CONNECTIONS = int(os.environ.get("BENCH_CONNECTIONS", 24))
RECIPIENTS = int(os.environ.get("BENCH_RECIPIENTS", 500))
MIB = int(os.environ.get("BENCH_MIB", 256))
PARTS = os.environ.get("BENCH_PARTS", "deliveries,mails,vault").split(",")
SENDER = "bench@kunde.example"
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(process):
    """What a process and all below it have taken, seconds of CPU."""
    parents, taken = {}, {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            number = int(stat.parent.name)
            parents[number] = int(fields[1])
            # With those of its children that ended (proc(5)): utime, stime, cutime, cstime.
            taken[number] = sum(map(int, fields[11:15])) / TICKS

    def belongs(number):
        while number > 1:
            if number == process:
                return True
            number = parents.get(number, 0)
        return False

    return sum(seconds for number, seconds in taken.items() if belongs(number))


@dataclasses.dataclass
class Cost:
    """What was used up, and for how many deliveries."""

    nodes: float = 0
    database: float = 0
    store: float = 0
    log: int = 0
    room: int = 0
    turn: float = 0

    def __sub__(self, other):
        return Cost(*(mine - before for mine, before in zip(dataclasses.astuple(self), dataclasses.astuple(other))))


class Turn:
    """How long somebody holds the turn to write, which is looked at twenty times a second."""

    QUESTION = ("SELECT count(*) FROM pg_locks WHERE relation = 'write_turn'::regclass AND mode = 'ExclusiveLock' AND "
                "granted;\n")

    def __init__(self, postgresql, database):
        self.seconds = 0.0
        self._ended = threading.Event()
        self._questions = postgresql.session(database)
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self):
        before = time.perf_counter()
        while not self._ended.wait(0.05):
            self._questions.stdin.write(self.QUESTION)
            self._questions.stdin.flush()
            is_held = int(self._questions.stdout.readline())
            now = time.perf_counter()
            self.seconds += is_held * (now - before)
            before = now

    def close(self):
        self._ended.set()
        self._thread.join()
        self._questions.communicate()


class Installation:
    """Nodes with one sender, who sends over an SMTP interface that takes everything."""

    def __init__(self, name, nodes, sink, postgresql=None, store=None):
        self.name, self.postgresql, self.store = name, postgresql, store
        shared = {"DEPESCHE_LOG_LEVEL": "warning"}
        self.database = postgresql.new_database() if postgresql else None
        self.turn = None
        if postgresql:
            shared |= {"DEPESCHE_DATABASE": self.database} | store.environment
            # A prefix belongs to one installation.
            shared["DEPESCHE_FILES"] += f"-{name}"
        self.servers = [DepescheServer(**shared).start()]
        first = self.servers[0]
        first.command("user", "add", SENDER, "--admin", "--password-stdin", input="correct horse battery staple 42\n")
        first.settings(
            smtp_host=sink.host, smtp_port=sink.port, smtp_security="none", smtp_authentication="none",
            mail_system__sender="depesche@kunde.example", smtp_home__domains="kunde.example")
        first.command("setting", "set", "mail.route", "smtp")
        self.token = first.json("token", "create", SENDER)["token"]
        for _ in range(nodes - 1):
            server = DepescheServer(**shared)
            server.data.mkdir(parents=True, mode=0o700)
            shutil.copy2(first.data / "master.key", server.data / "master.key")
            self.servers.append(server.start())
        if postgresql:
            self.database_name = re.search(r"///([^?]+)", self.database).group(1)
            self.turn = Turn(postgresql, self.database_name)

    def cost(self):
        """What was used up so far."""
        used = Cost(nodes=sum(cpu_seconds(server.pid) for server in self.servers))
        if self.postgresql:
            used.database = cpu_seconds(self.postgresql.pid)
            used.store = cpu_seconds(self.store.pid)
            used.log = int(self.postgresql.execute("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn"))
            used.room = int(self.postgresql.execute(f"SELECT pg_database_size('{self.database_name}')"))
            used.turn = self.turn.seconds
        return used

    def load(self, seconds, recipients):
        """Lets wrk make deliveries; (how many, in how many seconds)."""
        addresses = [f"127.0.0.1:{server.port}" for server in self.servers]
        output = subprocess.run(
            [program("wrk"), f"-t{CONNECTIONS}", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "60s", "-s",
             REPOSITORY / "Benchmarks" / "deliveries.lua", f"http://{addresses[0]}", "--", self.token, str(recipients),
             *addresses], env=foreign_environment(), capture_output=True, text=True, check=True).stdout
        found = dict(re.findall(r"^(sent|failed|seconds|errors): ([\d.]+)$", output, re.MULTILINE))
        assert int(found["failed"]) == int(found["errors"]) == 0 < int(found["sent"]), output
        return int(found["sent"]), float(found["seconds"])

    def close(self):
        if self.turn:
            self.turn.close()
        for server in self.servers:
            server.close()


def report(name, unit, rates):
    """Prints median and spread of one side."""
    print(f"{name:14} median {statistics.median(rates):8.1f} {unit}   spread {min(rates):8.1f} – {max(rates):8.1f}   "
          f"({len(rates)} runs)", flush=True)


def ratios(name, rates):
    """Prints each side beside one node on SQLite."""
    base = statistics.median(rates["sqlite-1"])
    for side, found in rates.items():
        if side != "sqlite-1":
            print(f"ratio-{name}-{side}: {statistics.median(found) / base:.3f}", flush=True)


def settle(sink, count):
    """Waits until the sink has so many mails."""
    wait_until(lambda: sink.count >= count, lambda: f"{count} mails, there are {sink.count}", 600)


def deliveries(installations, sink):
    """Deliveries a second while they are made, mails a second until the last one is there, and what a delivery costs."""
    made = {one.name: [] for one in installations}
    mailed = {one.name: [] for one in installations}
    costs = {one.name: [] for one in installations}
    print(f"deliveries: one file of 64 KiB, one recipient, {CONNECTIONS} connections for {SECONDS} s, {RUNS} runs of each, "
          "alternating", flush=True)
    for _ in range(RUNS):
        for one in installations:
            mails, before = sink.count, one.cost()
            started = time.perf_counter()
            sent, seconds = one.load(SECONDS, 1)
            # A draft that wrk left in the middle may still be sent: at least what was acknowledged must arrive.
            settle(sink, mails + sent)
            mailed[one.name].append(sent / (time.perf_counter() - started))
            made[one.name].append(sent / seconds)
            used = one.cost() - before
            costs[one.name].append([value / sent for value in dataclasses.astuple(used)])
        print("  " + "  ".join(f"{name} {found[-1]:.0f}/{mailed[name][-1]:.0f}" for name, found in made.items()), flush=True)
    for name in made:
        report(name, "deliveries/s", made[name])
        report(name, "mails/s", mailed[name])
        nodes, database, store, log, room, turn = (statistics.median(column) for column in zip(*costs[name]))
        print(f"{name:14} a delivery costs {nodes * 1000:.1f} ms of CPU in nodes, {database * 1000:.1f} ms in PostgreSQL, "
              f"{store * 1000:.1f} ms in the store, {log / 1000:.1f} KB of log, {room / 1000:.1f} KB of room, "
              f"{turn * 1000:.1f} ms of the turn", flush=True)
    ratios("deliveries", made)
    ratios("delivery-mails", mailed)


def mails(installations, sink):
    """Mails a second of deliveries with many recipients."""
    rates = {one.name: [] for one in installations}
    print(f"mails: four deliveries with {RECIPIENTS} recipients each, {RUNS} runs of each, alternating", flush=True)
    for _ in range(RUNS):
        for one in installations:
            before = sink.count
            drafts = []
            for number in range(4):
                api = APIClient(one.servers[number % len(one.servers)].port, one.token)
                drafts.append((api, api.draft(
                    *(f"r{number}-{index}@ziel.test" for index in range(RECIPIENTS)), message="Guten Tag",
                    notifiesSender=False)))
            started = time.perf_counter()
            for api, draft in drafts:
                api.send(draft)
            settle(sink, before + 4 * RECIPIENTS)
            rates[one.name].append(4 * RECIPIENTS / (time.perf_counter() - started))
    for name, found in rates.items():
        report(name, "mails/s", found)
    ratios("mails", rates)


def vault(store):
    """Depesche into the store and out of it, beside rclone."""
    size = MIB << 20
    content = memoryview(os.urandom(size))
    chunks = content_chunks(content, 8 << 20)
    source = store.directory / "bench.bin"
    source.write_bytes(content)
    sink = SMTPSink()
    depesche = Depesche(sink, **store.environment)
    times = {name: [] for name in ("put", "rclone-put", "get", "rclone-get")}
    parallel = ["--s3-chunk-size", "8M", "--s3-upload-cutoff", "8M", "--s3-upload-concurrency", "3"]

    def client(*arguments, **options):
        started = time.perf_counter()
        result = store.client(*arguments, seconds=600, **options)
        assert result.returncode == 0, result.stderr.decode(errors="replace")[-2000:]
        return time.perf_counter() - started

    print(f"vault: files of {MIB} MiB, {RUNS} runs of each, alternating", flush=True)
    try:
        for number in range(RUNS):
            delivery = depesche.draft(number)
            times["put"].append(depesche.upload(delivery, "bench.bin", size, chunks))
            times["rclone-put"].append(client("copyto", *parallel, source, f"store:depesche/plain/{number}"))
            link = depesche.send(delivery, number)
            times["get"].append(depesche.fetch(link, size))
            # As a copy it would take the place of the device.
            times["rclone-get"].append(client("cat", f"store:depesche/plain/{number}", stdout=subprocess.DEVNULL))
    finally:
        depesche.server.close()
        sink.close()
    for name in ("put", "get"):
        for label, taken in (("depesche", times[name]), ("rclone", times[f"rclone-{name}"])):
            report(f"{name} {label}", "MB/s", [size / 1e6 / seconds for seconds in taken])
        ratio = statistics.median(times[f"rclone-{name}"]) / statistics.median(times[name])
        print(f"ratio-vault-{name}: {ratio:.3f}", flush=True)


def main():
    with contextlib.ExitStack() as stack:
        def closing(thing):
            return stack.enter_context(contextlib.closing(thing))

        postgresql = closing(PostgreSQL(fsync="on"))
        store = closing(SeaweedFS())
        if {"deliveries", "mails"} & set(PARTS):
            sink = closing(CountingSink("127.0.0.1", free_port()))
            installations = [closing(Installation("sqlite-1", 1, sink))]
            for nodes in (1, 2, 3):
                installations.append(closing(Installation(f"postgresql-{nodes}", nodes, sink, postgresql, store)))
            if "deliveries" in PARTS:
                deliveries(installations, sink)
            if "mails" in PARTS:
                mails(installations, sink)
        if "vault" in PARTS:
            vault(store)


if __name__ == "__main__":
    main()
