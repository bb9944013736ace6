"""What a running server asks of the system: strace, attached to it."""

import re
import subprocess

from harness.tools import cannot_run, foreign_environment, program, wait_until


class SystemCalls:
    """The calls of a process and all its threads, in the order in which they end.

    As a context manager; afterwards `events` is a list of ("write" or "sync" or "send", what).
    """

    CALLS = "write,writev,pwrite64,pwritev,fsync,fdatasync,sendto,sendmsg"

    def __init__(self, server):
        self.path = server.directory / "trace"
        self._server = server
        self._process = None

    def __enter__(self):
        self._process = subprocess.Popen(
            [program("strace"), "-f", "-y", "-s", "200", "-e", f"trace={self.CALLS}", "-o", str(self.path), "-p",
             str(self._server.pid)],
            env=foreign_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        line = self._process.stderr.readline().decode()
        if "attached" not in line:
            self._process.kill()
            cannot_run(f"strace cannot attach here: {line}")
        wait_until(lambda: self.path.exists(), "strace to write")
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(20)
        self._process.stderr.close()

    @property
    def events(self):
        """What was done, with the file or the octets that it was done with."""
        pending, found = {}, []
        for line in self.path.read_text(errors="replace").splitlines():
            match = re.match(r"(\d+) +(?:<\.\.\. (\w+) resumed>)?(.*)$", line)
            thread, resumed, text = match.groups()
            if text.endswith("<unfinished ...>"):
                pending[thread] = text.removesuffix("<unfinished ...>")
                # What is sent counts from when it was begun: nobody knows when the other side has it.
                if not re.match(r"f(data)?sync\(", text):
                    found.append(self._event(text))
                continue
            if resumed:
                begun = pending.pop(thread, "")
                if re.match(r"f(data)?sync\(", begun):
                    found.append(self._event(begun))
                continue
            found.append(self._event(text))
        return [event for event in found if event]

    @staticmethod
    def _event(text):
        match = re.match(r"(\w+)\(\d+<([^>]*)>(?:, (.*))?", text)
        if not match:
            return None
        call, file, rest = match.groups()
        if "sync" in call:
            return "sync", file
        return ("send", rest or "") if file.startswith(("socket:", "TCP")) else ("write", file)
