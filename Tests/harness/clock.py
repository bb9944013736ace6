"""A clock that a test can move, for a server that would make it wait for days."""

import contextlib
import datetime
import pathlib

from harness.tools import MACHINE, UNPACKED, cannot_run


class Clock:
    """The wall clock of one process, by Debian's libfaketime: ahead of the machine's by as much as the test says.

    What a process measures (timeouts, pauses) goes on as it is; only the time of day is another. It runs from the start
    on and is moved while the process runs. `moving` is given the seconds that it will be ahead, and is the context in
    which it is moved: where a database's time counts, that has to move along.
    """

    def __init__(self, directory):
        library = pathlib.Path(f"usr/lib/{MACHINE}/faketime/libfaketimeMT.so.1")
        found = [root / library for root in (UNPACKED, pathlib.Path("/")) if (root / library).exists()]
        if not found:
            cannot_run("libfaketime is neither in .test-tools/ (scripts/test-tools) nor on this machine")
        # The processes that ran under it.
        self.pids = []
        self.ahead = datetime.timedelta()
        self.moving = contextlib.nullcontext
        self._file = directory / "clock"
        self._write()
        self.environment = {
            "LD_PRELOAD": str(found[0]), "FAKETIME_TIMESTAMP_FILE": str(self._file), "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1",
        }

    def command(self, arguments):
        """The command line that runs a program under this clock. The library moves the environment of the process that
        it first comes to, where a Swift program looks for its arguments: so another program is first, and becomes it."""
        return ["env", *arguments]

    def forward(self, **duration):
        """Moves it on: `days=6`, `minutes=2`."""
        self.ahead += datetime.timedelta(**duration)
        with self.moving(int(self.ahead.total_seconds())):
            self._write()

    def close(self):
        """Removes what the library leaves in shared memory."""
        for pid in self.pids:
            for path in pathlib.Path("/dev/shm").glob(f"*faketime_s*_{pid}"):
                path.unlink(missing_ok=True)

    def _write(self):
        # In one step: the process may read at any moment.
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"+{int(self.ahead.total_seconds())}\n")
        fresh.rename(self._file)
