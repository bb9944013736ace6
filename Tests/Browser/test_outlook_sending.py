"""What happens when a mail is sent in Outlook: the script of the installation, in a worker without a page as classic
Outlook runs it, and in a page as the others do."""

import contextlib
import re
import urllib.request

import pytest

from harness.addins import AddInInstallation
from harness.outlook import attachment, person

BEA = person("bea@elsewhere.test", "Bea Berg")
TEXTS = "<html><body><p>Guten Tag,</p>{}</body></html>"


@pytest.fixture
def installation(server):
    return AddInInstallation(server)


@pytest.fixture
def outlook(installation, make_outlook):
    """A mail of somebody who is signed in."""

    def make(roaming=None, **options):
        mail = {"subject": "Unterlagen", "to": [BEA], "body": TEXTS.format("")} | options.pop("mail", {})
        return make_outlook(
            installation.url, mail=mail, roaming={"depesche-token": installation.token} if roaming is None else roaming, **options)

    return make


def prepared(installation, level=1, complete=True, content=b"Inhalt", reports=True):
    """A delivery as the pane makes it: (id, link, block in HTML, block as text)."""
    api = installation.api
    delivery = api.call("POST", "/deliveries", {"path": "addIn", "level": level, "subject": "Unterlagen"})["id"]
    if complete:
        api.upload(delivery, "Plan.pdf", content)
    else:
        api.announce(delivery, "Plan.pdf", 1000)
    block = api.call("POST", f"/deliveries/{delivery}/insertion", {"reportsSending": reports} | ({} if reports else {"recipients": []}))
    return delivery, block["link"], block["html"], block["text"]


def emails(installation, delivery):
    return {one["email"] for one in installation.api.call("GET", f"/deliveries/{delivery}")["recipients"]}


@pytest.mark.parametrize("in_page", [False, True], ids=["worker", "page"])
def test_a_mail_that_has_nothing_to_do_with_us_leaves_at_once(installation, outlook, in_page):
    mail = outlook(roaming={})
    installation.server.command("setting", "set", "addins.policy", "always")
    assert mail.send(in_page=in_page)[0] == {"allowEvent": True}


@contextlib.contextmanager
def away(mail, addresses="*/api/v1/*"):
    """The script is there, from an earlier mail, but what it asks for does not answer. Holds for pages, not for workers."""
    mail.execute_cdp_cmd("Network.enable", {})
    mail.execute_cdp_cmd("Network.setBlockedURLs", {"urls": [addresses]})
    try:
        yield
    finally:
        mail.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})


def test_it_leaves_even_when_the_server_is_away(outlook):
    mail = outlook()
    with away(mail):
        assert mail.send(in_page=True)[0] == {"allowEvent": True}
        mail.setup["mail"]["attachments"] = [attachment("a", "Plan.pdf", b"x" * 100)]
        assert mail.send(in_page=True)[0] == {"allowEvent": True}


@pytest.mark.parametrize("in_page", [False, True], ids=["worker", "page"])
def test_all_recipients_are_registered_those_in_bcc_too(installation, outlook, in_page):
    delivery, link, html, _ = prepared(installation, level=2)
    mail = outlook(mail={
        "body": TEXTS.format(html), "cc": [person("carl@other.test")],
        "bcc": [person("dora@third.test"), person("team@kunde.example", "Team", "distributionList")]})
    assert mail.send(in_page=in_page)[0] == {"allowEvent": True}
    assert installation.api.call("GET", f"/deliveries/{delivery}")["state"] == "sent"
    assert emails(installation, delivery) == {"bea@elsewhere.test", "carl@other.test", "dora@third.test", "team@kunde.example"}


def test_a_plain_text_mail_is_understood_too(installation, outlook):
    delivery, link, _, text = prepared(installation)
    mail = outlook(mail={"type": "text", "body": f"Hallo,\n\n{text}\n"})
    assert mail.send()[0] == {"allowEvent": True}
    assert installation.fetch(link) == b"Inhalt" and emails(installation, delivery) == {"bea@elsewhere.test"}


