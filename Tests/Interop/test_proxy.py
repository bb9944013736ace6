"""The nginx example of the install page, as it stands there, before a real server."""

import http.client
import os
import re
import socket
import ssl
import subprocess
import urllib.parse

import pytest

from harness.api import APIClient, Visitor
from harness.tools import REPOSITORY, answers, foreign_environment, free_port, program, wait_until

SENDER = "anna@kunde.example"
PASSWORD = "correct horse battery staple 42"
# Where the client comes from: not from the proxy's own address.
CLIENT = "127.0.0.9"


class Proxied:
    """A server behind nginx, and how to reach it."""

    def __init__(self, server, port, context):
        self.server = server
        self.port = port
        self.origin = f"https://localhost:{port}"
        self._context = context

    def connect(self):
        """A connection from the client's own address."""
        return http.client.HTTPSConnection(
            "localhost", self.port, timeout=120, context=self._context, source_address=(CLIENT, 0))

    def visitor(self):
        """A browser."""
        return Visitor(self.port, self.connect, self.origin)


@pytest.fixture
def proxied(make_server, authority, tmp_path):
    """The example with the test's own ports, name and certificate in the place of the administrator's."""
    port = free_port()
    server = make_server(DEPESCHE_PUBLIC_URL=f"https://localhost:{port}").start()
    server.settings(server_trusted__proxies="127.0.0.1")
    server.command("user", "add", SENDER, "--name", "Anna", "--password-stdin", input=PASSWORD + "\n")
    chain, key = authority.issue("localhost")
    page = (REPOSITORY / "docs" / "operations" / "install.md").read_text()
    example = re.search(r"For nginx:\n```\n(server \{\n.*?\n\})\n```", page, re.DOTALL).group(1)
    for theirs, ours in {
        "listen 443 ": f"listen 127.0.0.1:{port} ", "server_name zustellung.kunde.example": "server_name localhost",
        "/etc/letsencrypt/live/zustellung.kunde.example/fullchain.pem": str(chain),
        "/etc/letsencrypt/live/zustellung.kunde.example/privkey.pem": str(key), "http://127.0.0.1:8080": server.url,
    }.items():
        assert theirs in example
        example = example.replace(theirs, ours)
    user = "user root;" if os.geteuid() == 0 else ""
    folders = "".join(
        f"{name}_temp_path {tmp_path}/{name}; " for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (tmp_path / "nginx.conf").write_text(
        f"{user} daemon off; pid {tmp_path}/pid; error_log {tmp_path}/error.log; events {{ worker_connections 256; }}\n"
        f"http {{ access_log off; {folders}\n{example}\n}}\n")
    nginx = subprocess.Popen(
        [program("nginx"), "-p", tmp_path, "-c", tmp_path / "nginx.conf", "-e", tmp_path / "error.log"],
        env=foreign_environment())
    try:
        wait_until(lambda: nginx.poll() is not None or answers(port), "nginx to listen")
        assert nginx.poll() is None, (tmp_path / "error.log").read_text()
        yield Proxied(server, port, ssl.create_default_context(cafile=authority.certificate))
        assert not re.search(r"\[(warn|error|crit|alert|emerg)\]", (tmp_path / "error.log").read_text())
    finally:
        nginx.terminate()
        nginx.wait()


def test_a_delivery_goes_the_whole_way_through_the_proxy(proxied, sink):
    server = proxied.server
    server.settings(
        mail_system__sender="zustellung@kunde.example", smtp_home__domains="kunde.example", smtp_host="127.0.0.1",
        smtp_port=sink.port, smtp_security="none")
    server.command("setting", "set", "mail.route", "smtp")
    api = APIClient(proxied.port, server.json("token", "create", SENDER)["token"], proxied.connect)
    # More than one whole chunk.
    content = os.urandom((8 << 20) + 4711)
    delivery = api.draft("bea@elsewhere.test")
    file = api.upload(delivery, "groß.bin", content)
    api.send(delivery)
    [mail] = sink.wait_for(1)
    link = re.search(r"https?://\S+/l/\S+", mail.text).group(0)
    assert link.startswith(proxied.origin + "/l/")
    visitor = proxied.visitor()
    address = visitor.download_address(link, file["id"])
    status, headers, body = visitor.request("GET", address)
    assert (status, body) == (200, content)
    assert "max-age=" in headers["Strict-Transport-Security"]
    status, headers, rest = visitor.request("GET", address, headers={"Range": "bytes=8000000-"})
    assert (status, rest) == (206, content[8_000_000:])


def test_the_proxy_tells_the_true_address_and_no_client_does(proxied):
    visitor = proxied.visitor()
    [(action, fields)] = [form for form in visitor.forms("/sign-in") if form[0] == "/sign-in"]
    status, headers, _ = visitor.request(
        "POST", action, fields | {"email": SENDER, "password": PASSWORD}, {"X-Forwarded-For": "203.0.113.77"})
    assert status == 303 and urllib.parse.urlsplit(headers["Location"]).path == "/deliveries"
    assert all("Secure" in cookie for cookie in headers.get_all("Set-Cookie"))
    _, _, account = visitor.request("GET", "/account")
    assert CLIENT in account.decode() and "203.0.113.77" not in account.decode()


def test_live_status_is_not_held_back(proxied):
    api = APIClient(proxied.port, proxied.server.json("token", "create", SENDER)["token"], proxied.connect)
    delivery = api.draft("bea@elsewhere.test")
    api.upload(delivery, "a.txt", b"Guten Tag")
    connection = proxied.connect()
    connection.request(
        "GET", f"/api/v1/deliveries/{delivery}/events",
        headers={"Authorization": f"Bearer {api.token}", "Accept": "text/event-stream"})
    answer = connection.getresponse()
    assert answer.status == 200 and answer.headers["Content-Type"].startswith("text/event-stream")
    # Kept in the local mailbox, which is an event, too.
    api.send(delivery)
    connection.sock.settimeout(20)
    received = b""
    while b"event:" not in received:
        try:
            part = answer.read1(4096)
        except socket.timeout:
            raise AssertionError(f"nothing came through: {received}") from None
        assert part, received
        received += part
    connection.close()
