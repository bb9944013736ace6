"""Postfix's smtp-sink: a mail server that keeps what it gets and misbehaves on demand."""

import os
import re
import shutil
import subprocess

from harness.mail import ReceivedMail
from harness.tools import IS_ROOT, NOBODY, answers, foreign_environment, free_port, program, scratch_directory, wait_until


class SMTPSink:
    """Runs smtp-sink on a free port of a loopback address. Options are smtp-sink's own, e.g. "-q", "rcpt"."""

    def __init__(self, *options, port=None, host="127.0.0.1"):
        self.host = host
        self.port = port or free_port()
        self.directory = scratch_directory("sink", owner=NOBODY)
        self._process = None
        self.start(*options)

    def start(self, *options):
        """Starts it, on the port it had before."""
        user = ["-u", "nobody"] if IS_ROOT else []
        self._process = subprocess.Popen(
            [program("smtp-sink"), *user, "-d", f"{self.directory}/%M.", *options, f"inet:{self.host}:{self.port}", "100"],
            env=foreign_environment(), cwd=self.directory, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT)
        wait_until(
            lambda: self._process.poll() is not None or answers(self.port, self.host), "smtp-sink to listen", seconds=10)
        assert self._process.poll() is None, self._process.stdout.read().decode()

    def stop(self):
        """Stops it; the mails stay readable."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process.stdout.close()
            self._process = None

    def close(self):
        """Stops it and forgets the mails."""
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    @property
    def mails(self):
        """What arrived completely, in the order of arrival."""
        unfinished = self._open_files()
        files = [path for path in self.directory.iterdir() if str(path) not in unfinished]
        found = [self._read(path) for path in sorted(files, key=lambda path: path.stat().st_mtime_ns)]
        return [mail for mail in found if mail is not None]

    def wait_for(self, count, seconds=30, matching=lambda mail: True):
        """Waits for at least `count` mails that match, and returns them."""

        def enough():
            found = [mail for mail in self.mails if matching(mail)]
            return found if len(found) >= count else None

        return wait_until(
            enough, lambda: f"{count} mails; there: {[(m['Subject'], m.recipients) for m in self.mails]}", seconds)

    def _open_files(self):
        if self._process is None:
            return set()
        descriptors = f"/proc/{self._process.pid}/fd"
        found = set()
        for descriptor in os.listdir(descriptors):
            try:
                found.add(os.readlink(f"{descriptors}/{descriptor}"))
            except FileNotFoundError:
                continue
        return found

    @staticmethod
    def _read(path):
        raw = path.read_bytes()
        sender, recipients, helo = None, [], ""
        # The envelope stands on top: X-Client-…, X-Helo-Args, X-Mail-Args, X-Rcpt-Args, then a Received header.
        while match := re.match(rb"X-(Client-Addr|Client-Proto|Helo-Args|Mail-Args|Rcpt-Args): ?([^\n]*)\n", raw):
            name, value = match.group(1).decode(), match.group(2).decode("utf-8", "replace").strip()
            raw = raw[match.end():]
            if name == "Helo-Args":
                helo = value
            elif name == "Mail-Args":
                sender = re.sub(r"^<([^>]*)>.*", r"\1", value)
            elif name == "Rcpt-Args":
                recipients.append(re.sub(r"^<([^>]*)>.*", r"\1", value))
        received = re.match(rb"Received: [^\n]*\n(?:[ \t][^\n]*\n)*", raw)
        if received:
            raw = raw[received.end():]
        if sender is None:
            return None
        # smtp-sink writes lines with LF, where CRLF was on the wire, and an empty line after the mail.
        raw = raw.removesuffix(b"\n")
        return ReceivedMail(sender, recipients, raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"), helo)
