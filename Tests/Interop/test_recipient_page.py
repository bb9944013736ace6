"""The recipient's page without a browser: what a look changes (nothing), what a click does, what dead links say."""

import re
import urllib.parse

import pytest

from harness import pages
from harness.api import APIClient, Refused, Visitor
from harness.tools import wait_until


@pytest.fixture
def api(server, sink):
    """A sender whose mail goes to the sink."""
    server.command("user", "add", pages.ADMINISTRATOR, "--name", "Anna", "--password-stdin", input=pages.PASSWORD + "\n")
    pages.connect(server, sink.port, host="127.0.0.1")
    return APIClient(server.port, server.json("token", "create", pages.ADMINISTRATOR)["token"])


@pytest.fixture
def deliver(api, sink):
    """Sends a delivery with one file to one recipient; (delivery id, path of the link)."""

    def send(level=1, **fields):
        delivery = api.draft("bea@elsewhere.test", level=level, **fields)
        api.upload(delivery, "Bericht.txt", b"Inhalt des Berichts")
        before = len(sink.mails)
        api.send(delivery)
        mail = sink.wait_for(before + 1)[-1]
        return delivery, urllib.parse.urlsplit(pages.link_in(mail)).path

    return send


def recipient(api, delivery):
    """The recipient's status."""
    # What is not there is left out.
    return {"openedAt": None} | api.call("GET", f"/deliveries/{delivery}")["recipients"][0]


def test_the_time_zone_holds_on_pages_and_in_mails(server, api, deliver, sink):
    zone = "organisation.time-zone"
    assert server.command("setting", "get", zone).stdout.strip() == "Europe/Berlin"
    server.command("setting", "set", zone, "asia/kolkata")
    assert server.command("setting", "get", zone).stdout.strip() == "Asia/Kolkata"
    _, path = deliver()
    assert "(UTC+5:30)" in sink.mails[-1].text
    visitor = Visitor(server.port)
    visitor.download_address(path)
    assert "(UTC+5:30)" in visitor.request("GET", path)[2].decode()
    server.command("setting", "set", zone, "Europe/Atlantis", expect=1)


def test_looking_changes_nothing(server, api, deliver):
    delivery, path = deliver()
    for method in ("GET", "HEAD", "GET"):
        for client in (Visitor(server.port), Scanner(server.port)):
            status, headers, _ = client.request(method, path)
            assert status == 200
            assert headers["Referrer-Policy"] == "no-referrer" and "default-src" in headers["Content-Security-Policy"]
    status = recipient(api, delivery)
    assert status["openedAt"] is None and status["fetched"] == []
    # Visits of programs are shown apart.
    wait_until(lambda: recipient(api, delivery)["scannerVisits"] >= 1, "the scanner's visit")
    # One click opens; only a complete transfer counts.
    visitor = Visitor(server.port)
    address = visitor.download_address(path)
    assert visitor.request("HEAD", address)[0] == 200
    status = recipient(api, delivery)
    assert status["openedAt"] is not None and status["fetched"] == []
    assert visitor.request("GET", address, headers={"Range": "bytes=0-3"})[2] == b"Inha"
    assert recipient(api, delivery)["fetched"] == []
    assert visitor.request("GET", address)[2] == b"Inhalt des Berichts"
    wait_until(lambda: recipient(api, delivery)["fetched"], "the transfer to count")


class Scanner(Visitor):
    """A mail gateway that follows links."""

    def headers(self):
        """It calls itself by its name, and keeps no cookies."""
        return {"User-Agent": "Barracuda Sentinel (EE)"}


def test_a_form_from_elsewhere_does_nothing(server, api, deliver):
    delivery, path = deliver()
    action = Visitor(server.port).steps(path)[0][0]
    status, _, _ = Visitor(server.port).request("POST", action, {})
    assert status in (400, 403)
    assert recipient(api, delivery)["openedAt"] is None


