"""People at work while servers die: they try again as a browser and its user do, and remember what was acknowledged."""

import collections
import http.client
import random
import threading
import time

from harness import pages
from harness.api import APIClient, Refused, Visitor
from harness.tools import wait_until

# What a balancer answers for a node that is gone, and a node that is busy.
PASSING = (502, 503, 504)


class Interrupted(Exception):
    """A request came to nothing; whether it took effect is not known."""


class PatientClient(APIClient):
    """Calls that are tried again, where it does no harm to do it twice."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.failures = collections.Counter()

    def once(self, *arguments, **options):
        """One call; Interrupted where there was no answer of a node."""
        try:
            return self.call(*arguments, **options)
        except (OSError, http.client.HTTPException) as error:
            self.failures[type(error).__name__] += 1
            raise Interrupted from error
        except Refused as error:
            if error.status not in PASSING:
                raise
            self.failures[error.status] += 1
            raise Interrupted from error

    def until_answered(self, *arguments, **options):
        """A call that may be repeated, until it is answered."""
        return again(lambda: self.once(*arguments, **options))

    def put(self, file, index, octets, digest=None):
        """Sends one chunk, until it is acknowledged."""
        return again(lambda: self._put(file, index, octets))

    def _put(self, file, index, octets):
        try:
            return APIClient.put(self, file, index, octets)
        except (OSError, http.client.HTTPException) as error:
            self.failures[type(error).__name__] += 1
            raise Interrupted from error
        except Refused as error:
            if error.status not in PASSING:
                raise
            self.failures[error.status] += 1
            raise Interrupted from error

    def announce_surely(self, delivery, name, size):
        """Announces a file; if no answer comes, the page shows whether it is there."""

        def announced():
            there = self.until_answered("GET", f"/deliveries/{delivery}")["files"]
            found = [file for file in there if file["name"] == name]
            return found[0] if found else self.once(
                "POST", f"/deliveries/{delivery}/files", {"name": name, "size": size})

        return again(announced)

    def send_surely(self, delivery):
        """Sends; if no answer comes, the page shows whether it was sent."""

        def sent():
            if self.until_answered("GET", f"/deliveries/{delivery}")["state"] == "draft":
                self.once("POST", f"/deliveries/{delivery}/send", {})
            return True

        again(sent)


class PatientVisitor(Visitor):
    """A recipient who loads a page again that did not come, and resumes a transfer that broke off."""

    def request(self, method, path, fields=None, headers=None):
        """One request, until a node answers."""

        def answered():
            try:
                answer = super(PatientVisitor, self).request(method, path, fields, headers)
            except (OSError, http.client.HTTPException) as error:
                raise Interrupted from error
            if answer[0] in PASSING:
                raise Interrupted
            return answer

        return again(answered)

    def fetch(self, address, size):
        """All octets of a file, and how often the transfer broke off."""
        content, breaks = bytearray(), 0
        while True:
            connection = self._connect()
            try:
                begun = {"Range": f"bytes={len(content)}-"} if content else {}
                connection.request("GET", address, headers=self.headers() | begun)
                answer = connection.getresponse()
                if answer.status in PASSING:
                    raise ConnectionError
                assert answer.status == (206 if content else 200), answer.status
                while part := answer.read1(65_536):
                    content += part
            except (OSError, http.client.HTTPException):
                pass
            finally:
                connection.close()
            if len(content) >= size:
                return bytes(content), breaks
            breaks += 1


class Sender(threading.Thread):
    """Sends one delivery after the other."""

    def __init__(self, client, number):
        super().__init__(daemon=True)
        self.client = client
        self.number = number
        self.stopping = threading.Event()
        # Delivery → (recipients, file, content).
        self.accepted = {}
        self.failure = None

    def run(self):
        """Until it is asked to stop; what it began it brings to its end."""
        count = 0
        try:
            while not self.stopping.is_set():
                count += 1
                self.deliver(f"{self.number}-{count}")
        except BaseException as error:
            self.failure = error
            raise

    def deliver(self, name):
        """One delivery with a file to three recipients."""
        recipients = [f"r{name}-{index}@kunde.test" for index in range(3)]
        content = random.Random(name).randbytes(400_000)
        # A draft whose answer was lost stays a draft.
        delivery = self.client.until_answered(
            "POST", "/deliveries", {"recipients": recipients, "subject": f"Probe {name}", "level": 1})["id"]
        file = self.client.announce_surely(delivery, f"{name}.bin", len(content))
        self.client.send_chunks(file, content, range(file["chunkCount"]))
        self.client.send_surely(delivery)
        self.accepted[delivery] = (recipients, file, content)


class Reader(threading.Thread):
    """Fetches the files of each mail that arrives, once."""

    def __init__(self, sink, visitor):
        super().__init__(daemon=True)
        self._sink = sink
        self._visitor = visitor
        self.stopping = threading.Event()
        # Recipient → (content, how often the transfer broke off, when it was complete).
        self.fetched = {}
        self.failure = None

    def run(self):
        """Until it is asked to stop."""
        try:
            while not self.stopping.is_set():
                for mail in self._sink.mails:
                    [recipient] = mail.recipients
                    if recipient.endswith("@kunde.test") and recipient not in self.fetched:
                        self.fetch(recipient, pages.link_in(mail))
                self.stopping.wait(0.2)
        except BaseException as error:
            self.failure = error
            raise

    def fetch(self, recipient, link):
        """As people do."""
        visitor = self._visitor()
        content, breaks = visitor.fetch(visitor.download_address(link), 400_000)
        self.fetched[recipient] = (content, breaks, time.monotonic())


def again(attempt, seconds=120):
    """Tries until it is not interrupted; what it gives."""

    def tried():
        try:
            return [attempt()]
        except Interrupted:
            return None

    return wait_until(tried, "an answer", seconds)[0]
