"""Depesche's API as a program uses it, and the recipient page as a browser without a window uses it."""

import base64
import concurrent.futures
import hashlib
import html
import http.client
import json
import re
import urllib.parse

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0"
# As many chunks at once as the page and the command line send.
PARALLEL = 3


class Refused(AssertionError):
    """The API answered with a problem."""

    def __init__(self, method, path, status, text):
        super().__init__(f"{method} {path}: {status} {text[:1000]}")
        self.status = status
        try:
            self.problem = json.loads(text)
        except ValueError:
            self.problem = {}
        self.code = self.problem.get("code")


def digest_header(octets):
    """Content-Digest (RFC 9530) of some octets."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(octets).digest()).decode()}:"


class APIClient:
    """Calls to /api/v1 with a token, or with none. `connect` makes the connections, where it is not the server's own port."""

    def __init__(self, port, token, connect=None):
        self.port = port
        self.token = token
        self._connect = connect or (lambda: http.client.HTTPConnection("127.0.0.1", port, timeout=120))

    def call(self, method, path, body=None, headers=None, raw=None):
        """One request, its answer decoded; a problem is raised as Refused."""
        connection = self._connect()
        try:
            connection.request(
                method, f"/api/v1{path}", body=raw if body is None else json.dumps(body),
                headers=({"Authorization": f"Bearer {self.token}"} if self.token else {})
                | {"Content-Type": "application/json"} | (headers or {}))
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        if answer.status >= 300:
            raise Refused(method, path, answer.status, text.decode("utf-8", "replace"))
        return json.loads(text) if text else None

    def draft(self, *recipients, level=1, **fields):
        """A new draft; its id. With `level=None` the level is the preselected one."""
        fields = {"recipients": list(recipients), "subject": "Probe"} | fields | ({"level": level} if level else {})
        return self.call("POST", "/deliveries", fields)["id"]

    def announce(self, delivery, name, size):
        """Announces a file."""
        return self.call("POST", f"/deliveries/{delivery}/files", {"name": name, "size": size})

    def put(self, file, index, octets, digest=None):
        """Sends one chunk; its receipt."""
        return self.call(
            "PUT", f"/files/{file['id']}/chunks/{index}", raw=octets,
            headers={"Content-Type": "application/octet-stream",
                     "Content-Digest": digest or digest_header(octets)})

    def received(self, file):
        """The numbers of the chunks that the server has."""
        status = self.call("GET", f"/files/{file['id']}")
        return {index for span in status["received"] for index in range(span["from"], span["to"])}

    def upload(self, delivery, name, content):
        """Announces a file and sends all its chunks, several at once."""
        file = self.announce(delivery, name, len(content))
        self.send_chunks(file, content, range(file["chunkCount"]))
        return file

    def send_chunks(self, file, content, indices):
        """Sends some chunks of a file, several at once."""
        size = file["chunkSize"]
        with concurrent.futures.ThreadPoolExecutor(PARALLEL) as pool:
            list(pool.map(
                lambda index: self.put(file, index, bytes(content[index * size:(index + 1) * size])), indices))

    def send(self, delivery, **fields):
        """Sends a draft."""
        return self.call("POST", f"/deliveries/{delivery}/send", fields)


class Visitor:
    """A browser without a window: keeps cookies and sends the forms of the page. `connect` and `origin` say where the
    server is, where it is not on its own port."""

    def __init__(self, port, connect=None, origin=None):
        self.port = port
        self.origin = origin or f"http://127.0.0.1:{port}"
        self._connect = connect or (lambda: http.client.HTTPConnection("127.0.0.1", port, timeout=120))
        self.cookies = {}

    def headers(self):
        """What a browser sends along."""
        return {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "User-Agent": BROWSER, "Accept-Language": "de", "Sec-Fetch-Mode": "navigate",
        }

    def request(self, method, path, fields=None, headers=None):
        """(status, headers, body) of one request."""
        connection = self._connect()
        sent = self.headers() | (headers or {})
        if fields is not None:
            sent |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.origin}
        try:
            connection.request(
                method, path, body=urllib.parse.urlencode(fields) if fields is not None else None, headers=sent)
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, value = cookie.split(";")[0].split("=", 1)
            self.cookies[name] = value
        return answer.status, answer.headers, body

    def sign_in(self, email, password):
        """Signs in as a user of the installation."""
        _, _, body = self.request("GET", "/sign-in")
        proof = re.search(r'name="csrf" value="([^"]+)"', body.decode()).group(1)
        status, _, _ = self.request("POST", "/sign-in", {"csrf": proof, "email": email, "password": password})
        assert status == 303, status

    def send_form(self, path, **fields):
        """Sends the one form of a page that leads there, with what it hides and these fields; its answer's HTML. Where the
        answer leads on, that is an empty text."""
        page = urllib.parse.urlsplit(path).path
        [hidden] = [hidden for action, hidden in self.forms(path) if action == page]
        hidden = {name: html.unescape(value) for name, value in hidden.items()}
        status, _, body = self.request("POST", page, hidden | fields)
        assert status in (200, 303), f"{path}: {status} {body.decode()[-3000:]}"
        return body.decode()

    def forms(self, path):
        """[(action, hidden fields)] of the forms of a page that post."""
        status, _, body = self.request("GET", path)
        assert status == 200, f"{path}: {status}"
        return [
            (match.group(1), dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', match.group(2))))
            for match in re.finditer(
                r'<form method="post" action="([^"]+)"[^>]*>(.*?)</form>', body.decode(), re.DOTALL)
        ]

    def steps(self, path):
        """The forms of the recipient page that lead on."""
        return [
            form for form in self.forms(path) if form[0].startswith("/l/") and not form[0].endswith("/language")]

    def download_address(self, link, file=None):
        """Sends forms of the recipient page until one leads to a download; its path. All files unless one is named."""
        path = urllib.parse.urlsplit(link).path
        for _ in range(4):
            # The first form leads on: open, then the file's own, or all files at the end of the list.
            forms = self.steps(path)
            assert forms, f"no form at {path}"
            named = [form for form in forms if file is not None and form[1].get("file") == file]
            action, fields = (named or [form for form in forms if "file" not in form[1]] or forms)[0]
            status, headers, _ = self.request("POST", action, fields)
            assert status in (302, 303), f"{action}: {status}"
            path = urllib.parse.urlsplit(headers["Location"]).path
            if path.startswith("/d/"):
                return path
        raise AssertionError("no form leads to a download")
