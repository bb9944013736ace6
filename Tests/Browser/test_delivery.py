"""The whole way of a delivery, as people go it, in a real browser and through a real mail server."""

import zipfile

import pytest

from harness import pages
from harness.tools import wait_until

MIB = 1 << 20


def open_letter(browser, link):
    """Opens a link and, where the page asks for it, presses the first button."""
    browser.get(link)
    if browser.all("[aria-labelledby=open-heading] button"):
        browser.submit("[aria-labelledby=open-heading] button")


def order(rows, names):
    """Which of the names stands in each row."""
    return [next((name for name in names if name in row.text), row.text) for row in rows]


def test_from_set_up_to_the_notification(make_server, make_browser, postfix, authority, tmp_path):
    server = make_server(DEPESCHE_CA_FILE=authority.certificate).start()
    sender = make_browser(language="de")
    pages.set_up(sender, server)
    pages.connect(server, postfix.port, "starttls", postfix.USER, postfix.PASSWORD)

    large, small = tmp_path / "Filmaufnahme groß.bin", tmp_path / "Übersicht.txt"
    digests = {path.name: pages.make_file(path, size) for path, size in ((large, 300 * MIB), (small, 12_345))}
    empty = tmp_path / "leer.txt"
    digests["leer.txt"] = pages.make_file(empty, 0)
    pages.begin_delivery(
        sender, server, "Bea Öztürk <bea@elsewhere.test>; carl@elsewhere.test;", "Grüße & Dateien",
        "Guten Tag,\n\nanbei alles. Mehr unter https://kunde.example/info", level=2)
    # Whose address recipients see stands above the button.
    assert pages.ADMINISTRATOR in sender.one(".seen-as").text
    pages.choose_files(sender, large, small, empty)
    pages.wait_for_uploads(sender, 3)
    # Listed as they were chosen, here and at the recipient's, whichever was announced or complete first.
    chosen = [large.name, small.name, empty.name]
    assert order(sender.all("#uploads > li"), chosen) == chosen
    assert "2" in sender.one("#send-label").text
    sender.assert_accessible()
    pages.finish_delivery(sender)

    mails = {mail.recipients[0]: mail for mail in postfix.wait_for(2)}
    bea = mails["bea@elsewhere.test"]
    assert bea.sender == pages.ADMINISTRATOR and "Grüße & Dateien" in bea["Subject"]
    # File names stand in mails of level 1 only.
    assert "Filmaufnahme" not in bea.raw.decode() and "Filmaufnahme" not in bea.text
    sender.wait_for_text("bea@elsewhere.test")

    recipient = make_browser(language="en")
    open_letter(recipient, pages.link_in(bea))
    assert "Anna Ährens" in recipient.text and "Muster & Söhne" in recipient.text
    recipient.assert_accessible()
    recipient.submit("[aria-labelledby=code-heading] button")
    [code] = postfix.wait_for(1, matching=lambda mail: mail["Subject"] != bea["Subject"] and "bea" in mail.recipients[0])
    digits = pages.code_in(code)
    # A wrong code first.
    recipient.fill("[name=code]", f"{(int(digits) + 1) % 1_000_000:06}")
    recipient.submit("[aria-labelledby=code-heading] .actions button")
    assert recipient.all(".field-error")
    recipient.fill("[name=code]", digits)
    recipient.submit("[aria-labelledby=code-heading] .actions button")
    assert "Filmaufnahme groß.bin" in recipient.text
    recipient.assert_accessible()

    rows = recipient.all("[aria-labelledby=files-heading] .files li")
    assert order(rows, chosen) == chosen

    # One file, then all as an archive.
    rows[0].find_element("css selector", "button").click()
    assert pages.sha256(recipient.wait_for_download("Filmaufnahme groß.bin")) == digests["Filmaufnahme groß.bin"]
    recipient.one("[aria-labelledby=files-heading] .actions button").click()
    wait_until(
        lambda: [path for path in recipient.downloads.glob("*.zip")] and not list(recipient.downloads.glob("*.crdownload")),
        "the archive", seconds=300)
    [archive] = recipient.downloads.glob("*.zip")
    with zipfile.ZipFile(archive) as opened:
        assert opened.namelist() == chosen
        opened.extractall(tmp_path / "unpacked")
    for name, digest in digests.items():
        assert pages.sha256(tmp_path / "unpacked" / name) == digest
    # The wrong code.
    recipient.assert_quiet("403 (Forbidden)")

    # The sender sees it without doing anything, and is told by mail.
    wait_until(
        lambda: all(cell.find_elements("css selector", ".status-good") for cell in sender.all("table.matrix tbody tr:first-child td")),
        lambda: f"the sender's page:\n{sender.text[:3000]}")
    [notice] = postfix.wait_for(1, matching=lambda mail: mail.recipients == [pages.ADMINISTRATOR])
    assert notice.sender == pages.SYSTEM_SENDER and "Bea Öztürk" in notice.text
    sender.assert_accessible()
    sender.assert_quiet()


