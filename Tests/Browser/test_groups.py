"""Groups and their rules as an administrator and a sender see them, in both languages."""

import pytest

from harness import pages

SENDER = "bea@kunde.example"

WORDS = {
    "de": dict(
        contradiction="zugleich erlaubt und verboten", saved="Gespeichert.", none="Für ihre Mitglieder gelten die",
        source="Aus der Gruppe", outvoted="weniger großzügig", limits="Nicht erlaubt sind: .exe",
        refused="gehört zu einer Art von Dateien", nobody="Zu dieser Adresse gibt es kein Konto"),
    "en": dict(
        contradiction="both allowed and forbidden", saved="Saved.", none="For its members the settings hold",
        source="From the group", outvoted="less generous", limits="Not allowed are: .exe",
        refused="is of a kind that you may not send", nobody="There is no account with that address"),
}


@pytest.mark.parametrize(("language", "look"), [
    pytest.param("de", dict(width=1280, height=1000), id="de"),
    pytest.param("en", dict(width=390, height=844), id="en-phone"),
])
def test_a_group_from_its_making_to_a_refused_file(make_browser, make_server, tmp_path, language, look):
    words = WORDS[language]
    server = make_server().start()
    server.command(
        "user", "add", pages.ADMINISTRATOR, "--name", "Anna Ährens", "--admin", "--password-stdin",
        input=pages.PASSWORD + "\n")
    server.command("user", "add", SENDER, "--name", "Bea Berg", "--password-stdin", input=pages.PASSWORD + "\n")
    server.command("group", "add", "Aushilfen")
    server.command("group", "set", "Aushilfen", "longest-lifetime-days=7", "lifetime-days=3", "most-recipients=5")
    server.command("group", "member", "add", "Aushilfen", SENDER)

    browser = make_browser(language=language, **look)
    pages.sign_in(browser, server)
    if browser.execute_script("return document.documentElement.lang") != language:
        browser.submit("footer form[action$=language] button")
    browser.get(f"{server.url}/admin/groups")
    browser.assert_accessible()
    browser.screenshot(f"groups-{language}-list")
    browser.submit("a[href='/admin/groups/new']")
    browser.assert_accessible()
    browser.fill("[name=name]", "aushilfen")
    browser.submit("main form .button-primary")
    assert browser.one("[name=name]").get_attribute("value") == "aushilfen" and browser.all(".field-error")
    browser.fill("[name=name]", "Praxis Nord")
    browser.submit("main form .button-primary")
    assert words["none"] in browser.text
    browser.fill("[name=email]", "niemand@kunde.example")
    browser.submit("form[action$='/members'] button")
    assert words["nobody"] in browser.one(".field-error").text
    browser.assert_accessible()
    browser.fill("[name=email]", SENDER)
    browser.submit("form[action$='/members'] button")
    assert "Bea Berg" in browser.text

    # The rules: a contradiction first, and nothing that was typed is lost.
    browser.submit("a[href$='/rules']")
    browser.assert_accessible()
    browser.screenshot(f"groups-{language}-rules")
    browser.one("[name=levels] option[value='2']").click()
    browser.fill("[name=longest-lifetime-days]", "30")
    browser.fill("[name=largest-file]", "20")
    browser.one("[name=allowed-file-types]").send_keys("pdf, exe")
    browser.one("[name=forbidden-file-types]").send_keys(".EXE")
    browser.submit("main form .button-primary")
    assert words["contradiction"] in browser.one("#forbidden-file-types-error").text
    assert browser.one("[name=largest-file]").get_attribute("value") == "20"
    assert browser.one("[name=levels]").get_attribute("value") == "2"
    browser.assert_accessible()
    browser.screenshot(f"groups-{language}-contradiction")
    browser.fill("[name=allowed-file-types]", "")
    browser.submit("main form .button-primary")
    assert words["saved"] in browser.text and "30" in browser.one(".facts").text
    browser.assert_accessible()
    browser.screenshot(f"groups-{language}-group")

    # Which rule holds for the sender, and where it comes from.
    browser.submit(".row-link[href^='/admin/users/']")
    browser.submit("a[href$='/policy']")
    assert words["source"] in browser.text and "Praxis Nord" in browser.text and words["outvoted"] in browser.text
    browser.assert_accessible()
    browser.screenshot(f"groups-{language}-policy")
    browser.get(f"{server.url}/admin/audit")
    assert "Praxis Nord" in browser.text
    browser.assert_accessible()

    # The sender is told before anything is uploaded.
    sender = make_browser(language=language, **look)
    pages.sign_in(sender, server, email=SENDER)
    if sender.execute_script("return document.documentElement.lang") != language:
        sender.submit("footer form[action$=language] button")
    sender.get(f"{server.url}/deliveries/new")
    sender.wait_for("#recipients-input")
    assert words["limits"] in sender.text
    assert [box.get_attribute("value") for box in sender.all("[name=level]")] == ["2"]
    assert sender.one("[name=level]").is_selected()
    assert sender.one("#lifetimeDays").get_attribute("value") == "3"
    sender.assert_accessible()
    file = tmp_path / "Setup.EXE"
    file.write_bytes(b"MZ")
    pages.choose_files(sender, file)
    sender.wait_for_text(words["refused"])
    sender.screenshot(f"groups-{language}-compose")
