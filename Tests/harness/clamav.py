"""A real clamd of the test's own, with signatures of the test's own: nothing is fetched from anywhere."""

import hashlib
import os
import shutil
import socket
import subprocess

from harness.tools import (
    IS_ROOT, NOBODY, UNPACKED, foreign_environment, free_port, program, scratch_directory, wait_until,
)

# The harmless file that every scanner finds (https://www.eicar.org). In pieces, so that no scanner finds it here.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
SIGNATURE = "Depesche.Test.Eicar"

CONFIGURATION = """\
Foreground yes
DatabaseDirectory {directory}/signatures
TemporaryDirectory {directory}/temporary
LogFile {directory}/log
LogFileUnlock yes
LocalSocket {socket}
LocalSocketMode 666
TCPSocket {port}
TCPAddr 127.0.0.1
StreamMaxLength {stream_limit}
MaxScanSize {scan_limit}
MaxFileSize {scan_limit}
AlertExceedsMax yes
AlertEncryptedArchive {encrypted}
MaxThreads 4
ConcurrentDatabaseReload no
Bytecode no
"""


class ClamAV:
    """clamd in the foreground; `socket` and `port` are where it listens. Limits as clamd.conf writes them."""

    def __init__(self, stream_limit="300M", scan_limit="300M", encrypted="no"):
        self.directory = scratch_directory("clamav", owner=NOBODY)
        self.port = free_port()
        self.socket = self.directory / "socket"
        self._process = None
        for name in ("signatures", "temporary"):
            (self.directory / name).mkdir()
        # A signature of the whole file by its MD5, and one by its octets, wherever they stand.
        (self.directory / "signatures" / "test.hdb").write_text(
            f"{hashlib.md5(EICAR).hexdigest()}:{len(EICAR)}:{SIGNATURE}\n")
        (self.directory / "signatures" / "test.ndb").write_text(f"{SIGNATURE}:0:*:{EICAR.hex()}\n")
        self.configuration = self.directory / "clamd.conf"
        self.configuration.write_text(CONFIGURATION.format(
            directory=self.directory, socket=self.socket, port=self.port, stream_limit=stream_limit,
            scan_limit=scan_limit, encrypted=encrypted))
        if IS_ROOT:
            for path in self.directory.rglob("*"):
                os.chown(path, NOBODY, NOBODY)
        self._environment = foreign_environment()
        self._program = self._reachable()
        self.start()

    def start(self):
        """Starts it and waits until it answers."""
        command = [self._program, "--config-file", str(self.configuration)]
        if IS_ROOT:
            command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--", *command]
        with (self.directory / "output").open("ab") as output:
            self._process = subprocess.Popen(
                command, env=self._environment, cwd=self.directory, stdin=subprocess.DEVNULL, stdout=output,
                stderr=output)
        wait_until(
            lambda: self._process.poll() is not None or self.ask("PING") == "PONG",
            lambda: f"clamd to answer:\n{self.log}", 60)
        assert self._process.poll() is None, self.log
        return self

    @property
    def log(self):
        """What it says of itself."""
        return "\n".join(
            path.read_text(errors="replace") for path in (self.directory / "output", self.directory / "log")
            if path.exists())

    def ask(self, command):
        """The answer to a command; empty while nobody answers."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(10)
                connection.connect(str(self.socket))
                connection.sendall(f"z{command}\0".encode())
                return connection.recv(4096).rstrip(b"\0").decode()
        except OSError:
            return ""

    def stop(self):
        """Ends it at once, whatever it is at."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        self.socket.unlink(missing_ok=True)

    def close(self):
        """Ends it and removes its data."""
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def _reachable(self):
        """The program, or a copy with its libraries where `nobody` may read it: a checkout below /root is closed to it."""
        path = program("clamd")
        if not IS_ROOT or subprocess.run(
                ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--", "test", "-x", path],
                cwd="/", capture_output=True).returncode == 0:
            return path
        copy = self.directory / "programs"
        for folder in ("usr/sbin", f"usr/lib/{os.uname().machine}-linux-gnu"):
            shutil.copytree(UNPACKED / folder, copy / folder, symlinks=True, ignore_dangling_symlinks=True)
        self._environment["LD_LIBRARY_PATH"] = self._environment["LD_LIBRARY_PATH"].replace(str(UNPACKED), str(copy))
        return str(copy / "usr/sbin/clamd")