def test_files_that_are_missing_hold_the_mail_back(installation, outlook):
    delivery, *_, html, _ = prepared(installation, complete=False)
    mail = outlook(mail={"body": TEXTS.format(html)})
    answer, _ = mail.send()
    assert not answer["allowEvent"] and "sendModeOverride" not in answer, "nobody may send it all the same"
    assert "noch nicht vollständig übertragen" in answer["errorMessage"]
    assert (answer["cancelLabel"], answer["commandId"]) == ("Depesche öffnen", "depeschePaneButton")
    assert installation.api.call("GET", f"/deliveries/{delivery}")["state"] == "draft"


def test_a_dead_link_holds_the_mail_back(installation, outlook):
    delivery, *_, html, _ = prepared(installation)
    mail = outlook(mail={"body": TEXTS.format(html)})
    mail.send()
    installation.api.call("POST", f"/deliveries/{delivery}/withdraw", {})
    answer, _ = mail.send()
    assert not answer["allowEvent"] and "wurde zurückgezogen" in answer["errorMessage"]


def test_an_address_that_is_none_is_named(installation, outlook):
    *_, html, _ = prepared(installation, level=2)
    mail = outlook(mail={"body": TEXTS.format(html), "to": [BEA, person("karl..x@-kunde.example")]})
    answer, _ = mail.send()
    assert not answer["allowEvent"] and "karl..x@-kunde.example" in answer["errorMessage"]
    assert "sendModeOverride" not in answer


def test_what_is_quoted_is_not_opened_to_new_recipients(installation, outlook):
    delivery, *_, html, _ = prepared(installation, level=2)
    mail = outlook(mail={"body": TEXTS.format(html)})
    mail.send()
    quoted = f'<p>Dazu noch</p><div id="divRplyFwdMsg"></div><div>{html}</div>'
    mail.setup["mail"] |= {"body": TEXTS.format(quoted), "to": [person("eve@stranger.test")]}
    assert mail.send()[0] == {"allowEvent": True}
    assert emails(installation, delivery) == {"bea@elsewhere.test"}
    mail.setup["mail"]["body"] = TEXTS.format(f'<blockquote type="cite"><blockquote>{html}</blockquote>{html}</blockquote><p>Neu</p>')
    assert mail.send()[0] == {"allowEvent": True}
    assert emails(installation, delivery) == {"bea@elsewhere.test"}


def test_groups_without_an_address_are_asked_about_at_level_2(installation, outlook):
    delivery, *_, html, _ = prepared(installation, level=2)
    group = {"displayName": "Verein", "emailAddress": ""}
    mail = outlook(mail={"body": TEXTS.format(html), "bcc": [group]})
    answer, _ = mail.send()
    assert answer["sendModeOverride"] == "promptUser" and "Verein hat keine eigene Adresse" in answer["errorMessage"]
    assert emails(installation, delivery) == {"bea@elsewhere.test"}
    mail.setup["mail"] |= {"to": [], "bcc": [group]}
    answer, _ = mail.send()
    assert not answer["allowEvent"] and "sendModeOverride" not in answer


@pytest.mark.parametrize(("version", "asks"), [("1.14", True), ("1.15", True), ("1.12", False), ("1.13", False)])
def test_a_server_that_is_away_lets_the_sender_decide(installation, outlook, version, asks):
    *_, html, _ = prepared(installation, level=2)
    mail = outlook(mail={"body": TEXTS.format(html)}, sets={"Mailbox": version})
    with away(mail):
        answer, _ = mail.send(in_page=True)
        assert not answer["allowEvent"] and "gerade nicht erreichbar" in answer["errorMessage"]
        if asks:
            assert answer["sendModeOverride"] == "promptUser"
        else:
            # This Outlook has no button for it: the second press on Send counts.
            assert "noch einmal auf Senden" in answer["errorMessage"] and "commandId" not in answer
            assert mail.send(in_page=True)[0] == {"allowEvent": True}


def test_level_1_that_was_released_leaves_without_the_server(installation, outlook):
    """Where no event was expected the link works already; a failing registration then changes nothing for the readers."""
    *_, html, _ = prepared(installation, reports=False)
    mail = outlook(mail={"body": TEXTS.format(html)})
    with away(mail, "*/registration"):
        assert mail.send(in_page=True)[0] == {"allowEvent": True}
        # One that waits for its mail does not work before it is registered.
        mail.setup["mail"]["body"] = TEXTS.format(prepared(installation)[2])
        assert mail.send(in_page=True)[0]["sendModeOverride"] == "promptUser"


