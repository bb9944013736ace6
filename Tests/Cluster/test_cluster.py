"""Three nodes behind haproxy, each request at another one: sessions, uploads, codes, downloads, settings, live status."""

import concurrent.futures
import http.client
import os
import re
import socket
import urllib.parse

import pytest

from harness import pages, wait_until
from harness.api import APIClient
from harness.balancer import HAProxy, Nginx
from harness.cluster import ADMINISTRATOR, CLIENT, PASSWORD

CHUNK = 65_536
MIB = 1 << 20


@pytest.fixture
def api(cluster, sink):
    """A sender whose mail goes to the sink, and whose files have small chunks."""
    client = cluster.client()
    pages.connect(cluster, sink.port, host="127.0.0.1")
    cluster.settings(deliveries_chunk__size=CHUNK)
    return client


def answered_by(cluster, count, path, method=".*", after=0):
    """The nodes that answered the last `count` requests for such a path, which has been asked for `after` times before;
    the balancer writes it down after the answer."""
    return wait_until(
        lambda: nodes[-count:] if len(nodes := cluster.served(path, method)) >= after + count else None,
        lambda: f"{count} requests for {path}: {cluster.balancer.served[-10:]}")


def sign_in(cluster, source=CLIENT):
    """A browser that is signed in."""
    visitor = cluster.visitor(source)
    visitor.sign_in(ADMINISTRATOR, PASSWORD)
    return visitor


def deliver(api, sink, content, recipient="bea@elsewhere.test", **fields):
    """Sends one file; (delivery, file, the link)."""
    delivery = api.draft(recipient, **fields)
    file = api.upload(delivery, "Übersicht.bin", content)
    api.send(delivery)
    [mail] = sink.wait_for(1, matching=lambda mail: mail.recipients == [recipient])
    return delivery, file, pages.link_in(mail)


def test_a_session_goes_on_at_whichever_node(cluster, api):
    visitor = sign_in(cluster)
    form, posted = answered_by(cluster, 2, "/sign-in")
    assert form != posted
    # Each node knows who it is, and from where.
    for _ in cluster.nodes:
        status, _, body = visitor.request("GET", "/account")
        assert status == 200 and CLIENT in body.decode()
    assert set(answered_by(cluster, 3, "/account")) == {0, 1, 2}
    # What the page hides against forged forms comes from one node and is accepted by another one.
    action, proof = next(form for form in visitor.forms("/deliveries") if form[0] == "/sign-out")
    assert visitor.request("POST", action, proof)[0] == 303
    for _ in cluster.nodes:
        assert visitor.request("GET", "/deliveries")[0] == 303


def test_uploads_codes_and_downloads_change_nodes_at_each_step(cluster, api, sink):
    content = os.urandom(9 * CHUNK + 77)
    delivery = api.draft("bea@elsewhere.test", level=2)
    file = api.announce(delivery, "Übersicht.bin", len(content))
    for index in range(10):
        api.put(file, index, content[index * CHUNK:(index + 1) * CHUNK])
    assert answered_by(cluster, 10, f"/api/v1/files/{file['id']}/chunks/.*")[:3] in ([0, 1, 2], [1, 2, 0], [2, 0, 1])
    api.send(delivery)
    [mail] = sink.wait_for(1)
    link = pages.link_in(mail)
    assert link.startswith(cluster.url + "/l/")
    # A code that one node mails is taken by another one.
    visitor, path = cluster.visitor("127.0.0.11"), urllib.parse.urlsplit(link).path
    ask, fields = visitor.steps(path)[-1]
    assert visitor.request("POST", ask, fields)[0] == 303
    [code] = sink.wait_for(1, matching=lambda one: one["Subject"] != mail["Subject"])
    give, fields = visitor.steps(path)[0]
    assert visitor.request("POST", give, fields | {"code": pages.code_in(code)})[0] == 303
    assert len(set(answered_by(cluster, 2, f"{path}/.*", "POST"))) == 2
    # One file, its parts from three nodes.
    address = visitor.download_address(link, file["id"])
    parts = []
    for start in range(0, len(content), 200_000):
        status, _, part = visitor.request("GET", address, headers={"Range": f"bytes={start}-{start + 199_999}"})
        assert status == 206
        parts.append(part)
    assert b"".join(parts) == content
    assert set(answered_by(cluster, len(parts), re.escape(address), "GET")) == {0, 1, 2}
    # All of them together are the whole file.
    wait_until(
        lambda: api.call("GET", f"/deliveries/{delivery}")["recipients"][0]["fetched"], "the transfer to count")


