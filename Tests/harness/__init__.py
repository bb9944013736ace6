"""The test ground: the real programs that Depesche is tested with, each of the test's own, on loopback."""

from harness.authority import Authority
from harness.browser import Browser
from harness.postfix import Postfix
from harness.postgresql import PostgreSQL
from harness.server import DepescheServer
from harness.sink import SMTPSink
from harness.tools import cannot_run, free_port, wait_until

__all__ = [
    "Authority", "Browser", "DepescheServer", "Postfix", "PostgreSQL", "SMTPSink", "cannot_run", "free_port",
    "wait_until",
]
