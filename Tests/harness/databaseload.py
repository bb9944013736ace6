"""Deliveries that are sent all the time while a database is in trouble, and what must be true of them afterwards."""

import collections
import http.client
import random
import threading

from harness.api import APIClient, Refused
from harness.tools import wait_until

SENDER = "anna@kunde.example"
# A lease that was not let go ends after a minute.
LONGEST_RECOVERY = 120


def ready(server, sink):
    """Lets a server send by way of the sink; a token of its one account."""
    server.settings(
        mail_system__sender="zustellung@kunde.example", smtp_home__domains="kunde.example",
        smtp_host="127.0.0.1", smtp_port=sink.port, smtp_security="none", mail_route="smtp")
    server.command(
        "user", "add", SENDER, "--name", "Anna", "--password-stdin", input="correct horse battery staple 42\n")
    return server.json("token", "create", SENDER)["token"]


class DatabaseLoad:
    """Several senders; `accepted` has what was acknowledged, `refusals` counts what was not."""

    def __init__(self, server, token, senders=3):
        self.server, self.token = server, token
        self.accepted = {}
        self.refusals = collections.Counter()
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._send, args=(number,), daemon=True) for number in range(senders)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stopping.set()
        for thread in self._threads:
            thread.join(120)
            assert not thread.is_alive(), "a request never ended"

    def goes_on(self, seconds=60):
        """Waits until more is acknowledged than before."""
        count = len(self.accepted)
        wait_until(
            lambda: len(self.accepted) >= count + 3,
            lambda: f"deliveries to be taken again; {self.refusals}\n{self.server.log[-3000:]}", seconds)

    def _send(self, number):
        client, count = APIClient(self.server.port, self.token), 0
        while not self._stopping.is_set():
            count += 1
            recipient = f"r{number}-{count}@elsewhere.test"
            content = random.Random(recipient).randbytes(3000)
            try:
                delivery = client.draft(recipient, subject=f"Probe {recipient}", message="Guten Tag")
                file = client.upload(delivery, "probe.bin", content)
                client.send(delivery)
                self.accepted[delivery] = (recipient, file)
            except Refused as refused:
                self.refusals[refused.status, refused.code] += 1
                self._stopping.wait(0.1)
            except (OSError, http.client.HTTPException) as error:
                self.refusals[type(error).__name__] += 1
                self._stopping.wait(0.1)

    def check(self, sink, under_way=0):
        """What was acknowledged is there, and each mail about it left once; those whose last dot was answered while the
        database could not be told, so many at the most, perhaps twice."""
        client = APIClient(self.server.port, self.token)
        for delivery, (_, file) in self.accepted.items():
            assert client.call("GET", f"/deliveries/{delivery}")["state"] == "sent"
            assert client.received(file) == {0}
        wait_until(
            lambda: not self.server.json("outbox", "list", "--limit", "10000", "--state", "queued"),
            lambda: f"the outbox to be empty\n{self.server.log[-3000:]}", LONGEST_RECOVERY)
        mails = collections.Counter(recipient for mail in sink.mails for recipient in mail.recipients)
        assert {recipient for recipient, _ in self.accepted.values()} - set(mails) == set()
        repeated = {recipient: count for recipient, count in mails.items() if count > 1}
        assert set(repeated.values()) <= {2} and len(repeated) <= under_way, repeated
        known = {row["to"] for row in self.server.json("outbox", "list", "--limit", "10000")}
        assert set(mails) - known == set()
