"""A real OpenSMTPD as mail host."""

import os
import shutil
import subprocess

from harness.confined import confined
from harness.mail import awaited, read_maildir
from harness.tools import (
    IS_ROOT, NOBODY, UNPACKED, answers, cannot_run, foreign_environment, program, scratch_directory, wait_until,
)


class OpenSMTPDHost:
    """OpenSMTPD as the mail host `name` of a domain: STARTTLS, unknown recipients are refused at RCPT.

    `users` have a mailbox; mail to a key of `aliases` goes on to its address; a domain or address in `ways` is reached at
    that host and port. What fails is reported to the sender.

    That of Debian 12 offers STARTTLS and then fails every handshake, whatever its certificate: it does not go together
    with OpenSSL 3 (OpenSMTPD issue 1171). As there are such hosts in the world, it serves as one.
    """

    def __init__(self, name, domain, certificate, listen, users, aliases, ways):
        if not IS_ROOT:
            cannot_run("OpenSMTPD takes root, and a mount namespace with its accounts and folders")
        self.directory = scratch_directory("opensmtpd")
        self.host, self.port = listen
        for folder in ("spool/smtpd", "lib/opensmtpd/empty", "run"):
            (self.directory / folder).mkdir(parents=True)
        (self.directory / "spool" / "smtpd").chmod(0o711)
        (self.directory / "mail").mkdir()
        os.chown(self.directory / "mail", NOBODY, NOBODY)
        known = [f'"{user}@{domain}" = "nobody"' for user in users]
        known += [f'"{local}@{domain}" = "{target}"' for local, target in aliases.items()]
        onward = "".join(f"""
action "{way}" relay host "smtp://{host}:{port}"
match from any for {"rcpt-to" if "@" in way else "domain"} "{way}" action "{way}"
""" for way, (host, port) in ways.items())
        configuration = self.directory / "smtpd.conf"
        configuration.write_text(f"""
pki "{name}" cert "{certificate[0]}"
pki "{name}" key "{certificate[1]}"
table known {{ {", ".join(known)} }}
listen on {self.host} port {self.port} tls pki "{name}" hostname "{name}"
action "mailbox" maildir "{self.directory}/mail/all" virtual <known>
{onward}
match from any for domain "{domain}" action "mailbox"
""")
        helpers = UNPACKED / "usr/libexec"
        folders = {"/var/spool": self.directory / "spool", "/var/lib": self.directory / "lib",
                   "/run": self.directory / "run"}
        if helpers.exists():
            folders["/usr/libexec"] = helpers
        self._output = (self.directory / "output").open("wb")
        self._process = subprocess.Popen(
            confined(
                self.directory, {"opensmtpd": "opensmtpd", "opensmtpq": "opensmtpq"},
                [program("smtpd"), "-d", "-v", "-f", str(configuration)], folders=folders),
            env=foreign_environment(), cwd=self.directory, stdin=subprocess.DEVNULL, stdout=self._output,
            stderr=self._output, start_new_session=True)
        wait_until(
            lambda: self._process.poll() is not None or answers(self.port, self.host), self.log, seconds=20)
        assert self._process.poll() is None, self.log()

    def log(self):
        """What it printed."""
        return (self.directory / "output").read_text(errors="replace")[-30_000:]

    def close(self):
        """Stops it."""
        os.killpg(self._process.pid, 9)
        self._process.wait()
        self._output.close()
        shutil.rmtree(self.directory, ignore_errors=True)

    @property
    def mails(self):
        """What was delivered, in the order of delivery."""
        return read_maildir(self.directory / "mail" / "all")

    def wait_for(self, count, seconds=30, matching=lambda mail: True):
        """Waits for at least `count` mails that match, and returns them."""
        return awaited(lambda: self.mails, count, seconds, matching, self.log)
