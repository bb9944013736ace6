"""Trouble around the pane in Outlook: uploads that stop, mails that are closed, servers that do not answer."""

import os

import pytest

from harness.addins import AddInInstallation
from harness.api import Refused
from harness.outlook import attachment, person
from harness.tools import wait_until

BODY = '<html><body><p>Guten Tag,</p><div id="divRplyFwdMsg"><b>Von:</b> Berg</div></body></html>'
CHUNK = 65536


@pytest.fixture
def server(make_server):
    """A server that cuts files into small chunks, so that an upload can stop in the middle of one."""
    server = make_server().start()
    server.command("setting", "set", "deliveries.chunk-size", str(CHUNK))
    return server


@pytest.fixture
def installation(server):
    return AddInInstallation(server)


@pytest.fixture
def outlook(installation, make_outlook):
    """Opens the pane for somebody who is signed in, in an Outlook whose events run."""

    def make(**options):
        mail = {"subject": "Unterlagen", "to": [person("bea@elsewhere.test", "Bea Berg")], "body": BODY,
                "session": {"depesche-events": "on"}} | options.pop("mail", {})
        return make_outlook(installation.url, mail=mail, roaming={"depesche-token": installation.token}, **options).open()

    return make


def slow(mail, octets_a_second):
    """Slows the upload down."""
    mail.execute_cdp_cmd("Network.enable", {})
    mail.execute_cdp_cmd("Network.emulateNetworkConditions", {
        "offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": octets_a_second})


def make_file(path, size):
    path.write_bytes(os.urandom(size))
    return path


def state_of(mail):
    """The state of the only file."""
    return mail.one("#uploads > li").get_attribute("data-state")


def begun(mail, path, share=1):
    """Begins a slow upload and waits until a part of it has arrived."""
    slow(mail, 100_000)
    mail.drop_files(path)
    mail.wait_for("#uploads > li[data-file]")
    wait_until(lambda: f"{share}" in mail.one("#uploads .upload-note").text and "%" in mail.one("#uploads .upload-note").text,
               lambda: mail.one("#uploads").text)


def test_an_upload_is_paused_and_goes_on(installation, outlook, tmp_path):
    mail = outlook()
    path = make_file(tmp_path / "gross.bin", 20 * CHUNK)
    slow(mail, 100_000)
    mail.drop_files(path)
    mail.press("pause-all")
    wait_until(lambda: state_of(mail) == "paused", lambda: mail.text)
    assert "angehalten bei" in mail.text
    slow(mail, -1)
    mail.press("resume-all")
    mail.wait_for_files(1)
    mail.press("insert")
    mail.wait_for("#result")
    mail.send()
    assert installation.fetch(installation.link(mail.setup["mail"])) == path.read_bytes()


def test_inserting_early_holds_the_mail_back_until_all_is_there(installation, outlook, tmp_path):
    mail = outlook()
    path = make_file(tmp_path / "gross.bin", 40 * CHUNK)
    slow(mail, 100_000)
    mail.drop_files(path)
    mail.wait_for_text("Sie können schon einfügen")
    mail.press("insert")
    mail.wait_for("#result")
    assert "geht weiter, solange dieses Fenster offen ist" in mail.text or "läuft weiter" in mail.text
    wait_until(lambda: installation.delivery(mail.mail)["insertedAt"], "the insertion")
    slow(mail, -1)
    # The handler runs beside the pane; here the pane is left, so that the upload stops where it is.
    answer, _ = mail.send()
    delivery = installation.delivery(mail.setup["mail"])
    if delivery["files"][0]["complete"]:
        pytest.fail("the upload was too fast for this test")
    assert not answer["allowEvent"] and "noch nicht vollständig übertragen" in answer["errorMessage"]
    assert answer["commandId"] == "depeschePaneButton"
    # The pane of the same mail goes on with the same file.
    mail.open()
    mail.wait_for("#uploads > li[data-state=missing]")
    mail.drop_files(path)
    mail.wait_for_files(1)
    answer, _ = mail.send()
    assert answer["allowEvent"]
    assert installation.fetch(installation.link(mail.setup["mail"])) == path.read_bytes()


