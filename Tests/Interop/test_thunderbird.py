"""Mails from a Thunderbird that really runs: files by FileLink and by the button, through the sender's own Postfix."""

import hashlib
import re
import ssl

import pytest

from harness import pages
from harness.api import APIClient, Refused, Visitor
from harness.maildesk import GREETING, LARGE, links_in, unwrapped
from harness.tools import wait_until


def check_way(mail, desk, *recipients):
    """The mail went from the user by the user's mail server, and nothing in it is the add-in's but the content."""
    assert mail.sender == desk.thunderbird.EMAIL
    assert mail["From"] == f"{desk.thunderbird.NAME} <{desk.thunderbird.EMAIL}>"
    assert sorted(mail.recipients) == sorted(recipients)
    received = mail.message.get_all("Received")
    assert len(received) == 1 and "by mail.depesche.test (Postfix)" in received[0], received
    assert not [name for name in mail.message.keys() if "depesche" in name.lower()]
    assert "Thunderbird" in mail["User-Agent"]
    assert not desk.codes(recipients[0]), "the installation sent a delivery mail of its own"


def check_fetched(desk, link, path, **options):
    """A reader gets the whole file, and the sender hears of it."""
    content = desk.fetched(link, **options)
    assert hashlib.sha256(content).hexdigest() == pages.sha256(path)
    [told] = desk.notices.wait_for(1, matching=lambda mail: mail.recipients == [desk.thunderbird.EMAIL])
    assert path.name in told.text


def test_a_large_file_by_filelink(desk, make_file):
    path = make_file("Große Pläne.zip", LARGE)
    window = desk.thunderbird.compose(
        to=["Bert Beispiel <bert@outside.test>"], cc=["Cora <cora@outside.test>"], bcc=["dora@elsewhere.test"],
        subject="Unterlagen über FileLink", body=GREETING)
    window.attach(path)
    window.convert_to_filelink(desk.filelink)
    wait_until(
        lambda: re.fullmatch(r"\d+%", window.button(desk.extension)["badge"]) or not window.attachments[0]["uploading"],
        "progress on the button")
    [held] = window.wait_for_filelinks(1, seconds=120)
    assert window.button(desk.extension)["badge"] == ""
    delivery = desk.delivery()
    assert (delivery["state"], delivery["path"], delivery["recipients"]) == ("draft", "addIn", [])
    window.send()
    window.wait_sent()

    mail = desk.arrived("Unterlagen über FileLink")
    check_way(mail, desk, "bert@outside.test", "cora@outside.test", "dora@elsewhere.test")
    assert len(mail.raw) < 30_000, "the file itself is not in the mail"
    [link] = links_in(mail)
    assert held["url"].startswith(f"{link}?file=") and links_in(mail, "text") == [link]
    for words in ("Große Pläne.zip", "Depesche, sicherer Link", "anbei die Unterlagen."):
        assert words in unwrapped(mail.html), mail.html
    assert desk.delivery()["state"] == "sent"
    assert desk.recipients() == ["bert@outside.test", "cora@outside.test", "dora@elsewhere.test"]
    check_fetched(desk, held["url"], path)
    assert desk.thunderbird.errors() == []


def test_a_large_file_by_the_button(desk, make_file):
    path = make_file("Große Pläne.zip", LARGE)
    window = desk.thunderbird.compose(
        to=["Bert Beispiel <bert@outside.test>"], cc=["Cora <cora@outside.test>"], bcc=["dora@elsewhere.test"],
        subject="Unterlagen mit Code", body=GREETING)
    pane = desk.pane(window)
    pane.click("[name=level][value='2']")
    pane.choose_files("#file-picker", path)
    pane.wait_for_text("vollständig übertragen", seconds=120)
    pane.click("#insert-end")
    wait_until(lambda: "/l/" in window.html, lambda: f"the block: {pane.text}")
    body = window.html
    assert body.index("Freundliche Grüße") < body.index("<table") and body.count("<table") == 1
    window.send()
    window.wait_sent()
    assert not desk.thunderbird.has_page("thunderbird-pane.html"), "the pane goes with its mail"

    mail = desk.arrived("Unterlagen mit Code")
    check_way(mail, desk, "bert@outside.test", "cora@outside.test", "dora@elsewhere.test")
    assert len(mail.raw) < 30_000
    [link] = links_in(mail)
    assert mail.html.count(f'href="{link}"') == 2, "the button and the plain link"
    assert links_in(mail, "text") == [link] and "Eine Datei" in unwrapped(mail.html)
    assert desk.recipients() == ["bert@outside.test", "cora@outside.test", "dora@elsewhere.test"]

    # A stranger who was forwarded the mail gets no code; To and Bcc do.
    visitor = Visitor(desk.server.port)
    linked = link.removeprefix(desk.server.url)
    action, fields = visitor.steps(linked)[0]
    assert visitor.request("POST", action, fields | {"address": "stranger@outside.test"})[0] == 303
    check_fetched(desk, link, path, address="bert@outside.test")
    assert hashlib.sha256(desk.fetched(link, address="dora@elsewhere.test")).hexdigest() == pages.sha256(path)
    assert desk.codes("stranger@outside.test") == []
    assert desk.thunderbird.errors() == []


