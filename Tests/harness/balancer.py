"""haproxy and nginx with the very configuration that docs/operations/cluster.md shows, on ports of the test."""

import os
import pathlib
import re
import shutil
import socket
import subprocess
import urllib.parse

from harness.tools import REPOSITORY, answers, foreign_environment, free_port, program, scratch_directory, wait_until

PAGE = REPOSITORY / "docs" / "operations" / "cluster.md"
# What the balancer asks whether a node can work.
READINESS = "/ready"
# The addresses that the page gives the nodes.
NODES = [f"10.1.0.{number}:8080" for number in (11, 12, 13)]


def example(first_line):
    """The example of the page that begins with a line."""
    return re.search(rf"^```\n({re.escape(first_line)}\n.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE).group(1)


class Balancer:
    """One in front of nodes on loopback; TLS with the chain and key given."""

    def __init__(self, port, nodes, certificate):
        assert len(nodes) == len(NODES), "the page shows three nodes"
        self.directory = scratch_directory("balancer")
        self.port = port
        self.nodes = list(nodes)
        self.certificate = certificate
        self._log = self.directory / "log"
        self._process = None

    def start(self):
        """Writes the configuration and starts it."""
        text = example(self.first_line)
        for theirs, ours in self.replacements().items():
            assert theirs in text, theirs
            text = text.replace(theirs, ours)
        for address, port in zip(NODES, self.nodes):
            assert address in text
            text = text.replace(address, f"127.0.0.1:{port}")
        self.configuration().write_text(self.around(text))
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command(), env=foreign_environment(), cwd=self.directory, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log)
        wait_until(lambda: self._process.poll() is not None or answers(self.port), "the balancer to listen")
        assert self._process.poll() is None, self.log
        return self

    @property
    def log(self):
        """All that it said."""
        return self._log.read_text(errors="replace")

    def configuration(self):
        """Where its configuration lies."""
        return self.directory / f"{self.name}.cfg"

    def around(self, text):
        """The whole configuration with the example in it."""
        return text

    def close(self):
        """Ends it."""
        if self._process:
            self._process.terminate()
            self._process.wait()
            self._process = None
        shutil.rmtree(self.directory, ignore_errors=True)


class HAProxy(Balancer):
    """haproxy."""

    name = "haproxy"
    first_line = "# /etc/haproxy/haproxy.cfg"

    def replacements(self):
        """What is the test's own."""
        chain, key = self.certificate
        both = self.directory / "both.pem"
        both.write_text(chain.read_text() + key.read_text())
        self._socket = self.directory / "admin.sock"
        return {
            "log /dev/log local0": "log stdout format raw local0", "/run/haproxy/admin.sock": str(self._socket),
            "    user haproxy\n    group haproxy\n": "", "maxconn 20000": "maxconn 1000",
            "bind :80": f"bind 127.0.0.1:{free_port()}",
            "bind :443": f"bind 127.0.0.1:{self.port}", "/etc/haproxy/zustellung.pem": str(both),
            "GET /ready": f"GET {READINESS}"}

    def command(self):
        """Its command line."""
        return [program("haproxy"), "-db", "-f", self.configuration()]

    @property
    def served(self):
        """(method, path, the node's port) of each request that reached a node, in the order of their ends."""
        found = re.findall(r' (?:nodes|anyway)/node(\d) \S+ \d+ .*"(\S+) (\S+) HTTP/', self.log)
        # HTTP/2 names the origin, too.
        return [
            (method, urllib.parse.urlsplit(path).path, self.nodes[int(node) - 1]) for node, method, path in found]

    def states(self):
        """How it sees each node, by port: `UP`, `DOWN`, …"""
        return {port: row[17] for port, row in self._statistics().items()}

    def transfers(self, port):
        """How many requests a node is at."""
        return int(self._statistics()[port][4])

    def _statistics(self):
        with socket.socket(socket.AF_UNIX) as asked:
            asked.connect(str(self._socket))
            asked.sendall(b"show stat\n")
            answer = b""
            while part := asked.recv(65536):
                answer += part
        rows = [line.split(",") for line in answer.decode().splitlines() if line.startswith("nodes,node")]
        return {self.nodes[int(row[1].removeprefix("node")) - 1]: row for row in rows}

    def wait_for(self, ports):
        """Waits until it gives requests to those nodes."""
        self.wait_for_state("UP", list(ports))

    def wait_for_state(self, state, ports, seconds=30):
        """Waits until it sees those nodes so."""
        wait_until(
            lambda: all(self.states()[port] == state for port in ports),
            lambda: f"{ports} to be {state}: {self.states()}", seconds)


class Nginx(Balancer):
    """nginx, which asks nobody whether it is ready."""

    name = "nginx"
    first_line = "# /etc/nginx/conf.d/depesche.conf"

    def replacements(self):
        """What is the test's own."""
        chain, key = self.certificate
        return {
            "listen 443 ": f"listen 127.0.0.1:{self.port} ", "server_name zustellung.kunde.example": "server_name localhost",
            "/etc/nginx/zustellung/fullchain.pem": str(chain), "/etc/nginx/zustellung/privkey.pem": str(key)}

    def around(self, text):
        """The example stands in the part `http` of Debian's configuration."""
        user = "user root;" if os.geteuid() == 0 else ""
        folders = "".join(
            f"{name}_temp_path {self.directory}/{name}; "
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        return (
            f"{user} daemon off; pid {self.directory}/pid; error_log {self.directory}/error.log; worker_processes 2;\n"
            f"events {{ worker_connections 256; }}\nhttp {{ {folders}\n"
            f"log_format served '$upstream_addr $request_method $uri';\naccess_log {self._access} served;\n{text}\n}}\n")

    def command(self):
        """Its command line."""
        return [
            program("nginx"), "-p", self.directory, "-c", self.configuration(), "-e", self.directory / "error.log"]

    @property
    def _access(self):
        return pathlib.Path(self.directory / "access.log")

    @property
    def served(self):
        """As of haproxy. The last node is the one that answered."""
        lines = [line.split(" ") for line in self._access.read_text().splitlines()]
        return [
            (line[-2], line[-1], int(line[-3].rsplit(":", 1)[1])) for line in lines if len(line) >= 3 and ":" in line[-3]]

    def wait_for(self, ports):
        """It tries a node again by itself."""