def test_a_mail_that_was_closed_in_mid_upload_is_offered_again(installation, outlook, tmp_path):
    mail = outlook()
    path = make_file(tmp_path / "gross.bin", 40 * CHUNK)
    slow(mail, 100_000)
    mail.drop_files(path)
    mail.wait_for("#uploads > li[data-file]")
    mail.press("pause-all")
    first = mail.mail["properties"]["depesche-delivery"]
    slow(mail, -1)
    mail.new_mail(subject="Neue Mail", body=BODY, to=[person("bea@elsewhere.test")], session={"depesche-events": "on"})
    mail.wait_for("#go-on")
    assert "Unterlagen: eine Datei" in mail.text
    mail.assert_accessible()
    mail.press("go-on")
    mail.wait_for("#uploads > li[data-state=missing]")
    assert mail.mail["properties"]["depesche-delivery"] == first
    mail.drop_files(path)
    mail.wait_for_files(1)
    mail.press("insert")
    mail.wait_for("#result")
    assert mail.send()[0] == {"allowEvent": True}
    assert installation.fetch(installation.link(mail.setup["mail"])) == path.read_bytes()
    # What stands in a mail is not offered any more.
    mail.new_mail(subject="Noch eine", body=BODY)
    mail.wait_for("#choose-files")
    wait_until(lambda: any("/deliveries?" in entry for entry in requests(mail)), "the drafts to be asked for")
    assert not mail.all("#go-on")


def requests(mail):
    """Addresses that the page asked for."""
    return mail.execute_script("return performance.getEntriesByType('resource').map((one) => one.name)")


def test_what_was_begun_is_discarded_after_a_question(installation, outlook, tmp_path):
    mail = outlook()
    mail.drop_files(make_file(tmp_path / "a.bin", 1000))
    mail.wait_for_files(1)
    delivery = mail.mail["properties"]["depesche-delivery"]
    mail.new_mail(subject="Neue Mail", body=BODY)
    mail.press("discard")
    assert "vom Server gelöscht" in mail.one("[role=alert]").text
    mail.click(".asking .button-danger")
    wait_until(lambda: not mail.all("#go-on"), lambda: mail.text)
    with pytest.raises(Refused) as refused:
        installation.api.call("GET", f"/deliveries/{delivery}")
    assert refused.value.status == 404


def test_two_mails_at_once_have_two_deliveries(installation, outlook, tmp_path):
    mail = outlook()
    first_tab = mail.current_window_handle
    mail.drop_files(make_file(tmp_path / "eins.bin", 1000))
    mail.wait_for_files(1)
    first = mail.mail["properties"]["depesche-delivery"]
    mail.switch_to.new_window("tab")
    mail.setup = mail.setup | {"mail": mail.setup["mail"] | {"subject": "Zweite"}}
    mail.open()
    mail.wait_for("#choose-files")
    wait_until(lambda: any("/deliveries?" in entry for entry in requests(mail)), "the drafts to be asked for")
    assert not mail.all("#go-on"), "what another window works on is not offered"
    mail.drop_files(make_file(tmp_path / "zwei.bin", 2000))
    mail.wait_for_files(1)
    mail.press("insert")
    mail.wait_for("#result")
    assert mail.mail["properties"]["depesche-delivery"] != first
    assert [one["name"] for one in installation.delivery(mail.mail)["files"]] == ["zwei.bin"]
    mail.switch_to.window(first_tab)
    assert [one["name"] for one in installation.delivery(mail.mail)["files"]] == ["eins.bin"]


