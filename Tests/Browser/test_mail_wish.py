"""A recipient says "no reminders" and "no more mail" at the foot of a mail, without an account, and takes it back."""

import re

import pytest

from harness import pages

WORDS = {
    "de": ("Weniger oder keine Post", "Sie bekommen keine Erinnerungen mehr.", "keine Post mehr von diesem System.",
           "Sie bekommen wieder alle Post."),
    "en": ("Less mail, or none", "You get no more reminders.", "You get no more mail from this system.",
           "You get all mail again."),
}


@pytest.mark.parametrize("language", sorted(WORDS))
def test_a_recipient_chooses_and_takes_it_back(make_browser, make_server, postfix, authority, language):
    server = make_server(DEPESCHE_CA_FILE=authority.certificate).start()
    sender = make_browser(language="de")
    pages.set_up(sender, server)
    pages.connect(server, postfix.port, "starttls", postfix.USER, postfix.PASSWORD)
    pages.begin_delivery(sender, server, "bea@elsewhere.test,", "Befunde", "Guten Tag")
    pages.finish_delivery(sender)
    [mail] = postfix.wait_for(1)
    path = re.search(r"/m/[A-Za-z0-9_-]+", mail.text)[0]
    foot, reminders, none, everything = WORDS[language]

    recipient = make_browser(language=language)
    recipient.get(pages.link_in(mail))
    recipient.submit(".letter-foot a[href^='/m/']")
    assert recipient.one("h1") and "b…" in recipient.text and "bea@elsewhere.test" not in recipient.text
    recipient.assert_accessible()
    recipient.screenshot(f"mail-wish-{language}")
    recipient.resize(320, 700)
    recipient.assert_accessible()
    recipient.screenshot(f"mail-wish-narrow-{language}")
    recipient.resize(1280, 900)
    for value, words in (("no-reminders", reminders), ("none", none), ("all", everything), ("none", none)):
        # The mail's own link leads to the same choice.
        recipient.get(f"{server.url}{path}")
        recipient.click_radio(f"input[value={value}]")
        recipient.submit(".sheet button[type=submit]")
        assert words in recipient.text
        assert recipient.one(f"input[value={value}]").is_selected()
    recipient.assert_accessible()
    assert foot

    # The sender sees it on the page of the delivery, and before sending again.
    sender.get(f"{server.url}/deliveries")
    sender.submit("a.row-link")
    assert "möchte der Empfänger keine Post mehr" in sender.text
    sender.screenshot("delivery-wants-no-mail")
    sender.get(f"{server.url}/admin/suppressions")
    assert "bea@elsewhere.test" in sender.text and "Wunsch des Inhabers" in sender.text
    sender.get(f"{server.url}/admin/suppressions/reminders")
    assert "Niemand hat Erinnerungen abbestellt" in sender.text
    sender.assert_accessible()
    recipient.get(f"{server.url}{path}")
    recipient.click_radio("input[value=no-reminders]")
    recipient.submit(".sheet button[type=submit]")
    sender.get(f"{server.url}/admin/suppressions/reminders")
    assert "bea@elsewhere.test" in sender.text
    sender.assert_accessible()
    sender.screenshot("reminder-refusals")
