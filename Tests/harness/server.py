"""The server under test."""

import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import urllib.error
import urllib.request

from harness.clock import Clock
from harness.engine import IS_POSTGRESQL, database_environment, set_time
from harness.tools import REPOSITORY, free_port, own_environment, scratch_directory, wait_until

BINARY = pathlib.Path(os.environ.get("DEPESCHE_BINARY", REPOSITORY / ".build" / "debug" / "depesche"))
CLOCK_WAS_SET = "this machine's clock was set"
CRASHES = re.compile(
    r"Fatal error|Swift runtime failure|Program crashed|\*\*\* Signal|AddressSanitizer|Precondition failed")


class DepescheServer:
    """`depesche serve` on a free port with a data folder of its own. Keyword settings are further environment.

    With `movable_clock` the test moves its time of day: `server.clock.forward(days=6)`.
    """

    def __init__(self, movable_clock=False, **environment):
        self.directory = scratch_directory("server")
        self.data = self.directory / "data"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log_path = self.directory / "log"
        self.environment = own_environment() | database_environment() | {
            "DEPESCHE_DATA": str(self.data),
            "DEPESCHE_LISTEN": f"127.0.0.1:{self.port}",
            "DEPESCHE_PUBLIC_URL": self.url,
            "SWIFT_BACKTRACE": "interactive=no,color=no",
        } | {key: str(value) for key, value in environment.items()}
        # What the environment locks cannot be set: None takes a setting out again.
        self.environment = {
            key: value for key, value in self.environment.items() if value != "None"}
        # Whom the test itself trusts, where the server speaks TLS.
        self.trust = None
        self.clock = Clock(self.directory) if movable_clock else None
        if self.clock and IS_POSTGRESQL and "DEPESCHE_DATABASE" not in environment:
            set_time(self.environment, 0)
            self.clock.moving = self._with_the_database
        self._process = None

    @contextlib.contextmanager
    def _with_the_database(self, ahead):
        """Moves the database's time along, and waits until the server knows."""
        known = self.log.count(CLOCK_WAS_SET)
        set_time(self.environment, ahead)
        yield
        if self.is_running:
            wait_until(lambda: self.log.count(CLOCK_WAS_SET) > known, "the server to ask for the time")

    def start(self, *arguments, seconds=30):
        """Starts it, on the address it had before, and waits until it is healthy."""
        assert BINARY.exists(), f"{BINARY} does not exist; run `swift build` first"
        command, environment = [str(BINARY), "serve", *arguments], self.environment
        if self.clock:
            command, environment = self.clock.command(command), environment | self.clock.environment
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(
                command, env=environment, cwd=self.directory, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        if self.clock:
            self.clock.pids.append(self._process.pid)
        wait_until(
            lambda: self._process.poll() is not None or self.is_healthy(),
            lambda: f"the server to be healthy; its log:\n{self.log[-4000:]}", seconds)
        assert self._process.poll() is None, f"the server ended at once:\n{self.log[-4000:]}"
        return self

    @property
    def log(self):
        """All that it printed since the first start."""
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    @property
    def pid(self):
        """The process id, while it runs."""
        return self._process.pid

    @property
    def is_running(self):
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    def is_healthy(self):
        """Whether /health answers 200."""
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=2, context=self.trust) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def memory(self):
        """Resident memory in bytes."""
        status = pathlib.Path(f"/proc/{self._process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1)) * 1024

    def stop(self, seconds=30):
        """Asks it to stop (SIGTERM) and demands that it does so in good order."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            code = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise AssertionError(f"the server did not stop within {seconds} s:\n{self.log[-4000:]}") from None
        finally:
            self._process = None
        assert code == 0, f"the server ended with {code}:\n{self.log[-4000:]}"

    def kill(self):
        """kill -9: what was acknowledged must be on disk."""
        self._process.kill()
        self._process.wait()
        self._process = None

    def restart(self, *arguments):
        """Stops and starts it; same address, same data."""
        self.stop()
        self.start(*arguments)

    def close(self):
        """Stops it, looks for a crash in its log, and removes its data."""
        try:
            self.stop()
            crash = CRASHES.search(self.log)
            assert crash is None, f"the server's log has a crash:\n{self.log[max(0, crash.start() - 500):][:6000]}"
        finally:
            if self.clock:
                self.clock.close()
            shutil.rmtree(self.directory, ignore_errors=True)

    def command(self, *arguments, input=None, expect=0, environment=None, seconds=120):
        """Runs `depesche ARGUMENT…` on the same data; the CompletedProcess with text, after checking the exit code."""
        result = subprocess.run(
            [str(BINARY), *map(str, arguments)], env=self.environment | (environment or {}), cwd=self.directory,
            input=input, capture_output=True, text=True, timeout=seconds)
        assert expect is None or result.returncode == expect, (
            f"depesche {' '.join(map(str, arguments))} ended with {result.returncode}, not {expect}:\n"
            f"{result.stdout}\n{result.stderr}")
        return result

    def json(self, *arguments, **options):
        """Runs `depesche ARGUMENT… --json` and decodes its answer."""
        return json.loads(self.command(*arguments, "--json", **options).stdout)

    def setup_link(self):
        """A fresh one-time link for the first administrator."""
        output = self.command("setup-link").stdout
        return re.search(r"https?://\S+", output).group(0)

    def settings(self, **values):
        """Sets settings; an underscore stands for a dot, two for a hyphen: `smtp_host`, `mail_system__sender`."""
        for name, value in values.items():
            self.command("setting", "set", name.replace("__", "-").replace("_", "."), str(value))