def test_who_is_not_signed_in_is_told_so(installation, outlook):
    *_, html, _ = prepared(installation)
    for roaming in ({}, {"depesche-token": "dep_gibt-es-nicht"}):
        mail = outlook(roaming=roaming, mail={"body": TEXTS.format(html)})
        answer, _ = mail.send()
        assert answer["sendModeOverride"] == "promptUser" and "nicht angemeldet" in answer["errorMessage"]


def test_an_account_that_may_no_longer_is_told_so(installation, outlook):
    *_, html, _ = prepared(installation)
    installation.server.command("setting", "set", "addins.enabled", "false")
    answer, _ = outlook(mail={"body": TEXTS.format(html)}).send()
    assert not answer["allowEvent"] and "darf nicht mehr aus dem Mailprogramm senden" in answer["errorMessage"]


@pytest.mark.parametrize(("policy", "recipients", "octets", "expected"), [
    ({"addins_policy": "always", "addins_policy__size": "1"}, ["bea@elsewhere.test"], 1_000_001, "always"),
    ({"addins_policy": "always", "addins_policy__size": "1"}, ["bea@elsewhere.test"], 1_000_000, None),
    ({"addins_policy": "ask", "addins_policy__size": "1"}, ["bea@elsewhere.test"], 1_000_001, "ask"),
    ({"addins_policy": "off", "addins_policy__size": "1"}, ["bea@elsewhere.test"], 9_000_000, None),
    ({"addins_policy": "always", "addins_policy__size": "0", "addins_policy__outside": "true", "addins_inside__domains": "kunde.example"},
     ["karl@kunde.example", "bea@Elsewhere.test"], 10, "always"),
    ({"addins_policy": "always", "addins_policy__size": "0", "addins_policy__outside": "true", "addins_inside__domains": "kunde.example"},
     ["karl@KUNDE.example"], 10, None),
    ({"addins_policy": "always", "addins_policy__size": "1", "addins_exempt__domains": "partner.example"},
     ["p@partner.example"], 5_000_000, None),
    ({"addins_policy": "always", "addins_policy__size": "1", "addins_exempt__domains": "partner.example"},
     ["p@partner.example", "bea@elsewhere.test"], 5_000_000, "always"),
])
def test_the_policy_on_ordinary_attachments(installation, outlook, policy, recipients, octets, expected):
    installation.server.settings(**policy)
    mail = outlook(mail={
        "to": [person(one) for one in recipients],
        "attachments": [{"id": "a", "name": "A", "size": octets, "content": ""},
                        {"id": "i", "name": "Logo", "size": 50_000_000, "isInline": True, "content": ""},
                        {"id": "c", "name": "Cloud", "size": 50_000_000, "attachmentType": "cloud", "content": ""}]})
    answer, _ = mail.send()
    if expected is None:
        assert answer == {"allowEvent": True}
    else:
        assert not answer["allowEvent"] and "Depesche" in answer["errorMessage"]
        assert answer.get("sendModeOverride") == ("promptUser" if expected == "ask" else None)


def test_the_policy_holds_as_it_was_last_known(installation, outlook):
    installation.server.settings(addins_policy="always", addins_policy__size="1")
    mail = outlook(mail={"attachments": [{"id": "a", "name": "A", "size": 2_000_000, "content": ""}]})
    mail.send()
    assert "always" in mail.setup["roaming"]["depesche-policy"]
    installation.api.call("DELETE", "/add-in")
    answer, _ = mail.send()
    assert not answer["allowEvent"] and "müssen über Depesche gehen" in answer["errorMessage"]


def test_a_delivery_is_registered_before_the_sender_is_asked_about_attachments(installation, outlook):
    """Send Anyway does not ask us again."""
    installation.server.settings(addins_policy="ask", addins_policy__size="1")
    delivery, *_, html, _ = prepared(installation, level=2)
    mail = outlook(mail={"body": TEXTS.format(html), "attachments": [{"id": "a", "name": "A", "size": 2_000_000, "content": ""}]})
    answer, _ = mail.send()
    assert answer["sendModeOverride"] == "promptUser" and emails(installation, delivery) == {"bea@elsewhere.test"}


