"""Mail as an independent parser reads it."""

import dataclasses
import email
import email.message
import email.policy
import re

from harness.tools import wait_until

# Defects raise instead of being collected.
STRICT = email.policy.SMTP.clone(raise_on_defect=True)


@dataclasses.dataclass
class ReceivedMail:
    """A mail as a mail server got it."""

    sender: str
    recipients: list
    raw: bytes
    helo: str = ""

    @property
    def message(self):
        """The mail, parsed; a defect is an error."""
        return email.message_from_bytes(self.raw, policy=STRICT)

    @property
    def text(self):
        """The text/plain part, decoded."""
        return self.message.get_body(("plain",)).get_content()

    @property
    def html(self):
        """The text/html part, decoded."""
        return self.message.get_body(("html",)).get_content()

    def __getitem__(self, header):
        return self.message[header]


def read_maildir(folder):
    """What lies in the folder `new` of a maildir, in the order of delivery: a copy for each recipient."""
    found = folder / "new"
    if not found.exists():
        return []
    return [_delivered(path) for path in sorted(found.iterdir(), key=lambda path: path.stat().st_mtime_ns)]


def _delivered(path):
    raw = path.read_bytes().replace(b"\n", b"\r\n")
    sender = re.search(rb"^Return-[Pp]ath: <([^>]*)>", raw, re.MULTILINE)
    # Each mail server has a field of its own for it.
    recipients = re.findall(rb"^(?:X-Original-To|Envelope-to|Delivered-To): ([^\r]*)\r$", raw, re.MULTILINE)
    return ReceivedMail(
        sender.group(1).decode() if sender else "",
        list(dict.fromkeys(recipient.decode() for recipient in recipients)), raw)


def awaited(mails, count, seconds, matching, log):
    """Waits for at least `count` mails of `mails()` that match, and returns them."""

    def enough():
        found = [mail for mail in mails() if matching(mail)]
        return found if len(found) >= count else None

    return wait_until(
        enough, lambda: f"{count} mails; there: {[(m['Subject'], m.recipients) for m in mails()]}\n{log()[-3000:]}",
        seconds)
