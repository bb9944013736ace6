"""An Internet of its own: mail hosts on loopback addresses with one port, zones that lead there, and a Depesche that
delivers straight to them."""

import contextlib
import json

from harness.exim import EximHost
from harness.opensmtpd import OpenSMTPDHost
from harness.postfix import Postfix
from harness.sink import SMTPSink
from harness.tools import answers, free_port, wait_until

SENDER = "anna@haus.test"
PASSWORD = "correct horse battery staple 42"


class MailNet:
    """`zone("kunde.test")` makes a domain, `sink()` and `postfix(name)` make mail hosts and give their addresses, and
    `server()` starts a Depesche whose mail goes there."""

    def __init__(self, authority, dns, make_server):
        self.authority, self.dns, self._make_server = authority, dns, make_server
        self.port = free_port()
        self.sts_port = free_port()
        self._hosts = 1
        self._closing = contextlib.ExitStack()

    def close(self):
        """Stops the mail hosts."""
        self._closing.close()

    def address(self):
        """A loopback address that no other mail host of this test has."""
        self._hosts += 1
        return f"127.0.0.{self._hosts}"

    def sink(self, *options, host=None):
        """An smtp-sink as mail host."""
        sink = SMTPSink(*options, host=host or self.address(), port=self.port)
        self._closing.callback(sink.close)
        return sink

    def postfix(self, name, certificate=None, host=None, **settings):
        """A Postfix as mail host, with a certificate for `name`."""
        host = host or self.address()
        postfix = Postfix(
            self.authority, certificate=certificate or self.authority.issue(name), mx=(host, self.port),
            myhostname=name, **settings)
        postfix.host = host
        self._closing.callback(postfix.close)
        return postfix

    def mail_host(self, program, domain, users, aliases=None, ways=None):
        """A "postfix", "exim" or "opensmtpd" as the mail host mx1 of a domain, as real ones are: it knows its users and
        the addresses that lead elsewhere, refuses all others at once, offers STARTTLS, and reports what fails later.

        `ways` says which address has the mail of other domains."""
        name, host = f"mx1.{domain}", self.address()
        aliases, ways = aliases or {}, {other: (place, self.port) for other, place in (ways or {}).items()}
        if program == "postfix":
            listed = [f"{user}@{domain}=all/" for user in users]
            onward = [f"{{{other}=smtp:[{place}]:{port}}}" for other, (place, port) in ways.items()]
            forwarded = [f"{local}@{domain}={target}" for local, target in aliases.items()]
            return self.postfix(
                name, host=host, virtual_mailbox_domains=domain,
                virtual_mailbox_maps=f"inline:{{ {', '.join(listed)} }}", smtp_tls_security_level="may",
                **({"virtual_alias_maps": f"inline:{{ {', '.join(forwarded)} }}"} if forwarded else {}),
                **({"transport_maps": f"inline:{{ {', '.join(onward)} }}"} if onward else {}))
        made = {"exim": EximHost, "opensmtpd": OpenSMTPDHost}[program](
            name, domain, self.authority.issue(name), (host, self.port), users, aliases, ways)
        self._closing.callback(made.close)
        return made

    def zone(self, name, *hosts, signed=False):
        """A domain whose mail goes to `mx1.name`, `mx2.name`, … at these addresses."""
        zone = self.dns.zone(name, signed=signed)
        for number, host in enumerate(hosts, 1):
            zone.set(f"mx{number}", "A", 60, host)
        if hosts:
            zone.set("@", "MX", 60, *(f"{number}0 mx{number}.{name}." for number in range(1, len(hosts) + 1)))
        return zone

    def server(self, keeps=False, dns_port=None, start=lambda made: made.start(), **environment):
        """A running Depesche that delivers straight to the mail hosts; its user is anna@haus.test. With `dns_port` it asks
        another server for the zones; `start` starts it."""
        if "haus.test" not in self.dns.zones:
            self.zone("haus.test")
        server = self._make_server(**{
            "DEPESCHE_UNBOUND_CONF": self.dns.write_unbound_conf(keeps=keeps, port=dns_port),
            "DEPESCHE_ALLOW_PRIVATE_DESTINATIONS": "on",
            "DEPESCHE_MX_PORT": self.port, "DEPESCHE_MTA_STS_PORT": self.sts_port,
            "DEPESCHE_CA_FILE": self.authority.certificate} | environment)
        start(server)
        server.command("user", "add", SENDER, "--name", "Anna", "--password-stdin", input=PASSWORD + "\n")
        for key, value in {
                "organisation.name": "Haus", "mail.system-sender": "depesche@haus.test",
                "mailserver.hostname": "mail.haus.test", "mail.route": "direct"}.items():
            server.command("setting", "set", key, value)
        return server

    @staticmethod
    def take_mail(server):
        """Lets programs of this machine hand mail in, without TLS and sign-in; the port."""
        port = free_port()
        for key, value in {
                "submission.trusted-networks": "127.0.0.0/8", "submission.plain-listen": f"127.0.0.1:{port}"}.items():
            server.command("setting", "set", key, value)
        wait_until(lambda: answers(port), lambda: f"the listener for mail\n{server.log[-3000:]}")
        return port

    def take_reports(self, server, domain, host):
        """Lets the server give each mail a return path in a domain, and take what comes back at an address itself."""
        for key, value in {"return-path.listen": f"{host}:{self.port}", "mail.return-path-domain": domain,
                           "mail.return-path": "own"}.items():
            server.command("setting", "set", key, value)
        wait_until(lambda: answers(self.port, host), lambda: f"the return path to listen\n{server.log[-2000:]}")

    @staticmethod
    def send(server, *recipients, subject="Unterlagen"):
        """Makes a delivery; its JSON."""
        token = server.json("token", "create", SENDER)["token"]
        arguments = [item for recipient in recipients for item in ("--to", recipient)]
        return json.loads(server.command(
            "send", "--server", server.url, "--level", "1", *arguments, "--subject", subject, "--message", "Guten Tag",
            environment={"DEPESCHE_TOKEN": token}).stdout)

    @staticmethod
    def row(server, recipient):
        """The newest row of the outbox for a recipient, with its attempts."""
        rows = server.json("outbox", "list", "--search", recipient)
        return server.json("outbox", "show", rows[0]["id"]) if rows else None

    def wait_for_state(self, server, recipient, *states, seconds=30):
        """Waits until the mail to a recipient is in one of the states; its row."""

        def reached():
            row = self.row(server, recipient)
            return row if row and row["state"] in states else None

        return wait_until(
            reached, lambda: f"{recipient}: {states}, not {self.row(server, recipient)}\n{server.log[-2000:]}", seconds)

    def wait_for_attempt(self, server, recipient, count=1, seconds=30):
        """Waits until so many attempts have ended and the mail waits for the next; its row."""

        def reached():
            row = self.row(server, recipient)
            ended = [one for one in row["history"] if one["outcome"]] if row else []
            return row if row and row["state"] == "queued" and len(ended) >= count else None

        return wait_until(
            reached, lambda: f"{recipient}: an attempt, not {self.row(server, recipient)}\n{server.log[-2000:]}", seconds)
