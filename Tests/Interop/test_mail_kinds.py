"""Every kind of mail in each language, as Python's own parser reads it: strict, a defect is an error."""

import email
import json
import re
import subprocess

import pytest

from harness.mail import STRICT
from harness.mailpage import Page
from harness.server import BINARY
from harness.tools import own_environment

LANGUAGES = ("de", "en")


def preview(*arguments):
    """Standard output of `depesche mail preview`, as bytes."""
    assert BINARY.exists(), f"{BINARY} does not exist; run `swift build` first"
    result = subprocess.run(
        [str(BINARY), "mail", "preview", *arguments], env=own_environment(), capture_output=True)
    assert result.returncode == 0, result.stderr.decode()
    return result.stdout


def mails():
    """One parameter for each kind and language, and what was wrong with the list."""
    try:
        kinds = json.loads(preview("--list", "--json"))
    except (AssertionError, ValueError) as error:
        return [], f"depesche mail preview --list --json: {error!r}"
    return [pytest.param((kind, language), id=f"{kind}-{language}") for kind in kinds for language in LANGUAGES], ""


MAILS, TROUBLE = mails()


def test_there_are_kinds_of_mail():
    assert TROUBLE == ""
    # Delivery, downloaded, password forgotten, invitation, code, reminder, renewal asked, could not be delivered.
    assert len(MAILS) >= 8 * len(LANGUAGES)


@pytest.fixture(params=MAILS)
def mail(request):
    """(raw bytes, parsed message, language)"""
    kind, language = request.param
    raw = preview(kind, "--language", language)
    return raw, email.message_from_bytes(raw, policy=STRICT), language


def test_lines_are_short_and_end_in_crlf(mail):
    raw, _, _ = mail
    assert raw.endswith(b"\r\n")
    lines = raw.split(b"\r\n")
    assert not [line for line in lines if b"\r" in line or b"\n" in line or b"\0" in line]
    # RFC 5322, 2.1.1
    assert max(len(line) for line in lines) <= 998
    # RFC 5321, 2.3.1: without 8BITMIME a mail is ASCII.
    assert raw.isascii()


def test_the_parser_finds_no_defect(mail):
    _, message, _ = mail
    for part in message.walk():
        assert part.defects == []
        for name, value in part.items():
            assert value.defects == (), f"{name}: {value}"
        if not part.is_multipart():
            part.get_content()
            assert part.defects == []


def test_the_headers_that_every_mail_needs_are_there_once(mail):
    _, message, _ = mail
    for name in ("From", "To", "Date", "Message-ID", "Subject", "MIME-Version"):
        assert len(message.get_all(name, [])) == 1, name
    assert message["Date"].datetime.tzinfo is not None
    assert re.fullmatch(r"<[^<>@\s]+@[^<>@\s]+>", message["Message-ID"])
    assert message["Subject"].strip()
    [sender] = message["From"].addresses
    assert sender.domain and len(message["To"].addresses) == 1
    assert "\N{REPLACEMENT CHARACTER}" not in str(message["Subject"]) + str(message["From"])


def test_encoded_words_are_whole_and_short(mail):
    raw, _, _ = mail
    header = raw.split(b"\r\n\r\n", 1)[0]
    for line in header.split(b"\r\n"):
        if b"=?" in line:
            # RFC 2047, 2
            assert len(line) <= 76, line
    for word in re.findall(rb"=\?[^?]*\?[^?]*\?[^?]*\?=", header):
        charset, encoding, _ = re.fullmatch(rb"=\?([^?]*)\?([^?]*)\?([^?]*)\?=", word).groups()
        assert charset.lower() == b"utf-8" and encoding.lower() in (b"q", b"b") and len(word) <= 75, word


def test_plain_text_comes_first_and_says_all(mail):
    _, message, _ = mail
    assert message.get_content_type() == "multipart/alternative"
    plain, html = message.iter_parts()
    assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert plain.get_content_charset() == html.get_content_charset() == "utf-8"
    page = Page(html.get_content())
    text = plain.get_content()
    # A recipient without HTML can do everything: each link of the page is in the text.
    assert [link for link in page.links if link not in text] == []
    assert len(text.strip()) > 80


def test_the_page_is_well_formed_and_loads_nothing(mail):
    _, message, language = mail
    page = Page(message.get_body(("html",)).get_content())
    assert page.unclosed == []
    assert page.language == language
    assert page.loads == [], "no remote images, no tracking"
    assert page.title


def test_the_template_left_no_tag_behind(mail):
    _, message, _ = mail
    for part in message.iter_parts():
        assert not re.search(r"\{\{|\}\}|%@|%\d\$|Optional\(", part.get_content())


def test_automatic_mail_says_so(mail):
    _, message, _ = mail
    assert message["Precedence"] is None
    # RFC 3834, 5: a delivery is a person's own mail; all others are made by the system.
    if message["Auto-Submitted"] is not None:
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["X-Auto-Response-Suppress"] == "All"


def test_one_click_unsubscription_is_complete(mail):
    _, message, _ = mail
    # RFC 8058, 2: either both headers or none.
    assert (message["List-Unsubscribe"] is None) == (message["List-Unsubscribe-Post"] is None)
    if message["List-Unsubscribe"] is not None:
        assert re.search(r"<https?://[^>]+>", message["List-Unsubscribe"])
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
