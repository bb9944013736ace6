"""The virus scan as people see it: the sender, the recipient and the administrator, with a real clamd."""

import os
import signal

from harness import pages
from harness.clamav import EICAR
from harness.tools import wait_until


def test_a_scan_as_everybody_sees_it(make_browser, server, sink, clamav, tmp_path):
    sender = make_browser(language="de")
    pages.set_up(sender, server)
    pages.connect(server, sink.port, host="127.0.0.1")

    # The administrator sets the scanner: a mistake first.
    sender.get(f"{server.url}/admin/scan")
    sender.assert_accessible()
    sender.fill("[name='scan.clamd']", "kein/pfad")
    sender.submit("form[action='/admin/scan'] .button-primary")
    assert "weder der Pfad eines Sockets" in sender.one(".field-error").text
    assert sender.one("[name='scan.clamd']").get_attribute("value") == "kein/pfad"
    sender.fill("[name='scan.clamd']", str(clamav.socket))
    sender.submit("form[action='/admin/scan'] .button-primary")
    assert not sender.all(".field-error"), sender.text
    sender.submit("form[action='/admin/scan/try'] button")
    assert "Der Virenscanner antwortet." in sender.text and "ClamAV" in sender.one("#result").text
    sender.assert_accessible()

    # Files that are still being looked at.
    os.kill(clamav._process.pid, signal.SIGSTOP)
    good = tmp_path / "Bericht.txt"
    good.write_text("Nichts als Worte")
    pages.begin_delivery(sender, server, "bea@elsewhere.test;", "Der Bericht")
    pages.choose_files(sender, good)
    pages.wait_for_uploads(sender, 1)
    pages.finish_delivery(sender)
    assert "Die Dateien werden auf Viren geprüft" in sender.one("#scan").text
    assert "Wird auf Viren geprüft" in sender.one("#state").text
    sender.assert_accessible()
    sender.screenshot("scan-sender-checking")
    [mail] = sink.wait_for(1)
    recipient = make_browser(language="en")
    recipient.get(pages.link_in(mail))
    assert "are being checked for viruses" in recipient.text
    assert not recipient.all("[aria-labelledby=files-heading] button")
    recipient.assert_accessible()
    recipient.screenshot("scan-recipient-checking")
    # Both pages renew themselves.
    os.kill(clamav._process.pid, signal.SIGCONT)
    recipient.wait_for("[aria-labelledby=files-heading] .actions button")
    assert "checked for viruses" not in recipient.one("[aria-labelledby=files-heading]").text
    wait_until(lambda: not sender.all("#scan"), "the sender's page without the notice")
    sender.wait_for_text("Die Dateien sind auf Viren geprüft")
    recipient.one("[aria-labelledby=files-heading] .actions button").click()
    assert recipient.wait_for_download("Bericht.txt").read_text() == "Nichts als Worte"
    # Waiting for it is no visit: there was one, when the page was opened.
    sender.get(sender.current_url)
    assert "Besuche" not in sender.text

    # A file that is found while it is still a draft.
    evil = tmp_path / "eicar.com"
    evil.write_bytes(EICAR)
    pages.begin_delivery(sender, server, "carl@elsewhere.test;", "Die Rechnung")
    pages.choose_files(sender, evil)
    pages.wait_for_uploads(sender, 1)
    draft = wait_until(
        lambda: [mail for mail in sink.mails if "Virenscanner" in mail["Subject"]], "the mail about the find")
    assert len(draft) == 1
    # Nobody has to press a button to learn it: the page asks by itself, and a page without scripts says it when loaded.
    sender.wait_for_text("Entfernen Sie die Datei")
    assert "Eicar" in sender.one("#uploads .field-error").text
    wait_until(lambda: sender.one("#send").get_attribute("aria-disabled") == "true", "the send button, locked")
    assert "in denen der Virenscanner" in sender.one("#send-hint").text
    sender.assert_accessible()
    sender.screenshot("scan-compose-found")
    sender.get(sender.current_url)
    sender.wait_for_text("Entfernen Sie die Datei")
    plain = make_browser(language="de", javascript=False)
    pages.sign_in(plain, server)
    plain.get(sender.current_url)
    assert "Entfernen Sie die Datei" in plain.one("#uploads .field-error").text
    plain.submit("#send")
    assert "Entfernen Sie die Datei" in plain.one("#files-error, .error-summary").text

    # The start page leads there; removing it asks once.
    sender.get(f"{server.url}/admin")
    assert "Eine Datei ist wegen des Virenscanners angehalten" in sender.text
    sender.assert_accessible()
    sender.submit(".repairs a[href='/admin/scan']")
    assert "eicar.com" in sender.text
    sender.assert_accessible()
    sender.screenshot("scan-administration")
    sender.submit("a[href$='/remove']")
    assert "lässt sich nicht rückgängig machen" in sender.text
    sender.assert_accessible()
    sender.submit("main form .button-danger")
    assert "Die Datei ist entfernt." in sender.text and "eicar.com" not in sender.text
    sender.get(f"{server.url}/admin/audit")
    assert "Datei nach Virenfund entfernt" in sender.text
    sender.assert_quiet("422 (Unprocessable")
    recipient.assert_quiet()


def test_a_find_in_a_delivery_that_was_sent(make_browser, server, sink, clamav, tmp_path):
    sender = make_browser(language="en", width=390, dark=True)
    pages.set_up(sender, server)
    pages.connect(server, sink.port, host="127.0.0.1")
    server.command("setting", "set", "scan.clamd", str(clamav.socket))
    os.kill(clamav._process.pid, signal.SIGSTOP)
    evil = tmp_path / "eicar.com"
    evil.write_bytes(EICAR)
    pages.begin_delivery(sender, server, "bea@elsewhere.test;", "The invoice")
    pages.choose_files(sender, evil)
    pages.wait_for_uploads(sender, 1)
    pages.finish_delivery(sender)
    os.kill(clamav._process.pid, signal.SIGCONT)
    sender.wait_for_text("Nobody can fetch the files until the administrators have decided")
    sender.get(f"{server.url}/deliveries")
    assert "Held" in sender.one("tbody tr").text
    sender.assert_accessible()
    sender.screenshot("scan-list-held")
    sender.submit("tbody a.row-link")
    sender.assert_accessible()
    sender.screenshot("scan-sender-held")
    [mail] = sink.wait_for(1, matching=lambda mail: "bea@elsewhere.test" in mail.recipients)
    recipient = make_browser(language="de", width=390)
    recipient.get(pages.link_in(mail))
    assert "werden zurückgehalten" in recipient.text
    recipient.assert_accessible()
    recipient.screenshot("scan-recipient-held")
    sender.get(f"{server.url}/admin/scan")
    sender.assert_accessible()
    sender.submit("a[href$='/release']")
    sender.assert_accessible()
    sender.submit("main form .button-danger")
    assert "The file is released." in sender.text
    recipient.get(pages.link_in(mail))
    recipient.one("[aria-labelledby=files-heading] .actions button").click()
    assert recipient.wait_for_download("eicar.com").read_bytes() == EICAR