@pytest.mark.parametrize("call", ["to.getAsync", "body.getAsync", "body.getTypeAsync", "getAttachmentsAsync", "subject.getAsync"])
def test_a_mail_that_outlook_does_not_let_us_read_is_left_to_the_sender(outlook, call):
    mail = outlook(fails={call: {"name": "Internal Error", "code": 5001, "message": "An internal error has occurred."}})
    answer, _ = mail.send()
    assert answer["sendModeOverride"] == "promptUser" and "konnte diese Mail nicht lesen" in answer["errorMessage"]


def test_the_handler_speaks_english_too_and_never_too_much(installation, outlook):
    *_, html, _ = prepared(installation, complete=False)
    mail = outlook(language="en", mail={"body": TEXTS.format(html)})
    assert "have not been transferred completely" in mail.send()[0]["errorMessage"]


def test_the_event_of_writing_leaves_its_sign(outlook):
    mail = outlook()
    answer, state = mail.send(handler="onMessageCompose")
    assert answer == {} and state["mail"]["session"] == {"depesche-events": "on"}
    answer, _ = outlook(fails={"sessionData.setAsync": {"name": "Internal Error", "code": 5001, "message": "x"}}).send(handler="onMessageCompose")
    assert answer == {}, "it ends in any case"


@pytest.mark.parametrize("version", ["1.5", "1.8"])
def test_item_send_of_exchange_on_premises(installation, outlook, version):
    delivery, *_, html, _ = prepared(installation)
    unfinished = prepared(installation, complete=False)[2]
    mail = outlook(sets={"Mailbox": version}, mail={"body": TEXTS.format(html)})
    assert mail.send(in_page=True, handler="onItemSend")[0] == {"allowEvent": True}
    assert emails(installation, delivery) == {"bea@elsewhere.test"}
    mail.setup["mail"]["body"] = TEXTS.format(unfinished)
    answer, state = mail.send(in_page=True, handler="onItemSend")
    assert answer == {"allowEvent": False}
    told = state["mail"]["notifications"]["depesche"]
    assert told["type"] == "errorMessage" and "noch nicht vollständig" in told["message"] and len(told["message"]) <= 150
    # What may be sent all the same is sent at the second press.
    mail.setup |= {"mail": mail.setup["mail"] | {"body": TEXTS.format(html)}, "roaming": {}}
    assert mail.send(in_page=True, handler="onItemSend")[0] == {"allowEvent": False}
    assert mail.send(in_page=True, handler="onItemSend")[0] == {"allowEvent": True}


def test_the_script_keeps_to_what_old_engines_know(installation):
    """Classic Outlook before 2403 runs ECMAScript 2016 (troubleshooting page of event-based add-ins)."""
    with urllib.request.urlopen(f"{installation.url}/add-ins/outlook/launchevent.js") as answer:
        script = answer.read().decode()
        assert answer.headers["Content-Type"].split(";")[0] in ("text/javascript", "application/javascript")
    assert script.startswith("var depescheInstallation = {")
    code = re.sub(r"/\*.*?\*/", "", script.split("\n", 1)[1], flags=re.DOTALL)
    code = re.sub(r"^\s*//.*$", "", code, flags=re.MULTILINE)
    newer = {
        "async functions": r"\basync\b|\bawait\b", "optional chaining": r"\?\.(?!\d)", "nullish": r"\?\?", "modules": r"^\s*(import|export)\b",
        "spread in objects": r"[{,]\s*\.\.\.", "catch without a name": r"catch\s*\{", "later methods":
        r"\.(replaceAll|matchAll|flat|flatMap|padStart|padEnd|at|finally|trimEnd|trimStart)\(|Object\.(entries|values|fromEntries)\(",
        "globalThis": r"\bglobalThis\b", "numeric separators": r"\d_\d", "class fields": r"^\s*#", "look behind": r"\(\?<[=!]",
        "commas at the end of arguments": r",\s*\)",
    }
    found = {name: re.findall(pattern, code, re.MULTILINE) for name, pattern in newer.items()}
    assert not {name: hits for name, hits in found.items() if hits}
    assert f'"url":"{installation.url}"' in script
