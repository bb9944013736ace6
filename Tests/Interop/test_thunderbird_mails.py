"""Mails from Thunderbird that must not leave yet, come back as drafts and copies, or leave later."""

from harness.maildesk import GREETING, LARGE, links_in
from harness.tools import wait_until


def test_what_must_not_leave_is_held_back(desk, make_file):
    thunderbird = desk.thunderbird
    window = thunderbird.compose(to=["bert@outside.test"], subject="Noch nicht", body=GREETING)

    # The block is in the mail while the file is on its way.
    pane = desk.pane(window)
    pane.choose_files("#file-picker", make_file("Film.mov", LARGE))
    wait_until(lambda: pane.run("return !document.querySelector('#pause-all')?.closest('[hidden]')"), "the upload to begin")
    pane.click("#pause-all")
    pane.click("#insert-end")
    wait_until(lambda: "/l/" in window.html, lambda: f"the block: {pane.text}")
    window.send()
    held = desk.held()
    assert "noch nicht vollständig" in held.text and "Noch nicht" in held.text
    assert not held.run("return Boolean(document.querySelector('#send-anyway'))")
    desk.back_to(window)
    assert desk.delivery()["state"] == "draft"

    # The token was revoked on the account's page: nobody can know whether the mail may leave.
    pane.click("#resume-all")
    wait_until(lambda: desk.delivery()["files"][0]["complete"], "the file", 60)
    desk.revoke()
    window.send()
    held = desk.held()
    assert held.run("return Boolean(document.querySelector('#send-anyway'))")
    held.click("#sign-in")
    assert "Bestätigen Sie nur" in wait_until(lambda: thunderbird.page("thunderbird-sign-in.html").text, "the window")
    thunderbird.page("thunderbird-sign-in.html").close()
    window.attach(make_file("Nachtrag.pdf"))
    window.convert_to_filelink(desk.filelink, "Nachtrag.pdf")
    [said] = wait_until(thunderbird.dialogs, "the error of FileLink")
    assert "angemeldet" in said
    thunderbird.answer_dialog()

    # Signed in again, but the server is silent. What is sent all the same is registered as soon as it answers.
    wait_until(lambda: not thunderbird.dialogs(), "the dialog to close")
    window.remove_attachment("Nachtrag.pdf")
    desk.sign_in(desk.server.json("token", "create", thunderbird.EMAIL)["token"])
    desk.server.stop()
    window.send()
    held = desk.held().text
    assert "nicht erreichbar" in held and "sobald der Server wieder antwortet" in held
    desk.back_to(window)
    window.send()
    desk.held().click("#send-anyway")
    window.wait_sent()
    desk.arrived("Noch nicht")
    desk.server.start()
    wait_until(lambda: desk.delivery()["state"] == "sent", "the recipients to be registered")
    assert desk.recipients() == ["bert@outside.test"]
    wait_until(lambda: not desk.settings.kept("registrations"), "nothing to be left")

    # Its link is dead: a copy of the mail does not leave.
    desk.api.call("POST", f"/deliveries/{desk.delivery()['id']}/withdraw")
    again = thunderbird.folders.open("SentMail", how="EditAsNew")
    again.send()
    held = desk.held()
    assert "zurückgezogen" in held.text
    assert not held.run("return Boolean(document.querySelector('#send-anyway'))")
    desk.back_to(again)
    again.close()

    # Without a connection FileLink says so at once.
    desk.server.stop()
    window = thunderbird.compose(to=["bert@outside.test"], subject="Ohne Server", body=GREETING)
    window.attach(make_file("Anhang.pdf"))
    window.convert_to_filelink(desk.filelink)
    [said] = wait_until(thunderbird.dialogs, "the error of FileLink")
    assert "Depesche" in said
    thunderbird.answer_dialog()
    window.close()
    desk.server.start()


