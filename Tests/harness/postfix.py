"""A real Postfix of the test's own: submission with STARTTLS and AUTH, delivery into a maildir that the test reads."""

import os
import pathlib
import pwd
import shutil
import subprocess

from harness.mail import awaited, read_maildir
from harness.tools import (
    IS_ROOT, NOBODY, UNPACKED, answers, cannot_run, foreign_environment, free_port, program, scratch_directory,
    wait_until,
)

MASTER = """\
127.0.0.1:{starttls} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt -o syslog_name=submission
127.0.0.1:{tls} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes -o smtpd_tls_security_level=encrypt -o syslog_name=submissions
127.0.0.1:{plain} inet n - n - - smtpd
  -o smtpd_tls_security_level=none -o smtpd_sasl_auth_enable=no -o syslog_name=plain
  -o smtpd_recipient_restrictions=permit_mynetworks,reject -o smtpd_relay_restrictions=permit_mynetworks,reject
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
virtual unix - n n - - virtual
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """Mail with AUTH is accepted for every address and lies in the maildir at once; anything else is refused.

    `port` demands STARTTLS, `tls_port` speaks TLS from the first byte, `plain_port` takes mail from loopback without
    either. `settings` are further lines of main.cf. With `mx`, an address and a port, it also takes mail there from
    everybody, offers STARTTLS and demands nothing, as mail hosts do.
    """

    HOST = "localhost"
    USER = "depesche"
    PASSWORD = "correct horse 42"

    def __init__(self, authority, certificate=None, mx=None, **settings):
        if not IS_ROOT:
            cannot_run("Postfix's master starts only as root")
        self.authority = authority
        self.directory = scratch_directory("postfix")
        self.port, self.tls_port, self.plain_port = free_port(), free_port(), free_port()
        self.mx = mx
        self._process = None
        self._configure(certificate or authority.issue("localhost", "127.0.0.1"), settings)
        self.start()

    def _configure(self, certificate, settings):
        # Debian's Postfix reads the SASL configuration only from the folder `sasl` beside main.cf.
        configuration, queue, data, mail, sasl = (
            self.directory / name for name in ("etc", "queue", "data", "mail", "etc/sasl"))
        for folder in (configuration, queue, data, mail, sasl):
            folder.mkdir()
        # Accounts that every Debian has; Postfix wants its owner to differ from the account that deliveries run under.
        owner = pwd.getpwnam("mail")
        os.chown(data, owner.pw_uid, owner.pw_gid)
        os.chown(mail, NOBODY, NOBODY)
        # What `postfix set-permissions` does: the public folders belong to the owner of the mail system.
        for name in ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private",
                     "saved", "trace"):
            (queue / name).mkdir(mode=0o700)
            os.chown(queue / name, owner.pw_uid, 0)
        for name in ("maildrop", "public"):
            (queue / name).mkdir(mode=0o710)
            os.chown(queue / name, owner.pw_uid, 0)
        (queue / "pid").mkdir()
        programs = pathlib.Path(program("master", "usr/lib/postfix/sbin")).parent
        (sasl / "smtpd.conf").write_text(
            "pwcheck_method: auxprop\nauxprop_plugin: sasldb\nmech_list: PLAIN LOGIN\n"
            f"sasldb_path: {sasl}/sasldb2\n")
        main = {
            "compatibility_level": "3.6",
            "queue_directory": queue, "data_directory": data, "daemon_directory": programs,
            "command_directory": pathlib.Path(program("postconf")).parent,
            "shlib_directory": self._libraries(), "meta_directory": configuration,
            "import_environment": "MAIL_CONFIG MAIL_LOGTAG TZ LANG=C LD_LIBRARY_PATH SASL_PATH",
            "export_environment": "TZ LANG LD_LIBRARY_PATH SASL_PATH",
            "mail_owner": "mail", "setgid_group": "tty", "default_privs": "nobody",
            "maillog_file": self.directory / "log", "maillog_file_prefixes": self.directory,
            "myhostname": "mail.depesche.test", "mydestination": "", "inet_interfaces": "loopback-only",
            "inet_protocols": "ipv4", "mynetworks": "127.0.0.0/8", "alias_maps": "", "local_recipient_maps": "",
            "smtputf8_enable": "yes", "message_size_limit": "0", "virtual_mailbox_limit": "0", "biff": "no",
            # Every address is delivered into one maildir.
            "default_transport": "virtual", "relay_transport": "virtual", "local_transport": "virtual",
            "virtual_mailbox_base": mail, "virtual_mailbox_maps": "static:all/", "virtual_mailbox_domains": "",
            "virtual_uid_maps": f"static:{NOBODY}", "virtual_gid_maps": f"static:{NOBODY}",
            "smtpd_tls_chain_files": f"{certificate[1]}, {certificate[0]}", "smtpd_tls_loglevel": "1",
            "smtpd_tls_auth_only": "yes", "smtpd_tls_session_cache_database": "",
            "smtpd_sasl_auth_enable": "yes", "smtpd_sasl_type": "cyrus", "smtpd_sasl_path": "smtpd",
            "smtpd_sasl_local_domain": "depesche.test",
            "smtpd_sasl_security_options": "noanonymous",
            "smtpd_relay_restrictions": "permit_sasl_authenticated, reject_unauth_destination",
            "smtpd_recipient_restrictions": "",
            "smtpd_client_restrictions": "", "smtpd_helo_required": "yes",
            # A test may make many mistakes on purpose, and must not wait for them.
            "smtpd_client_connection_rate_limit": "0", "smtpd_client_auth_rate_limit": "0",
            "smtpd_error_sleep_time": "0", "smtpd_hard_error_limit": "1000",
        }
        main |= {key: str(value) for key, value in settings.items()}
        (configuration / "main.cf").write_text("".join(f"{key} = {value}\n" for key, value in main.items()))
        services = MASTER.format(starttls=self.port, tls=self.tls_port, plain=self.plain_port)
        if self.mx:
            services += (
                f"{self.mx[0]}:{self.mx[1]} inet n - n - - smtpd\n"
                "  -o smtpd_tls_security_level=may -o smtpd_sasl_auth_enable=no -o syslog_name=mx\n"
                "  -o smtpd_relay_restrictions=permit_mynetworks,reject\n")
        (configuration / "master.cf").write_text(services)
        subprocess.run(
            [program("saslpasswd2"), "-p", "-c", "-u", "depesche.test", "-f", str(sasl / "sasldb2"), self.USER],
            input=self.PASSWORD.encode(), env=foreign_environment(), check=True, capture_output=True)
        (sasl / "sasldb2").chmod(0o644)

    @staticmethod
    def _libraries():
        unpacked = UNPACKED / "usr/lib/postfix"
        return unpacked if unpacked.exists() else pathlib.Path("/usr/lib/postfix")

    def start(self):
        """Starts it, on the ports it had before."""
        log = self.directory / "master.log"
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [program("master", "usr/lib/postfix/sbin"), "-c", str(self.directory / "etc"), "-d"],
                env=foreign_environment() | {"MAIL_CONFIG": str(self.directory / "etc")},
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True)
        wait_until(
            lambda: self._process.poll() is not None or answers(self.port), "Postfix to listen", seconds=15)
        assert self._process.poll() is None, f"Postfix did not start:\n{log.read_text()}\n{self.log}"

    def stop(self):
        """Stops it; the mails stay readable."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
            wait_until(lambda: not answers(self.port), "Postfix to end")

    def close(self):
        """Stops it and forgets the mails."""
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    @property
    def log(self):
        """What Postfix logged."""
        path = self.directory / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    @property
    def mails(self):
        """What was delivered, in the order of delivery. One mail per recipient: the maildir holds a copy for each."""
        return read_maildir(self.directory / "mail" / "all")

    def wait_for(self, count, seconds=30, matching=lambda mail: True):
        """Waits for at least `count` mails that match, and returns them."""
        return awaited(lambda: self.mails, count, seconds, matching, lambda: self.log)