def test_a_withdrawal_cuts_transfers_on_all_nodes(cluster, api, sink):
    cluster.settings(deliveries_chunk__size=MIB)
    size = 40 * MIB
    delivery, file, link = deliver(api, sink, os.urandom(size))
    visitor = cluster.visitor()
    address = visitor.download_address(link, file["id"])
    transfers = []
    for _ in cluster.nodes:
        connection = cluster.connect()
        connection.connect()
        connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, CHUNK)
        connection.request("GET", address, headers=visitor.headers())
        answer = connection.getresponse()
        assert answer.status == 200 and len(answer.read(CHUNK)) == CHUNK
        transfers.append((connection, answer))
    api.call("POST", f"/deliveries/{delivery}/withdraw")
    # The other nodes look once a second: whoever takes everything at once would be done before.
    left = dict.fromkeys(range(3), size - CHUNK)

    def is_cut(number, answer):
        try:
            part = answer.read(MIB)
        except (http.client.IncompleteRead, OSError):
            part = b""
        left[number] -= len(part)
        return not part

    for number, (connection, answer) in enumerate(transfers):
        wait_until(lambda: is_cut(number, answer), "the transfer to be cut")
        assert left[number] > 0
        connection.close()
    assert set(answered_by(cluster, 3, re.escape(address), "GET")) == {0, 1, 2}
    assert visitor.request("GET", address)[0] in (403, 404, 410)


def test_a_setting_holds_on_all_nodes_at_once(cluster, api):
    for number, node in enumerate(cluster.nodes):
        size = CHUNK * (2 + number)
        node.settings(deliveries_chunk__size=size)
        for other in cluster.nodes:
            direct = APIClient(other.port, api.token)
            assert direct.announce(direct.draft("bea@elsewhere.test"), "a.bin", 10 * CHUNK)["chunkSize"] == size
            assert other.command("setting", "get", "deliveries.chunk-size").stdout.strip() == str(size)


def test_throttles_count_on_all_nodes_and_see_the_client(cluster, api):
    def tries(source, email, count):
        visitor = cluster.visitor(source)
        [(action, fields)] = [form for form in visitor.forms("/sign-in") if form[0] == "/sign-in"]
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            return list(pool.map(
                lambda number: visitor.request("POST", action, fields | {
                    "email": email.format(number), "password": "falsch"})[0], range(count)))

    # Ten for an account, wherever they arrive.
    statuses = tries("127.0.0.21", "nobody@kunde.example", 12)
    assert statuses.count(429) == 2, statuses
    assert len(set(answered_by(cluster, 12, "/sign-in", "POST"))) == 3
    # Fifty wrong ones for an address: others behind the same balancer are let in.
    tries("127.0.0.22", "nobody{}@kunde.example", 50)
    assert 429 in tries("127.0.0.22", "other{}@kunde.example", 3)
    assert 429 not in tries("127.0.0.23", "other{}@kunde.example", 3)
    sign_in(cluster, "127.0.0.23")


def test_live_status_tells_what_another_node_did(cluster, api, sink):
    delivery = api.draft("bea@elsewhere.test", level=1)
    api.upload(delivery, "a.txt", b"Guten Tag")
    followed = []
    for _ in cluster.nodes:
        connection = cluster.connect()
        connection.request(
            "GET", f"/api/v1/deliveries/{delivery}/events",
            headers={"Authorization": f"Bearer {api.token}", "Accept": "text/event-stream"})
        answer = connection.getresponse()
        assert answer.status == 200 and answer.headers["Content-Type"].startswith("text/event-stream")
        followed.append((connection, answer))
    assert all(cluster.balancer.transfers(node.port) for node in cluster.nodes)
    api.send(delivery)
    for connection, answer in followed:
        connection.sock.settimeout(20)
        received = b""
        while b"event:" not in received:
            part = answer.read1(4096)
            assert part, received
            received += part
        connection.close()


