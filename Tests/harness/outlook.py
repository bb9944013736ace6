"""Outlook as the add-in sees it: the pane that an installation serves, in Chromium, with a double of Office.js."""

import base64
import http.server
import json
import ssl
import threading

from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException

from harness.browser import Browser
from harness.tools import REPOSITORY, wait_until

OFFICE_HOST = "appsforoffice.microsoft.com"
OFFICE_PATH = "/lib/1/hosted/office.js"
IN_PAGE = """
const [handler, , done] = arguments;
officeDouble.raise(handler === 'onItemSend' ? window.onItemSend : officeDouble.actions[handler])
  .then((answer) => done({answer, state: JSON.parse(JSON.stringify(officeDouble.state))}), (error) => done({error: String(error)}));
"""
# The engine of classic Outlook has neither a page nor modules: what a worker lacks too.
IN_WORKER = """
const [handler, url, done] = arguments;
const source = `
  importScripts('https://OFFICE', '${url}/add-ins/outlook/launchevent.js');
  officeDouble.raise(officeDouble.actions['${handler}'])
    .then((answer) => postMessage({answer, state: JSON.parse(JSON.stringify(officeDouble.state))}));`;
const worker = new Worker(URL.createObjectURL(new Blob([source], {type: 'text/javascript'})));
worker.onmessage = (event) => done(event.data);
worker.onerror = (event) => done({error: event.message || 'the worker did not start'});
""".replace("OFFICE", OFFICE_HOST + OFFICE_PATH)
DOUBLE = REPOSITORY / "Tests" / "Browser" / "office" / "office.js"


def attachment(identifier, name, content, **more):
    """An attachment of the mail as the double keeps it."""
    return {
        "id": identifier, "name": name, "size": len(content), "content": base64.b64encode(content).decode(), **more}


def person(address, name=None, kind="externalUser"):
    """A recipient as Office.js describes one."""
    return {"emailAddress": address, "displayName": name or address, "recipientType": kind}


