"""Several nodes as one installation: a database on PostgreSQL, a bucket, and the balancer of docs/operations/cluster.md."""

import contextlib
import http.client
import re
import shutil
import ssl

from harness.api import APIClient, Visitor
from harness.balancer import HAProxy
from harness.postgresql import PostgreSQL
from harness.s3 import SeaweedFS
from harness.server import DepescheServer
from harness.tools import free_port

ADMINISTRATOR = "anna@kunde.example"
PASSWORD = "kein Geheimnis, nur ein Test 26"
# Where clients come from: not from the balancer's own address.
CLIENT = "127.0.0.9"


class Cluster:
    """Nodes behind a balancer, which gives each request to another one. What is not defined here is that of a node that
    runs: `command`, `json`, `settings`, `setup_link`.

    Keyword settings are further environment of all nodes.
    """

    def __init__(self, authority, nodes=3, balancer=HAProxy, movable_clock=False, **environment):
        self._authority = authority
        self._movable_clock = movable_clock
        self._opened = contextlib.ExitStack()
        self.nodes = []
        self.balancer = None
        self.port = free_port()
        self.url = f"https://localhost:{self.port}"
        self.trust = ssl.create_default_context(cafile=authority.certificate)
        try:
            self.postgresql = self._opened.enter_context(contextlib.closing(PostgreSQL()))
            self.store = self._opened.enter_context(contextlib.closing(SeaweedFS()))
            self.database = "cluster"
            self.postgresql.execute(f"CREATE DATABASE {self.database}", database="postgres")
            self.environment = self.store.environment | {
                "DEPESCHE_DATABASE": self.postgresql.url(self.database), "DEPESCHE_PUBLIC_URL": self.url} | environment
            for _ in range(nodes):
                self.add_node()
            self.settings(server_trusted__proxies="127.0.0.1")
            self.balance(balancer)
        except BaseException:
            self.close()
            raise

    def new_node(self, key_of=None):
        """A node that is not started. It has the key of another one, and none if that has none."""
        node = DepescheServer(movable_clock=self._movable_clock, **self.environment)
        self._opened.callback(node.close)
        node.environment["DEPESCHE_KEY_FILE"] = str(key_file(node))
        if key_of is not None and key_file(key_of).exists():
            shutil.copy(key_file(key_of), key_file(node))
        self.nodes.append(node)
        return node

    def add_node(self):
        """A further node that runs; the first one makes the key. The balancer knows those that it was begun with."""
        return self.new_node(key_of=self.nodes[0] if self.nodes else None).start()

    def balance(self, kind):
        """Puts a balancer in front of all nodes, in the place of the one before."""
        if self.balancer:
            self.balancer.close()
        self.balancer = kind(self.port, [node.port for node in self.nodes], self._authority.issue("localhost"))
        self.balancer.start()
        self.balancer.wait_for(node.port for node in self.nodes if node.is_running)

    def start(self, node):
        """Starts a node that was gone, and waits until it gets requests again."""
        node.start()
        self.balancer.wait_for([node.port])

    def served(self, path=".*", method=".*"):
        """Which node (0, 1, …) answered each request for such a path, in the order of their ends."""
        ports = [node.port for node in self.nodes]
        return [
            ports.index(port) for asked, where, port in self.balancer.served
            if re.fullmatch(method, asked) and re.fullmatch(path, where)]

    def connect(self, source=CLIENT):
        """A connection from a client's own address."""
        return http.client.HTTPSConnection(
            "localhost", self.port, timeout=120, context=self.trust, source_address=(source, 0))

    def visitor(self, source=CLIENT):
        """A browser without a window, which opens a connection for each request."""
        return Visitor(self.port, lambda: self.connect(source), self.url)

    def client(self, email=ADMINISTRATOR, name="Anna Ährens"):
        """A program with a token of an account, which is made unless it is there."""
        if email not in [user["email"] for user in self.json("user", "list")]:
            self.command("user", "add", email, "--name", name, "--admin", "--password-stdin", input=PASSWORD + "\n")
        return APIClient(self.port, self.json("token", "create", email)["token"], self.connect)

    def rows(self, query):
        """What a query finds in the database: a list of lists of texts."""
        answer = self.postgresql.execute(query, database=self.database)
        return [line.split("|") for line in answer.splitlines()]

    def close(self):
        """Ends all of it; a crash of a node is an error."""
        try:
            if self.balancer:
                self.balancer.close()
        finally:
            self._opened.close()

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(next(node for node in self.nodes if node.is_running), name)


def key_file(node):
    """Where a node has its copy of the master key."""
    return node.directory / "master.key"