def test_a_password_keeps_strangers_out(server, api, deliver):
    delivery, path = deliver(password="Sommer-Garten-9")
    visitor = Visitor(server.port)
    [form] = visitor.steps(path)
    assert visitor.request("GET", path)[2].count(b'name="password"') == 1
    status, _, body = visitor.request("POST", form[0], form[1] | {"password": "falsch"})
    assert status in (200, 403, 422) and b"field-error" in body
    status, headers, _ = visitor.request("POST", form[0], form[1] | {"password": "Sommer-Garten-9"})
    assert status == 303
    assert visitor.request("GET", visitor.download_address(path))[2] == b"Inhalt des Berichts"


def test_codes_work_once_in_the_browser_that_asked(server, api, deliver, sink):
    delivery, path = deliver(level=2)
    visitor, other = Visitor(server.port), Visitor(server.port)

    def ask(who):
        action, fields = who.steps(path)[-1]
        before = len(sink.mails)
        assert who.request("POST", action, fields)[0] == 303
        return pages.code_in(sink.wait_for(before + 1)[-1])

    def give(who, code):
        action, fields = who.steps(path)[0]
        return who.request("POST", action, fields | {"code": code})[0]

    code = ask(visitor)
    ask(other)
    assert give(other, code) != 303, "a code of another browser"
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    assert give(visitor, wrong) != 303
    assert give(visitor, code) == 303
    assert visitor.request("GET", visitor.download_address(path))[2] == b"Inhalt des Berichts"
    # Remembered on this device; elsewhere a code is asked for.
    assert b"Bericht.txt" in visitor.request("GET", path)[2]
    assert b"Bericht.txt" not in other.request("GET", path)[2]


def test_five_wrong_codes_spend_one(server, api, deliver, sink):
    delivery, path = deliver(level=2)
    visitor = Visitor(server.port)
    action, fields = visitor.steps(path)[-1]
    before = len(sink.mails)
    visitor.request("POST", action, fields)
    code = pages.code_in(sink.wait_for(before + 1)[-1])
    action, fields = visitor.steps(path)[0]
    for number in range(5):
        assert visitor.request("POST", action, fields | {"code": f"{(int(code) + 1 + number) % 1_000_000:06}"})[0] != 303
    assert visitor.request("POST", action, fields | {"code": code})[0] != 303


def test_dead_links_say_what_is_the_case(server, api, deliver, sink):
    delivery, path = deliver()
    visitor = Visitor(server.port)
    # Cut by a mail program, and one that never was.
    damaged, unknown = path[:-3], path[:-4] + ("AAAA" if not path.endswith("AAAA") else "BBBB")
    shown = {name: visitor.request("GET", address) for name, address in (("damaged", damaged), ("unknown", unknown))}
    assert shown["damaged"][0] in (400, 404) and shown["unknown"][0] in (400, 404)
    title = {name: re.search(rb"<h1>([^<]+)</h1>", body).group(1) for name, (_, _, body) in shown.items()}
    assert title["damaged"]
    address = visitor.download_address(path)
    api.call("POST", f"/deliveries/{delivery}/withdraw")
    status, _, body = visitor.request("GET", path)
    assert status == 410 and b"<h1>" in body
    assert visitor.request("GET", address)[0] in (404, 410), "a withdrawn delivery's download"
    with pytest.raises(Refused):
        api.call("POST", f"/deliveries/{delivery}/extend", {"days": 3})


def test_a_corrected_address_gets_a_new_link_and_the_old_one_dies(server, api, deliver, sink):
    delivery, path = deliver()
    before = len(sink.mails)
    api.call("POST", f"/recipients/{recipient(api, delivery)['id']}/correct", {"email": "beate@elsewhere.test"})
    mail = sink.wait_for(before + 1)[-1]
    assert mail.recipients == ["beate@elsewhere.test"]
    visitor = Visitor(server.port)
    assert visitor.request("GET", path)[0] == 410
    assert visitor.request("GET", visitor.download_address(pages.link_in(mail)))[2] == b"Inhalt des Berichts"
