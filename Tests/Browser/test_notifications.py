"""Administration → System → E-mail and other notifications, as an administrator uses it."""

import pytest

from harness import pages

REASONS = {
    "de": ["Mails an Empfänger gehen immer sofort hinaus", "Mails zum eigenen Konto gehen immer sofort hinaus",
           "Immer und sofort: Solange niemand davon weiß"],
    "en": ["Mail to recipients always leaves at once", "Mail about an own account always leaves at once",
           "Always and at once: as long as nobody knows of it"],
}


@pytest.mark.parametrize("language", ["de", "en"])
def test_kinds_are_switched_and_led_elsewhere(make_browser, make_server, language):
    server = make_server().start()
    browser = make_browser(language=language)
    pages.set_up(browser, server)
    browser.get(f"{server.url}/admin/notifications")
    browser.assert_accessible()
    browser.screenshot(f"notifications-{language}")
    browser.resize(390, 844)
    browser.assert_accessible()
    browser.screenshot(f"notifications-narrow-{language}")
    browser.resize(1280, 900)

    # Only certain addresses, and none named: said beside the field, and what was chosen stays.
    choose(browser, "notify.undeliverable.to", "addresses")
    browser.click_radio("[id='notify.withdrawn']")
    browser.submit(".actions button[type=submit]")
    assert browser.one("[id='notify.undeliverable.addresses-error']").text
    assert browser.one("[id='notify.withdrawn']").is_selected()
    assert value(browser, "notify.undeliverable.to") == "addresses"
    browser.assert_accessible()
    browser.fill("[id='notify.undeliverable.addresses']", "it@kunde.example, Post@Kunde.example")
    choose(browser, "notify.language", "sender")
    # What can wait may be gathered, for as long as one setting says.
    assert value(browser, "notify.undeliverable.when") == "at-once"
    assert value(browser, "notify.downloaded.when") == "gathered"
    choose(browser, "notify.undeliverable.when", "gathered")
    choose(browser, "notify.storage-low.when", "gathered")
    browser.fill("[id='notify.gather-minutes']", "45")
    browser.submit(".actions button[type=submit]")
    settings = {entry["key"]: entry.get("value") for entry in server.json("setting", "list")}
    assert settings["notify.undeliverable.to"] == "addresses" and settings["notify.withdrawn"] == "true"
    assert settings["notify.undeliverable.addresses"] == "it@kunde.example, Post@kunde.example"
    assert settings["notify.language"] == "sender"
    assert settings["notify.undeliverable.when"] == settings["notify.storage-low.when"] == "gathered"
    assert settings["notify.gather-minutes"] == "45" and value(browser, "notify.gather-minutes") == "45"
    assert value(browser, "notify.undeliverable.when") == "gathered"
    assert value(browser, "notify.undeliverable.addresses") == "it@kunde.example, Post@kunde.example"
    # What somebody waits for has no switch.
    for kind in ("code", "invitation", "password-forgotten", "delivery"):
        assert not browser.all(f"[id='notify.{kind}']")
    # Nor can it wait, and the page says why.
    for kind in ("code", "invitation", "password-forgotten", "password-changed", "new-sign-in", "delivery", "virus-found"):
        assert not browser.all(f"[id='notify.{kind}.when']")
    words = browser.one("main").text
    for reason in REASONS[language]:
        assert reason in words
    browser.assert_quiet("422")


def choose(browser, name, choice):
    browser.one(f"[id='{name}'] option[value={choice}]").click()


def value(browser, name):
    return browser.one(f"[id='{name}']").get_property("value")
