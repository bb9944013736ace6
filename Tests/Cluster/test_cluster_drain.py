"""A node that is asked to stop says so first: whoever comes through the balancer notices nothing."""

import contextlib
import http.client
import os
import threading
import urllib.parse

import pytest

from harness import Cluster, pages, wait_until
from harness.api import APIClient

CHUNK = 65_536


@pytest.fixture
def draining(authority):
    """Three nodes that serve for some seconds after they were asked to stop; haproxy needs two to notice."""
    with contextlib.closing(Cluster(authority, DEPESCHE_DRAIN=5)) as made:
        yield made


class Impatient(threading.Thread):
    """Works without trying anything again, as long as it may."""

    def __init__(self, client, visitor, link):
        super().__init__(daemon=True)
        self.client = client
        self.visitor = visitor
        self.link = link
        self.stopping = threading.Event()
        self.done = 0
        self.failures = []

    def run(self):
        """Uploads, sends, and looks at the recipient's page."""
        content = os.urandom(3 * CHUNK)
        while not self.stopping.is_set():
            try:
                delivery = self.client.draft("bea@elsewhere.test")
                self.client.upload(delivery, "a.bin", content)
                self.client.send(delivery)
                status, _, _ = self.visitor.request("GET", self.link)
                assert status == 200, status
                self.done += 1
            except (AssertionError, OSError, http.client.HTTPException) as error:
                self.failures.append(repr(error))


def test_no_request_is_lost_while_node_after_node_is_replaced(draining, sink):
    api = draining.client()
    pages.connect(draining, sink.port, host="127.0.0.1")
    draining.settings(deliveries_chunk__size=CHUNK)
    api.send(api.draft("carl@elsewhere.test", message="Guten Tag"))
    [mail] = sink.wait_for(1)
    path = urllib.parse.urlsplit(pages.link_in(mail)).path
    people = [
        Impatient(APIClient(draining.port, api.token, draining.connect), draining.visitor(), path) for _ in range(3)]
    for person in people:
        person.start()
    for node in draining.nodes:
        before = sum(person.done for person in people)
        stopping = threading.Thread(target=node.stop, kwargs={"seconds": 60})
        stopping.start()
        wait_until(lambda: draining.balancer.states()[node.port] != "UP", "the balancer to leave it out")
        assert node.is_running
        stopping.join()
        # Two carry on.
        done = sum(person.done for person in people)
        wait_until(lambda: sum(person.done for person in people) > done > before, "the others to work")
        draining.start(node)
    for person in people:
        person.stopping.set()
    for person in people:
        person.join(60)
    assert [failure for person in people for failure in person.failures] == []
    assert len(set(draining.served("/api/v1/.*"))) == 3
