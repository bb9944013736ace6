"""Records as people use them: the audit trail searched, verified and exported, and the receipt of a delivery."""

import csv
import io

import pytest

from harness import pages
from harness.api import APIClient, Visitor


@pytest.mark.parametrize(("language", "words"), [
    ("de", ("Zustellung gesendet", "Geprüft bis Nr.", "Nichts gefunden", "Jahr-Monat-Tag")),
    ("en", ("Delivery sent", "Verified up to no.", "Nothing found", "year-month-day")),
])
def test_the_audit_trail_is_searched_verified_and_exported(make_browser, server, make_sink, language, words):
    sent, verified, nothing, no_day = words
    sink = make_sink()
    browser = make_browser(language="de")
    pages.set_up(browser, server)
    pages.connect(server, sink.port)
    pages.begin_delivery(browser, server, "bernd@praxis.example", "Unterlagen", "Guten Tag")
    pages.finish_delivery(browser)
    browser.get(f"{server.url}/admin/audit")
    if language == "en":
        browser.submit("footer form[action$=language] button")
        browser.get(f"{server.url}/admin/audit")
    assert sent in browser.text
    browser.assert_accessible()
    browser.screenshot(f"records/audit-{language}")

    # Narrowed by topic and day; what is no day is told beside the field and stays there.
    browser.get(f"{server.url}/admin/audit?topic=deliveries")
    assert [row.text.splitlines()[0] for row in browser.all("tbody th")] == [sent]
    browser.get(f"{server.url}/admin/audit?topic=deliveries&from=2199-01-01")
    assert nothing in browser.text
    browser.assert_accessible()
    browser.get(f"{server.url}/admin/audit?from=31.12.2026")
    assert no_day in browser.text
    browser.assert_accessible()
    browser.get(f"{server.url}/admin/audit")
    browser.fill("#target", "setup")
    browser.submit("form[role=search] button")
    assert browser.all("tbody tr") and sent not in browser.text

    browser.submit("a[href*='verify=1']")
    assert verified in browser.text
    browser.assert_accessible()
    browser.screenshot(f"records/audit-verified-{language}")

    browser.get(f"{server.url}/admin/audit?topic=deliveries")
    browser.one("button[value=csv]").click()
    rows = list(csv.reader(io.StringIO(browser.wait_for_download("audit.csv").read_text("utf-8-sig"), newline="")))
    assert [row[2] for row in rows] == ["action", "delivery-sent"]
    browser.assert_quiet()


@pytest.mark.parametrize(("language", "words"), [
    ("de", ("Nachweis einer Zustellung", "Vollständig übertragen", "Als Seite")),
    ("en", ("Receipt of a delivery", "Transferred completely", "As a page")),
])
def test_a_sender_gets_a_receipt_of_what_was_fetched(make_browser, server, make_sink, language, words):
    title, transferred, button = words
    sink = make_sink()
    browser = make_browser(language="de")
    pages.set_up(browser, server)
    pages.connect(server, sink.port)
    token = server.json("token", "create", pages.ADMINISTRATOR, "--scope", "send", "--scope", "read")["token"]
    api = APIClient(server.port, token)
    delivery = api.draft("bernd@praxis.example", "clara@amt.example", subject="Ihre <Unterlagen>", message="Guten Tag")
    api.upload(delivery, "Befund.pdf", b"Inhalt" * 1000)
    api.send(delivery)
    [mail] = sink.wait_for(1, matching=lambda mail: "bernd@praxis.example" in mail.recipients[0])
    visitor = Visitor(server.port)
    assert visitor.request("GET", visitor.download_address(pages.link_in(mail)))[0] == 200
    browser.get(f"{server.url}/deliveries/{delivery}")
    if language == "en":
        browser.submit("footer form[action$=language] button")
        browser.get(f"{server.url}/deliveries/{delivery}")
    assert button in browser.text
    browser.assert_accessible()
    browser.screenshot(f"records/delivery-{language}")
    browser.one("a[href$='receipt.html']").click()
    file = browser.wait_for_download(f"receipt-{delivery}.html")
    key = server.json("receipt", "key")[0]["publicKey"]
    server.command("receipt", "verify", file, "--key", key)

    # The key is where the receipt says.
    browser.get(f"{server.url}/genuine")
    assert key in browser.text
    browser.get(f"file://{file}")
    assert title in browser.text and transferred in browser.text and "Ihre <Unterlagen>" in browser.text
    browser.assert_accessible()
    browser.screenshot(f"records/receipt-{language}")
    browser.resize(320, 640)
    assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    browser.screenshot(f"records/receipt-{language}-narrow")
