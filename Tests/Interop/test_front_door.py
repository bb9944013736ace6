"""TLS of its own, host names of former times, limits, and a stop in good order."""

import http.client
import os
import shutil
import socket
import ssl
import threading

import pytest

from harness import pages
from harness.api import APIClient, Visitor
from harness.tools import wait_until

MIB = 1 << 20


def request(port, method="GET", path="/health", headers=None, body=None, context=None):
    """(status, headers, body) of a bare request."""
    if context:
        connection = http.client.HTTPSConnection("localhost", port, timeout=30, context=context)
    else:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body=body, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def test_health(server):
    status, headers, body = request(server.port)
    assert status == 200 and b"ok" in body and headers["Cache-Control"] == "no-store"


def test_own_tls_and_a_new_certificate_without_a_restart(make_server, authority, tmp_path):
    chain, key = authority.issue("localhost", "127.0.0.1")
    shutil.copy(chain, tmp_path / "chain.pem")
    shutil.copy(key, tmp_path / "key.pem")
    server = make_server(
        DEPESCHE_TLS_CERTIFICATE=tmp_path / "chain.pem", DEPESCHE_TLS_KEY=tmp_path / "key.pem")
    server.environment["DEPESCHE_PUBLIC_URL"] = f"https://localhost:{server.port}"
    context = ssl.create_default_context(cafile=authority.certificate)
    server.is_healthy = lambda: healthy(server, context)
    server.start()
    status, headers, _ = request(server.port, context=context)
    assert status == 200 and "max-age=" in headers["Strict-Transport-Security"]
    # Cookies are for https only.
    _, headers, _ = request(server.port, path="/sign-in", context=context)
    assert all("Secure" in cookie for cookie in headers.get_all("Set-Cookie", []))
    # Plain http and old versions of TLS get nothing.
    with pytest.raises((http.client.HTTPException, OSError)):
        request(server.port)
    old = ssl.create_default_context(cafile=authority.certificate)
    old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.raises(OSError):
        request(server.port, context=old)

    before = serial(server.port, context)
    chain, key = authority.issue("localhost", "127.0.0.1")
    shutil.copy(key, tmp_path / "key.pem")
    shutil.copy(chain, tmp_path / "chain.pem")
    wait_until(lambda: serial(server.port, context) != before, "the new certificate", seconds=60)


def healthy(server, context):
    """Whether /health answers over TLS."""
    try:
        return request(server.port, context=context)[0] == 200
    except OSError:
        return False


def serial(port, context):
    """The serial number of the certificate that is shown."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
        with context.wrap_socket(plain, server_hostname="localhost") as secured:
            return secured.getpeercert()["serialNumber"]


def test_old_host_names_redirect_and_strange_ones_change_no_link(server, sink):
    pages_link = f"{server.url}/sign-in?x=1"
    server.command("setting", "set", "server.aliases", "alt.kunde.example, früher.kunde.example")
    for host in ("alt.kunde.example", f"ALT.kunde.example:{server.port}", "xn--frher-lva.kunde.example"):
        status, headers, _ = request(server.port, path="/sign-in?x=1", headers={"Host": host})
        assert (status, headers["Location"]) == (308, pages_link), host
    status, _, body = request(server.port, path="/sign-in", headers={"Host": "evil.example"})
    assert status in (200, 400, 421) and b"evil.example" not in body


@pytest.mark.parametrize("path", [
    "/nosuch", "/l/", "/l/x", "/l/" + "A" * 5000, "/d/x/y", "/../etc/passwd", "/static/../../etc/passwd",
    "/static/%2e%2e/%2e%2e/etc/passwd", "/%00", "/deliveries/%ff", "/l/%2e%2e", "/api/v1/nosuch", "/admin/nosuch",
])
def test_strange_addresses_are_answered_calmly(server, path):
    status, headers, body = request(server.port, path=path, headers={"Accept-Language": "de"})
    assert 300 <= status < 500, (status, body[:300])
    assert b"root:" not in body and b"Swift" not in body
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("raw", [
    b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
    b"GET / HTTP/1.1\r\n" + b"X: " + b"a" * 200_000 + b"\r\n\r\n",
    b"BREW / HTCPCP/1.0\r\n\r\n", b"\r\n" * 100, b"\0" * 1000,
])
def test_garbage_ends_a_connection_and_nothing_else(server, raw):
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        try:
            connection.sendall(raw)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass
        except OSError:
            pass
    assert server.is_healthy()


def test_a_body_that_is_too_long_is_cut(server):
    server.command("user", "add", pages.ADMINISTRATOR, "--password-stdin", input=pages.PASSWORD + "\n")
    token = server.json("token", "create", pages.ADMINISTRATOR)["token"]
    status, _, _ = request(
        server.port, "POST", "/api/v1/deliveries",
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Content-Length": str(1 << 40)})
    assert status == 413
    # Without a length it is counted.
    sent = 0
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(
            f"POST /api/v1/deliveries HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n"
            "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        try:
            for _ in range(2000):
                connection.sendall(b"100000\r\n" + b" " * MIB + b"\r\n")
                sent += MIB
        except OSError:
            pass
    # What is still on the way is read for a while, so that an honest client hears the answer.
    assert sent < 1200 * MIB
    assert server.is_healthy()


def test_a_stop_lets_a_transfer_finish(server, sink):
    server.command("user", "add", pages.ADMINISTRATOR, "--password-stdin", input=pages.PASSWORD + "\n")
    pages.connect(server, sink.port, host="127.0.0.1")
    api = APIClient(server.port, server.json("token", "create", pages.ADMINISTRATOR)["token"])
    content = os.urandom(64 * MIB)
    delivery = api.draft("bea@elsewhere.test")
    file = api.upload(delivery, "groß.bin", content)
    api.send(delivery)
    visitor = Visitor(server.port)
    address = visitor.download_address(pages.link_in(sink.wait_for(1)[0]), file["id"])
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        cookie = visitor.headers()["Cookie"]
        connection.sendall(f"GET {address} HTTP/1.1\r\nHost: a\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n".encode())
        received = bytearray(connection.recv(65536))
        stopping = threading.Thread(target=server.stop)
        stopping.start()
        while part := connection.recv(1 << 20):
            received += part
        stopping.join()
    head, body = received.split(b"\r\n\r\n", 1)
    assert head.startswith(b"HTTP/1.1 200") and body == content
    server.start()
    [recipient] = api.call("GET", f"/deliveries/{delivery}")["recipients"]
    assert [fetch["file"] for fetch in recipient["fetched"]] == [file["id"]]
