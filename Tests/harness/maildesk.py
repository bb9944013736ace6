"""A person at Thunderbird: their own mail server, the world outside that it hands mail to, and the installation."""

import re
import urllib.parse
import urllib.request

from harness import pages
from harness.api import APIClient, Visitor
from harness.thunderbird import Thunderbird
from harness.tools import wait_until

# The size of the files that go the whole way.
LARGE = 200_000_000
GREETING = "<p>Guten Tag,</p><p>anbei die Unterlagen.</p><p>Freundliche Grüße</p>"


def links_in(mail, part="html"):
    """The different addresses of deliveries in a part of a mail."""
    return list(dict.fromkeys(re.findall(r'https?://[^\s"<>]+/l/[A-Za-z0-9_-]+', getattr(mail, part))))


def unwrapped(html):
    """HTML without the line breaks that the composer put into it."""
    return re.sub(r"\s+", " ", html)


class MailDesk:
    """`outside` is where the person's mails arrive by way of `postfix`; `notices` gets what the installation sends itself."""

    def __init__(self, server, postfix, outside, notices, language="de", dark=False, is_fixed=True):
        self.server, self.postfix, self.outside, self.notices = server, postfix, outside, notices
        server.command(
            "user", "add", Thunderbird.EMAIL, "--name", Thunderbird.NAME, "--admin", "--password-stdin",
            input=pages.PASSWORD + "\n")
        server.command("setting", "set", "organisation.name", "Muster & Söhne")
        # Most tests fetch by the link alone; those about codes choose them.
        server.command("setting", "set", "deliveries.level", "1")
        pages.connect(server, notices.port, host="127.0.0.1")
        self.token = server.json("token", "create", Thunderbird.EMAIL)["token"]
        self.api = APIClient(server.port, server.json("token", "create", Thunderbird.EMAIL)["token"])
        self.thunderbird = Thunderbird(postfix.plain_port, language=language, dark=dark)
        try:
            self.extension = self.thunderbird.install(self._extension(is_fixed))
            self.filelink = self.thunderbird.add_filelink(self.extension)
            self.settings = self._open_settings()
        except BaseException:
            self.close()
            raise

    def _extension(self, is_fixed):
        """The extension: as the installation offers it, or the one for any server."""
        path = self.thunderbird.directory / "depesche.xpi"
        if not is_fixed:
            self.server.command("addins", self.thunderbird.directory)
            return path
        address = f"{self.server.url}/add-ins/thunderbird/depesche.xpi"
        with urllib.request.urlopen(address, timeout=30) as answer:
            path.write_bytes(answer.read())
        return path

    def _open_settings(self):
        """The page of the FileLink account, in a tab."""
        address = self.thunderbird.extension_url(self.extension, "management.html")
        self.thunderbird.open_tab(f"{address}?accountId={self.filelink}")
        page = self.thunderbird.page("management.html")
        page.wait_for("#sign-in")
        return page

    def sign_in(self, token=None):
        """Signs in with a token, without the way by the pages."""
        self.settings.keep(token=token or self.token)
        wait_until(lambda: self.thunderbird.is_configured(self.filelink), "FileLink to be offered")
        self.settings.wait_for("#level-1")
        return self

    def revoke(self):
        """Revokes the token of the extension."""
        APIClient(self.server.port, self.token).call("DELETE", "/add-in")

    def pane(self, window):
        """Opens the pane of a compose window; its page, with the mail's view."""
        window.press(self.extension)
        page = self.thunderbird.page("thunderbird-pane.html")
        page.wait_for(".view.mail")
        return page

    def held(self):
        """The window that says why a mail was held back."""
        page = self.thunderbird.page("notice.html")
        page.wait_for("#back")
        return page

    def back_to(self, window):
        """Goes from that window back to the mail."""
        self.thunderbird.page("notice.html").click("#back")
        wait_until(lambda: not self.thunderbird.has_page("notice.html"), "the window to close")
        wait_until(lambda: window.run("return !window.gWindowLock"), "the mail to be free again")
        assert window.is_open

    def arrived(self, subject, count=1):
        """The mails with a subject that arrived outside: the newest of at least so many."""
        return self.outside.wait_for(count, matching=lambda mail: mail["Subject"] == subject)[-1]

    def deliveries(self):
        """All deliveries, the newest first, each whole."""
        items = [
            item for state in ("drafts", None)
            for item in self.api.call("GET", f"/deliveries?limit=50{f'&state={state}' if state else ''}")["items"]]
        ids = sorted({item["id"] for item in items}, reverse=True)
        return [self.api.call("GET", f"/deliveries/{id}") for id in ids]

    def delivery(self):
        """The newest delivery."""
        return self.deliveries()[0]

    def recipients(self):
        """The addresses of the newest delivery."""
        return sorted(one["email"] for one in self.delivery()["recipients"])

    def fetched(self, link, address=None):
        """What a reader gets who follows a link; one with an address proves it by the code that is mailed there."""
        visitor = Visitor(self.server.port)
        path = urllib.parse.urlsplit(link).path
        assert visitor.request("GET", urllib.parse.urlsplit(link)._replace(scheme="", netloc="").geturl())[0] == 200
        if address:
            self.prove(visitor, path, address)
        return visitor.request("GET", visitor.download_address(path))[2]

    def prove(self, visitor, path, address):
        """Asks for a code at an address and gives it."""
        before = len(self.codes(address))
        action, fields = next(form for form in visitor.steps(path) if form[0].endswith("/code/ask"))
        assert visitor.request("POST", action, fields | {"address": address})[0] == 303
        code = pages.code_in(wait_until(lambda: self.codes(address)[before:], f"a code at {address}")[0])
        action, fields = next(form for form in visitor.steps(path) if not form[0].endswith("/code/ask"))
        assert visitor.request("POST", action, fields | {"code": code})[0] == 303

    def codes(self, address):
        """The mails of the installation to an address that is not the sender's."""
        return [mail for mail in self.notices.mails if mail.recipients == [address]]

    def close(self):
        """Ends Thunderbird; the servers belong to others."""
        self.thunderbird.close()
