"""The administration's overview and reports, as an administrator reads them."""

import csv
import io

import pytest

from harness import pages
from harness.api import APIClient, Visitor

WORDS = {
    "de": ("Übergeben in 24 Stunden", "Als Tabelle", "Zwölf Monate", "Als CSV", "Ohne zweiten Faktor"),
    "en": ("Handed over in 24 hours", "As a table", "Twelve months", "As CSV", "Without a second factor"),
}


def deliver(server, sink, count=3):
    """Deliveries of the administrator, the first one fetched."""
    pages.connect(server, sink.port)
    token = server.json(
        "token", "create", pages.ADMINISTRATOR, "--scope", "send", "--scope", "read", "--scope", "administer")["token"]
    api = APIClient(server.port, token)
    for number in range(count):
        delivery = api.draft(f"bernd{number}@praxis.example", "clara@amt.example", subject="Unterlagen", message="Guten Tag")
        api.upload(delivery, "Befund.pdf", b"Inhalt" * 20000)
        api.send(delivery)
    mails = sink.wait_for(count * 2)
    visitor = Visitor(server.port)
    assert visitor.request("GET", visitor.download_address(pages.link_in(mails[0])))[0] == 200


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_overview_and_the_reports_tell_how_it_goes(make_browser, server, make_sink, language):
    sent, as_table, twelve, as_csv, factor = WORDS[language]
    sink = make_sink()
    browser = make_browser(language=language)
    pages.set_up(browser, server)
    deliver(server, sink)
    browser.get(f"{server.url}/admin")
    assert sent in browser.text and factor in browser.text
    # Each chart has a name, a summary and a table of the same numbers.
    charts = browser.all("svg.chart-bars")
    assert len(charts) == 7 and all(chart.get_attribute("aria-label") for chart in charts)
    tables = browser.all("details.chart-table")
    assert len(tables) == 3
    browser.assert_accessible()
    browser.screenshot(f"dashboard/overview-{language}")
    for table in tables:
        table.find_element("css selector", "summary").click()
    cells = [int(cell.text) for cell in tables[0].find_elements("css selector", "tbody tr td:nth-child(2)")]
    assert len(cells) == 24 and sum(cells) == 6
    assert as_table in browser.text
    browser.assert_accessible()
    browser.resize(390, 844)
    browser.get(f"{server.url}/admin")
    assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    browser.assert_accessible()
    browser.screenshot(f"dashboard/overview-narrow-{language}")

    browser.resize(1280, 900)
    browser.get(f"{server.url}/admin/reports")
    assert "Anna Ährens" in browser.text and twelve in browser.text and not browser.all("#by-group")
    server.command("group", "add", "Praxis Süd")
    server.command("group", "member", "add", "Praxis Süd", pages.ADMINISTRATOR)
    browser.get(f"{server.url}/admin/reports")
    assert "Praxis Süd" in browser.text
    browser.assert_accessible()
    browser.screenshot(f"dashboard/reports-{language}")
    browser.one("button[value=csv]").click()
    month = browser.one("#month").get_property("value")
    file = browser.wait_for_download(f"report-{month}.csv")
    rows = list(csv.reader(io.StringIO(file.read_text("utf-8-sig"), newline="")))
    assert [row[4:7] for row in rows] == [["deliveries", "recipients", "files"], ["3", "6", "3"]]
    assert as_csv in browser.text
    browser.resize(390, 844)
    browser.get(f"{server.url}/admin/reports")
    assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    browser.screenshot(f"dashboard/reports-narrow-{language}")
    browser.resize(1280, 900)
    browser.submit("tbody th a")
    assert "Anna Ährens" in browser.one("h1").text
    browser.assert_accessible()
    browser.screenshot(f"dashboard/report-user-{language}")
    browser.assert_quiet()


def test_the_overview_in_the_dark_with_trouble(make_browser, server, make_sink, tmp_path):
    sink = make_sink()
    browser = make_browser(language="de", dark=True)
    pages.set_up(browser, server)
    deliver(server, sink)
    # Nobody listens any more: what is sent now is put off.
    server.command("setting", "set", "smtp.port", "1")
    server.command("setting", "set", "scan.clamd", str(tmp_path / "nobody.sock"))
    server.command("domain", "add", "muster.example", environment=None)
    browser.get(f"{server.url}/admin")
    assert "muster.example" in browser.text
    browser.assert_accessible()
    browser.screenshot("dashboard/overview-dark")
    browser.get(f"{server.url}/admin/reports")
    browser.assert_accessible()
    browser.screenshot("dashboard/reports-dark")


def test_an_auditor_sees_the_numbers_and_a_domain_manager_only_mail(make_browser, server):
    browser = make_browser(language="de")
    pages.set_up(browser, server)
    for address, role in (("pia@kunde.example", "auditor"), ("dora@kunde.example", "domain-manager")):
        server.command(
            "user", "add", address, "--name", role, "--role", role, "--password-stdin", input=pages.PASSWORD + "\n")
    for address, seen, unseen in (
            ("pia@kunde.example", ["Zustellungen", "Speicher", "Benutzer"], []),
            ("dora@kunde.example", ["Mail"], ["part-storage", "part-users", "part-deliveries"])):
        browser.delete_all_cookies()
        pages.sign_in(browser, server, address)
        browser.get(f"{server.url}/admin")
        headings = [heading.text for heading in browser.all("main h2")]
        assert set(seen) <= set(headings), headings
        assert not [name for name in unseen if browser.all(f"#{name}")]
        browser.assert_accessible()
        browser.get(f"{server.url}/admin/reports")
        assert bool(browser.all("#by-user")) == (not unseen)
