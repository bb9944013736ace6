"""The pane in Outlook: the page that the installation serves, beside a double of Office.js that plays a mail."""

import os
import re

import pytest

from harness.addins import AddInInstallation
from harness.api import Refused
from harness.outlook import attachment, person
from harness.tools import wait_until

GREETING = "<html><head></head><body><p>Guten Tag Frau Berg,</p><p>anbei die Unterlagen.</p>"
QUOTED = '<div id="divRplyFwdMsg"><b>Von:</b> Berg<br>Alte Mail</div></body></html>'
BEA = person("bea@elsewhere.test", "Bea Berg")
# An Outlook whose events run: the handler of OnMessageCompose left its sign.
EVENTS = {"depesche-events": "on"}


@pytest.fixture
def installation(server):
    return AddInInstallation(server)


@pytest.fixture
def outlook(installation, make_outlook):
    """Opens the pane for somebody who is signed in."""

    def make(roaming=None, **options):
        mail = {"subject": "Unterlagen", "to": [BEA], "body": GREETING + QUOTED} | options.pop("mail", {})
        roaming = {"depesche-token": installation.token} if roaming is None else roaming
        return make_outlook(installation.url, mail=mail, roaming=roaming, **options).open()

    return make


@pytest.fixture
def files(tmp_path):
    """Makes files of random octets; (path, content) of each."""

    def make(**sizes):
        made = []
        for name, size in sizes.items():
            path = tmp_path / name.replace("_", ".")
            path.write_bytes(os.urandom(size))
            made.append((path, path.read_bytes()))
        return made

    return make


def inserted(outlook, *paths, press="insert", **choices):
    """Adds files, inserts the block, and waits until it is in the mail."""
    outlook.drop_files(*paths)
    outlook.wait_for_files(len(paths))
    outlook.press(press)
    outlook.wait_for("#result")
    return outlook.mail


def test_signing_in_once_by_comparing_a_code(installation, outlook):
    mail = outlook(roaming={})
    assert "Dateien gesichert senden" in mail.text
    mail.press("sign-in")
    code = mail.wait_for("#sign-in-code").text
    [dialog] = mail.state["dialogs"]
    assert dialog["url"].startswith(f"{installation.url}/add-ins/connect?request=")
    assert installation.answer(dialog["url"]) == code
    mail.wait_for("#choose-files")
    assert not mail.state["dialogs"][0]["isOpen"], "the window closes by itself"
    token = mail.state["savedRoaming"]["depesche-token"]
    assert token and token not in installation.server.log
    # The next window asks no more.
    mail.reopen()
    mail.wait_for("#choose-files")
    assert installation.email in mail.one(".account").get_attribute("textContent")
    mail.assert_well_behaved()
    mail.assert_quiet("favicon.ico")


def test_signing_in_is_refused_or_given_up(installation, outlook):
    mail = outlook(roaming={}, sets={"Mailbox": "1.14", "OpenBrowserWindowApi": "1.1"})
    mail.press("sign-in")
    mail.wait_for("#sign-in-code")
    # Outlook on Windows and Mac open the person's own browser.
    [page] = mail.state["pages"]
    installation.answer(page, "refuse")
    mail.wait_for_text("Die Anmeldung wurde abgelehnt.")
    mail.press("sign-in")
    mail.wait_for("#sign-in-code")
    mail.press("cancel-sign-in")
    mail.wait_for("#sign-in")
    assert "depesche-token" not in mail.state["roaming"]
    mail.assert_well_behaved()


@pytest.mark.parametrize("code", [12004, 12007, 12009, 12011])
def test_a_window_that_cannot_be_opened_leaves_the_address(installation, outlook, code):
    mail = outlook(roaming={}, fails={"ui.displayDialogAsync": {"code": code, "message": "no dialog"}})
    mail.press("sign-in")
    address = mail.wait_for(".address a").get_attribute("href")
    assert installation.answer(address) == mail.one("#sign-in-code").text
    mail.wait_for("#choose-files")