def test_any_server_signing_in_and_uploads_that_are_left(make_desk, make_file, make_server, authority):
    desk = make_desk(is_fixed=False)
    thunderbird, settings = desk.thunderbird, desk.settings
    assert "noch nicht" in settings.text and not thunderbird.is_configured(desk.filelink)

    # The address is asked for; another server than a Depesche is recognised.
    settings.click("#sign-in")
    page = thunderbird.page("thunderbird-sign-in.html")
    page.wait_for("#server")
    page.fill("#server", "kein Server")
    page.click("#use-server")
    page.wait_for_text("keine Adresse")
    # A server whose certificate comes from nobody who is trusted here.
    chain, key = authority.issue("127.0.0.1")
    strange = make_server(DEPESCHE_TLS_CERTIFICATE=chain, DEPESCHE_TLS_KEY=key)
    strange.url, strange.trust = f"https://127.0.0.1:{strange.port}", ssl.create_default_context(cafile=authority.certificate)
    strange.start()
    page.fill("#server", strange.url)
    page.click("#use-server")
    assert "127.0.0.1" in thunderbird.grant()
    page.wait_for_text("unbekannten Zertifikat")
    page.fill("#server", desk.server.url)
    page.click("#use-server")
    assert "127.0.0.1" in thunderbird.grant()

    # The person confirms in their own browser, where the same code stands.
    page.wait_for("#code")
    page.click("#open-page")
    [address] = wait_until(thunderbird.opened, "the browser to be opened")
    person = Visitor(desk.server.port)
    person.sign_in(thunderbird.EMAIL, pages.PASSWORD)
    path = address.removeprefix(desk.server.url)
    assert page.run("return document.querySelector('#code').textContent") in person.request("GET", path)[2].decode()
    person.send_form(path, answer="approve")
    page.wait_for_text("Sie sind angemeldet als Anna Ährens bei Muster & Söhne.")
    page.click("#close")
    wait_until(lambda: thunderbird.is_configured(desk.filelink), "FileLink to be offered")

    # What is chosen in the settings holds for this FileLink account.
    settings.click("#level-2")
    settings.fill("#lifetime", "5")
    settings.wait_for_text("Gespeichert")
    window = thunderbird.compose(to=["bert@outside.test"], subject="Stufe 2", body=GREETING)
    window.attach(make_file("Klein.pdf"))
    window.convert_to_filelink(desk.filelink)
    window.wait_for_filelinks(1)
    assert "Depesche, Abholung mit Code" in unwrapped(window.html)
    assert (desk.delivery()["level"], desk.delivery()["lifetimeDays"]) == (2, 5)

    # Cancelled or taken away in mid-upload: the server forgets it, and the mail keeps the other file.
    window.attach(make_file("Abgebrochen.iso", LARGE))
    for end in (window.cancel_upload, window.remove_attachment):
        window.convert_to_filelink(desk.filelink, "Abgebrochen.iso")
        wait_until(lambda: len(desk.delivery()["files"]) == 2, "the upload to begin")
        end("Abgebrochen.iso")
        wait_until(
            lambda: [one["name"] for one in desk.delivery()["files"]] == ["Klein.pdf"], "the upload to be cancelled")
        wait_until(
            lambda: not any(one["uploading"] for one in window.attachments), "Thunderbird to know that it was cancelled")
    # Thunderbird itself stumbles over an attachment that was removed while it was on its way, and says so.
    wait_until(thunderbird.dialogs, "Thunderbird's error")
    thunderbird.answer_dialog()
    window.send()
    window.wait_sent()
    [link] = links_in(desk.arrived("Stufe 2"))
    assert len(desk.fetched(link, address="bert@outside.test")) == 300_000

    # Closed in mid-upload: the delivery is kept as a draft, and offered in another mail's pane.
    window = thunderbird.compose(to=["bert@outside.test"], subject="Liegen geblieben", body=GREETING)
    path = make_file("Halb.iso", LARGE)
    window.attach(path)
    window.convert_to_filelink(desk.filelink)
    wait_until(lambda: desk.delivery()["subject"] == "Liegen geblieben" and desk.delivery()["files"], "the upload to begin")
    window.close()
    draft = desk.delivery()
    assert draft["state"] == "draft" and not draft["files"][0]["complete"]
    window = thunderbird.compose(to=["cora@outside.test"], subject="Weiter", body=GREETING)
    pane = desk.pane(window)
    pane.wait_for_text("Liegen geblieben")
    pane.click("#go-on")
    pane.wait_for_text("Halb.iso")
    pane.choose_files("#file-picker", path)
    pane.wait_for_text("vollständig übertragen", seconds=90)
    pane.click("#insert-end")
    wait_until(lambda: "/l/" in window.html, lambda: f"the block: {pane.text}")
    window.send()
    window.wait_sent()
    assert desk.delivery()["id"] == draft["id"] and desk.delivery()["state"] == "sent"
    [link] = links_in(desk.arrived("Weiter"))
    content = desk.fetched(link, address="cora@outside.test")
    assert hashlib.sha256(content).hexdigest() == pages.sha256(path)

    # Signed out: the token counts no longer.
    token = settings.kept("token")
    settings.click("#sign-out")
    settings.click(".asking .button-danger")
    settings.wait_for("#sign-in")
    with pytest.raises(Refused) as refused:
        APIClient(desk.server.port, token).call("GET", "/add-in")
    assert refused.value.status == 401
    assert thunderbird.errors() == []