def test_a_revoked_token_asks_to_sign_in_and_nothing_is_lost(installation, outlook, tmp_path):
    mail = outlook()
    mail.drop_files(make_file(tmp_path / "eins.bin", 1000))
    mail.wait_for_files(1)
    mail.fill("#lifetime", "9")
    mail.fill("#password", "am Telefon gesagt 26")
    installation.api.call("DELETE", "/add-in")
    path = make_file(tmp_path / "zwei.bin", 5 * CHUNK)
    mail.drop_files(path)
    mail.wait_for_text("Ihre Anmeldung gilt nicht mehr")
    mail.press("sign-in")
    mail.wait_for("#sign-in-code")
    installation.answer(mail.state["dialogs"][-1]["url"])
    mail.wait_for_files(2)
    assert mail.one("#password").get_attribute("value") == "am Telefon gesagt 26"
    mail.press("insert")
    mail.wait_for("#result")
    installation.api.token = mail.state["savedRoaming"]["depesche-token"]
    delivery = installation.delivery(mail.mail)
    assert delivery["lifetimeDays"] == 9 and delivery["hasPassword"] and len(delivery["files"]) == 2


def test_a_server_that_is_away_is_waited_for(installation, outlook, tmp_path):
    mail = outlook()
    path = make_file(tmp_path / "eins.bin", 5 * CHUNK)
    installation.server.stop()
    mail.drop_files(path)
    mail.wait_for("#uploads > li[data-state=offline]")
    assert "geht von selbst weiter" in mail.text
    installation.server.start()
    mail.wait_for_files(1)
    installation.server.stop()
    mail.press("insert")
    mail.wait_for_text("nicht zu erreichen, oder Ihr Rechner erkennt sein Zertifikat nicht an")
    installation.server.start()
    mail.press("insert")
    mail.wait_for("#result")


def test_a_pane_without_its_server_says_what_to_check(installation, outlook):
    mail = outlook()
    # The page is there, but what it asks for fails: as with a certificate that the frame does not know.
    mail.execute_cdp_cmd("Network.enable", {})
    mail.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*/api/v1/*"]})
    mail.reopen()
    mail.wait_for_text("Keine Verbindung zu Depesche")
    assert f"Öffnen Sie zur Probe {installation.url} im Browser" in mail.text
    mail.assert_accessible()
    mail.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})
    mail.press("try-again")
    mail.wait_for("#choose-files")


def test_a_page_without_outlook_or_its_library_says_what_it_is(installation, outlook):
    mail = outlook()
    mail.execute_cdp_cmd("Network.enable", {})
    mail.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*/office.js"]})
    mail.get(f"{installation.url}/add-ins/outlook/pane?language=de")
    mail.wait_for_text("Diese Seite gehört zu Outlook")
    mail.assert_accessible()
    mail.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})


def test_an_installation_without_add_ins_says_so(installation, outlook):
    mail = outlook()
    installation.server.command("setting", "set", "addins.enabled", "false")
    mail.reopen()
    mail.wait_for_text("Dieses Konto darf nicht aus dem Mailprogramm senden")
    mail.assert_accessible()
    installation.server.command("setting", "set", "addins.enabled", "true")
    mail.press("try-again")
    mail.wait_for("#choose-files")


def test_what_is_too_large_is_told_before_the_upload(installation, outlook, tmp_path):
    installation.server.command("setting", "set", "deliveries.largest-file", "1000000")
    installation.server.command("setting", "set", "deliveries.largest-delivery", "1500000")
    mail = outlook()
    mail.drop_files(make_file(tmp_path / "zu-gross.bin", 1_000_001))
    mail.wait_for_text("„zu-gross.bin“ ist zu groß")
    mail.drop_files(make_file(tmp_path / "eins.bin", 900_000))
    mail.drop_files(make_file(tmp_path / "zwei.bin", 700_000))
    mail.wait_for_text("Mit „zwei.bin“ wird die Zustellung zu groß")
    mail.wait_for_files(1)
    # A limit that came down after the pane had read it: the server refuses, in its own words, and the rest stays.
    installation.server.command("setting", "set", "deliveries.largest-file", "100000")
    mail.drop_files(make_file(tmp_path / "drei.bin", 500_000))
    assert "Höchstens 100 kB sind erlaubt" in mail.wait_for("#uploads > li[data-state=failed]").text
    mail.assert_accessible()
    assert len(mail.all("#uploads > li[data-state=complete]")) == 1


