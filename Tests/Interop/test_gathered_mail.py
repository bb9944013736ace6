"""Notifications that are gathered: one mail for each reader, read by a foreign parser, whatever happens in between."""

from harness import pages
from harness.api import APIClient
from harness.mailpage import Page

SENDER, DESK = "bea@kunde.example", "it@kunde.example"
# An account reads its own language, an address without one that of the installation.
READERS = {SENDER: "de", DESK: "en"}
WORDS = {
    "de": {
        "subject": "3 Benachrichtigungen für Sie", "delivery": "Zustellung „Akte {n}“",
        "corrected": "Die Adresse eines Empfängers wurde berichtigt", "intro": "ist Folgendes geschehen",
    },
    "en": {
        "subject": "3 notifications for you", "delivery": "Delivery “Akte {n}”",
        "corrected": "The address of a recipient was corrected", "intro": "This happened since",
    },
}


def _correct(api, delivery, address):
    [first] = [one for one in api.call("GET", f"/deliveries/{delivery}")["recipients"] if one["email"] != address][:1]
    api.call("POST", f"/recipients/{first['id']}/correct", {"email": address})


def _notices(postfix, address):
    return [mail for mail in postfix.mails if mail.recipients == [address]]


def _wait(postfix, count):
    for address in READERS:
        postfix.wait_for(count, 120, matching=lambda mail: mail.recipients == [address])


def test_what_is_gathered_outlives_a_kill_and_is_told_once(make_server, make_postfix):
    postfix = make_postfix()
    server = make_server(movable_clock=True).start()
    server.command("user", "add", SENDER, "--name", "Bea", "--password-stdin", input=pages.PASSWORD + "\n")
    pages.connect(server, postfix.plain_port)
    for key, value in {
        "notify.address-corrected": "true", "notify.address-corrected.addresses": DESK,
        "organisation.language": "en", "notify.address-corrected.when": "gathered", "notify.gather-minutes": "30",
    }.items():
        server.command("setting", "set", key, value)
    api = APIClient(server.port, server.json("token", "create", SENDER, "--scope", "send", "--scope", "read")["token"])
    deliveries = []
    for number in (1, 2):
        delivery = api.draft("carl@elsewhere.test", subject=f"Akte {number}")
        api.upload(delivery, "Bericht.txt", b"Nichts als Worte")
        api.send(delivery)
        deliveries.append(delivery)
    first, second = deliveries
    _correct(api, first, "carla@elsewhere.test")
    _correct(api, second, "claus@elsewhere.test")
    _correct(api, first, "clara@elsewhere.test")

    # All three wait when the server dies.
    server.kill()
    assert not any(_notices(postfix, address) for address in READERS)
    server.start()
    server.clock.forward(minutes=31)
    _wait(postfix, 1)
    for address, language in READERS.items():
        words = WORDS[language]
        [mail] = _notices(postfix, address)
        assert mail["Subject"] == words["subject"]
        assert mail["Auto-Submitted"] == "auto-generated" and mail["Content-Language"] == language
        page = Page(mail.html)
        assert page.unclosed == [] and page.loads == [] and page.language == language
        assert words["intro"] in mail.text
        assert mail.text.count(words["corrected"]) == mail.html.count(words["corrected"]) == 3
        for number, delivery in enumerate(deliveries, 1):
            # Once each, whatever happened to it.
            link = f"{server.url}/deliveries/{delivery}"
            assert mail.text.count(words["delivery"].format(n=number)) == 1
            assert mail.text.count(link) == 1 and link in page.links
        # Those about one delivery stand together, in the order of time.
        places = [mail.text.index(one) for one in ("carla@", "clara@", "claus@")]
        assert places == sorted(places)
        assert [link for link in page.links if link not in mail.text] == []

    # It goes once, also when the next turns come.
    server.clock.forward(minutes=40)
    _correct(api, second, "cleo@elsewhere.test")
    server.clock.forward(minutes=40)
    _wait(postfix, 2)
    for address in READERS:
        assert len(_notices(postfix, address)) == 2
        assert "cleo@elsewhere.test" in _notices(postfix, address)[1].text
        assert {row["kind"] for row in server.json("outbox", "list", "--search", address)} == {"gathered"}
