"""Rules of the installation on their pages, and what a sender is told before anything is uploaded, in both languages."""

import pytest

from harness import pages, pictures
from harness.addins import AddInInstallation
from harness.outlook import attachment, person
from harness.tools import wait_until

SENDER = "bea@kunde.example"
BODY = "<html><body><p>Guten Tag,</p></body></html>"

WORDS = {
    "de": dict(
        contradiction="zugleich erlaubt und verboten", level="Diese Sicherheitsstufe ist nicht erlaubt",
        highest="die höchste erlaubte", settings="Aus den Einstellungen", group="Aus der Gruppe",
        guard="schützt weniger", sender="Mit einer Adresse bei kunde.example dürfen Sie hier nichts senden",
        recipient="An Adressen bei weg.test dürfen Sie nicht senden", mistake="Adresse",
        file="gehört zu einer Art von Dateien", password="Mindestens 12 Zeichen",
        pane="An Adressen bei weg.test dürfen Sie nichts über Depesche senden",
        obstacle="Nehmen Sie zuerst die Empfänger heraus", type="Anhänge dieser Art müssen"),
    "en": dict(
        contradiction="both allowed and forbidden", level="This security level is not allowed",
        highest="the highest allowed one", settings="From the settings", group="From the group",
        guard="protects less", sender="You may not send here with an address at kunde.example",
        recipient="You may not send to addresses at weg.test", mistake="address",
        file="is of a kind that you may not send", password="At least 12 characters",
        pane="You may not send anything through Depesche to addresses at weg.test",
        obstacle="First take out the recipients", type="Attachments of this kind must"),
}


def chosen(browser, language):
    """Reads the pages in that language."""
    if browser.execute_script("return document.documentElement.lang") != language:
        browser.submit("footer form[action$=language] button")


@pytest.mark.parametrize(("language", "look"), [
    pytest.param("de", dict(width=1280, height=1000), id="de"),
    pytest.param("en", dict(width=390, height=844), id="en-phone"),
])
def test_rules_are_set_explained_and_told_before_an_upload(make_browser, make_server, tmp_path, language, look):
    words = WORDS[language]
    server = make_server().start()
    server.command(
        "user", "add", pages.ADMINISTRATOR, "--name", "Anna Ährens", "--admin", "--password-stdin",
        input=pages.PASSWORD + "\n")
    server.command("user", "add", SENDER, "--name", "Bea Berg", "--password-stdin", input=pages.PASSWORD + "\n")
    for name, rules in {"Praxis": ["attachments=always", "password-length=20"], "Labor": ["attachments=ask"]}.items():
        server.command("group", "add", name)
        server.command("group", "set", name, *rules)
        server.command("group", "member", "add", name, SENDER)

    # The settings: a contradiction first, and nothing that was typed is lost.
    browser = make_browser(language=language, **look)
    pages.sign_in(browser, server)
    chosen(browser, language)
    browser.get(f"{server.url}/admin/deliveries")
    assert words["highest"] in browser.one("[name='deliveries.level'] option:checked").text
    browser.assert_accessible()
    browser.screenshot(f"policies-{language}-settings")
    browser.one("[name='deliveries.levels'] option[value='1']").click()
    browser.one("[name='deliveries.level'] option[value='2']").click()
    browser.one("[name='deliveries.allowed-file-types']").send_keys("pdf, exe")
    browser.one("[name='deliveries.forbidden-file-types']").send_keys(".EXE")
    browser.one("[name='deliveries.forbidden-recipient-domains']").send_keys("weg.test")
    browser.submit("main form .button-primary")
    assert words["level"] in browser.one("[id='deliveries.level-error']").text
    assert words["contradiction"] in browser.one("[id='deliveries.forbidden-file-types-error']").text
    assert browser.one("[name='deliveries.levels']").get_attribute("value") == "1"
    browser.assert_accessible()
    browser.screenshot(f"policies-{language}-contradiction")
    browser.one("[name='deliveries.level'] option[value='highest']").click()
    browser.fill("[name='deliveries.allowed-file-types']", "")
    browser.fill("[name='deliveries.password-length']", "12")
    browser.submit("main form .button-primary")
    assert not browser.all(".field-error")
    assert browser.one("[name='deliveries.forbidden-file-types']").get_attribute("value") == "exe"
    for path in ("security", "add-ins"):
        browser.get(f"{server.url}/admin/{path}")
        browser.assert_accessible()
        browser.screenshot(f"policies-{language}-{path}")

    # The rules of a group name what the settings say; the user's page says where each comes from.
    browser.get(f"{server.url}/admin/groups/{server.json('group', 'show', 'Praxis')['id']}/rules")
    assert ".exe" in browser.text
    browser.assert_accessible()
    browser.screenshot(f"policies-{language}-rules")
    browser.one("[name='sender-domains']").send_keys("praxis.example")
    browser.submit("main form .button-primary")
    assert not browser.all(".field-error")
    browser.submit(".row-link[href^='/admin/users/']")
    browser.submit("a[href$='/policy']")
    assert all(words[one] in browser.text for one in ("settings", "group", "guard"))
    assert browser.all("a[href='/admin/deliveries#deliveries.levels']")
    browser.assert_accessible()
    browser.screenshot(f"policies-{language}-user")

    # The sender is told at once, without asking the server about it.
    sender = make_browser(language=language, **look)
    pages.sign_in(sender, server, email=SENDER)
    chosen(sender, language)
    sender.get(f"{server.url}/deliveries/new")
    assert words["sender"] in sender.one("#sender").text and words["password"] in sender.text
    sender.wait_for("#recipients-input").send_keys("c@weg.test;d@gut.test;e@sub.WEG.test;")
    wait_until(lambda: len(sender.all(".chip-bad")) == 2, lambda: sender.text)
    assert words["recipient"] in sender.text
    assert sender.one("#send").get_attribute("aria-disabled") == "true"
    file = tmp_path / "Setup.EXE"
    file.write_bytes(b"MZ")
    pages.choose_files(sender, file)
    sender.wait_for_text(words["file"])
    assert not sender.all("#uploads > li")
    sender.assert_accessible()
    sender.screenshot(f"policies-{language}-compose")


