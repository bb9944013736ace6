"""kill -9 at any moment: no acknowledged chunk, delivery or mail is missing, and hardly a mail comes twice."""

import collections
import hashlib
import http.client
import os
import random
import re
import threading
import time
import urllib.parse

import pytest

from harness.api import APIClient, Visitor
from harness.mailnet import SENDER
from harness.tools import wait_until

# For both routes together; `make soak` does more.
ALL_KILLS = int(os.environ.get("DEPESCHE_KILLS", 20))
KILLS = {"smtp": ALL_KILLS * 2 // 5, "direct": ALL_KILLS * 3 // 5}
# A dead process's leases end after a minute, the pause after its attempts somewhat later.
LONGEST_RECOVERY = 110


class Load(threading.Thread):
    """Sends deliveries as long as it may; remembers what the server acknowledged."""

    def __init__(self, port, token, number):
        super().__init__(daemon=True)
        self.client = APIClient(port, token)
        self.number = number
        self.stopping = threading.Event()
        self.chunks = []
        self.accepted = {}
        self.errors = collections.Counter()

    def run(self):
        count = 0
        while not self.stopping.is_set():
            count += 1
            try:
                self.deliver(f"{self.number}-{count}")
            except (OSError, http.client.HTTPException) as error:
                # The server is gone at this moment; what it did not acknowledge may be there or not.
                self.errors[type(error).__name__] += 1
                self.stopping.wait(0.05)

    def deliver(self, name):
        recipients = [f"r{name}-{index}@kunde.test" for index in range(3)]
        content = random.Random(name).randbytes(3000)
        delivery = self.client.draft(*recipients, subject=f"Probe {name}", message="Guten Tag")
        file = self.client.announce(delivery, f"{name}.bin", len(content))
        self.client.put(file, 0, content)
        self.chunks.append((file, hashlib.sha256(content).hexdigest()))
        self.client.send(delivery)
        self.accepted[delivery] = (recipients, file, content)


def outbox(server, *states):
    options = [item for state in states for item in ("--state", state)]
    return server.json("outbox", "list", "--limit", "10000", *options)


def fetched(port, link):
    """The one file behind a link, as a recipient's browser gets it."""
    visitor = Visitor(port)
    path = urllib.parse.urlsplit(link).path
    for _ in range(4):
        steps = [form for form in visitor.forms(path) if form[0].startswith("/l/") and "/language" not in form[0]]
        status, headers, _ = visitor.request("POST", *steps[0])
        assert status in (302, 303), f"{steps[0]}: {status}"
        path = urllib.parse.urlsplit(headers["Location"]).path
        if path.startswith("/d/"):
            status, _, body = visitor.request("GET", path)
            assert status == 200
            return body
    raise AssertionError(f"no form of {link} leads to a download")


@pytest.mark.parametrize("route", ["smtp", "direct"])
def test_a_killed_server_loses_nothing(mail_net, route):
    kills = KILLS[route]
    sink = mail_net.sink()
    mail_net.zone("kunde.test", sink.host)
    server = mail_net.server()
    if route == "smtp":
        for key, value in {
                "smtp.host": sink.host, "smtp.port": sink.port, "smtp.security": "none", "mail.route": "smtp"}.items():
            server.command("setting", "set", key, value)
    token = server.json("token", "create", SENDER)["token"]
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)

    loads = [Load(server.port, token, number) for number in range(3)]
    for load in loads:
        load.start()
    for _ in range(kills):
        time.sleep(chance.uniform(0.5, 3))
        server.kill()
        server.start()
    time.sleep(1)
    for load in loads:
        load.stopping.set()
    for load in loads:
        load.join(60)
        assert not load.is_alive()
    accepted = {id: one for load in loads for id, one in load.accepted.items()}
    chunks = [chunk for load in loads for chunk in load.chunks]
    print(f"{len(accepted)} deliveries, {len(chunks)} chunks acknowledged in {kills + 1} lives; "
          f"errors: {sum((load.errors for load in loads), collections.Counter())}")
    assert len(accepted) > kills

    # Every chunk that was acknowledged is there.
    client = loads[0].client
    assert [file["id"] for file, _ in chunks if client.received(file) != {0}] == []

    # Every mail leaves.
    wait_until(
        lambda: not outbox(server, "queued"),
        lambda: f"the outbox to be empty: {outbox(server, 'queued')[:3]}", LONGEST_RECOVERY)
    rows = {row["to"]: row for row in outbox(server)}
    assert {row["state"] for row in rows.values()} == {"handed-over"}
    mails = collections.defaultdict(list)
    for mail in sink.mails:
        mails[mail.recipients[0]].append(mail)
    wanted = {recipient for recipients, _, _ in accepted.values() for recipient in recipients}
    assert wanted - set(mails) == set()
    # Nobody got mail about a delivery that is not in the outbox.
    assert set(mails) - set(rows) == set()

    # Twice only where SMTP leaves no other way: the dot was sent, and the answer not recorded.
    twice = {recipient: found for recipient, found in mails.items() if len(found) > 1}
    for recipient, found in twice.items():
        assert len({mail["Message-ID"] for mail in found}) == 1
        history = server.json("outbox", "show", rows[recipient]["id"])["history"]
        unknown = [attempt for attempt in history if attempt["outcome"] == "unknown"]
        assert len(found) - 1 <= len(unknown), (recipient, history)
    print(f"{sum(map(len, mails.values()))} mails to {len(mails)} recipients, {len(twice)} of them twice")
    # No more than what can be under way at a moment.
    assert len(twice) <= kills * 20

    # And what the links lead to is what was sent.
    for delivery in chance.sample(sorted(accepted), 5):
        recipients, _, content = accepted[delivery]
        link = re.search(r"http://\S+/l/[\w-]+", mails[recipients[0]][0].text).group(0)
        assert content in fetched(server.port, link)
