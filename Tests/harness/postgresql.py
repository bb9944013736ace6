"""PostgreSQL clusters of the test's own, on a Unix socket and, if wanted, on TCP with TLS."""

import contextlib
import itertools
import os
import pathlib
import shutil
import signal
import subprocess

from harness.tools import (
    IS_ROOT, NOBODY, UNPACKED, cannot_run, foreign_environment, free_port, program, scratch_directory, wait_until,
)

VERSION_FOLDER = "usr/lib/postgresql/15/bin"
# Who comes over TCP must know the password.
ACCESS = """local all all trust
local replication all trust
host all all 127.0.0.1/32 scram-sha-256
"""


class PostgreSQL:
    """Refuses to run as root, so there it runs under the account `nobody`. Keyword settings are those of
    postgresql.conf, of which `fsync` is off unless it is set; with a `certificate` (chain, key) it listens on TCP, too, and
    speaks TLS there."""

    DATABASE = "depesche"
    PASSWORD = "geheim-4711"

    def __init__(self, certificate=None, primary=None, **settings):
        self._numbers = itertools.count(1)
        self.directory = scratch_directory("pg", owner=NOBODY)
        self._environment = foreign_environment()
        self._programs = self._reachable(pathlib.Path(program("postgres", VERSION_FOLDER)).parent)
        self._cluster = self.directory / "cluster"
        self._log = (self.directory / "log").open("wb")
        self._process = None
        self._mounted = []
        self.port = free_port() if certificate else None
        self._settings = {"fsync": "off", "listen_addresses": ""} | settings
        if primary:
            self._run("pg_basebackup", "-h", primary.directory, "-U", "depesche", "-D", self._cluster, "-X", "stream",
                      "-c", "fast", "-R", "-d", "application_name=standby")
        else:
            self._run(
                "initdb", "-D", self._cluster, "-U", "depesche", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
            (self._cluster / "pg_hba.conf").write_text(ACCESS)
        if certificate:
            for name, source in zip(("server.crt", "server.key"), certificate):
                self._place(self._cluster / name, pathlib.Path(source).read_bytes())
            self._settings |= {"listen_addresses": "127.0.0.1", "port": self.port, "ssl": "on"}
        self.start()
        if not primary:
            self.execute(f"CREATE DATABASE {self.DATABASE}", database="postgres")
            self.execute(f"ALTER ROLE depesche PASSWORD '{self.PASSWORD}'", database="postgres")

    def start(self):
        """Starts it, and waits until it answers."""
        options = [item for name, value in self._settings.items() for item in ("-c", f"{name}={value}")]
        self._process = subprocess.Popen(
            self._as_nobody([self._programs / "postgres", "-D", self._cluster, "-k", self.directory, *options]),
            env=self._environment, cwd=self.directory, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log)
        wait_until(
            lambda: self._process.poll() is not None or self._query("postgres", "SELECT 1").returncode == 0,
            lambda: f"PostgreSQL to start: {(self.directory / 'log').read_text()[-2000:]}")
        assert self._process.poll() is None, (self.directory / "log").read_text()

    def stop(self):
        """Stops it in good order, but at once."""
        # SIGINT is PostgreSQL's fast shutdown.
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def restart(self):
        """Stops and starts it."""
        self.stop()
        self.start()

    def kill(self):
        """kill -9 of all its processes."""
        pids = self._tell_all(signal.SIGKILL)
        self._process.wait()
        wait_until(lambda: not any(pathlib.Path(f"/proc/{pid}").exists() for pid in pids), "its processes to end")

    def freeze(self):
        """SIGSTOP to all its processes: connections stay open, nothing answers."""
        self._tell_all(signal.SIGSTOP)

    def thaw(self):
        """Lets it go on."""
        self._tell_all(signal.SIGCONT)

    def standby(self):
        """A standby that follows it, without which no commit counts from now on."""
        made = PostgreSQL(primary=self, **self._settings)
        self.execute("ALTER SYSTEM SET synchronous_standby_names = 'standby'", "SELECT pg_reload_conf()")
        wait_until(
            lambda: self.execute("SELECT sync_state FROM pg_stat_replication") == "sync", "the standby to follow")
        return made

    def promote(self):
        """Makes a standby the one that takes writes."""
        self.execute("SELECT pg_promote()")

    def execute(self, *statements, database=DATABASE):
        """Runs statements, all on one connection; an error is an AssertionError with PostgreSQL's words."""
        result = self._query(database, *statements)
        assert result.returncode == 0, result.stderr.strip()
        return result.stdout.strip()

    def session(self, database=DATABASE):
        """psql that answers line by line what is written to it."""
        return subprocess.Popen(
            self._psql(database), env=self._environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def refused(self, statements):
        """The statements with `$1`… parameters that PostgreSQL does not parse and plan, each with its words."""
        prepared = {statement: f"PREPARE s{number} AS {statement}" for number, statement in enumerate(statements)}
        if self._query(self.DATABASE, *prepared.values()).returncode == 0:
            return {}
        tried = {statement: self._query(self.DATABASE, text) for statement, text in prepared.items()}
        return {statement: result.stderr.strip() for statement, result in tried.items() if result.returncode != 0}

    @property
    def pid(self):
        """The process id of the server, whose children serve the connections."""
        return self._process.pid

    def url(self, database=DATABASE, **parameters):
        """Where a server finds a database of it."""
        further = "".join(f"&{name}={value}" for name, value in parameters.items())
        port = f"&port={self.port}" if self.port else ""
        return f"postgresql:///{database}?host={self.directory}{port}&user=depesche{further}"

    def new_database(self, tablespace="pg_default"):
        """Makes an empty database; its URL."""
        name = f"d{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TABLESPACE {tablespace}", database="postgres")
        return self.url(name)

    def small_tablespace(self, name, mebibytes):
        """A tablespace on a disk of its own; its folder."""
        if not IS_ROOT:
            cannot_run("a tmpfs of a given size needs root")
        folder = self.directory / name
        folder.mkdir()
        options = f"size={mebibytes}m,mode=0700,uid={NOBODY},gid={NOBODY}"
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True, text=True)
        if mounted.returncode != 0:
            cannot_run(f"tmpfs cannot be mounted: {mounted.stderr.strip()}")
        self._mounted.append(folder)
        self.execute(f"CREATE TABLESPACE {name} LOCATION '{folder}'", database="postgres")
        return folder

    def version(self):
        """The server's version."""
        return self.execute("SHOW server_version")

    def close(self):
        """Stops it and removes its data."""
        if self._process.poll() is None:
            self.thaw()
            self.stop()
        self._log.close()
        for folder in self._mounted:
            subprocess.run(["umount", folder], check=True)
        shutil.rmtree(self.directory, ignore_errors=True)

    def _tell_all(self, signal_number):
        """Sends a signal to the first process and its children; their ids."""
        children = pathlib.Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        pids = [self._process.pid, *map(int, children)]
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal_number)
        return pids

    def _place(self, path, octets):
        path.write_bytes(octets)
        path.chmod(0o600)
        if IS_ROOT:
            os.chown(path, NOBODY, NOBODY)

    def _query(self, database, *statements):
        commands = [argument for statement in statements for argument in ("-c", statement)]
        return subprocess.run(
            self._psql(database) + commands, env=self._environment, capture_output=True, text=True)

    def _psql(self, database):
        port = ["-p", str(self.port)] if self.port else []
        return [program("psql", VERSION_FOLDER), "-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-h", self.directory,
                *port, "-U", "depesche", "-d", database]

    def _run(self, name, *arguments):
        result = subprocess.run(
            self._as_nobody([self._programs / name, *map(str, arguments)]), env=self._environment,
            cwd=self.directory, capture_output=True, text=True)
        assert result.returncode == 0, result.stdout + result.stderr

    @staticmethod
    def _as_nobody(command):
        if not IS_ROOT:
            return command
        return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--", *command]

    def _reachable(self, programs):
        """The programs' folder, or a copy where `nobody` may read it: a checkout below /root is closed to it."""
        reads = subprocess.run(
            self._as_nobody(["test", "-x", programs / "postgres"]), cwd="/", capture_output=True)
        if reads.returncode == 0:
            return programs
        copy = self.directory / "programs"
        for folder in ("usr/lib/postgresql", "usr/share/postgresql", f"usr/lib/{os.uname().machine}-linux-gnu"):
            shutil.copytree(UNPACKED / folder, copy / folder, symlinks=True, ignore_dangling_symlinks=True)
        self._environment["LD_LIBRARY_PATH"] = self._environment["LD_LIBRARY_PATH"].replace(str(UNPACKED), str(copy))
        return copy / VERSION_FOLDER


def run(command):
    """Runs a command that finds a cluster in DEPESCHE_TEST_POSTGRESQL; its code."""
    with contextlib.closing(PostgreSQL()) as cluster:
        return subprocess.run(command, env=os.environ | {"DEPESCHE_TEST_POSTGRESQL": cluster.url()}).returncode