@pytest.mark.parametrize(("language", "dark"), [("de", False), ("en", True)], ids=["de-light", "en-dark"])
def test_the_pane_of_outlook_tells_the_rules_and_wears_the_logo(server, make_outlook, tmp_path, language, dark):
    words = WORDS[language]
    installation = AddInInstallation(server)
    logo = tmp_path / "logo.png"
    logo.write_bytes(pictures.logo())
    server.command("setting", "set", "organisation.name", "Muster & Söhne")
    server.command("logo", "set", logo)
    server.settings(
        deliveries_forbidden__file__types="exe", deliveries_forbidden__recipient__domains="weg.test", addins_policy="always",
        addins_policy__size=0, addins_policy__types="dwg")
    mail = make_outlook(
        installation.url, language=language, dark=dark, width=320, height=700,
        roaming={"depesche-token": installation.token},
        mail={"subject": "Unterlagen", "body": BODY, "to": [person("bea@weg.test"), person("carl@gut.test")],
              "attachments": [attachment("a", "Plan.DWG", b"x" * 2000)]}).open()
    picture = mail.wait_for(".brand img")
    wait_until(
        lambda: mail.execute_script("return arguments[0].complete && arguments[0].naturalWidth", picture) == 240,
        lambda: "the logo")
    assert picture.get_attribute("alt") == "Muster & Söhne" and picture.size["height"] <= 40
    assert words["pane"] in mail.text and words["type"] in mail.text
    file = tmp_path / "Setup.EXE"
    file.write_bytes(b"MZ")
    mail.drop_files(file)
    mail.wait_for_text(words["file"])
    assert not mail.all("#uploads > li") and installation.drafts() == []
    good = tmp_path / "Plan.pdf"
    good.write_bytes(b"%PDF")
    mail.drop_files(good)
    mail.wait_for_files(1)
    assert mail.one("#insert").get_attribute("aria-disabled") == "true" and words["obstacle"] in mail.text
    mail.assert_accessible()
    assert mail.execute_script("return document.documentElement.scrollWidth <= innerWidth"), "the pane scrolls sideways"
    mail.screenshot(f"policies-{language}-pane")
    # The handler that sees the mail leave knows the kind of the attachment, too.
    answer, _ = mail.send()
    assert not answer["allowEvent"] and words["type"] in answer["errorMessage"]
