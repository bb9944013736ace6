"""What owners of accounts are told by mail: a sign-in with a new browser, through real cookies and a real Postfix."""

import pytest

from harness import pages
from harness.api import Visitor

PASSWORD = "correct horse battery staple 42"
OWNER = "carl@kunde.example"


@pytest.fixture
def server(make_server, make_postfix):
    postfix = make_postfix()
    server = make_server().start()
    server.command("user", "add", OWNER, "--name", "Carl", "--password-stdin", input=PASSWORD + "\n")
    pages.connect(server, postfix.plain_port)
    server.postfix = postfix
    return server


def sign_in(visitor):
    """Signs in, as when the session has ended."""
    visitor.cookies.pop("depesche_session", None)
    visitor.sign_in(OWNER, PASSWORD)


def test_a_new_browser_is_told_once_and_a_known_one_never(server):
    known, stranger = Visitor(server.port), Visitor(server.port)
    sign_in(known)
    sign_in(known)
    sign_in(stranger)
    [mail] = server.postfix.wait_for(1, 60)
    assert mail.recipients == [OWNER] and mail["Auto-Submitted"] == "auto-generated"
    assert "/account" in mail.text and "127.0.0.1:" in mail.text
    sign_in(stranger)
    sign_in(known)
    assert len(server.postfix.mails) == 1
    rows = server.json("outbox", "list", "--search", OWNER)
    assert [row["kind"] for row in rows] == ["new-sign-in"]
