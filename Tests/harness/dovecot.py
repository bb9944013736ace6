"""A real Dovecot of the test's own: IMAP over a maildir, with STARTTLS and TLS."""

import imaplib
import os
import pathlib
import shutil
import ssl
import subprocess

from harness.tools import (
    IS_ROOT, NOBODY, UNPACKED, answers, cannot_run, foreign_environment, free_port, program, scratch_directory,
    wait_until,
)

CONFIGURATION = """\
protocols = imap
base_dir = {directory}/run
state_dir = {directory}/state
log_path = {directory}/log
auth_verbose = yes
libexec_dir = {libexec}
import_environment = TZ LD_LIBRARY_PATH
default_internal_user = mail
default_internal_group = mail
default_login_user = nobody
first_valid_uid = 1
first_valid_gid = 1
mail_plugin_dir = {modules}
auth_mechanisms = plain login
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = yes
passdb {{
  driver = static
  args = password={password} user={user}
}}
userdb {{
  driver = static
  args = uid={uid} gid={uid} home={directory}/home
}}
mail_location = maildir:{maildir}
namespace inbox {{
  inbox = yes
  separator = /
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


class Dovecot:
    """One user with one maildir: the one given, such as Postfix's, or an empty one of its own.

    `port` offers STARTTLS, `tls_port` speaks TLS from the first byte.
    """

    HOST = "localhost"
    USER = "rueck"
    PASSWORD = "battery-staple-17"

    def __init__(self, authority, maildir=None):
        if not IS_ROOT:
            cannot_run("Dovecot's processes change their user, which needs root")
        self.directory = scratch_directory("dovecot")
        self.port, self.tls_port = free_port(), free_port()
        self.authority = authority
        self._process = None
        for name in ("run", "state", "home"):
            (self.directory / name).mkdir()
        os.chown(self.directory / "home", NOBODY, NOBODY)
        self.maildir = pathlib.Path(maildir) if maildir else self.directory / "home" / "mail"
        for folder in (self.maildir, *(self.maildir / name for name in ("cur", "new", "tmp"))):
            folder.mkdir(parents=True, exist_ok=True)
            os.chown(folder, NOBODY, NOBODY)
        certificate, key = authority.issue("localhost", "127.0.0.1")
        unpacked = UNPACKED / "usr/lib/dovecot"
        libraries = unpacked if unpacked.exists() else pathlib.Path("/usr/lib/dovecot")
        (self.directory / "dovecot.conf").write_text(CONFIGURATION.format(
            directory=self.directory, libexec=libraries, modules=libraries / "modules", certificate=certificate, key=key,
            password=self.PASSWORD, user=self.USER, uid=NOBODY, maildir=self.maildir, port=self.port,
            tls_port=self.tls_port))
        environment = foreign_environment()
        environment["LD_LIBRARY_PATH"] = f"{libraries}:{environment.get('LD_LIBRARY_PATH', '')}"
        output = (self.directory / "output").open("wb")
        # Dovecot would run /usr/bin/doveconf, which is not there; so we begin with doveconf, which starts it. Its modules
        # it looks for in /usr/lib/dovecot only: there they are for this process and its children, and nobody else.
        configuration = str(self.directory / "dovecot.conf")
        overlay = self.directory / "lib"
        overlay.mkdir()
        (overlay / "dovecot").symlink_to(libraries)
        self._process = subprocess.Popen(
            ["unshare", "--mount", "sh", "-c",
             f'mount -t overlay overlay -o lowerdir={overlay}:/usr/lib /usr/lib && exec "$@"', "dovecot",
             program("doveconf"), "-f", "service=master", "-c", configuration, "-m", "master", "-e",
             program("dovecot"), "-F", "-c", configuration], env=environment,
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True)
        wait_until(
            lambda: self._process.poll() is not None or answers(self.port),
            lambda: f"Dovecot to listen: {self.log}", seconds=20)
        assert self._process.poll() is None, f"Dovecot did not start:\n{self.log}"

    @property
    def log(self):
        """What Dovecot said."""
        files = [self.directory / "output", self.directory / "log"]
        return "\n".join(path.read_text(errors="replace") for path in files if path.exists())

    def put(self, raw, name):
        """Puts a mail into the maildir."""
        path = self.maildir / "tmp" / name
        path.write_bytes(raw.replace(b"\r\n", b"\n"))
        os.chown(path, NOBODY, NOBODY)
        path.rename(self.maildir / "new" / name)

    def flags(self, folder="INBOX"):
        """The flags of each mail in a folder, as another mail program sees them."""
        context = ssl.create_default_context(cafile=str(self.authority.certificate))
        with imaplib.IMAP4_SSL(self.HOST, self.tls_port, ssl_context=context) as client:
            client.login(self.USER, self.PASSWORD)
            status, _ = client.select(folder, readonly=True)
            if status != "OK":
                return None
            _, [numbers] = client.search(None, "ALL")
            return [
                sorted(flag.decode() for flag in imaplib.ParseFlags(client.fetch(number, "(FLAGS)")[1][0]))
                for number in numbers.split()]

    def close(self):
        """Stops it and forgets the mails."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)
