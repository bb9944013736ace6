"""A mail host that does what the test says at each step, right or wrong, on plain sockets."""

import collections
import socket
import ssl
import threading

# What a step may do instead of answering: say nothing until the client has gone, and close the connection.
STALL, CLOSE = object(), object()
USUAL = {
    "greeting": b"220 mx.test ESMTP\r\n", "ehlo": b"250-mx.test\r\n250 8BITMIME\r\n",
    "starttls": b"220 go ahead\r\n", "mail": b"250 2.1.0 ok\r\n", "rcpt": b"250 2.1.5 ok\r\n", "data": b"354 go on\r\n",
    "dot": b"250 2.0.0 taken\r\n", "rset": b"250 2.0.0 ok\r\n", "quit": b"221 2.0.0 bye\r\n",
}


class ScriptedHost:
    """Answers each step (greeting, ehlo, starttls, mail, rcpt, data, dot, rset, quit) as usual, or as `steps` says: with
    octets, STALL, CLOSE, a function that gives octets, or a list with something of these (None: as usual) for each time in
    turn, whose last one stays. With a certificate (chain, key), STARTTLS is offered."""

    def __init__(self, host, port, certificate=None, **steps):
        self.host, self.port, self.steps = host, port, steps
        self.mails = []
        # What came for a handshake where there is no certificate.
        self.hellos = []
        self._times = collections.Counter()
        self._lock, self._open = threading.Lock(), set()
        self._context = None
        if certificate:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(*map(str, certificate))
        self._listener = socket.create_server((host, port))
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        """Ends it, with all connections."""
        self._listener.close()
        with self._lock:
            for connection in self._open:
                _shut(connection)

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self._open.add(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        connection.settimeout(60)
        try:
            self._converse(connection)
        except (OSError, ssl.SSLError, ValueError):
            pass
        finally:
            with self._lock:
                self._open.discard(connection)
            _shut(connection)
            connection.close()

    def _converse(self, connection):
        stream, is_protected = connection.makefile("rb"), False
        self._do(connection, "greeting")
        while line := stream.readline(10_000):
            step = line.decode("latin-1").split()[0].lower() if line.strip() else ""
            if step in ("ehlo", "helo"):
                offer = self._context and not is_protected and "ehlo" not in self.steps
                usual = b"250-mx.test\r\n250-STARTTLS\r\n250 8BITMIME\r\n" if offer else None
                self._do(connection, "ehlo", usual)
            elif step == "starttls":
                self._do(connection, step)
                if self._context is None:
                    self.hellos.append(stream.read1(16_384))
                    connection.sendall(b"500 5.5.1 what?\r\n")
                    continue
                connection = self._context.wrap_socket(connection, server_side=True)
                stream, is_protected = connection.makefile("rb"), True
            elif step == "data":
                if not self._do(connection, step).startswith(b"354"):
                    continue
                octets = b""
                while not octets.endswith(b"\r\n.\r\n"):
                    line = stream.readline()
                    if not line:
                        return
                    octets += line
                if self._do(connection, "dot").startswith(b"2"):
                    with self._lock:
                        self.mails.append(octets)
            elif step in ("mail", "rcpt", "rset", "quit"):
                self._do(connection, step)
                if step == "quit":
                    return
            else:
                connection.sendall(b"500 5.5.1 what?\r\n")

    def _do(self, connection, step, usual=None):
        what = self.steps.get(step, usual or USUAL[step])
        if isinstance(what, list):
            with self._lock:
                self._times[step] += 1
                what = what[min(self._times[step], len(what)) - 1]
        if what is None:
            what = usual or USUAL[step]
        if what is CLOSE:
            raise ValueError(step)
        if what is STALL:
            # The client goes at last; what it says until then is not answered.
            while connection.recv(65_536):
                pass
            raise ValueError(step)
        for octets in [what] if isinstance(what, bytes) else what():
            connection.sendall(octets)
        return what if isinstance(what, bytes) else b""


def _shut(connection):
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
