"""A real Exim: one that judges signatures and keeps no mail, and one that takes mail over and reports what fails."""

import os
import pathlib
import re
import shutil
import smtplib
import subprocess

from harness.confined import confined
from harness.mail import awaited, read_maildir
from harness.tools import (
    IS_ROOT, NOBODY, answers, cannot_run, foreign_environment, free_port, program, scratch_directory, wait_until,
)


class _EximProcess:
    """Exim on a free port of 127.0.0.1, or where `listen` says, under a configuration of the test's own; nothing runs as
    another account."""

    def __init__(self, configuration, nameserver="127.0.0.1", listen=None):
        if not IS_ROOT:
            cannot_run("Exim takes root, and a mount namespace with its account and our DNS")
        self.directory = scratch_directory("exim", owner=NOBODY)
        self.host, self.port = listen or ("127.0.0.1", free_port())
        # The package's program is setuid, and such a one finds no libraries in .test-tools/; a copy is not. Exim calls
        # itself for reports.
        own = self.directory / "exim4"
        shutil.copyfile(program("exim4"), own)
        own.chmod(0o755)
        (self.directory / "exim.conf").write_text(f"""
exim_path = {own}
keep_environment = LD_LIBRARY_PATH
spool_directory = {self.directory}/spool
log_file_path = {self.directory}/log-%s
pid_file_path = {self.directory}/pid
host_lookup =
rfc1413_query_timeout = 0s
dns_dnssec_ok = 0
{configuration.replace("DIRECTORY", str(self.directory))}""")
        command = confined(
            self.directory, {"Debian-exim": "Debian-exim"},
            [str(own), "-C", str(self.directory / "exim.conf"), "-bdf", "-oX", f"{self.host}.{self.port}"],
            nameserver=nameserver)
        self._log = (self.directory / "output").open("w+")
        self._process = subprocess.Popen(
            command, env=foreign_environment(), cwd=self.directory, stdin=subprocess.DEVNULL, stdout=self._log,
            stderr=self._log, start_new_session=True)
        wait_until(
            lambda: self._process.poll() is not None or answers(self.port, self.host), self.log, seconds=20)
        assert self._process.poll() is None, self.log()

    def log(self):
        """What it printed and logged."""
        files = [self.directory / "output", *self.directory.glob("log-*")]
        return "\n".join(path.read_text()[-30_000:] for path in files)

    def close(self):
        """Stops it."""
        os.killpg(self._process.pid, 9)
        self._process.wait()
        self._log.close()
        shutil.rmtree(self.directory, ignore_errors=True)


class Exim(_EximProcess):
    """Exim as a judge; it asks `zone`, a TextZone at port 53, for keys."""

    def __init__(self, zone):
        super().__init__("""
primary_hostname = judge.example
tls_advertise_hosts =
acl_smtp_rcpt = accept
acl_smtp_dkim = acl_dkim
acl_smtp_data = acl_data

begin acl
acl_dkim:
  accept set acl_m_verdicts = $acl_m_verdicts $dkim_cur_signer/$dkim_selector/$dkim_algo/$dkim_verify_status
acl_data:
  deny message = verdicts:$acl_m_verdicts
""", zone.host)

    def verdicts(self, message):
        """What it says of each signature: {(domain, selector, algorithm): "pass"}."""
        with smtplib.SMTP("127.0.0.1", self.port, local_hostname="client.example", timeout=30) as client:
            client.ehlo()
            client.mail("anna@kunde.example")
            client.rcpt("bob@elsewhere.example")
            # smtplib turns line ends; ours are right already.
            code, text = client.data(message)
        assert code == 550, (code, text, self.log())
        found = re.findall(r"([^\s/:]+)/([^\s/]+)/([^\s/]+)/(\S+)", text.decode())
        return {(domain, selector, algorithm): verdict for domain, selector, algorithm, verdict in found}



class EximRelay(_EximProcess):
    """Exim as a mail server that takes all mail over and finds out later.

    Mail for the domains in `home` and beneath them lies in `maildir`; for a domain in `routes` it goes to that port of
    127.0.0.1; for all others there is no way. It tries once, and what fails is reported to the sender.
    """

    def __init__(self, home, routes):
        routers = "".join(f"""
{domain.replace(".", "_")}:
  driver = manualroute
  domains = {domain}
  route_list = {domain} 127.0.0.1::{port}
  self = send
  transport = onward
""" for domain, port in routes.items())
        domains = " : ".join(f"{domain} : *.{domain}" for domain in home)
        super().__init__(f"""
primary_hostname = exim.depesche.test
tls_advertise_hosts =
qualify_domain = depesche.test
deliver_drop_privilege
acl_smtp_rcpt = accept
accept_8bitmime

begin routers
home:
  driver = accept
  domains = {domains}
  transport = mailbox
{routers}
begin transports
mailbox:
  driver = appendfile
  directory = DIRECTORY/mail
  maildir_format
  create_directory
  envelope_to_add
  return_path_add
onward:
  driver = smtp
  allow_localhost
  hosts_avoid_tls = *

begin retry
""")

    @property
    def maildir(self):
        """Where mail for its own domains lies."""
        return pathlib.Path(self.directory) / "mail"


class EximHost(_EximProcess):
    """Exim as the mail host `name` of a domain: STARTTLS, unknown recipients are refused at RCPT.

    `users` have a mailbox; mail to a key of `aliases` goes on to its address; a domain in `ways` is reached at that host
    and port. It tries once, and what fails is reported to the sender.
    """

    def __init__(self, name, domain, certificate, listen, users, aliases, ways):
        for path in certificate:
            os.chown(path, NOBODY, NOBODY)
        forwarding = "".join(f"${{if eq{{$local_part}}{{{local}}}{{{target}}}}}" for local, target in aliases.items())
        onward = " ; ".join(f"{way} {host}::{port}" for way, (host, port) in ways.items())
        super().__init__(f"""
primary_hostname = {name}
tls_advertise_hosts = *
tls_certificate = {certificate[0]}
tls_privatekey = {certificate[1]}
acl_smtp_rcpt = acl_rcpt

begin acl
acl_rcpt:
  require domains = {domain}
          verify = recipient
  accept

begin routers
aliases:
  driver = redirect
  domains = {domain}
  data = {forwarding}
users:
  driver = accept
  domains = {domain}
  local_parts = {" : ".join(users)}
  transport = mailbox
ways:
  driver = manualroute
  domains = {" : ".join(ways)}
  route_list = {onward}
  self = send
  transport = onward

begin transports
mailbox:
  driver = appendfile
  user = Debian-exim
  directory = DIRECTORY/mail
  maildir_format
  create_directory
  envelope_to_add
  return_path_add
onward:
  driver = smtp
  allow_localhost

begin retry
""", listen=listen)

    @property
    def mails(self):
        """What was delivered, in the order of delivery."""
        return read_maildir(self.directory / "mail")

    def wait_for(self, count, seconds=30, matching=lambda mail: True):
        """Waits for at least `count` mails that match, and returns them."""
        return awaited(lambda: self.mails, count, seconds, matching, self.log)
