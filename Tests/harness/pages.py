"""The ways through the pages that several tests take."""

import hashlib
import os
import re

from harness.tools import wait_until

ADMINISTRATOR = "anna@kunde.example"
PASSWORD = "kein Geheimnis, nur ein Test 26"
SYSTEM_SENDER = "zustellung@kunde.example"


def set_up(browser, server, public_url=None):
    """From the setup link to the page that asks for the mail server."""
    browser.get(server.setup_link())
    browser.fill("[name=organisation]", "Muster & Söhne")
    field = browser.all("[name=publicURL]")
    if field and field[0].is_enabled():
        browser.fill("[name=publicURL]", public_url or server.url)
    browser.fill("[name=name]", "Anna Ährens")
    browser.fill("[name=email]", ADMINISTRATOR)
    browser.fill("[name=password]", PASSWORD)
    browser.submit("form button.button-primary")


def sign_in(browser, server, email=ADMINISTRATOR, password=PASSWORD):
    """Signs in."""
    browser.get(f"{server.url}/sign-in")
    browser.fill("[name=email]", email)
    browser.fill("[name=password]", password)
    browser.submit("form button.button-primary")


def connect(server, port, security="none", user=None, password=None, host="localhost"):
    """Connects a mail server on the command line."""
    settings = {
        "mail.system-sender": SYSTEM_SENDER, "smtp.home-domains": "kunde.example", "smtp.host": host,
        "smtp.port": port, "smtp.security": security,
    }
    if user:
        settings["smtp.user"] = user
    for key, value in settings.items():
        server.command("setting", "set", key, value)
    if password:
        server.command("setting", "set", "smtp.password", input=password + "\n")
    server.command("setting", "set", "mail.route", "smtp")


def begin_delivery(browser, server, recipients, subject, message="", level=1):
    """Opens the compose page and fills in all but the files."""
    browser.get(f"{server.url}/deliveries/new")
    browser.wait_for("#recipients-input").send_keys(recipients)
    browser.one("#subject").send_keys(subject)
    if message:
        browser.one("#message").send_keys(message)
    browser.click_radio(f"[name=level][value='{level}']")


def choose_files(browser, *paths):
    """Gives files to the picker."""
    browser.one("#file-picker").send_keys("\n".join(str(path) for path in paths))


def wait_for_uploads(browser, count, seconds=300):
    """Waits until so many files are complete."""
    wait_until(
        lambda: len(browser.all("#uploads > li[data-state=complete]")) == count,
        lambda: f"{count} uploads:\n" + "\n".join(row.text for row in browser.all("#uploads > li")), seconds)


def finish_delivery(browser):
    """Sends; leads to the page of the delivery."""
    wait_until(
        lambda: browser.one("#send").get_attribute("aria-disabled") != "true",
        lambda: f"the send button: {browser.one('#send-hint').text}")
    browser.submit("#send")
    assert re.search(r"/deliveries/[^/]+$", browser.current_url), f"{browser.current_url}:\n{browser.text[:2000]}"


def link_in(mail):
    """The recipient's link in a delivery mail."""
    return re.search(r"https?://\S+/l/\S+", mail.text).group(0)


def code_in(mail):
    """The six digits of a code mail."""
    text = re.sub(r"http\S+", "", mail.text)
    return re.sub(r"\D", "", re.search(r"\b\d{3} ?\d{3}\b", text).group(0))


def make_file(path, size):
    """A file of random octets; its SHA-256."""
    digest = hashlib.sha256()
    with path.open("wb") as output:
        left = size
        while left > 0:
            part = os.urandom(min(left, 1 << 20))
            output.write(part)
            digest.update(part)
            left -= len(part)
    return digest.hexdigest()


def sha256(path):
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
