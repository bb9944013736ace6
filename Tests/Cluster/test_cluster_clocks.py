"""Nodes whose machines have wrong clocks: the time is the database's."""

import contextlib
import urllib.parse

import pytest

from harness import Cluster, pages, wait_until
from harness.api import APIClient


@pytest.fixture
def skewed(authority):
    """One node is right; one was three hours ahead when it started; one will be three weeks ahead."""
    with contextlib.closing(Cluster(authority, movable_clock=True)) as made:
        made.nodes[1].stop()
        made.nodes[1].clock.forward(hours=3)
        made.start(made.nodes[1])
        yield made


def test_wrong_clocks_end_nothing_early_and_send_nothing_twice(skewed, sink):
    api = skewed.client()
    pages.connect(skewed, sink.port, host="127.0.0.1")
    visitor = skewed.visitor()
    visitor.sign_in(pages.ADMINISTRATOR, pages.PASSWORD)
    first = api.draft("bea@elsewhere.test", level=2)
    api.upload(first, "a.txt", b"Guten Tag")
    api.send(first)
    [mail] = sink.wait_for(1)
    # Longer than the delivery lives, and while the node runs.
    skewed.nodes[2].clock.forward(days=21)
    wait_until(lambda: "clock was set" in skewed.nodes[2].log, "the node to ask for the time")

    recipients = [f"r{number}@elsewhere.test" for number in range(30)]
    for number, node in enumerate(skewed.nodes):
        direct = APIClient(node.port, api.token)
        delivery = direct.draft(*recipients[number::3], level=1)
        direct.upload(delivery, "a.txt", b"Guten Tag")
        direct.send(delivery)
    [[spread]] = skewed.rows("SELECT max(sent_at) - min(sent_at) FROM delivery WHERE sent_at IS NOT NULL")
    assert int(spread) < 120_000
    # Sessions and codes, which end after some time, hold at each node.
    for _ in skewed.nodes:
        assert visitor.request("GET", "/deliveries")[0] == 200
    bea, path = skewed.visitor("127.0.0.11"), urllib.parse.urlsplit(pages.link_in(mail)).path
    ask, fields = bea.steps(path)[-1]
    assert bea.request("POST", ask, fields)[0] == 303
    [code] = sink.wait_for(
        1, matching=lambda one: one.recipients == ["bea@elsewhere.test"] and one["Subject"] != mail["Subject"])
    give, fields = bea.steps(path)[0]
    assert bea.request("POST", give, fields | {"code": pages.code_in(code)})[0] == 303
    assert bea.request("GET", bea.download_address(path))[2] == b"Guten Tag"
    # Leases, too: each mail once.
    wait_until(lambda: not skewed.json("outbox", "list", "--state", "queued"), "the outbox to be empty", 60)
    got = sorted(address for mail in sink.mails for address in mail.recipients if address in recipients)
    assert got == sorted(recipients)
    assert skewed.rows("SELECT DISTINCT state FROM delivery WHERE sent_at IS NOT NULL") == [["sent"]]