def test_drafts_copies_and_several_mails_at_once(desk, make_file):
    thunderbird = desk.thunderbird

    # Saved as draft, reopened, and sent to somebody else: the delivery is the same.
    window = thunderbird.compose(to=["bert@outside.test"], subject="Entwurf", body=GREETING)
    pane = desk.pane(window)
    pane.choose_files("#file-picker", make_file("Entwurf.pdf"))
    pane.wait_for_text("vollständig übertragen")
    pane.click("#insert")
    wait_until(lambda: "/l/" in window.html, lambda: f"the block: {pane.text}")
    draft = desk.delivery()["id"]
    window.save()
    window.close()
    wait_until(lambda: not thunderbird.has_page("thunderbird-pane.html"), "the pane to close")
    window = thunderbird.folders.open("Drafts")
    window.set_recipients(to=["cora@outside.test"], bcc=["dora@elsewhere.test"])
    desk.pane(window).wait_for_text("Entwurf.pdf")
    window.send()
    window.wait_sent()
    desk.arrived("Entwurf")
    assert desk.delivery()["id"] == draft and desk.recipients() == ["cora@outside.test", "dora@elsewhere.test"]

    # Edited as new, for somebody else: the link stays, and the new reader is registered too.
    window = thunderbird.folders.open("SentMail", how="EditAsNew")
    window.set_recipients(to=["emil@outside.test"], bcc=[])
    window.send()
    window.wait_sent()
    desk.arrived("Entwurf", 2)
    assert desk.delivery()["id"] == draft
    assert desk.recipients() == ["cora@outside.test", "dora@elsewhere.test", "emil@outside.test"]

    # A template with FileLink, used twice; a file that is added to the second goes to a delivery of its own.
    window = thunderbird.compose(to=["bert@outside.test"], subject="Vorlage", body=GREETING)
    window.attach(make_file("Formular.pdf"))
    window.convert_to_filelink(desk.filelink)
    window.wait_for_filelinks(1)
    window.save("Template")
    window.close()
    template = desk.delivery()["id"]
    for number, reader in enumerate(("eins@outside.test", "zwei@outside.test"), 1):
        window = thunderbird.folders.open("Templates", how="Template")
        window.set_recipients(to=[reader])
        if number == 2:
            window.attach(make_file("Dazu.pdf"))
            window.convert_to_filelink(desk.filelink, "Dazu.pdf")
            window.wait_for_filelinks(2)
        window.send()
        window.wait_sent()
        mail = desk.arrived("Vorlage", number)
    assert len(links_in(mail)) == 2
    newest, former = desk.deliveries()[:2]
    assert former["id"] == template
    assert [one["email"] for one in former["recipients"]] == ["eins@outside.test", "zwei@outside.test"]
    assert [one["email"] for one in newest["recipients"]] == ["zwei@outside.test"]
    assert [one["name"] for one in newest["files"]] == ["Dazu.pdf"]

    # Taken out of a draft that was opened again: the readers do not get it either.
    window = thunderbird.compose(to=["bert@outside.test"], subject="Weniger", body=GREETING)
    window.attach(make_file("Bleibt.pdf"), make_file("Geheim.pdf"))
    window.convert_to_filelink(desk.filelink)
    window.wait_for_filelinks(2)
    window.save()
    window.close()
    window = thunderbird.folders.open("Drafts")
    window.remove_attachment("Geheim.pdf")
    wait_until(lambda: [one["name"] for one in desk.delivery()["files"]] == ["Bleibt.pdf"], "the file to be taken out")
    # Who deletes the list from the text and leaves the attachment still sends its link.
    window.remove_attachment("Bleibt.pdf")
    window.attach(make_file("Doch.pdf"))
    window.convert_to_filelink(desk.filelink)
    window.wait_for_filelinks(1)
    window.delete_list()
    window.send()
    window.wait_sent()
    mail = desk.arrived("Weniger")
    assert links_in(mail, "text") == [] and len(mail.raw) < 30_000
    assert (desk.delivery()["state"], desk.recipients()) == ("sent", ["bert@outside.test"])
    assert [one["name"] for one in desk.delivery()["files"]] == ["Doch.pdf"]

    # Two windows at once: FileLink in one, the pane in the other, plain text; files and readers stay apart.
    first = thunderbird.compose(to=["bert@outside.test"], subject="Erste", body=GREETING)
    second = thunderbird.compose(to=["cora@outside.test"], subject="Zweite", body="Guten Tag,\n\nanbei.\n", plain=True)
    first.attach(make_file("Eins.pdf"), make_file("Zwei.pdf"), make_file("Falsch.pdf"))
    first.convert_to_filelink(desk.filelink)
    pane = desk.pane(second)
    pane.choose_files("#file-picker", make_file("Andere.pdf"))
    pane.wait_for_text("vollständig übertragen")
    pane.click("#insert-end")
    held = first.wait_for_filelinks(3)
    assert len({one["url"].split("?")[0] for one in held}) == 1, "the files of one mail have one link"
    first.remove_attachment("Falsch.pdf")
    wait_until(lambda: first.html.count("cloudAttachmentItem") == 2, lambda: first.html)
    wait_until(lambda: "/l/" in second.text, lambda: f"the block: {pane.text}")
    for window in (first, second):
        window.send()
        window.wait_sent()
    mail, plain = desk.arrived("Erste"), desk.arrived("Zweite")
    [one], [other] = links_in(mail), links_in(plain, "text")
    assert one != other
    assert plain.message.get_content_type() == "text/plain" and plain.text.count("=" * 40) == 2
    by_subject = {each["subject"]: each for each in desk.deliveries()}
    assert sorted(file["name"] for file in by_subject["Erste"]["files"]) == ["Eins.pdf", "Zwei.pdf"]
    assert [file["name"] for file in by_subject["Zweite"]["files"]] == ["Andere.pdf"]
    assert [one["email"] for one in by_subject["Erste"]["recipients"]] == ["bert@outside.test"]
    assert [one["email"] for one in by_subject["Zweite"]["recipients"]] == ["cora@outside.test"]
    assert len(desk.fetched(other)) == 300_000
    assert thunderbird.errors() == []


