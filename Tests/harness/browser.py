"""Debian's Chromium, driven by Selenium."""

import json
import pathlib
import shutil

import axe_playwright_python
from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException, WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from harness.tools import REPOSITORY, foreign_environment, program, scratch_directory, wait_until

AXE = pathlib.Path(axe_playwright_python.__file__).parent / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SCREENSHOTS = REPOSITORY / ".build" / "screenshots"


class Browser:
    """One window with a profile of its own. What is not defined here is Selenium's driver.

    `arguments` are further ones of Chromium's command line.
    """

    def __init__(self, language="de", width=1280, height=900, dark=False, javascript=True, arguments=()):
        self.directory = scratch_directory("browser")
        self.downloads = self.directory / "downloads"
        self.downloads.mkdir()
        options = webdriver.ChromeOptions()
        options.binary_location = program("chromium", "usr/lib/chromium")
        for argument in (
            "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            f"--user-data-dir={self.directory / 'profile'}", f"--lang={language}",
            f"--window-size={width},{height}", "--hide-scrollbars", "--force-device-scale-factor=1", *arguments,
        ):
            options.add_argument(argument)
        preferences = {
            "intl.accept_languages": language,
            "download.default_directory": str(self.downloads),
            "download.prompt_for_download": False,
            "safebrowsing.enabled": False,
            "credentials_enable_service": False,
        }
        if not javascript:
            preferences["profile.managed_default_content_settings.javascript"] = 2
        options.add_experimental_option("prefs", preferences)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        environment = foreign_environment() | {"LANGUAGE": language, "HOME": str(self.directory)}
        # No session bus on a test machine; the variable keeps Chromium from looking for one.
        environment["DBUS_SESSION_BUS_ADDRESS"] = "disabled:"
        log = self.directory / "chromedriver.log"
        service = Service(program("chromedriver"), env=environment, log_output=str(log))
        try:
            self.driver = webdriver.Chrome(options=options, service=service)
        except WebDriverException as error:
            tail = log.read_text(errors="replace")[-2000:] if log.exists() else ""
            shutil.rmtree(self.directory, ignore_errors=True)
            raise AssertionError(f"Chromium did not start: {error.msg}\n{tail}") from None
        self.driver.set_page_load_timeout(60)
        self.driver.set_script_timeout(60)
        self._console = []
        # Filters and scanners' lists know the headless browser by its name; people do not use one.
        agent = self.driver.execute_script("return navigator.userAgent").replace("HeadlessChrome", "Chrome")
        self.driver.execute_cdp_cmd("Network.setUserAgentOverride", {"userAgent": agent, "acceptLanguage": language})
        # The size of the page itself, as on a phone: a headless window has a least width of its own.
        self.resize(width, height)
        if dark:
            self.driver.execute_cdp_cmd(
                "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "dark"}]})

    def __getattr__(self, name):
        return getattr(self.driver, name)

    def resize(self, width, height):
        """Gives the page exactly this size in CSS pixels."""
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})

    def one(self, selector):
        """The first element that a CSS selector finds."""
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        """All elements that a CSS selector finds."""
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def wait_for(self, selector, seconds=30):
        """Waits for a visible element."""
        return WebDriverWait(
            self.driver, seconds, poll_frequency=0.1, ignored_exceptions=[StaleElementReferenceException]).until(
            lambda driver: next((e for e in driver.find_elements(By.CSS_SELECTOR, selector) if e.is_displayed()), None),
            f"{selector} does not appear at {self.driver.current_url}:\n{self.text[:2000]}")

    def wait_for_text(self, text, seconds=30):
        """Waits until the page shows a text; the page may renew itself meanwhile."""

        def shown():
            try:
                return text in self.text
            except (StaleElementReferenceException, NoSuchElementException):
                return False

        wait_until(
            shown,
            lambda: f"{text!r} at {self.driver.current_url}:\n{self.text[:2000]}", seconds)

    @property
    def text(self):
        """What the page says."""
        return self.driver.find_element(By.TAG_NAME, "body").text

    def fill(self, selector, text):
        """Replaces the text of a field."""
        field = self.one(selector)
        field.clear()
        field.send_keys(text)

    def click_radio(self, selector):
        """Chooses a radio button or box, also one that lies below its label."""
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'}); arguments[0].click()", self.one(selector))

    def submit(self, selector):
        """Clicks what leads to another page, and waits until the present one is gone."""
        element = self.one(selector)
        page = self.driver.find_element(By.TAG_NAME, "html")
        element.click()

        def gone():
            try:
                page.is_enabled()
                return False
            except WebDriverException:
                return True

        wait_until(gone, lambda: f"{selector} to lead somewhere from {self.driver.current_url}:\n{self.text[:2000]}")
        wait_until(
            lambda: self.driver.execute_script("return document.readyState") == "complete", "the page to load")

    def wait_for_download(self, name, seconds=120):
        """The path of a finished download."""
        path = self.downloads / name

        def finished():
            return path.exists() and not list(self.downloads.glob("*.crdownload"))

        wait_until(finished, lambda: f"{name}; there: {[p.name for p in self.downloads.iterdir()]}", seconds)
        return path

    def screenshot(self, name, folder=SCREENSHOTS, whole=True):
        """Keeps a picture of the page as NAME.png, all of its height unless told otherwise; its path."""
        path = folder / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        if whole:
            size = self.driver.execute_script(
                "return [document.documentElement.clientWidth, "
                "Math.max(document.documentElement.scrollHeight, window.innerHeight), window.innerHeight]")
            self.resize(size[0], min(size[1], 8000))
            self.driver.save_screenshot(str(path))
            self.resize(size[0], size[2])
        else:
            self.driver.save_screenshot(str(path))
        return path

    def violations(self):
        """What axe finds against WCAG 2.2 AA: one line per element."""
        self.driver.execute_script(AXE.read_text(encoding="utf-8"))
        result = self.driver.execute_async_script(
            "const [tags, done] = arguments; axe.run(document, {runOnly: {type: 'tag', values: tags}})"
            ".then(done, error => done({violations: [{id: 'axe', help: String(error), nodes: []}]}))", WCAG)
        found = []
        for violation in result["violations"]:
            for node in violation["nodes"] or [{"target": "?", "html": "", "failureSummary": ""}]:
                found.append(
                    f"{violation['id']}: {violation['help']}: {json.dumps(node['target'])} {node['html'][:200]}"
                    f" {node['failureSummary']}")
        return found

    def assert_accessible(self):
        """Fails on anything that axe finds."""
        found = self.violations()
        assert not found, f"axe at {self.driver.current_url}:\n" + "\n".join(found)

    def console_errors(self):
        """Errors and policy violations that the pages caused since the start."""
        self._console += [
            entry["message"] for entry in self.driver.get_log("browser") if entry["level"] in ("SEVERE", "ERROR")]
        return list(self._console)

    def assert_quiet(self, *expected):
        """Fails on an error in the console, unless it contains one of the expected texts."""
        errors = [text for text in self.console_errors() if not any(part in text for part in expected)]
        assert not errors, "console:\n" + "\n".join(errors)

    def close(self):
        """Ends the browser and removes its profile."""
        try:
            self.driver.quit()
        finally:
            shutil.rmtree(self.directory, ignore_errors=True)
