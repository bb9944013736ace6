"""Administration pages as a browser without scripts uses them."""

import base64
import html
import re

import pytest
import urllib3

from harness import pages
from harness.api import Visitor


class Administrator(Visitor):
    """A browser without scripts, signed in."""

    def __init__(self, server):
        super().__init__(server.port)
        server.command(
            "user", "add", pages.ADMINISTRATOR, "--name", "Anna", "--admin", "--password-stdin",
            input=pages.PASSWORD + "\n")
        self.sign_in(pages.ADMINISTRATOR, pages.PASSWORD)

    def page(self, path):
        """The HTML of a page."""
        status, _, body = self.request("GET", path)
        assert status == 200, f"{path}: {status}"
        return body.decode()

    def save(self, path, changes, file):
        """(status, HTML) after the form was sent as it stands on the page, with changes and a file."""
        page = re.search(r'<form method="post" action="/admin/smtp" .*?</form>', self.page(path), re.DOTALL).group(0)
        fields = dict(re.findall(r'<input type="(?:hidden|text)"[^>]* name="([^"]+)" value="([^"]*)"', page))
        fields |= dict(re.findall(r'<input type="(?:hidden)" name="([^"]+)" value="([^"]*)"', page))
        for name, options in re.findall(r'<select id="[^"]+" name="([^"]+)".*?>(.*?)</select>', page, re.DOTALL):
            fields[name] = re.search(r'value="([^"]+)" selected', options).group(1)
        fields |= {"smtp.verify-certificate": "true"} | changes
        parts = [(name, html.unescape(value)) for name, value in fields.items()]
        parts.append(("file.smtp.ca-certificates", ("ca.cer", file, "application/x-x509-ca-cert")))
        body, kind = urllib3.filepost.encode_multipart_formdata(parts)
        answer = urllib3.request(
            "POST", f"http://127.0.0.1:{self.port}{path}", body=body, redirect=False,
            headers={"Content-Type": kind, "Cookie": self.headers()["Cookie"], "Accept-Language": "de"})
        return answer.status, answer.data.decode()


@pytest.fixture
def administrator(server):
    return Administrator(server)


def test_a_fresh_page_says_what_is_in_force(server, administrator):
    page = administrator.page("/admin/smtp")
    assert "In Kraft: Mails bleiben im lokalen Postfach" in page
    # The route, the home domains and the system sender.
    assert page.count('class="label-note label-proposed"') == 3
    assert server.command("setting", "get", "mail.route").stdout.strip() == "local"
    server.settings(mail_system__sender=pages.SYSTEM_SENDER, smtp_host="localhost")
    page = administrator.page("/admin/smtp")
    assert "In Kraft: Mails bleiben im lokalen Postfach" in page and "label-proposed" not in page
    server.command("setting", "set", "mail.route", "smtp")
    assert "In Kraft" not in administrator.page("/admin/smtp")


@pytest.mark.parametrize("form", ["pem", "der"])
def test_an_own_authority_comes_as_a_file(server, administrator, authority, form):
    pem = authority.certificate.read_text()
    body = re.search(r"-----BEGIN CERTIFICATE-----(.*?)-----END", pem, re.DOTALL).group(1)
    file = pem.encode() if form == "pem" else base64.b64decode(body)
    connection = {"smtp.host": "localhost", "mail.route": "smtp"}
    status, page = administrator.save("/admin/smtp", connection, b"no certificate")
    assert status == 422 and 'id="smtp.ca-certificates-error"' in page and "no certificate</textarea>" in page
    status, page = administrator.save("/admin/smtp", connection | {"smtp.ca-certificates": "pasted"}, file)
    assert status == 303, page
    stored = server.command("setting", "get", "smtp.ca-certificates").stdout
    assert "".join(body.split()) in "".join(stored.split())
    # Without a file, what is there stays.
    status, page = administrator.save("/admin/smtp", {"smtp.ca-certificates": stored}, b"")
    assert status == 303, page
    assert server.command("setting", "get", "smtp.ca-certificates").stdout == stored
