"""Mail as an independent parser reads it."""

import dataclasses
import email
import email.message
import email.policy

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