def test_a_signed_mail_keeps_its_signature(desk, make_file):
    thunderbird = desk.thunderbird
    thunderbird.openpgp.sign_mails()
    window = thunderbird.compose(to=["bert@outside.test"], subject="Signiert", body=GREETING)
    wait_until(lambda: window.run("return window.gSendSigned"), "the mail to be one that is signed")
    pane = desk.pane(window)
    pane.choose_files("#file-picker", make_file("Vertrag.pdf"))
    pane.wait_for_text("vollständig übertragen")
    pane.wait_for_text("Diese Mail wird signiert.")
    pane.click("#insert-end")
    wait_until(lambda: "/l/" in window.html, lambda: f"the block: {pane.text}")
    window.send()
    window.wait_sent()

    mail = desk.arrived("Signiert")
    assert mail.message.get_content_type() == "multipart/signed"
    [link] = links_in(mail)
    assert thunderbird.openpgp.is_signed(mail)
    mail.raw = mail.raw.replace(b"Unterlagen", b"Unterlegen")
    assert not thunderbird.openpgp.is_signed(mail), "the check sees a changed mail"
    assert len(desk.fetched(link)) == 300_000


def luminance(colour):
    """Relative luminance (WCAG 2.2)."""
    linear = [part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    """Contrast of two colours (WCAG 2.2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def weak_words(thunderbird, reader):
    """The words of the block that do not stand out from their background (WCAG 2.2, 1.4.3); None while it is not shown."""
    seen = thunderbird.folders.colours(reader, "table[role=presentation]")
    if not any("Dateien abholen" in words for words, _, _ in seen):
        return None
    return [(words, colour, behind) for words, colour, behind in seen if contrast(colour, behind) < 4.5]


def test_the_block_can_be_read_in_light_and_dark(desk, make_file):
    thunderbird = desk.thunderbird
    window = thunderbird.compose(to=["bert@outside.test"], subject="Lesbar", body=GREETING)
    pane = desk.pane(window)
    pane.choose_files("#file-picker", make_file("Pläne Haus 3.zip", 2_400_000), make_file("Angebot.pdf"))
    wait_until(lambda: pane.text.count("vollständig übertragen") == 2, lambda: pane.text)
    pane.click("#insert-end")
    wait_until(lambda: "/l/" in window.html, lambda: f"the block: {pane.text}")
    for dark in (False, True):
        thunderbird.set_dark(dark)
        pane.screenshot(f"thunderbird-pane-{'dark' if dark else 'light'}")
        window.screenshot(f"thunderbird-block-{'dark' if dark else 'light'}")
    window.send()
    window.wait_sent()
    reader = thunderbird.folders.read("SentMail")
    for dark in (False, True):
        thunderbird.set_dark(dark)
        # Thunderbird adapts the colours of a mail to dark in its own time.
        wait_until(lambda: weak_words(thunderbird, reader) == [], lambda: weak_words(thunderbird, reader), 10)
        thunderbird.screenshot(f"thunderbird-read-{'dark' if dark else 'light'}", reader)
