"""A full disk: what was acknowledged stays, what was not is told clearly, and with new room all goes on by itself."""

import concurrent.futures
import contextlib
import os
import re
import smtplib
import subprocess

import pytest

from harness.api import APIClient, Refused, Visitor
from harness.disk import on_small_disk
from harness.domains import verify
from harness.engine import on_sqlite
from harness.tools import wait_until

SENDER = "anna@kunde.example"
MIB = 1 << 20
pytestmark = on_sqlite


@pytest.fixture
def small_disk(make_server, sink):
    """A running server whose data lies on a disk of its own of 48 MiB, and whose mail goes to the sink."""
    with on_small_disk(make_server()) as server:
        server.settings(
            mail_system__sender="zustellung@kunde.example", smtp_home__domains="kunde.example",
            smtp_host="127.0.0.1", smtp_port=sink.port, smtp_security="none")
        server.command("setting", "set", "mail.route", "smtp")
        yield server


@pytest.fixture
def api(small_disk):
    """An account with a token."""
    small_disk.command(
        "user", "add", SENDER, "--name", "Anna", "--password-stdin", input="correct horse battery staple 42\n")
    return APIClient(small_disk.port, small_disk.json("token", "create", SENDER)["token"])


def test_an_upload_that_fills_the_disk_goes_on_with_new_room(small_disk, api, sink):
    content = os.urandom(12 * 8 * MIB)
    delivery = api.draft("bea@elsewhere.test")
    file = api.announce(delivery, "groß.bin", len(content))
    acknowledged = set()
    with pytest.raises(Refused) as refused:
        for index in range(file["chunkCount"]):
            api.put(file, index, content[index * 8 * MIB:(index + 1) * 8 * MIB])
            acknowledged.add(index)
    assert (refused.value.status, refused.value.code) == (507, "disk-full"), refused.value
    assert len(acknowledged) >= 3
    assert api.received(file) == acknowledged
    subprocess.run(["mount", "-o", "remount,size=200m", str(small_disk.data)], check=True)
    api.send_chunks(file, content, sorted(set(range(file["chunkCount"])) - acknowledged))
    api.send(delivery)
    visitor = Visitor(small_disk.port)
    [mail] = sink.wait_for(1)
    address = visitor.download_address(re.search(r"http://\S+/l/\S+", mail.text).group(0), file["id"])
    assert visitor.request("GET", address)[2] == content


def draft_until_full(api, message):
    """Makes drafts until one is refused: the acknowledged ones, and the refusal."""
    acknowledged = []
    for number in range(2000):
        try:
            acknowledged.append(api.draft(f"r{number}@elsewhere.test", message=message))
        except Refused as refused:
            return acknowledged, refused
    raise AssertionError("the disk never became full")


def test_a_commit_that_finds_the_disk_full_loses_nothing_and_heals(small_disk, api, sink):
    ready = api.draft("bea@elsewhere.test", message="Guten Tag")
    filler = small_disk.data / "filler"
    with filler.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
        while True:
            file.write(bytes(65536))
    acknowledged = []
    # A draft fits in the database's memory: nothing is written before its commit. Several share one. Small ones last,
    # so that no room is left for anything.
    for message in ("x" * 100_000, ""):
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            for made, refused in pool.map(lambda _: draft_until_full(api, message), range(4)):
                assert (refused.status, refused.code) == (507, "disk-full"), refused
                acknowledged += made
    with pytest.raises(Refused) as refused:
        api.send(ready)
    assert (refused.value.status, refused.value.code) == (507, "disk-full"), refused.value
    # Reading goes on, and what was not sent is still a draft.
    assert api.call("GET", f"/deliveries/{ready}")["state"] == "draft"
    assert sink.mails == []

    filler.unlink()
    assert api.send(ready)["state"] == "sent"
    assert [mail.recipients for mail in sink.wait_for(1)] == [["bea@elsewhere.test"]]
    small_disk.kill()
    small_disk.start()
    assert {api.call("GET", f"/deliveries/{draft}")["state"] for draft in acknowledged} <= {"draft"}
    assert api.call("GET", f"/deliveries/{ready}")["state"] == "sent"
    assert small_disk.is_healthy()


def hand_in_until_full(port, text, first):
    """Hands mails in until one is refused: the subjects of those that were taken, and the refusal."""
    taken = []
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        for number in range(first, first + 2000):
            try:
                client.sendmail(
                    "shop@haus.test", ["r@ziel.test"],
                    f"From: shop@haus.test\r\nSubject: {number}\r\n\r\n{text}\r\n")
            except smtplib.SMTPResponseException as refusal:
                return taken, refusal
            taken.append(str(number))
    raise AssertionError("the disk never became full")


def test_mail_that_finds_the_disk_full_is_put_off_and_none_that_was_taken_is_lost_or_doubled(mail_net):
    host = mail_net.sink()
    mail_net.zone("ziel.test", host.host)
    zone = mail_net.zone("haus.test")
    with contextlib.ExitStack() as stack:
        server = mail_net.server(start=lambda made: stack.enter_context(on_small_disk(made)))
        zone.set("@", "TXT", 60, '"v=spf1 ip4:127.0.0.1 -all"')
        verify(server, zone, "haus.test")
        port = mail_net.take_mail(server)
        filler = server.data / "filler"
        with filler.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
            while True:
                file.write(bytes(65536))
        os.truncate(filler, filler.stat().st_size - 4 * MIB)
        # Large ones first; small ones last, so that no room is left for anything: outcomes cannot be recorded either.
        taken = []
        for first, text in ((0, ("x" * 98 + "\r\n") * 1000), (10_000, "kurz")):
            more, refusal = hand_in_until_full(port, text, first)
            taken += more
            assert (refusal.smtp_code, refusal.smtp_error[:5]) == (452, b"4.3.1"), refusal
        assert len(taken) >= 3
        filler.unlink()
        # What could not even be begun waits for the end of its lease.
        assert sorted(mail["Subject"] for mail in host.wait_for(len(taken), seconds=300)) == sorted(taken)
        wait_until(
            lambda: not server.json("outbox", "list", "--state", "queued"),
            lambda: f"the outbox to be empty: {server.json('outbox', 'list', '--state', 'queued')[:3]}", 300)
        assert len(host.mails) == len(taken)
