"""A certificate authority that issues by itself (RFC 8555): pebble, as its makers test clients with it."""

import json
import shutil
import ssl
import subprocess
import urllib.request

from harness.tools import answers, foreign_environment, free_port, program, scratch_directory, wait_until


class Pebble:
    """Looks for answers to its challenges at `http_port`; names lead where `names` says, all others to loopback."""

    def __init__(self, authority, http_port, bad_nonces=0, valid_seconds=None, reuses=False):
        self.directory = scratch_directory("pebble")
        self.port, self._management, self._dns, self._control = (free_port() for _ in range(4))
        self.url = f"https://localhost:{self.port}/dir"
        self._trusted = authority.certificate
        certificate, key = authority.issue("localhost")
        configuration = {
            "listenAddress": f"127.0.0.1:{self.port}", "managementListenAddress": f"127.0.0.1:{self._management}",
            "certificate": str(certificate), "privateKey": str(key), "httpPort": http_port, "tlsPort": free_port(),
            "ocspResponderURL": "", "externalAccountBindingRequired": False,
        }
        if valid_seconds:
            configuration["certificateValidityPeriod"] = valid_seconds
        path = self.directory / "pebble.json"
        path.write_text(json.dumps({"pebble": configuration}))
        environment = foreign_environment() | {
            "PEBBLE_VA_NOSLEEP": "1", "PEBBLE_WFE_NONCEREJECT": str(bad_nonces),
            "PEBBLE_AUTHZREUSE": "100" if reuses else "0",
        }
        self._log = (self.directory / "log").open("ab")
        self._processes = []
        try:
            # Its own name server: every name leads to 127.0.0.1.
            self._start(
                environment, "pebble-challtestsrv", "-dns01", f"127.0.0.1:{self._dns}", "-defaultIPv6", "",
                "-management", f"127.0.0.1:{self._control}", "-http01", "", "-https01", "", "-tlsalpn01", "")
            wait_until(lambda: answers(self._control), "the name server of pebble")
            self._start(
                environment, "pebble", "-config", str(path), "-dnsserver", f"127.0.0.1:{self._dns}", "-strict")
            wait_until(
                lambda: answers(self.port) and answers(self._management), lambda: f"pebble; its log:\n{self.log}")
        except BaseException:
            self.close()
            raise

    @property
    def log(self):
        """What it printed."""
        return (self.directory / "log").read_text(errors="replace")[-4000:]

    def root(self):
        """The file with its root, which is new each time."""
        context = ssl.create_default_context(cafile=self._trusted)
        with urllib.request.urlopen(f"https://localhost:{self._management}/roots/0", context=context) as answer:
            path = self.directory / "root.pem"
            path.write_bytes(answer.read())
            return path

    def close(self):
        """Stops it."""
        for process in reversed(self._processes):
            process.terminate()
            process.wait(10)
        self._log.close()
        shutil.rmtree(self.directory, ignore_errors=True)

    def _start(self, environment, name, *arguments):
        self._processes.append(subprocess.Popen(
            [program(name), *arguments], env=environment, cwd=self.directory, stdin=subprocess.DEVNULL,
            stdout=self._log, stderr=self._log))