class OfficeLibrary:
    """Serves the double of Office.js where the add-in loads the library, under a certificate of the tests' authority."""

    def __init__(self, authority):
        self.setup = {}
        library = self

        class Handler(http.server.BaseHTTPRequestHandler):
            """Answers one path."""

            def do_GET(self):
                """The setup of the test, then the double."""
                known = self.path.split("?")[0] == OFFICE_PATH
                body = b""
                if known:
                    body = f"self.officeSetup = {json.dumps(library.setup)};\n{DOUBLE.read_text()}".encode()
                self.send_response(200 if known else 404)
                self.send_header("Content-Type", "text/javascript; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Cache-Control", "no-store")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                """Tests show what went wrong by themselves."""

        chain, key = authority.issue(OFFICE_HOST)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain, key)
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self):
        """Ends it."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class OutlookWindow:
    """A browser that finds the double where Office.js would be. One is enough for many mails, one after the other."""

    def __init__(self, authority):
        self.library = OfficeLibrary(authority)
        self.browser = Browser(arguments=[
            f"--host-resolver-rules=MAP {OFFICE_HOST}:443 127.0.0.1:{self.library.port}", "--ignore-certificate-errors"])

    def tidy(self):
        """Makes it ready for the next test: one tab, an empty page, nothing slowed down."""
        for handle in self.browser.window_handles[1:]:
            self.browser.switch_to.window(handle)
            self.browser.driver.close()
        self.browser.switch_to.window(self.browser.window_handles[0])
        self.browser.execute_cdp_cmd("Network.emulateNetworkConditions", {
            "offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1})
        self.browser.execute_cdp_cmd("Page.setBypassCSP", {"enabled": False})
        self.browser.get("about:blank")
        self.browser.console_errors()
        self.browser._console.clear()

    def close(self):
        """Ends both."""
        try:
            self.browser.close()
        finally:
            self.library.close()


class Outlook:
    """A mail that is being written, with the add-in's pane beside it.

    `setup` is what the double reads (see Tests/Browser/office/office.js). What is not defined here is the browser's.
    """

    def __init__(self, window, url, language="de", width=450, height=900, dark=False, **setup):
        self.url = url
        self.language = language
        self.window = window
        self.browser = window.browser
        self.library = window.library
        self.setup = {"language": "de-DE" if language == "de" else "en-US", "sets": {"Mailbox": "1.14"}} | setup
        self.browser.resize(width, height)
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]})

    def __getattr__(self, name):
        return getattr(self.browser, name)

    def open(self):
        """Opens the pane, as Outlook does when its button is pressed."""
        self.library.setup = self.setup
        self.browser.get(f"{self.url}/add-ins/outlook/pane?language={self.language}")
        self.browser.wait_for("#pane .view")
        return self

    def reopen(self, fresh_session=False, **changes):
        """Closes the pane and opens it again for the same mail, as it is now, in the same mailbox.

        With `fresh_session` the mail was closed in between: what lived only as long as its window is gone.
        """
        state = self.state
        mail = dict(state["mail"])
        if fresh_session:
            mail["session"] = {}
        self.setup = self.setup | {"mail": mail, "roaming": state["savedRoaming"], "fails": {}} | changes
        return self.open()

    def new_mail(self, **mail):
        """Opens the pane for another mail of the same mailbox."""
        self.setup = self.setup | {"mail": mail, "roaming": self.state["savedRoaming"], "fails": {}}
        return self.open()

    @property
    def state(self):
        """What the double keeps: mail, settings, calls, violations, dialogs."""
        return self.browser.execute_script("return JSON.parse(JSON.stringify(officeDouble.state))")

    @property
    def mail(self):
        """The mail."""
        return self.state["mail"]

    def change(self, script):
        """Changes the double: `script` sees `state` and `fire`."""
        self.browser.execute_script(f"const {{state, fire}} = officeDouble; {script}")

    def drop_files(self, *paths):
        """Gives files to the pane."""
        self.browser.one("#file-picker").send_keys("\n".join(str(path) for path in paths))

    def wait_for_files(self, count, seconds=60):
        """Waits until so many files are complete."""
        wait_until(
            lambda: len(self.browser.all("#uploads > li[data-state=complete]")) == count,
            lambda: f"{count} files: {[row.text for row in self.browser.all('#uploads > li')]}", seconds)

    def click(self, selector):
        """Clicks an element after scrolling it to where the foot of the pane does not cover it."""
        element = self.browser.one(selector)
        self.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()

    def press(self, identifier):
        """Presses a button of the pane as soon as it can be pressed."""

        def pressed():
            try:
                button = self.browser.one(f"#{identifier}")
                if not button.is_displayed() or button.get_attribute("aria-disabled") == "true":
                    return False
                self.click(f"#{identifier}")
                return True
            except (NoSuchElementException, StaleElementReferenceException):
                return False

        wait_until(pressed, lambda: f"#{identifier} to be pressed:\n{self.browser.text[:3000]}")

    def send(self, in_page=False, handler="onMessageSend", **changes):
        """Presses Send: runs the handler for the mail as it is now; what it answered, and the double's state after it.

        Classic Outlook runs the script without a page (a worker here), the others in one. The pane is gone then.
        """
        if "/add-ins/outlook/pane" in self.browser.current_url:
            state = self.state
            self.setup = self.setup | {"mail": state["mail"], "roaming": state["savedRoaming"]}
        self.setup = self.setup | changes
        self.library.setup = self.setup
        self.browser.execute_cdp_cmd("Page.setBypassCSP", {"enabled": not in_page})
        self.browser.get(f"{self.url}/add-ins/outlook/launchevent?language={self.language}")
        result = self.browser.execute_async_script(IN_PAGE if in_page else IN_WORKER, handler, self.url)
        self.browser.execute_cdp_cmd("Page.setBypassCSP", {"enabled": False})
        assert "error" not in result, result["error"]
        assert not result["state"]["violations"], "\n".join(result["state"]["violations"])
        self.setup = self.setup | {
            "mail": result["state"]["mail"], "roaming": result["state"]["savedRoaming"], "fails": {}}
        return result["answer"], result["state"]

    def assert_well_behaved(self):
        """Fails if the add-in called what this Outlook does not offer, or in a way that the reference forbids."""
        violations = self.state["violations"]
        assert not violations, "Office.js:\n" + "\n".join(violations)