def test_work_is_done_once(cluster, api, sink):
    # Deliveries that are over: which node finds them is chance.
    ended = [deliver(api, sink, b"x", f"alt{number}@elsewhere.test")[0] for number in range(12)]
    listed = ", ".join(f"'{delivery}'" for delivery in ended)
    cluster.postgresql.execute(f"UPDATE delivery SET expires_at = 1 WHERE id IN ({listed})", database=cluster.database)
    # Meanwhile all nodes send.
    recipients = [f"r{number}@elsewhere.test" for number in range(60)]
    deliveries = []
    for start in range(0, 60, 10):
        deliveries.append(api.draft(*recipients[start:start + 10], level=1))
        api.upload(deliveries[-1], "a.txt", b"Guten Tag")
    for delivery in deliveries:
        api.send(delivery)
    # A mail of a test before may wait for a sink that is gone.
    def waiting():
        return [mail for mail in cluster.json("outbox", "list", "--state", "queued") if mail["to"] in recipients]

    wait_until(lambda: not waiting(), lambda: f"the mails to leave: {waiting()}", 60)
    # The sink answers before it has closed a mail's file.
    sink.wait_for(len(recipients), matching=lambda mail: set(mail.recipients) <= set(recipients))
    got = sorted(address for mail in sink.mails for address in mail.recipients if address in recipients)
    assert got == sorted(recipients)
    wait_until(
        lambda: cluster.rows(f"SELECT count(*) FROM delivery WHERE state = 'expired' AND id IN ({listed})") == [["12"]],
        lambda: cluster.rows(f"SELECT id, state FROM delivery WHERE id IN ({listed})"), 100)
    assert cluster.rows(
        f"SELECT delivery, count(*) FROM delivery_event WHERE kind = 'expired' AND delivery IN ({listed}) GROUP BY 1"
        " HAVING count(*) <> 1") == []


def test_a_node_that_is_gone_is_left_out_and_taken_back(cluster, api):
    gone = cluster.nodes[1]
    before = len(cluster.served("/sign-in"))
    gone.kill()
    try:
        # It is not known at once that it is gone, and nobody sees that.
        for _ in range(9):
            assert cluster.visitor().request("GET", "/sign-in")[0] == 200
        assert set(answered_by(cluster, 9, "/sign-in", after=before)) == {0, 2}
        assert len(cluster.served("/sign-in")) == before + 9
        cluster.balancer.wait_for_state("DOWN", [gone.port])
    finally:
        cluster.start(gone)
    cluster.balancer.wait_for(node.port for node in cluster.nodes)
    for _ in range(9):
        assert cluster.visitor().request("GET", "/sign-in")[0] == 200
    assert set(answered_by(cluster, 9, "/sign-in", after=before + 9)) == {0, 1, 2}


def test_pages_go_on_while_no_node_is_ready(cluster, api):
    ports = [node.port for node in cluster.nodes]
    cluster.store.stop()
    try:
        # A store that could be written to is believed in for half a minute.
        cluster.balancer.wait_for_state("DOWN", ports, seconds=90)
        visitor = sign_in(cluster)
        for _ in cluster.nodes:
            assert visitor.request("GET", "/deliveries")[0] == 200
    finally:
        cluster.store.start()
    cluster.balancer.wait_for(ports)


def test_the_same_through_nginx(cluster, api, sink):
    cluster.balance(Nginx)
    try:
        content = os.urandom(9 * CHUNK + 77)
        delivery, file, link = deliver(api, sink, content)
        visitor = cluster.visitor("127.0.0.12")
        assert visitor.request("GET", visitor.download_address(link, file["id"]))[2] == content
        assert set(answered_by(cluster, 12, "/.*")) == {0, 1, 2}
        wait_until(
            lambda: ["127.0.0.12"] in cluster.rows("SELECT DISTINCT client_address FROM access_trace"),
            "the client's address in the access trace")
        # It finds out by itself that a node is gone, and back.
        cluster.nodes[0].kill()
        try:
            for _ in range(9):
                assert visitor.request("GET", "/sign-in")[0] == 200
        finally:
            cluster.nodes[0].start()
        sign_in(cluster)
    finally:
        cluster.balance(HAProxy)
