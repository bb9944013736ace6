"""How the pane in Outlook looks and is used: small, light and dark, German and English, by keyboard and by ear."""

import os
import re

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from harness.addins import AddInInstallation
from harness.outlook import attachment, person
from harness.tools import wait_until

BODY = '<html><body><p>Guten Tag,</p><div id="divRplyFwdMsg"><b>Von:</b> Berg</div></body></html>'


@pytest.fixture
def installation(server):
    server.command("setting", "set", "organisation.name", "Muster & Söhne")
    return AddInInstallation(server)


def checked(mail, name):
    """Everything that is looked at in a state of the pane; keeps a picture if pictures are wanted."""
    mail.assert_accessible()
    wide = mail.execute_script(
        "return [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1"
        " && getComputedStyle(one).position !== 'absolute').map((one) => one.outerHTML.slice(0, 120))")
    assert not wide, f"wider than the pane: {wide[:3]}"
    assert mail.execute_script("return document.documentElement.scrollWidth <= innerWidth"), "the pane scrolls sideways"
    assert not re.search(r"\{\w+\}|\bundefined\b|\bnull\b", mail.text), mail.text
    if os.environ.get("DEPESCHE_SCREENSHOTS"):
        mail.screenshot(f"outlook-{name}-{mail.language}-{mail.look}")


@pytest.mark.parametrize(("language", "dark", "width"), [
    ("de", False, 320), ("en", True, 320), ("de", True, 450), ("en", False, 450)],
    ids=["de-light-320", "en-dark-320", "de-dark-450", "en-light-450"])