def test_attachments_are_taken_over_and_leave_the_mail_last(installation, outlook):
    contents = {"Vertrag.pdf": os.urandom(200_000), "Plan.dwg": os.urandom(900_000), "leer.txt": b""}
    attachments = [attachment(f"a{i}", name, content) for i, (name, content) in enumerate(contents.items())]
    picture = attachment("p", "Logo.png", b"png", isInline=True)
    mail = outlook(mail={"attachments": [*attachments, picture, attachment("c", "Ablage", b"", attachmentType="cloud")]})
    assert "Diese 3 Anhänge gesichert senden" in mail.wait_for("#take-over").text
    mail.press("take-over")
    mail.wait_for_files(3)
    assert len(mail.mail["attachments"]) == 5, "nothing is lost before the link is in the mail"
    mail.press("insert")
    mail.wait_for("#result")
    wait_until(lambda: len(mail.mail["attachments"]) == 2, lambda: mail.mail["attachments"])
    assert {one["name"] for one in mail.mail["attachments"]} == {"Logo.png", "Ablage"}
    link = installation.link(mail.mail)
    for file in installation.delivery(mail.mail)["files"]:
        assert installation.fetch(link, file["id"]) == contents[file["name"]]
    mail.assert_well_behaved()
    mail.assert_quiet("favicon.ico")


@pytest.mark.parametrize(("kind", "ending"), [("eml", ".eml"), ("iCalendar", ".ics")])
def test_attached_mails_and_dates_get_their_ending(installation, outlook, kind, ending):
    mail = outlook(mail={"attachments": [
        {"id": "m", "name": "Termin am Montag", "size": 20, "attachmentType": "item", "format": kind, "content": "BEGIN: Größe"}]})
    mail.press("take-over")
    mail.wait_for_files(1)
    [file] = installation.delivery(mail.mail)["files"]
    assert file["name"] == "Termin am Montag" + ending


@pytest.mark.parametrize(("failure", "words"), [
    ({"name": "AttachmentTypeNotSupported", "code": 9043, "message": "x"}, "Anhänge dieser Art gibt das Mailprogramm nicht heraus"),
    ({"name": "InvalidAttachmentId", "code": 9000, "message": "x"}, "Diesen Anhang gibt es in der Mail nicht mehr"),
    ({"name": "Network error", "code": 9041, "message": "x"}, "keine Verbindung zu seinem Server"),
    ({"name": "GenericResponseError", "code": 9020, "message": "An internal error has occurred."}, "An internal error has occurred."),
])
def test_an_attachment_that_outlook_does_not_hand_out_stays(outlook, failure, words):
    mail = outlook(mail={"attachments": [attachment("a", "Vertrag.pdf", b"x" * 1000)]},
                   fails={"getAttachmentContentAsync": failure})
    mail.press("take-over")
    mail.wait_for_text(words)
    assert "„Vertrag.pdf“ bleibt in der Mail" in mail.text
    assert mail.wait_for("#take-over").is_displayed(), "it can be tried again"
    assert len(mail.mail["attachments"]) == 1


def test_an_attachment_that_cannot_be_removed_is_named(outlook):
    mail = outlook(mail={"attachments": [attachment("a", "Vertrag.pdf", b"x" * 1000)]},
                   fails={"removeAttachmentAsync": {"name": "InvalidAttachmentId", "code": 9000, "message": "x"}})
    mail.press("take-over")
    mail.wait_for_files(1)
    mail.press("insert")
    mail.wait_for_text("„Vertrag.pdf“ ist übertragen, ließ sich aber nicht aus der Mail entfernen")


@pytest.mark.parametrize(("sizes", "words"), [
    ([12_000_000], "Viele Mailserver nehmen so große Mails nicht an"),
    ([1000] * 11, "So viele Anhänge werden leicht übersehen"),
])
def test_large_and_many_attachments_are_warned_of(outlook, sizes, words):
    mail = outlook(mail={"attachments": [attachment(f"a{i}", f"{i}.bin", b"x" * size) for i, size in enumerate(sizes)]})
    mail.wait_for(".notice-warn #take-over")
    assert words in mail.text
    mail.assert_well_behaved()


