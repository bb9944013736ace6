"""Administration → System → Words of e-mails: an administrator changes a mail, sees it, tries it, and takes it back."""

import pytest
from selenium.common.exceptions import WebDriverException

from harness import pages
from harness.tools import wait_until

WORDS = {
    "de": ("Bitte holen Sie ab: {{subject}}", "<h1>Es liegt etwas für Sie bereit</h1>\n\nVon <b>{{sender}}</b>, bis {{date}}.\n\n"
           "{{details}}\n\n{{list}}\n\n{{button}}\n\n<small>Fragen? Rufen Sie uns an.</small>"),
    "en": ("Please fetch: {{subject}}", "<h1>Something is waiting for you</h1>\n\nFrom <b>{{sender}}</b>, until {{date}}.\n\n"
           "{{details}}\n\n{{list}}\n\n{{button}}\n\n<small>Questions? Give us a ring.</small>"),
}

LABEL = {"de": "Jetzt öffnen", "en": "Open it now"}
PHRASE = "[name='phrases.mail.delivery.button']"


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_words_of_a_mail_are_changed_seen_tried_and_reset(make_browser, make_server, make_postfix, language):
    postfix = make_postfix()
    server = make_server().start()
    browser = make_browser(language=language)
    pages.set_up(browser, server)
    pages.connect(server, postfix.plain_port)
    subject, body = WORDS[language]

    browser.get(f"{server.url}/admin/mail-templates")
    browser.assert_accessible()
    browser.screenshot(f"mail-templates-{language}")
    browser.resize(390, 844)
    browser.assert_accessible()
    browser.screenshot(f"mail-templates-narrow-{language}")
    browser.resize(1280, 900)
    browser.one(f"a[href='/admin/mail-templates/reminder/{language}']").click()
    browser.wait_for("#body")
    browser.assert_accessible()

    # Mistakes stand beside their fields, and nothing typed is lost.
    wrong = body.replace("{{button}}", "{{knopf}}")
    put(browser, "#subject", subject)
    put(browser, "#body", wrong)
    browser.submit("button[value=save]")
    assert "knopf" in browser.one("#body-error").text
    assert browser.one("#body").get_property("value") == wrong
    browser.assert_accessible()
    browser.screenshot(f"mail-template-wrong-{language}")

    # The preview follows what is typed.
    put(browser, "#body", body)
    heading = body[4:body.index("</h1>")]
    wait_until(lambda: heading in framed(browser), 30)
    browser.screenshot(f"mail-template-preview-{language}")
    for view in ("phone", "dark", "text"):
        browser.one(f"button[formaction$='view={view}']").click()
        wait_until(lambda: heading in framed(browser), 30)
        browser.one("#preview-heading").location_once_scrolled_into_view
        browser.screenshot(f"mail-template-{view}-{language}")

    # What the button says is a phrase of its own.
    browser.one("details.template-phrases summary").click()
    put(browser, PHRASE, "{{knopf}}")
    browser.submit("button[value=save]")
    assert "knopf" in browser.one(f"{PHRASE} ~ .field-error, .field:has({PHRASE}) .field-error").text
    browser.assert_accessible()
    put(browser, PHRASE, LABEL[language])
    browser.one("button[formaction$='view=desktop']").click()
    wait_until(lambda: LABEL[language] in framed(browser), 30)
    browser.one("details.template-phrases").location_once_scrolled_into_view
    browser.screenshot(f"mail-template-phrases-{language}")

    # Trying sends a real mail and saves nothing.
    browser.submit("button[value=send]")
    [mail] = postfix.wait_for(1, 60)
    assert str(mail["Subject"]).startswith(subject[:10]) and heading in mail.text and LABEL[language] in mail.text
    assert server.json("template", "show", "reminder", language)["state"] == "original"
    assert browser.one("#body").get_property("value") == body

    browser.submit("button[value=save]")
    shown = server.json("template", "show", "reminder", language)
    assert shown["body"] == body and shown["phrases"] == {"mail.delivery.button": LABEL[language]}
    browser.assert_accessible()
    browser.screenshot(f"mail-template-{language}")
    browser.resize(390, 844)
    browser.assert_accessible()
    browser.screenshot(f"mail-template-narrow-{language}")
    browser.resize(1280, 900)

    browser.one("a[href$='/compare']").click()
    browser.wait_for(".line-difference")
    browser.assert_accessible()
    browser.screenshot(f"mail-template-compare-{language}")

    browser.get(f"{server.url}/admin/mail-templates/reminder/{language}/reset")
    browser.assert_accessible()
    browser.submit(".actions button[type=submit]")
    assert server.json("template", "show", "reminder", language)["state"] == "original"
    browser.get(f"{server.url}/admin/mail-templates/reminder/{language}/restore?version=1")
    browser.assert_accessible()
    browser.submit(".actions button[type=submit]")
    assert browser.one("#body").get_property("value") == body
    assert browser.one(PHRASE).get_property("value") == LABEL[language]
    browser.assert_quiet("422")


def put(browser, selector, text):
    """Types anew."""
    field = browser.one(selector)
    field.clear()
    field.send_keys(text)


def framed(browser):
    """What the preview shows."""
    driver = browser.driver
    try:
        driver.switch_to.frame(driver.find_element("id", "preview"))
        return driver.find_element("tag name", "body").text
    except WebDriverException:
        # The frame was just replaced by a fresh one.
        return ""
    finally:
        driver.switch_to.default_content()
