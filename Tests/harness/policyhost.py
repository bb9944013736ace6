"""A web server that has an MTA-STS policy (RFC 8461), or has it wrong."""

import http.server
import ssl
import threading


class PolicyHost:
    """HTTPS on a loopback address; `policy` is what it answers, None is a 404, "hang" is silence."""

    def __init__(self, certificate, host="127.0.0.1", port=0):
        self.policy = None
        self.requests = []
        self._released = threading.Event()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.requests.append((self.headers["Host"], self.path))
                if outer.policy == "hang":
                    outer._released.wait(120)
                    return
                if outer.policy is None or self.path != "/.well-known/mta-sts.txt":
                    self.send_error(404)
                    return
                body = outer.policy.encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer((host, port), Handler)
        self._server.daemon_threads = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*map(str, certificate))
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        """Ends it."""
        self._released.set()
        self._server.shutdown()
        self._server.server_close()
