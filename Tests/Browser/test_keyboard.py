"""The main tasks with nothing but a keyboard: each control is reached by Tab, shows that it is, and does its work."""

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from harness import pages
from harness.tools import wait_until

# More stops than any page has before its own content and within it.
MOST_STOPS = 120


class Keyboard:
    """A person who never touches a mouse."""

    def __init__(self, browser):
        self.browser = browser

    def press(self, *keys):
        """Presses keys, one after the other."""
        ActionChains(self.browser.driver).send_keys(*keys).perform()

    def go_to(self, selector, backwards=False):
        """Presses Tab until the control has the focus; it must be seen to have it."""
        for _ in range(MOST_STOPS):
            if self.browser.execute_script("return document.activeElement?.matches(arguments[0])", selector):
                assert self.is_marked(), f"the focus on {selector} cannot be seen at {self.browser.current_url}"
                return
            if backwards:
                ActionChains(self.browser.driver).key_down(Keys.SHIFT).send_keys(Keys.TAB).key_up(Keys.SHIFT).perform()
            else:
                self.press(Keys.TAB)
        raise AssertionError(f"Tab does not lead to {selector} at {self.browser.current_url}:\n{self.browser.text[:2000]}")

    def is_marked(self):
        """Whether what has the focus looks like it: by an outline or a shadow; what surrounds it may bear it."""
        return self.browser.execute_script("""
            const marked = element => {
              const style = getComputedStyle(element);
              return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== "none";
            };
            const element = document.activeElement;
            return marked(element) || !!element.closest("label, .chips-box") && marked(element.closest("label, .chips-box"));
            """)

    def type_into(self, selector, text):
        """Replaces the text of a field."""
        self.go_to(selector)
        ActionChains(self.browser.driver).key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).perform()
        self.press(text)

    def leave(self, *keys):
        """Presses what leads to another page, and waits for it."""
        page = self.browser.one("html")
        self.press(*keys)

        def gone():
            try:
                page.is_enabled()
                return False
            except Exception:
                return True

        wait_until(gone, lambda: f"another page than {self.browser.current_url}:\n{self.browser.text[:2000]}")
        wait_until(lambda: self.browser.execute_script("return document.readyState") == "complete", "the page to load")


