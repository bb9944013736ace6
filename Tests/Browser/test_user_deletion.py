"""An administrator deletes an account: what it has, the choice, mistakes, and who has the deliveries afterwards."""

import pytest

from harness import pages
from harness.api import APIClient


@pytest.mark.parametrize(("language", "words"), [
    ("de", ("Löschen …", "Konto endgültig löschen", "darf nicht leer bleiben", "kein anderes aktives Konto",
            "Das Konto ist gelöscht.", "in andere Hände übergegangen", "gelöscht")),
    ("en", ("Delete …", "Delete the account for good", "must not stay empty", "no other active account",
            "The account is deleted.", "passed into other hands", "deleted")),
])
def test_an_account_is_deleted_and_its_deliveries_handed_over(make_browser, server, make_sink, language, words):
    button, submit, required, nobody, done, story, state = words
    sink = make_sink()
    browser = make_browser(language="de")
    pages.set_up(browser, server)
    pages.connect(server, sink.port)
    for email, name in (("clara@kunde.example", "Clara Neu"), ("dora@kunde.example", "Dora <b>Fort</b>")):
        server.command("user", "add", email, "--name", name, "--password-stdin", input=pages.PASSWORD + "\n")
    token = server.json("token", "create", "dora@kunde.example", "--scope", "send", "--scope", "read")["token"]
    api = APIClient(server.port, token)
    delivery = api.draft("bernd@praxis.example", subject="Unterlagen")
    api.upload(delivery, "Befund.pdf", b"Inhalt" * 1000)
    api.send(delivery)
    api.draft("bernd@praxis.example", subject="Entwurf")

    browser.get(f"{server.url}/admin/users")
    if language == "en":
        browser.submit("footer form[action$=language] button")
        browser.get(f"{server.url}/admin/users")
    [leaver] = [user["id"] for user in server.json("user", "list") if user["email"] == "dora@kunde.example"]
    user = f"{server.url}/admin/users/{leaver}"
    browser.submit(f"a[href='/admin/users/{leaver}']")
    assert button in browser.text
    browser.assert_accessible()
    browser.get(f"{user}/delete")
    assert [value.text for value in browser.all("dl dd")] == ["1", "0", "0", "1", browser.all("dl dd")[4].text]
    browser.assert_accessible()
    browser.screenshot(f"users/delete-{language}")
    browser.resize(360, 800)
    assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    browser.screenshot(f"users/delete-{language}-narrow")
    browser.resize(1280, 900)

    # Nothing chosen, nobody named: told beside the fields, and nothing happens.
    browser.one("[name=confirm]").click()
    browser.submit("form[action$='/delete'] button.button-danger")
    assert required in browser.one("#deliveries-error").text
    browser.execute_script("document.querySelector('[name=deliveries]').value = 'hand-over'")
    browser.fill("[name=handOverTo]", "dora@kunde.example, <script>")
    browser.submit("form[action$='/delete'] button.button-danger")
    assert nobody in browser.one("#handOverTo-error").text
    assert browser.one("[name=handOverTo]").get_attribute("value") == "dora@kunde.example, <script>"
    browser.assert_accessible()
    browser.screenshot(f"users/delete-mistake-{language}")
    browser.fill("[name=handOverTo]", "clara@kunde.example")
    assert browser.one("form[action$='/delete'] button.button-danger").text == submit
    browser.submit("form[action$='/delete'] button.button-danger")
    assert done in browser.text and "Dora" not in browser.text
    browser.assert_accessible()

    # What is left is a name.
    browser.get(user)
    assert state in browser.text and not browser.all("a[href$='/delete']")
    browser.assert_accessible()
    browser.screenshot(f"users/deleted-{language}")
    heir = make_browser(language="de")
    pages.sign_in(heir, server, "clara@kunde.example")
    heir.get(f"{server.url}/deliveries/{delivery}")
    if language == "en":
        heir.submit("footer form[action$=language] button")
        heir.get(f"{server.url}/deliveries/{delivery}")
    assert story in heir.text
    heir.screenshot(f"users/handed-over-{language}")
    browser.assert_quiet("422 (Unprocessable")
