"""A shared mailbox in the browser: set up, sent from, seen and withdrawn by another member; in both languages."""

import pytest

from harness import pages

BEA, CARL = "bea@kunde.example", "carl@kunde.example"
BOX = "buchhaltung@kunde.example"

WORDS = {
    "de": dict(
        none="keine eigene Adresse", taken="gibt es schon ein Konto", saved="Gespeichert.", own="Eigene",
        sent_as="Gesendet als Buchhaltung", by="von Bea Berg", withdrawn="zurückgezogen", gone="nicht, oder nicht mehr",
        in_use="gehören noch Zustellungen", foreign="gehören Sie nicht"),
    "en": dict(
        none="no address of its own", taken="There already is an account", saved="Saved.", own="My own",
        sent_as="Sent as Buchhaltung", by="by Bea Berg", withdrawn="withdrawn", gone="or no longer do",
        in_use="still belong to this shared mailbox", foreign="do not belong to this shared mailbox"),
}


def _signed_in(make_browser, server, language, email, **look):
    browser = make_browser(language=language, **look)
    pages.sign_in(browser, server, email=email)
    if browser.execute_script("return document.documentElement.lang") != language:
        browser.submit("footer form[action$=language] button")
    return browser


@pytest.mark.parametrize(("language", "look"), [
    pytest.param("de", dict(width=1280, height=1000), id="de"),
    pytest.param("en", dict(width=390, height=844), id="en-phone"),
])
def test_a_mailbox_from_its_making_to_a_withdrawal(make_browser, make_server, make_sink, tmp_path, language, look):
    words = WORDS[language]
    server = make_server().start()
    sink = make_sink()
    for email, name, options in (
            (pages.ADMINISTRATOR, "Anna Ährens", ["--admin"]), (BEA, "Bea Berg", []), (CARL, "Carl Cohn", [])):
        server.command(
            "user", "add", email, "--name", name, *options, "--password-stdin", input=pages.PASSWORD + "\n")
    pages.connect(server, sink.port)
    server.command("group", "add", "Buchhaltung")
    for member in (BEA, CARL):
        server.command("group", "member", "add", "Buchhaltung", member)

    # The administrator gives the group its address.
    admin = _signed_in(make_browser, server, language, pages.ADMINISTRATOR, **look)
    admin.get(f"{server.url}/admin/groups")
    admin.submit(".row-link[href^='/admin/groups/']")
    group = admin.current_url
    assert words["none"] in admin.text
    admin.submit("a[href^='/admin/groups/'][href$='/mailbox']")
    admin.assert_accessible()
    admin.fill("[name=mailbox]", CARL)
    admin.submit("main form .button-primary")
    assert words["taken"] in admin.one("#mailbox-error").text
    assert admin.one("[name=mailbox]").get_attribute("value") == CARL
    admin.assert_accessible()
    admin.fill("[name=mailbox]", BOX)
    admin.screenshot(f"mailboxes-{language}-set-up")
    admin.submit("main form .button-primary")
    assert words["saved"] in admin.text and BOX in admin.text
    admin.assert_accessible()
    admin.screenshot(f"mailboxes-{language}-group")

    # The administrator is in no group, and has no choice; Bea has one, and sees at once what recipients will see.
    admin.get(f"{server.url}/deliveries/new")
    assert not admin.all("#from")
    bea = _signed_in(make_browser, server, language, BEA, **look)
    pages.begin_delivery(bea, server, "rita@elsewhere.test,", "Mahnung", "Guten Tag")
    assert [option.get_attribute("value") for option in bea.all("#from option")] == [BEA, BOX]
    assert BEA in bea.one(".seen-as").text and BOX not in bea.one(".seen-as").text
    bea.one(f"#from option[value='{BOX}']").click()
    assert BOX in bea.one(".seen-as").text and BEA not in bea.one(".seen-as").text
    bea.assert_accessible()
    bea.screenshot(f"mailboxes-{language}-compose")
    file = tmp_path / "Mahnung.pdf"
    file.write_bytes(b"Inhalt" * 100)
    pages.choose_files(bea, file)
    pages.wait_for_uploads(bea, 1)
    pages.finish_delivery(bea)
    delivery = bea.current_url.split("?")[0]
    assert words["sent_as"] in bea.one("#sent-as").text and words["by"] in bea.one("#sent-as").text
    [mail] = sink.wait_for(1)
    assert mail["From"].addresses[0].addr_spec == BOX and mail["From"].addresses[0].display_name == "Buchhaltung"

    # Carl finds it in the list of the mailbox, not in his own, and takes it back.
    carl = _signed_in(make_browser, server, language, CARL, **look)
    carl.get(f"{server.url}/deliveries")
    assert "Mahnung" not in carl.text and words["own"] in carl.one(".mailboxes [aria-current]").text
    carl.submit(f".mailboxes a[href*='mailbox=']")
    assert "Mahnung" in carl.text and words["by"] in carl.text
    carl.assert_accessible()
    carl.screenshot(f"mailboxes-{language}-list")
    carl.submit(".row-link")
    assert carl.current_url == delivery
    carl.assert_accessible()
    carl.screenshot(f"mailboxes-{language}-delivery")
    carl.submit("a[href$='/withdraw']")
    # Bea has the same page open; the one who comes second is told.
    bea.get(f"{delivery}/withdraw")
    carl.submit("main form .button-danger")
    story = carl.one(".timeline").text
    assert "(Carl Cohn)" in story and "(Bea Berg)" in story and "Sie haben" not in story and "You " not in story
    carl.screenshot(f"mailboxes-{language}-withdrawn")
    bea.submit("main form .button-danger")
    assert bea.all(".error-summary, .notice-bad, [role=alert]")
    bea.assert_accessible()
    bea.screenshot(f"mailboxes-{language}-second")

    # Out of the group: a draft that was meant for it asks for another sender, and nothing of the mailbox is seen.
    bea.get(f"{server.url}/deliveries/new")
    bea.wait_for("#recipients-input").send_keys("rita@elsewhere.test,")
    bea.one("#subject").send_keys("Zweite Mahnung")
    bea.one(f"#from option[value='{BOX}']").click()
    bea.submit("#save")
    draft = bea.current_url.split("?")[0]
    assert bea.one("#from").get_attribute("value") == BOX
    server.command("group", "member", "remove", "Buchhaltung", BEA)
    bea.get(draft)
    assert bea.one("#from").get_attribute("value") == "-" and words["gone"] in bea.one(".seen-as").text
    bea.assert_accessible()
    bea.screenshot(f"mailboxes-{language}-gone")
    bea.get(f"{server.url}/deliveries?mailbox={BOX}")
    assert words["foreign"] in bea.one("#foreign").text and not bea.all(".mailboxes")
    bea.assert_accessible()

    # The group cannot go without somebody who takes its deliveries over.
    admin.get(f"{group}/remove")
    admin.assert_accessible()
    admin.submit("main form .button-danger")
    assert words["in_use"] in admin.one("#handOverTo-error").text
    admin.assert_accessible()
    admin.screenshot(f"mailboxes-{language}-remove")
    server.command("group", "add", "Empfang")
    server.command("group", "mailbox", "Empfang", "empfang@kunde.example")
    admin.get(f"{group}/remove")
    admin.one("[name=handOverTo] option[value='empfang@kunde.example']").click()
    admin.submit("main form .button-danger")
    assert words["saved"] in admin.text and "Empfang" in admin.text
