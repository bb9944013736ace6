"""A way to an object store on which things go wrong as the test says."""

import collections
import http.client
import http.server
import threading

from harness.tools import free_port

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


class FaultyStore:
    """Passes requests on to a store. `plan` lists (method, fault) pairs: each fault meets the next request of its
    method. `always` has the fault that all requests of a method meet.

    Faults: `500`, `503` (SlowDown), `cut` (half of the answer's body, then the connection ends), `wrong` (an octet of
    the body is another: of the answer to a GET, of the request in a PUT), `silence` (no answer), `lost` (the store did
    it, and no answer comes).
    """

    def __init__(self, store):
        self.store = store
        self.port = free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self.plan = collections.deque()
        self.always = {}
        self.met = collections.Counter()
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def environment(self):
        """What a server is told of it."""
        return self.store.environment | {"DEPESCHE_FILES_ENDPOINT": self.endpoint}

    def close(self):
        """Ends it."""
        self._closed.set()
        self._server.shutdown()
        self._server.server_close()

    def _fault(self, method):
        with self._lock:
            fault = self.always.get(method)
            for planned in list(self.plan):
                if planned[0] == method:
                    self.plan.remove(planned)
                    fault = planned[1]
                    break
            if fault:
                self.met[fault] += 1
            return fault

    def _handler(self):
        faulty = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *arguments):
                pass

            def handle_one(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                fault = faulty._fault(self.command)
                if fault == "silence":
                    return self.say_nothing()
                if fault in ("500", "503"):
                    code = "SlowDown" if fault == "503" else "InternalError"
                    text = f"<Error><Code>{code}</Code><Message>Later</Message></Error>".encode()
                    return self.answer(int(fault), {"Content-Type": "application/xml"}, text)
                if fault == "wrong" and self.command == "PUT":
                    body = bytes([body[0] ^ 1]) + body[1:]
                connection = http.client.HTTPConnection("127.0.0.1", faulty.store.port, timeout=60)
                connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
                for name, value in self.headers.items():
                    if name.lower() != "connection":
                        connection.putheader(name, value)
                connection.endheaders(body)
                given = connection.getresponse()
                content = given.read()
                connection.close()
                if fault == "lost":
                    return self.say_nothing()
                headers = {
                    name: value for name, value in given.headers.items() if name.lower() not in HOP_BY_HOP}
                if fault == "wrong" and self.command == "GET" and given.status == 206:
                    middle = len(content) // 2
                    content = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1:]
                self.answer(given.status, headers, content, cut=fault == "cut")

            def say_nothing(self):
                faulty._closed.wait(120)
                self.close_connection = True

            def answer(self, status, headers, content, cut=False):
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if status != 204:
                    self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                if cut:
                    self.close_connection = True
                self.wfile.write(content[: len(content) // 2] if cut else content)

            do_GET = do_PUT = do_DELETE = do_HEAD = do_POST = handle_one

        return Handler
