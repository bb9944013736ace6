"""An installation for add-ins: an account, a token as an add-in has it, and what the server knows of its deliveries."""

import json
import re
import urllib.request

from harness.api import APIClient, Visitor

SENDER = "anna@kunde.example"
PASSWORD = "correct horse battery staple 42"


class AddInInstallation:
    """A running server with one account, and that account's calls. Level 1 is preselected."""

    def __init__(self, server, email=SENDER):
        self.server = server
        self.url = server.url
        self.email = email
        server.settings(deliveries_level=1)
        server.command(
            "user", "add", email, "--name", "Anna Ährens", "--password-stdin", input=PASSWORD + "\n")
        self.token = self.new_token()
        self.api = APIClient(server.port, self.token)

    def new_token(self, client="outlook"):
        """A token that came by signing in, as an add-in gets one."""
        request = self._ask("/sign-in-requests", {"client": client})
        self.answer(request["url"])
        answer = self._ask(f"/sign-in-requests/{request['id']}/redeem", {"secret": request["secret"]})
        assert answer["state"] == "approved", answer
        return answer["token"]

    def _ask(self, path, body):
        """A call of somebody who is not signed in."""
        request = urllib.request.Request(
            f"{self.url}/api/v1{path}", json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def answer(self, address, answer="approve"):
        """Opens the page of a sign-in request as the person, and presses a button there; the code that it showed."""
        visitor = Visitor(self.server.port)
        visitor.sign_in(self.email, PASSWORD)
        path = address.removeprefix(self.url)
        status, _, body = visitor.request("GET", path)
        page = body.decode()
        assert status == 200, f"{path}: {status}"
        proof = re.search(r'action="/add-ins/connect">\s*<input type="hidden" name="csrf" value="([^"]+)"', page).group(1)
        request = re.search(r'name="request" value="([^"]+)"', page).group(1)
        status, _, body = visitor.request(
            "POST", "/add-ins/connect", {"csrf": proof, "request": request, "answer": answer})
        assert status in (200, 303), f"{status}: {body.decode()[:2000]}"
        return re.search(r'class="connect-code">.*?([A-Z0-9]{4}-[A-Z0-9]{4})<', page, re.DOTALL).group(1)

    def delivery(self, mail):
        """The delivery of a mail of the double."""
        return self.api.call("GET", f"/deliveries/{mail['properties']['depesche-delivery']}")

    def drafts(self):
        """The account's drafts."""
        return self.api.call("GET", "/deliveries?state=drafts&limit=50")["items"]

    def link(self, mail):
        """The link in a mail of the double."""
        return re.search(re.escape(self.url) + r"/l/[\w-]+", mail["body"]).group(0)

    def fetch(self, link, file=None):
        """What a reader of the mail gets: the content of one file, or of all in an archive."""
        visitor = Visitor(self.server.port)
        _, _, body = visitor.request("GET", visitor.download_address(link, file))
        return body