def test_a_draft_that_is_sent_a_week_later_still_counts(make_server, make_outlook, tmp_path):
    server = make_server(movable_clock=True).start()
    installation = AddInInstallation(server)
    mail = make_outlook(
        installation.url, roaming={"depesche-token": installation.token},
        mail={"subject": "Später", "to": [person("bea@elsewhere.test")], "body": BODY, "session": {"depesche-events": "on"}}).open()
    path = make_file(tmp_path / "eins.bin", 1000)
    mail.drop_files(path)
    mail.wait_for_files(1)
    mail.press("insert")
    mail.wait_for("#result")
    server.clock.forward(days=7)
    mail.reopen(fresh_session=True)
    mail.wait_for("#remove-block")
    assert mail.all("#uploads > li[data-state=complete]")
    assert mail.send()[0] == {"allowEvent": True}
    assert installation.delivery(mail.setup["mail"])["state"] == "sent"
    assert installation.fetch(installation.link(mail.setup["mail"])) == path.read_bytes()


def test_a_mail_made_from_a_sent_one_says_what_its_link_is(installation, outlook, tmp_path):
    mail = outlook()
    mail.drop_files(make_file(tmp_path / "eins.bin", 1000))
    mail.wait_for_files(1)
    mail.press("insert")
    mail.wait_for("#result")
    mail.send()
    body, delivery = mail.setup["mail"]["body"], mail.setup["mail"]["properties"]["depesche-delivery"]
    # Copied as a template: the text came along, what Outlook kept with the mail did not.
    mail.setup = mail.setup | {"mail": {"subject": "Aus Vorlage", "body": body, "to": [person("carl@other.test")]}}
    mail.open()
    mail.wait_for_text("Diese Mail enthält den Link einer Zustellung, die schon freigegeben ist")
    assert not mail.one("#choose-files").is_displayed()
    mail.assert_accessible()
    assert mail.send()[0] == {"allowEvent": True}
    recipients = installation.api.call("GET", f"/deliveries/{delivery}")["recipients"]
    assert {one["email"] for one in recipients} == {"bea@elsewhere.test", "carl@other.test"}
    # Taken out here, it stays for those who have it.
    mail.open()
    mail.press("remove-block")
    assert "bleibt bestehen" in mail.one("[role=alert]").text
    mail.click(".asking .button-danger")
    mail.wait_for_text("Der Block ist aus der Mail entfernt")
    assert installation.api.call("GET", f"/deliveries/{delivery}")["state"] == "sent"
    assert mail.one("#choose-files").is_displayed()


def test_a_block_that_was_cut_out_can_be_inserted_again(installation, outlook, tmp_path):
    mail = outlook()
    mail.drop_files(make_file(tmp_path / "eins.bin", 1000))
    mail.wait_for_files(1)
    mail.press("insert")
    mail.wait_for("#result")
    link = installation.link(mail.mail)
    mail.change(f"state.mail.body = {BODY!r}")
    mail.reopen()
    mail.wait_for_text("Der Block steht nicht mehr in der Mail.")
    mail.press("insert")
    mail.wait_for("#result")
    assert installation.link(mail.mail) == link


def test_the_policy_is_told_before_sending(installation, outlook):
    installation.server.settings(addins_policy="always", addins_policy__size="1")
    mail = outlook(mail={"attachments": [attachment("a", "Plan.dwg", b"x" * 1_100_000)]})
    mail.wait_for_text("Anhänge über 1 MB müssen hier über Depesche gehen")
    installation.server.settings(addins_policy="ask", addins_policy__size="0", addins_policy__outside="true",
                                 addins_inside__domains="kunde.example")
    mail.reopen()
    mail.wait_for_text("Anhänge an Empfänger außerhalb sollen hier über Depesche gehen")
    mail.change("state.mail.to = [{emailAddress: 'karl@kunde.example'}]; fire('recipientsChanged', {})")
    wait_until(lambda: "außerhalb" not in mail.text, lambda: mail.text)
