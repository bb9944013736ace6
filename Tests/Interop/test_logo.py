"""The organisation's logo by command and API, kept over a restart, and the mails of programs that carry it."""

import hashlib
import urllib.error
import urllib.request

import pytest

from harness import pages, pictures
from harness.api import APIClient


def make_logo_server(make_server):
    """A server with an administrator, and a client of the API."""
    server = make_server().start()
    server.command(
        "user", "add", pages.ADMINISTRATOR, "--name", "Anna", "--admin", "--password-stdin", input=pages.PASSWORD + "\n")
    token = server.json("token", "create", pages.ADMINISTRATOR, "--scope", "administer", "--scope", "send")["token"]
    return server, APIClient(server.port, token)


def test_the_command_sets_shows_and_removes_it(make_server, tmp_path):
    server, _ = make_logo_server(make_server)
    file = tmp_path / "Zeichen ohne Endung"
    file.write_bytes(pictures.logo())
    digest = hashlib.sha256(pictures.logo()).hexdigest()
    assert "There is no logo" in server.command("logo", "show", expect=1).stderr
    assert server.json("logo", "set", file) == {
        "digest": digest, "mediaType": "image/png", "width": 240, "height": 60, "size": len(pictures.logo()),
        "isInMails": True}
    assert server.json("setting", "get", "organisation.logo")["value"].startswith(digest)
    server.restart()
    assert server.json("logo", "show")["digest"] == digest
    with urllib.request.urlopen(f"{server.url}/brand/logo/{digest}", timeout=30) as answer:
        assert answer.read() == pictures.logo()

    # What is none leaves it as it is.
    for name, content, words in [
        ("script.svg", b"<svg onload='alert(1)'/>", "SVG"), ("bomb.png", pictures.bomb(), "at most 2000 pixels"),
        ("cut.png", pictures.logo()[:-20], "damaged"), ("empty.png", b"", "Choose a file"),
        ("large.png", b"\x89PNG" + b"\0" * (700 << 10), "at most 512 KiB"),
    ]:
        (tmp_path / name).write_bytes(content)
        assert words in server.command("logo", "set", tmp_path / name, expect=1).stderr, name
    server.command("logo", "set", tmp_path / "missing.png", expect=3)
    assert "as a file" in server.command("setting", "set", "organisation.logo", str(file), expect=1).stderr
    assert server.json("logo", "show")["digest"] == digest
    server.command("logo", "remove")
    server.command("logo", "show", expect=1)
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(f"{server.url}/brand/logo/{digest}", timeout=30)
    # Without a server, too.
    server.stop()
    assert server.json("logo", "set", file)["digest"] == digest


def test_waiting_mail_leaves_with_the_logo_of_that_moment(make_server, sink, tmp_path):
    server, api = make_logo_server(make_server)
    server.command("setting", "set", "organisation.name", "Muster & Söhne")
    pages.connect(server, sink.port, host="127.0.0.1")
    file = tmp_path / "logo.png"

    def send(subject):
        delivery = api.draft("bea@elsewhere.test", subject=subject)
        api.upload(delivery, "a.bin", b"x" * 3000)
        api.send(delivery)
        [mail] = sink.wait_for(1, matching=lambda mail: mail["Subject"] == subject)
        return mail

    def types(mail):
        return [part.get_content_type() for part in mail.message.walk()]

    plain = ["multipart/alternative", "text/plain", "text/html"]
    assert types(send("Ohne")) == plain
    file.write_bytes(pictures.logo())
    server.command("logo", "set", file)
    mail = send("Mit")
    assert types(mail) == [
        "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"]
    assert max(len(line) for line in mail.raw.split(b"\r\n")) <= 998
    names = {part["Content-ID"] for part in mail.message.walk() if part["Content-ID"]}
    assert len(names) == 1 and f"cid:{names.pop().strip('<>')}" in mail.html

    # Too large for each mail: pages have it, mails have the name.
    noise = hashlib.shake_256(b"logo").digest(300 * 300 * 4)
    file.write_bytes(pictures.png(300, 300, lambda x, y: noise[(y * 300 + x) * 4:][:4]))
    assert server.json("logo", "set", file)["isInMails"] is False
    mail = send("Groß")
    assert types(mail) == plain and "Muster &amp; Söhne" in mail.html and "<img" not in mail.html