@pytest.fixture
def composing(server, make_browser, sink, tmp_path):
    """A signed-in sender whose connection is slow enough to do something while a file is on its way."""
    browser = make_browser(language="de")
    pages.set_up(browser, server)
    pages.connect(server, sink.port, host="127.0.0.1")
    pages.begin_delivery(browser, server, "bea@elsewhere.test;", "Unterbrochen")
    file = tmp_path / "groß.bin"
    digest = pages.make_file(file, 300 * MIB)
    # Without the limit each chunk would be told to the driver as text.
    browser.execute_cdp_cmd("Network.enable", {"maxPostDataSize": 1})
    browser.execute_cdp_cmd("Network.emulateNetworkConditions", {
        "offline": False, "latency": 1, "downloadThroughput": -1, "uploadThroughput": 24 * MIB})
    pages.choose_files(browser, file)
    wait_until(lambda: share(browser) > 15, "the upload to be on its way", seconds=60)
    return browser, file, digest


def share(browser):
    """How many hundredths of the first file have arrived, as its meter shows."""
    return browser.execute_script("return document.querySelector('#uploads > li progress')?.value ?? 0")


def full_speed(browser):
    """Lifts the limit."""
    browser.execute_cdp_cmd("Network.emulateNetworkConditions", {
        "offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1})


def finish_and_compare(browser, make_browser, sink, digest):
    """Sends what was uploaded, fetches it as the recipient and compares."""
    pages.wait_for_uploads(browser, 1)
    pages.finish_delivery(browser)
    recipient = make_browser(language="de")
    open_letter(recipient, pages.link_in(sink.wait_for(1)[0]))
    recipient.one("[aria-labelledby=files-heading] .actions button").click()
    assert pages.sha256(recipient.wait_for_download("groß.bin")) == digest


def test_a_reload_in_mid_upload(composing, make_browser, sink):
    browser, file, digest = composing
    browser.refresh()
    row = browser.wait_for("#uploads > li[data-state=missing]")
    assert 10 < share(browser) < 100
    identifier = row.get_attribute("data-file")
    full_speed(browser)
    # The same file again: it goes on where it was.
    pages.choose_files(browser, file)
    pages.wait_for_uploads(browser, 1)
    assert browser.one("#uploads > li").get_attribute("data-file") == identifier
    assert browser.one("#subject").get_attribute("value") == "Unterbrochen"
    finish_and_compare(browser, make_browser, sink, digest)


def test_a_server_restart_in_mid_upload(composing, server, make_browser, sink):
    browser, _, digest = composing
    before = share(browser)
    server.kill()
    browser.wait_for("#uploads > li[data-state=offline]")
    server.start()
    full_speed(browser)
    wait_until(lambda: share(browser) > before, "the upload to go on by itself", seconds=60)
    finish_and_compare(browser, make_browser, sink, digest)


def test_pause_resume_and_remove(composing, make_browser, sink, tmp_path):
    browser, _, digest = composing
    other = tmp_path / "andere.bin"
    pages.make_file(other, 20 * MIB)
    browser.one("#upload-all .row .row button:first-child").click()
    wait_until(lambda: browser.all("#uploads > li[data-state=paused]"), "the pause")
    held = share(browser)
    pages.choose_files(browser, other)
    full_speed(browser)
    pages.wait_for_uploads(browser, 1)
    assert share(browser) == held
    browser.all("#uploads > li")[1].find_elements("css selector", "button")[-1].click()
    wait_until(lambda: len(browser.all("#uploads > li")) == 1, "the other file to go")
    browser.one("#upload-all .row .row button:last-child").click()
    finish_and_compare(browser, make_browser, sink, digest)


def test_without_scripts_from_the_compose_page_to_the_fetched_file(server, make_browser, sink, tmp_path):
    sender = make_browser(language="de", javascript=False)
    pages.set_up(sender, server)
    pages.connect(server, sink.port, host="127.0.0.1")
    first, second, third = tmp_path / "Übersicht 2026.bin", tmp_path / "b.txt", tmp_path / "c.txt"
    digest = pages.make_file(first, 20 * MIB)
    second.write_text("zwei")
    third.write_text("drei")

    sender.get(f"{server.url}/deliveries/new")
    sender.click_radio("[name=level][value='1']")
    sender.fill("#recipients", "Bea <bea@elsewhere.test>")
    sender.fill("#subject", "Ganz ohne Skripte")
    sender.one("#file-picker").send_keys(f"{first}\n{second}")
    sender.submit("#add-files")
    assert [row.text.split("\n")[0] for row in sender.all("#uploads > li")] == [first.name, "b.txt"]
    assert "Die Dateien sind hinzugefügt." in sender.text
    assert sender.one("#subject").get_attribute("value") == "Ganz ohne Skripte"
    # One goes, another one comes with the button that sends.
    sender.submit("#uploads > li:nth-child(2) button")
    assert len(sender.all("#uploads > li")) == 1
    sender.fill("#message", "Guten Tag")
    sender.one("#file-picker").send_keys(str(third))
    # Enter in a line saves, and does not press the first button that it finds.
    sender.one("#subject").send_keys("\n")
    wait_until(lambda: len(sender.all("#uploads > li")) == 2, lambda: f"the draft:\n{sender.text[:2000]}")
    sender.submit("#send")
    assert "Die Zustellung ist unterwegs." in sender.text

    recipient = make_browser(language="de", javascript=False)
    open_letter(recipient, pages.link_in(sink.wait_for(1)[0]))
    assert "c.txt" in recipient.text and "b.txt" not in recipient.text
    recipient.all("[aria-labelledby=files-heading] .files li button")[0].click()
    assert pages.sha256(recipient.wait_for_download(first.name)) == digest