def test_every_state_is_accessible_and_fits(installation, make_outlook, tmp_path, language, dark, width):
    mail = make_outlook(
        installation.url, language=language, dark=dark, width=width, height=700,
        mail={"subject": "Unterlagen", "body": BODY, "session": {"depesche-events": "on"},
              "to": [person("team@kunde.example", "Team Einkauf", "distributionList"), {"displayName": "Verein", "emailAddress": ""}],
              "attachments": [attachment("a", "Ein sehr langer Dateiname ohne Ende_mit_Unterstrichen_2026-11-26_final.pdf", os.urandom(12_000_000)),
                              attachment("b", "Plan.dwg", b"x" * 2000), attachment("c", "Foto.jpg", b"x" * 900)]})
    mail.look = f"{'dark' if dark else 'light'}-{width}"
    mail.open()
    checked(mail, "1-sign-in")
    mail.press("sign-in")
    mail.wait_for("#sign-in-code")
    checked(mail, "2-code")
    installation.answer(mail.state["dialogs"][0]["url"])
    mail.wait_for("#take-over")
    checked(mail, "3-attachments")
    mail.click_radio("[name=level][value='2']")
    mail.click("details.small summary")
    checked(mail, "4-groups")
    mail.execute_cdp_cmd("Network.enable", {})
    mail.execute_cdp_cmd("Network.emulateNetworkConditions", {
        "offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 300_000})
    mail.press("take-over")
    mail.wait_for("#uploads > li[data-state=running]")
    checked(mail, "5-uploading")
    mail.press("pause-all")
    wait_until(lambda: mail.all("#uploads > li[data-state=paused]"), lambda: mail.text)
    checked(mail, "6-paused")
    mail.execute_cdp_cmd("Network.emulateNetworkConditions", {
        "offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1})
    mail.press("resume-all")
    mail.wait_for_files(3)
    mail.press("insert")
    mail.wait_for("#result")
    wait_until(lambda: not mail.mail["attachments"], lambda: mail.mail["attachments"])
    checked(mail, "7-inserted")
    mail.click("#remove-block")
    checked(mail, "8-removing")
    mail.all(".asking .button-small")[-1].click()
    mail.click(".account summary")
    checked(mail, "9-account")
    mail.click(".account summary")
    path = tmp_path / "zwei.bin"
    path.write_bytes(b"x" * 1000)
    mail.drop_files(path)
    mail.wait_for_files(4)
    checked(mail, "10-stale")
    mail.setup = mail.setup | {"mail": mail.mail, "roaming": mail.state["savedRoaming"]}
    assert not mail.send()[0]["allowEvent"], "the group is asked about"
    mail.open()
    mail.wait_for("#remove-block")
    checked(mail, "11-sent")
    mail.new_mail(subject="", body=BODY)
    mail.wait_for("#choose-files")
    checked(mail, "12-empty")
    mail.assert_quiet("favicon.ico")


def test_the_whole_way_by_keyboard(installation, make_outlook, tmp_path):
    mail = make_outlook(
        installation.url, width=320, height=700, roaming={"depesche-token": installation.token},
        mail={"subject": "Unterlagen", "body": BODY, "to": [person("bea@elsewhere.test")],
              "attachments": [attachment("a", "Vertrag.pdf", b"x" * 1000)]}).open()
    mail.wait_for("#take-over")

    def tab_to(selector):
        for _ in range(40):
            ActionChains(mail.driver).send_keys(Keys.TAB).perform()
            if mail.execute_script("return document.activeElement.matches(arguments[0])", selector):
                # What has the focus is seen: neither outside nor below the foot.
                seen = mail.execute_script("""
                  const at = document.activeElement.getBoundingClientRect();
                  const top = document.elementFromPoint(at.left + at.width / 2, at.top + at.height / 2);
                  return document.activeElement.contains(top) || top?.contains(document.activeElement) || top?.closest('label')?.contains(document.activeElement)""")
                assert seen, f"{selector} has the focus and is covered"
                return
        pytest.fail(f"{selector} is not reached by the tabulator")

    tab_to("#take-over")
    ActionChains(mail.driver).send_keys(Keys.ENTER).perform()
    mail.wait_for_files(1)
    tab_to("[name=level]")
    ActionChains(mail.driver).send_keys(Keys.ARROW_DOWN).perform()
    assert mail.execute_script("return document.querySelector('[name=level]:checked').value") == "2"
    tab_to("#lifetime")
    tab_to("#notify")
    ActionChains(mail.driver).send_keys(Keys.SPACE).perform()
    wait_until(lambda: mail.one("#insert").get_attribute("aria-disabled") != "true", lambda: mail.text)
    tab_to("#insert")
    ActionChains(mail.driver).send_keys(Keys.ENTER).perform()
    mail.wait_for("#result")
    delivery = installation.delivery(mail.mail)
    assert delivery["level"] == 2 and not delivery["notifiesSender"]
    tab_to("#remove-block")
    ActionChains(mail.driver).send_keys(Keys.ENTER).perform()
    # The question takes the focus to the button that keeps everything.
    assert mail.execute_script("return document.activeElement.textContent") == "Behalten"
    mail.assert_accessible()


def test_the_pane_stands_at_double_size(installation, make_outlook):
    mail = make_outlook(
        installation.url, width=320, height=500, roaming={"depesche-token": installation.token}, mail={"body": BODY}).open()
    mail.wait_for("#choose-files")
    mail.execute_script("document.documentElement.style.fontSize = '200%'")
    assert mail.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    mail.assert_accessible()


def test_progress_is_told_calmly(installation, make_outlook, tmp_path):
    mail = make_outlook(
        installation.url, roaming={"depesche-token": installation.token}, mail={"body": BODY, "to": [person("bea@elsewhere.test")]}).open()
    mail.wait_for("#choose-files")
    mail.execute_script("""
      window.said = [];
      new MutationObserver((changes) => {
        for (const { target } of changes) window.said.push(target.textContent);
      }).observe(document.querySelector('.visually-hidden[aria-live]'), { childList: true, characterData: true, subtree: true });""")
    path = tmp_path / "gross.bin"
    path.write_bytes(os.urandom(9_000_000))
    mail.drop_files(path)
    mail.wait_for_files(1)
    wait_until(lambda: mail.execute_script("return window.said.at(-1)") == "Alle Dateien sind übertragen.",
               lambda: mail.execute_script("return window.said"))
    assert len(mail.execute_script("return window.said")) <= 4, "not at every chunk"
