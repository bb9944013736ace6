"""A server whose certificate for mail comes from an authority of the tests' own."""

import smtplib
import socket
import ssl
import threading

from harness.tools import free_port, wait_until

NAME = "mx.kunde.example"
ADMINISTRATOR = "anna@kunde.example"
PASSWORD = "correct horse battery staple 42"


class CertifiedServer:
    """A server that takes mail in at `port` and gets its certificate from `pebble`."""

    def __init__(self, make_server, make_pebble, authority, movable_clock=False, http_port=None, **pebble):
        self.server = make_server(
            movable_clock=movable_clock, DEPESCHE_CA_FILE=authority.certificate).start()
        self.pebble = make_pebble(http_port or self.server.port, **pebble)
        self.port = free_port()
        self.server.command(
            "user", "add", ADMINISTRATOR, "--name", "Anna", "--admin", "--password-stdin", input=PASSWORD + "\n")
        for key, value in {
                "mailserver.hostname": NAME, "submission.starttls-listen": f"127.0.0.1:{self.port}",
                "mailserver.acme-directory": self.pebble.url, "mailserver.acme-contact": "it@kunde.example",
                "mailserver.acme-terms-agreed": "true"}.items():
            self.server.command("setting", "set", key, value)

    def switch_on(self):
        """From now on the certificate comes from pebble."""
        self.server.command("setting", "set", "mailserver.certificate", "acme")

    def serial(self):
        """The serial number of the certificate that STARTTLS shows, verified against pebble's root; None without one."""
        context = ssl.create_default_context(cafile=self.pebble.root())
        try:
            with smtplib.SMTP("127.0.0.1", self.port, timeout=10) as client:
                client.ehlo("client.example")
                # The name is checked against what the certificate is for.
                client._host = NAME
                client.starttls(context=context)
                return client.sock.getpeercert()["serialNumber"]
        except (ConnectionError, socket.timeout, smtplib.SMTPServerDisconnected):
            return None

    def wait_for_certificate(self, other_than=None, seconds=60):
        """Waits for one that is another; its serial number."""

        def shown():
            serial = self.serial()
            return serial if serial and serial != other_than else None

        return wait_until(shown, lambda: f"a certificate\n{self.server.log[-3000:]}\n{self.pebble.log}", seconds)


class Forwarder:
    """A front proxy in its simplest form: whoever connects to `port` speaks to `target`."""

    def __init__(self, port, target):
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._target), 10)
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=self._pass_on, args=(source, sink), daemon=True).start()

    @staticmethod
    def _pass_on(source, sink):
        try:
            while piece := source.recv(4096):
                sink.sendall(piece)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            sink.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.close()
