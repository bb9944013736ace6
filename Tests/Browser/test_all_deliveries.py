"""An auditor looks at everybody's deliveries: the list, narrowed, and one of them, without what stands in it."""

import pytest

from harness import pages
from harness.api import APIClient, Refused


@pytest.mark.parametrize(("language", "words"), [
    ("de", ("Alle Zustellungen", "Nichts gefunden", "Jahr-Monat-Tag", "Betreff und Nachricht sieht nur")),
    ("en", ("All deliveries", "Nothing found", "year-month-day", "Subject and message are seen only")),
])
def test_an_auditor_sees_all_deliveries_but_nothing_in_them(make_browser, server, make_sink, language, words):
    title, nothing, no_day, closed = words
    sink = make_sink()
    browser = make_browser(language="de")
    pages.set_up(browser, server)
    pages.connect(server, sink.port)
    for email, name, role in (
            ("clara@kunde.example", "Clara Neu", "sender"), ("pruefung@kunde.example", "Paul Prüfer", "auditor")):
        server.command(
            "user", "add", email, "--name", name, "--role", role, "--password-stdin", input=pages.PASSWORD + "\n")
    tokens = {
        email: server.json("token", "create", email, "--scope", "administer", "--scope", "send", "--scope", "read")
        for email in (pages.ADMINISTRATOR, )}
    clara = APIClient(
        server.port,
        server.json("token", "create", "clara@kunde.example", "--scope", "send", "--scope", "read")["token"])
    deliveries = []
    for api in (APIClient(server.port, tokens[pages.ADMINISTRATOR]["token"]), clara):
        deliveries.append(api.draft("bernd@praxis.example", subject="GEHEIMSACHE", message="STRENG VERTRAULICH"))
        api.upload(deliveries[-1], "Befund <1>.pdf", b"Inhalt" * 1000)
        api.send(deliveries[-1])
    sink.wait_for(2)

    browser = make_browser(language="de")
    pages.sign_in(browser, server, "pruefung@kunde.example")
    browser.get(f"{server.url}/admin")
    if language == "en":
        browser.submit("footer form[action$=language] button")
        browser.get(f"{server.url}/admin")
    browser.submit(".admin-nav a[href='/admin/all-deliveries']")
    assert browser.one("h1").text == title
    assert len(browser.all("tbody tr")) == 2 and "GEHEIM" not in browser.page_source
    browser.assert_accessible()
    browser.screenshot(f"all-deliveries/list-{language}")
    browser.resize(360, 800)
    assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    browser.screenshot(f"all-deliveries/list-{language}-narrow")
    browser.resize(1280, 900)

    browser.get(f"{server.url}/admin/all-deliveries?from=1.1.2026")
    assert no_day in browser.text
    browser.assert_accessible()
    browser.get(f"{server.url}/admin/all-deliveries?sender=%3Cscript%3E&state=drafts")
    assert nothing in browser.text
    browser.get(f"{server.url}/admin/all-deliveries")
    browser.fill("#sender", "clara")
    browser.submit("form[role=search] button")
    assert len(browser.all("tbody tr")) == 1

    browser.submit("tbody a.row-link")
    assert closed in browser.text and "Befund _1_.pdf" in browser.text and "bernd@praxis.example" in browser.text
    assert "GEHEIM" not in browser.page_source and "VERTRAULICH" not in browser.page_source
    assert not browser.all("main form")
    browser.assert_accessible()
    browser.screenshot(f"all-deliveries/one-{language}")
    browser.resize(360, 800)
    assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    browser.screenshot(f"all-deliveries/one-{language}-narrow")

    # The look is in the audit trail, and the interface tells the same.
    boss = APIClient(server.port, tokens[pages.ADMINISTRATOR]["token"])
    [look] = boss.call("GET", "/audit?action=delivery-viewed")["items"]
    assert look["target"] == deliveries[1]
    auditor = APIClient(
        server.port, server.json("token", "create", "pruefung@kunde.example", "--scope", "administer")["token"])
    listed = auditor.call("GET", "/all-deliveries?sender=clara&state=open")
    assert [row["id"] for row in listed["items"]] == [deliveries[1]] and "subject" not in listed["items"][0]
    one = auditor.call("GET", f"/all-deliveries/{deliveries[1]}")
    assert one["files"][0]["name"] == "Befund _1_.pdf" and "GEHEIM" not in str(one)
    for path in ("/all-deliveries?state=drafts", "/all-deliveries?from=yesterday", "/all-deliveries?subject=a"):
        with pytest.raises(Refused) as error:
            auditor.call("GET", path)
        assert error.value.status == 422
    with pytest.raises(Refused) as error:
        clara.call("GET", "/all-deliveries")
    assert error.value.status == 403
    browser.assert_quiet()