def test_policy_lists_and_sending_later(desk, make_file):
    thunderbird, server = desk.thunderbird, desk.server
    server.settings(addins_policy="ask", addins_policy__size=1, addins_exempt__domains="partner.test")

    # Too large for an ordinary attachment, and the sender may decide.
    window = thunderbird.compose(to=["bert@outside.test"], subject="Angehängt", body=GREETING)
    window.attach(make_file("Groß.pdf", 1_500_000))
    window.send()
    assert "über 1 MB" in desk.held().text
    desk.back_to(window)
    window.send()
    desk.held().click("#send-anyway")
    window.wait_sent()
    assert len(desk.arrived("Angehängt").raw) > 1_500_000

    # Demanded: only through Depesche, or to a domain that is excepted.
    server.settings(addins_policy="always")
    window = thunderbird.compose(to=["bert@outside.test"], subject="Gefordert", body=GREETING)
    window.attach(make_file("Groß.pdf", 1_500_000))
    window.send()
    assert not desk.held().run("return Boolean(document.querySelector('#send-anyway'))")
    desk.back_to(window)
    window.set_recipients(to=["paul@partner.test"])
    window.send()
    window.wait_sent()
    desk.arrived("Gefordert")
    assert desk.deliveries() == []

    # The pane takes over what is attached already; a list of the address book is registered by its members.
    thunderbird.make_list("Projekt", "eins@outside.test", "zwei@outside.test")
    window = thunderbird.compose(to=["Projekt <Projekt>"], subject="Übernommen", body=GREETING)
    window.attach(make_file("Groß.pdf", 1_500_000))
    pane = desk.pane(window)
    pane.click("#take-over")
    pane.wait_for_text("vollständig übertragen")
    pane.click("#insert-end")
    wait_until(lambda: "/l/" in window.html and window.attachments == [], lambda: f"{window.attachments} {pane.text}")
    window.send()
    window.wait_sent()
    mail = desk.arrived("Übernommen")
    assert sorted(mail.recipients) == desk.recipients() == ["eins@outside.test", "zwei@outside.test"]

    # Working offline, "send later", the server is out of reach: registered when both are back, then the mail leaves.
    window = thunderbird.compose(to=["bert@outside.test"], subject="Später", body=GREETING)
    window.attach(make_file("Später.pdf"))
    window.convert_to_filelink(desk.filelink)
    window.wait_for_filelinks(1)
    thunderbird.set_offline(True)
    server.stop()
    window.send_later()
    desk.held().click("#send-anyway")
    window.wait_sent()
    assert thunderbird.folders.subjects("Queue") == ["Später"]
    server.start()
    thunderbird.set_offline(False)
    wait_until(lambda: desk.delivery()["state"] == "sent", "the recipients to be registered")
    thunderbird.folders.send_queued()
    desk.arrived("Später")
    assert desk.recipients() == ["bert@outside.test"]
