"""An installation that takes mail in."""

import ssl

from harness.domains import verify
from harness.tools import answers, free_port, wait_until

DOMAIN = "kunde.example"


class MailServer:
    """An installation that takes mail in and hands it on to a sink."""

    @classmethod
    def started(cls, make_server, sink, dns, authority):
        """A running one, whose sender domain is in order."""
        certificate, key = authority.issue("localhost", "127.0.0.1")
        server = make_server(
            DEPESCHE_UNBOUND_CONF=dns.unbound_conf, DEPESCHE_ALLOW_PRIVATE_DESTINATIONS="on",
            DEPESCHE_MAIL_CERTIFICATE=certificate, DEPESCHE_MAIL_KEY=key).start()
        made = cls(server, sink)
        made.verify(dns)
        return made

    def __init__(self, server, sink):
        self.server, self.sink = server, sink
        self.tls_port, self.starttls_port, self.plain_port, self.return_port = (free_port() for _ in range(4))
        for key, value in {
            "organisation.name": "Mailhaus", "mail.system-sender": f"system@{DOMAIN}", "smtp.host": "127.0.0.1",
            "smtp.port": sink.port, "smtp.security": "none", "mail.route": "smtp", "mailserver.hostname": "mx.test",
            "submission.tls-listen": f"127.0.0.1:{self.tls_port}",
            "submission.starttls-listen": f"127.0.0.1:{self.starttls_port}",
            "return-path.listen": f"127.0.0.1:{self.return_port}",
        }.items():
            server.command("setting", "set", key, value)
        # Doors are opened anew as settings change, and what was connected is told to come again.
        for port in (self.tls_port, self.starttls_port, self.return_port):
            self.listens(port)

    def listens(self, port):
        """Waits until somebody listens there; the port."""
        wait_until(lambda: answers(port), lambda: f"port {port} to be listened on; the log:\n{self.server.log[-3000:]}")
        return port

    def verify(self, dns):
        """Brings the sender domain in order."""
        zone = dns.zone(DOMAIN)
        zone.set("@", "TXT", 60, '"v=spf1 mx -all"')
        verify(self.server, zone, DOMAIN)

    def credential(self, name="Shop", *options):
        """User name and password of a new credential."""
        made = self.server.json("submission", "credential", "add", name, "--domain", DOMAIN, *options)
        return made["user"], made["password"]

    def context(self, authority):
        """TLS as a program has it that trusts the tests' authority."""
        return ssl.create_default_context(cafile=str(authority.certificate))

    def open_plain_listener(self):
        """Takes mail from this machine without TLS and without a sign-in; the port."""
        self.server.command("setting", "set", "submission.trusted-networks", "127.0.0.1")
        self.server.command("setting", "set", "submission.plain-listen", f"127.0.0.1:{self.plain_port}")
        return self.listens(self.plain_port)