def test_the_block_goes_to_the_cursor_or_to_the_end(installation, outlook, files):
    [(path, _)] = files(plan_pdf=1000)
    cursor = outlook(mail={"cursor": len(GREETING)})
    body = inserted(cursor, path)["body"]
    assert body.startswith(GREETING + "<table") and body.count("<table") == 1
    end = outlook()
    body = inserted(end, path, press="insert-end")["body"]
    assert body.startswith(GREETING) and body.index("<table") < body.index("divRplyFwdMsg"), "before the quoted mail"
    assert installation.fetch(installation.link(end.mail))


@pytest.mark.parametrize("press", ["insert", "insert-end"])
def test_a_plain_text_mail_gets_the_text_block(installation, outlook, files, press):
    [(path, content)] = files(plan_pdf=1000)
    text = "Guten Tag,\n\nanbei.\n\n-----Ursprüngliche Nachricht-----\nVon: Berg\n> alt\n"
    mail = outlook(mail={"type": "text", "body": text, "cursor": 20})
    body = inserted(mail, path, press=press)["body"]
    assert "<" not in body and body.count("=" * 40) == 2
    assert body.index("=" * 40) < body.index("-----Ursprüngliche")
    assert installation.fetch(installation.link(mail.mail)) == content
    mail.click("#remove-block")
    mail.click(".asking .button-danger")
    mail.wait_for_text("Der Block ist aus der Mail entfernt")
    assert "=" * 40 not in mail.mail["body"] and mail.mail["body"].split() == text.split()


def test_what_was_inserted_is_changed_and_removed(installation, outlook, files):
    [(first, _), (second, _)] = files(eins_pdf=1000, zwei_pdf=2000)
    mail = outlook(mail={"session": EVENTS})
    before = mail.mail["body"]
    inserted(mail, first, press="insert-end")
    link = installation.link(mail.mail)
    mail.click_radio("[name=level][value='2']")
    mail.fill("#lifetime", "7")
    mail.drop_files(second)
    mail.wait_for_files(2)
    mail.wait_for_text("In der Mail steht noch der frühere Stand.")
    mail.press("insert")
    mail.wait_for_text("Der Block in der Mail ist auf dem neuesten Stand")
    body = mail.mail["body"]
    assert body.count("<table") == 1 and installation.link(mail.mail) == link and "zwei.pdf" not in before
    delivery = installation.delivery(mail.mail)
    assert (delivery["level"], delivery["lifetimeDays"], delivery["state"]) == (2, 7, "draft")
    assert [one["name"] for one in delivery["files"]] == ["eins.pdf", "zwei.pdf"]
    # The question names what is lost, and one may keep it.
    mail.click("#remove-block")
    assert "die Dateien vom Server" in mail.one("[role=alert]").text
    mail.browser.all(".asking .button-small")[1].click()
    mail.click("#remove-block")
    mail.click(".asking .button-danger")
    mail.wait_for_text("Der Block ist aus der Mail entfernt")
    assert "<table" not in mail.mail["body"] and link not in mail.mail["body"]
    with pytest.raises(Refused):
        installation.api.call("GET", f"/deliveries/{delivery['id']}")
    assert "depesche-delivery" not in mail.mail["properties"]
    mail.assert_well_behaved()


def test_word_may_rewrite_what_was_inserted(installation, outlook, files):
    [(path, _), (second, _)] = files(plan_pdf=1000, zwei_pdf=10)
    mail = outlook(rewrites="word", mail={"session": EVENTS})
    inserted(mail, path, press="insert-end")
    assert "MsoNormalTable" in mail.mail["body"]
    mail.drop_files(second)
    mail.wait_for_files(2)
    mail.press("insert")
    mail.wait_for_text("auf dem neuesten Stand")
    assert mail.mail["body"].count("<table") == 1
    mail.click("#remove-block")
    mail.click(".asking .button-danger")
    mail.wait_for_text("Der Block ist aus der Mail entfernt")
    assert "<table" not in mail.mail["body"]


