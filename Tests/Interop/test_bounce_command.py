"""`depesche bounce parse`: what a mail that came back says, as JSON."""

import json
import subprocess

from harness.server import BINARY
from harness.tools import own_environment


def parse(mail):
    result = subprocess.run(
        [str(BINARY), "bounce", "parse"], input=mail, env=own_environment(), capture_output=True, timeout=60)
    assert result.returncode == 0, result.stderr.decode()
    return json.loads(result.stdout)


REPORT = b"""\
From: MAILER-DAEMON@mx.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: base64

TGVpZGVyIG5pY2h0IHp1Z2VzdGVsbHQuCg==
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; bea@praxis.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user
--b--
"""


def test_a_report_is_printed_as_json():
    answer = parse(REPORT)
    assert answer["bounce"] is True
    assert answer["recipients"] == [{
        "address": "bea@praxis.example", "action": "failed", "status": "5.1.1", "class": "no-such-user",
        "permanent": True, "diagnostic": "550 5.1.1 no such user"}]


def test_what_is_no_bounce_is_said_to_be_none():
    assert parse(b"From: otto@firma.example\r\nSubject: Danke\r\n\r\nIst da.\r\n")["bounce"] is False
    assert parse(b"") == {"bounce": False, "kind": "message", "recipients": []}
    assert parse(bytes(range(256)) * 1000)["bounce"] is False


def test_a_status_that_nobody_gave_is_null():
    answer = parse(
        b"From: MAILER-DAEMON@mx.example\nSubject: failure notice\n\n"
        b"Hi. This is the qmail-send program at mx.example.\n\n<dora@kanzlei.example>:\nno such user\n")
    assert answer["recipients"][0]["status"] is None
