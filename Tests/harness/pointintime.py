"""PostgreSQL that archives its log, and what is made of a base backup and that archive, as docs/operations/cluster.md says."""

import os
import re
import subprocess

from harness.postgresql import PostgreSQL
from harness.tools import IS_ROOT, NOBODY, REPOSITORY, scratch_directory, wait_until

PAGE = REPOSITORY / "docs" / "operations" / "cluster.md"
# Where the page keeps the archive.
ARCHIVE = "/backup/wal"


class ArchivingPostgreSQL(PostgreSQL):
    """A primary with the settings of the page."""

    def _run(self, name, *arguments):
        super()._run(name, *arguments)
        if name != "initdb":
            return
        self.archive = self.directory / "archive"
        self.archive.mkdir()
        if IS_ROOT:
            os.chown(self.archive, NOBODY, NOBODY)
        settings = re.search(r"# postgresql\.conf of the primary\n(.*?)```", PAGE.read_text(), re.DOTALL).group(1)
        with (self.directory / "cluster" / "postgresql.conf").open("a") as file:
            file.write(settings.replace(ARCHIVE, str(self.archive)))

    def base_backup(self):
        """Makes one; its folder."""
        [options] = re.findall(r"^pg_basebackup -D \S+ (.*?)\s+#", PAGE.read_text(), re.MULTILINE)
        folder = self.directory / "base"
        self._run("pg_basebackup", "-h", self.directory, "-U", "depesche", "-D", folder, *options.split())
        return folder

    def archive_all(self):
        """Waits until all that was committed is in the archive."""
        last = self.execute("SELECT pg_walfile_name(pg_switch_wal())")
        wait_until(lambda: (self.archive / last).exists(), f"{last} in the archive")

    def restored(self, base, time):
        """A server with the data as they were at that time."""
        return RestoredPostgreSQL(self, base, time)


class RestoredPostgreSQL(PostgreSQL):
    """Begins with a base backup and goes on to a time."""

    def __init__(self, primary, base, time):
        self.directory = scratch_directory("pg", owner=NOBODY)
        self._mounted = []
        self.port = None
        self._environment = primary._environment
        self._programs = primary._programs
        text = PAGE.read_text()
        settings = [
            re.search(rf"`({name} = '[^`]*')`", text).group(1)
            for name in ("restore_command", "recovery_target_time", "recovery_target_action")]
        settings[0] = settings[0].replace(ARCHIVE, str(primary.archive))
        settings[1] = f"recovery_target_time = '{time}'"
        with (base / "postgresql.conf").open("a") as file:
            file.write("archive_mode = off\n" + "\n".join(settings) + "\n")
        (base / "recovery.signal").touch()
        self._log = (self.directory / "log").open("wb")
        self._process = subprocess.Popen(
            self._as_nobody([self._programs / "postgres", "-D", base, "-k", self.directory, "-c", "listen_addresses="]),
            env=self._environment, cwd=self.directory, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log)
        wait_until(
            lambda: self._process.poll() is not None or self._query(
                "postgres", "SELECT NOT pg_is_in_recovery()").stdout.strip() == "t",
            lambda: f"the recovery: {(self.directory / 'log').read_text()[-2000:]}", 60)
        assert self._process.poll() is None, (self.directory / "log").read_text()