@pytest.mark.parametrize("language", ["de", "en"])
def test_from_set_up_to_the_fetched_file(server, make_browser, sink, tmp_path, language):
    browser = make_browser(language=language)
    keys = Keyboard(browser)

    # The one-time link, and a place for the mail.
    browser.get(server.setup_link())
    for field, text in {
        "organisation": "Muster & Söhne", "name": "Anna Ährens", "email": pages.ADMINISTRATOR, "password": pages.PASSWORD,
    }.items():
        keys.type_into(f"[name={field}]", text)
    keys.leave(Keys.ENTER)
    pages.connect(server, sink.port, host="127.0.0.1")

    # The first stop of a page leads past its head.
    browser.get(f"{server.url}/deliveries/new")
    keys.press(Keys.TAB)
    assert browser.execute_script("return document.activeElement.matches('.skip-link')") and keys.is_marked()
    keys.press(Keys.ENTER)
    assert browser.execute_script("return document.activeElement.id") == "content"

    # Enter or a comma ends a recipient; going back changes the last one.
    browser.wait_for("#recipients-input")
    keys.go_to("#recipients-input")
    keys.press("bea@elsewhere.test", Keys.ENTER, "carl@elsewhere", ",")
    wait_until(lambda: len(browser.all(".chip")) == 2, lambda: f"two recipients:\n{browser.text[:1500]}")
    keys.press(Keys.BACKSPACE)
    wait_until(
        lambda: browser.one("#recipients-input").get_attribute("value") == "carl@elsewhere",
        lambda: f"the recipient to be changed:\n{browser.text[:1500]}")
    keys.press(".test", Keys.ENTER)
    wait_until(lambda: len(browser.all(".chip")) == 2, lambda: f"two recipients:\n{browser.text[:1500]}")
    # One that nobody wants goes by its own button.
    keys.press("falsch@elsewhere.test", Keys.ENTER)
    wait_until(lambda: len(browser.all(".chip")) == 3, lambda: f"three recipients:\n{browser.text[:1500]}")
    keys.go_to(".chip:nth-child(3) .chip-remove", backwards=True)
    keys.press(Keys.SPACE)
    wait_until(lambda: len(browser.all(".chip")) == 2, lambda: f"two recipients:\n{browser.text[:1500]}")
    keys.type_into("#subject", "Mit der Tastatur")
    keys.type_into("#message", "Guten Tag,\n\nanbei eine Datei.")
    # What the button opens is the system's own dialogue; the test answers in its place.
    keys.go_to("#choose-files")
    file = tmp_path / "Brief.txt"
    digest = pages.make_file(file, 40_000)
    pages.choose_files(browser, file)
    pages.wait_for_uploads(browser, 1)
    keys.go_to("[name=level]")
    assert browser.one("[name=level][value='2']").is_selected()
    keys.press(Keys.ARROW_UP)
    assert browser.one("[name=level][value='1']").is_selected()
    keys.go_to("#copiesSender")
    before = browser.one("#copiesSender").is_selected()
    keys.press(Keys.SPACE)
    assert browser.one("#copiesSender").is_selected() != before
    keys.press(Keys.SPACE)
    keys.go_to("#send")
    keys.leave(Keys.ENTER)
    assert "/deliveries/" in browser.current_url, browser.text[:2000]

    # The recipient.
    mails = sink.wait_for(2)
    reader = make_browser(language=language)
    fingers = Keyboard(reader)
    reader.get(pages.link_in(mails[0]))
    if reader.all("[aria-labelledby=open-heading] button"):
        fingers.go_to("[aria-labelledby=open-heading] button")
        fingers.leave(Keys.ENTER)
    fingers.go_to("[aria-labelledby=files-heading] .actions button")
    fingers.press(Keys.ENTER)
    assert pages.sha256(reader.wait_for_download("Brief.txt")) == digest
    # Another language by the foot of the page.
    fingers.go_to("footer form[action$=language] button")
    fingers.leave(Keys.ENTER)
    assert reader.execute_script("return document.documentElement.lang") != language

    # The sender sees it, and takes the delivery back: asked once, told afterwards.
    wait_until(
        lambda: browser.all("table.matrix .status-good"), lambda: f"the delivery's page:\n{browser.text[:2000]}")
    keys.go_to("a[href$='/withdraw'], button[formaction$='/withdraw']")
    keys.leave(Keys.ENTER)
    keys.go_to("form button.button-danger, form button.button-primary")
    keys.leave(Keys.ENTER)
    assert browser.all("[role=status]"), browser.text[:1500]
    reader.get(pages.link_in(mails[1]))
    assert not reader.all("[aria-labelledby=files-heading]"), reader.text[:1500]
    browser.assert_quiet()
    reader.assert_quiet("410 (Gone)")


@pytest.mark.parametrize("language", ["de", "en"])
def test_an_administrator_changes_a_setting_and_invites_somebody(server, make_browser, sink, language):
    browser = make_browser(language=language)
    pages.set_up(browser, server)
    pages.connect(server, sink.port, host="127.0.0.1")
    keys = Keyboard(browser)

    browser.get(f"{server.url}/deliveries")
    keys.go_to("nav a[href='/admin']")
    keys.leave(Keys.ENTER)
    keys.go_to("nav a[href='/admin/deliveries']")
    keys.leave(Keys.ENTER)
    # A mistake leads to its field, and what was typed is still there.
    keys.type_into("[name='deliveries.lifetime-days']", "0")
    keys.leave(Keys.ENTER)
    assert browser.one("[name='deliveries.lifetime-days']").get_attribute("value") == "0"
    assert browser.one("[name='deliveries.lifetime-days']").get_attribute("aria-invalid") == "true"
    keys.go_to(".error-summary a, [name='deliveries.lifetime-days']")
    keys.type_into("[name='deliveries.lifetime-days']", "21")
    keys.leave(Keys.ENTER)
    assert server.command("setting", "get", "deliveries.lifetime-days").stdout.strip() == "21"

    keys.go_to("nav a[href='/admin/users']")
    keys.leave(Keys.ENTER)
    keys.go_to("a[href='/admin/users/new']")
    keys.leave(Keys.ENTER)
    keys.type_into("[name=email]", "carl@kunde.example")
    keys.type_into("[name=name]", "Carl Clausen")
    keys.leave(Keys.ENTER)
    [mail] = sink.wait_for(1)
    assert mail.recipients == ["carl@kunde.example"]
    # The setting that could not be.
    browser.assert_quiet("422 (Unprocessable")
