"""A PostgreSQL cluster of the test's own, on a Unix socket."""

import contextlib
import itertools
import os
import pathlib
import shutil
import subprocess

from harness.tools import IS_ROOT, NOBODY, UNPACKED, foreign_environment, program, scratch_directory, wait_until

VERSION_FOLDER = "usr/lib/postgresql/15/bin"


class PostgreSQL:
    """Refuses to run as root, so there it runs under the account `nobody`. What it commits is on the disk only if it is
    `durable`: that is for measuring."""

    DATABASE = "depesche"

    def __init__(self, durable=False):
        self._numbers = itertools.count(1)
        self.directory = scratch_directory("pg", owner=NOBODY)
        self._environment = foreign_environment()
        self._programs = self._reachable(pathlib.Path(program("postgres", VERSION_FOLDER)).parent)
        cluster = self.directory / "cluster"
        self._run("initdb", "-D", cluster, "-U", "depesche", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        self._log = (self.directory / "log").open("wb")
        self._process = subprocess.Popen(
            self._as_nobody([
                self._programs / "postgres", "-D", cluster, "-k", self.directory, "-c", "listen_addresses=",
                "-c", f"fsync={'on' if durable else 'off'}"]),
            env=self._environment, cwd=self.directory, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log)
        wait_until(
            lambda: self._process.poll() is not None or self._query("postgres", "SELECT 1").returncode == 0,
            "PostgreSQL to start")
        assert self._process.poll() is None, (self.directory / "log").read_text()
        self.execute(f"CREATE DATABASE {self.DATABASE}", database="postgres")

    def execute(self, *statements, database=DATABASE):
        """Runs statements, all on one connection; an error is an AssertionError with PostgreSQL's words."""
        result = self._query(database, *statements)
        assert result.returncode == 0, result.stderr.strip()
        return result.stdout.strip()

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

    def url(self, database=DATABASE):
        """Where a server finds a database of it."""
        return f"postgresql:///{database}?host={self.directory}&user=depesche"

    def new_database(self):
        """Makes an empty database; its URL."""
        name = f"d{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name}", database="postgres")
        return self.url(name)

    def version(self):
        """The server's version."""
        return self.execute("SHOW server_version")

    def close(self):
        """Stops it and removes its data."""
        # SIGINT is PostgreSQL's fast shutdown.
        self._process.send_signal(2)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()
        shutil.rmtree(self.directory, ignore_errors=True)

    def _query(self, database, *statements):
        commands = [argument for statement in statements for argument in ("-c", statement)]
        return subprocess.run(
            [program("psql", VERSION_FOLDER), "-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-h", self.directory,
             "-U", "depesche", "-d", database, *commands],
            env=self._environment, capture_output=True, text=True)

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
