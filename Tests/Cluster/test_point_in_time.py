"""A restore to a time: database by base backup and archive, files from the bucket, as the page for clusters says."""

import contextlib
import os

import pytest

from harness import pages, wait_until
from harness.api import APIClient, Visitor
from harness.pointintime import ArchivingPostgreSQL


@pytest.fixture
def primary():
    """A primary that archives."""
    with contextlib.closing(ArchivingPostgreSQL()) as made:
        yield made


def deliver(api, sink, recipient, content):
    """Sends one file; (delivery, the link)."""
    delivery = api.draft(recipient)
    api.upload(delivery, "a.bin", content)
    api.send(delivery)
    [mail] = sink.wait_for(1, matching=lambda mail: mail.recipients == [recipient])
    return delivery, pages.link_in(mail)


def test_what_was_there_at_that_time_is_there_again(primary, make_object_store, make_server, sink):
    store = make_object_store("seaweedfs")
    server = make_server(**(store.environment | {"DEPESCHE_DATABASE": primary.url()})).start()
    server.command("user", "add", pages.ADMINISTRATOR, "--password-stdin", input=pages.PASSWORD + "\n")
    api = APIClient(server.port, server.json("token", "create", pages.ADMINISTRATOR)["token"])
    pages.connect(server, sink.port, host="127.0.0.1")
    content = os.urandom(300_000)
    before, link_before = deliver(api, sink, "vorher@elsewhere.test", content)
    withdrawn, link_withdrawn = deliver(api, sink, "weg@elsewhere.test", content)
    base = primary.base_backup()
    between, link_between = deliver(api, sink, "danach@elsewhere.test", content[::-1])
    wait_until(lambda: not server.json("outbox", "list", "--state", "queued"), "the outbox to be empty")
    time = primary.execute("SELECT clock_timestamp()")
    # What happened afterwards, and is to be undone.
    objects = len(store.objects())
    api.call("POST", f"/deliveries/{withdrawn}/withdraw")
    wait_until(lambda: len(store.objects()) < objects, "the withdrawn file to go", 100)
    _, link_after = deliver(api, sink, "spaeter@elsewhere.test", content)
    primary.archive_all()
    server.stop()

    with contextlib.closing(primary.restored(base, time)) as restored:
        server.environment["DEPESCHE_DATABASE"] = restored.url()
        server.start()
        listed = api.call("GET", "/deliveries")["items"]
        assert {row["id"] for row in listed} == {before, withdrawn, between}
        assert not server.json("outbox", "list", "--state", "queued")
        for link, wanted in ((link_before, content), (link_between, content[::-1])):
            visitor = Visitor(server.port)
            status, _, body = visitor.request("GET", visitor.download_address(link))
            assert (status, body) == (200, wanted)
        # Its row is back, its objects are not: that is said, and nothing wrong is handed out.
        visitor = Visitor(server.port)
        status, _, body = visitor.request("GET", visitor.download_address(link_withdrawn))
        assert status == 500 and content[:1000] not in body
        assert Visitor(server.port).request("GET", link_after.removeprefix(server.url))[0] == 404
        # And work goes on.
        _, link = deliver(api, sink, "neu@elsewhere.test", content)
        visitor = Visitor(server.port)
        assert visitor.request("GET", visitor.download_address(link))[2] == content
        server.stop()