@pytest.mark.parametrize(("call", "failure", "words"), [
    ("body.setSelectedDataAsync", {"name": "DataExceedsMaximumSize", "code": 9009, "message": "x"}, "so lang, dass das Mailprogramm"),
    ("body.setSelectedDataAsync", {"name": "InvalidFormatError", "code": 9008, "message": "x"}, "auf reinen Text umgestellt"),
    ("body.setSelectedDataAsync", {"name": "Internal Error", "code": 5001, "message": "An internal error has occurred."}, "An internal error has occurred."),
    ("body.getTypeAsync", {"name": "Network error", "code": 9041, "message": "x"}, "keine Verbindung zu seinem Server"),
    ("body.setAsync", {"name": "DataExceedsMaximumSize", "code": 9009, "message": "x"}, "so lang, dass das Mailprogramm"),
    ("body.getAsync", {"name": "Save Error", "code": 9021, "message": "x"}, "keine Verbindung zu seinem Server"),
])
def test_a_mail_that_cannot_be_changed_keeps_the_link_at_hand(installation, outlook, files, call, failure, words):
    [(path, _)] = files(plan_pdf=1000)
    mail = outlook()
    mail.drop_files(path)
    mail.wait_for_files(1)
    mail.change(f"state.fails['{call}'] = {failure!r}")
    mail.press("insert-end" if call in ("body.setAsync", "body.getAsync") else "insert")
    mail.wait_for_text(words)
    link = mail.wait_for("#link-to-copy").get_attribute("value")
    assert installation.fetch(link)
    mail.change("state.fails = {}")
    mail.press("insert")
    mail.wait_for("#result")
    assert installation.link(mail.mail) == link


def test_a_mail_that_was_closed_meanwhile_is_said_so(outlook, files):
    [(path, _)] = files(plan_pdf=1000)
    mail = outlook()
    mail.drop_files(path)
    mail.wait_for_files(1)
    mail.change("state.isClosed = 'gone'")
    mail.press("insert")
    mail.wait_for_text("nicht mehr zum Schreiben offen")


def test_settings_that_outlook_cannot_keep_do_not_stop_anything(installation, outlook, files):
    [(path, _)] = files(plan_pdf=1000)
    mail = outlook(roaming={}, fails={
        "roamingSettings.saveAsync": {"name": "Internal Error", "code": 9020, "message": "x"},
        "CustomProperties.saveAsync": {"name": "DataExceedsMaximumSize", "code": 9009, "message": "x"}})
    mail.press("sign-in")
    mail.wait_for("#sign-in-code")
    installation.answer(mail.state["dialogs"][0]["url"])
    mail.wait_for("#choose-files")
    inserted(mail, path)
    assert installation.fetch(installation.link(mail.mail))


@pytest.mark.parametrize("version", ["1.3", "1.4", "1.5", "1.6", "1.7", "1.8", "1.10", "1.11", "1.12", "1.13", "1.15", "1.16"])
def test_each_requirement_set_gets_what_it_offers_and_no_call_more(installation, outlook, files, version):
    [(path, content)] = files(plan_pdf=1000)
    mail = outlook(roaming={}, sets={"Mailbox": version}, mail={"attachments": [attachment("a", "A.txt", b"abc")], "session": EVENTS})
    mail.press("sign-in")
    mail.wait_for("#sign-in-code")
    if version == "1.3":
        address = mail.wait_for(".address a").get_attribute("href")
    else:
        address = mail.state["dialogs"][0]["url"]
    installation.answer(address)
    mail.wait_for("#choose-files")
    knows_attachments = float("0." + version.split(".")[1].zfill(2)) >= 0.08
    wait_until(lambda: bool(mail.all("#take-over")) == knows_attachments, lambda: mail.text)
    inserted(mail, path)
    # Only where the events run may the delivery wait for its mail to leave.
    assert installation.delivery(mail.mail)["state"] == ("draft" if int(version.split(".")[1]) >= 12 else "sent")
    mail.assert_well_behaved()
    mail.assert_quiet("favicon.ico")


def test_without_events_the_recipients_of_now_are_registered_and_later_ones_added(installation, outlook, files):
    [(path, _)] = files(plan_pdf=1000)
    mail = outlook(mail={"to": [], "bcc": []})
    mail.click_radio("[name=level][value='2']")
    mail.drop_files(path)
    mail.wait_for_files(1)
    mail.wait_for_text("Stufe 2 braucht Empfänger")
    mail.change("state.mail.to = [{emailAddress: 'bea@elsewhere.test', displayName: 'Berg, Bea'}]; fire('recipientsChanged', {})")
    mail.press("insert")
    mail.wait_for("#result")
    assert [one["email"] for one in installation.delivery(mail.mail)["recipients"]] == ["bea@elsewhere.test"]
    mail.change("state.mail.bcc = [{emailAddress: 'carl@other.test', displayName: 'Carl'}]; fire('recipientsChanged', {})")
    wait_until(
        lambda: {one["email"] for one in installation.delivery(mail.mail)["recipients"]} == {"bea@elsewhere.test", "carl@other.test"},
        lambda: installation.delivery(mail.mail)["recipients"])
    # It can no longer be changed, but taken back.
    assert "lässt sich nicht mehr ändern" in mail.text and not mail.one("#choose-files").is_displayed()
    delivery = installation.delivery(mail.mail)["id"]
    mail.click("#remove-block")
    mail.click(".asking .button-danger")
    mail.wait_for_text("Der Block ist aus der Mail entfernt")
    assert installation.api.call("GET", f"/deliveries/{delivery}")["state"] == "withdrawn"


def test_groups_and_lists_are_explained_at_level_2(outlook):
    mail = outlook(mail={"to": [person("team@kunde.example", "Team", "distributionList"), {"displayName": "Verein", "emailAddress": ""}]})
    assert "Verteiler" not in mail.text
    mail.click_radio("[name=level][value='2']")
    mail.wait_for_text("ist ein Verteiler: Der Code geht an seine Adresse")
    assert "Verein hat keine eigene Adresse" in mail.text
    assert "Wer den Link hat, kann die Dateien abrufen, auch wenn er die E-Mail nur weitergeleitet bekommt." in mail.text


def test_signing_is_explained_before_inserting(outlook):
    mail = outlook()
    mail.click("details.small summary")
    assert "bevor Sie signieren" in mail.text and "die Unterschrift ungültig" in mail.text


def test_a_password_only_goes_with_level_1(installation, outlook, files):
    [(path, _)] = files(plan_pdf=1000)
    mail = outlook(mail={"session": EVENTS})
    mail.fill("#password", "kurz")
    # What is not right yet keeps the block back, not the files.
    mail.drop_files(path)
    mail.wait_for_files(1)
    mail.wait_for_text("Das Passwort braucht mindestens")
    mail.fill("#password", "am Telefon gesagt 26")
    mail.press("insert")
    mail.wait_for("#result")
    assert installation.delivery(mail.mail)["hasPassword"]
    mail.click_radio("[name=level][value='2']")
    assert not mail.one("#password").is_displayed()
    mail.press("insert")
    mail.wait_for_text("auf dem neuesten Stand")
    delivery = installation.delivery(mail.mail)
    assert delivery["level"] == 2 and not delivery["hasPassword"]
    mail.fill("#lifetime", "5000")
    mail.wait_for_text("Bitte eine Zahl von 1 bis")


def test_outlook_may_be_darker_than_its_system(outlook):
    mail = outlook(theme={"isDarkTheme": True})
    assert mail.execute_script("return getComputedStyle(document.body).backgroundColor") == "rgb(20, 22, 26)"
    mail.assert_accessible()


def test_the_pane_works_where_it_may_keep_nothing(installation, files, make_outlook):
    mail = make_outlook(installation.url, mail={"body": GREETING + QUOTED, "to": [BEA]}, roaming={"depesche-token": installation.token})
    script = mail.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": """
      for (const name of ['indexedDB', 'localStorage', 'sessionStorage', 'caches']) {
        Object.defineProperty(window, name, { get() { throw new DOMException('refused', 'SecurityError'); } });
      }
      Object.defineProperty(navigator, 'locks', { value: undefined });"""})
    mail.open()
    mail.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", script)
    [(path, content)] = files(plan_pdf=100_000)
    inserted(mail, path)
    assert installation.fetch(installation.link(mail.mail)) == content
    mail.assert_quiet("favicon.ico")
