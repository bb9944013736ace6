"""A real rspamd that does nothing but look at DKIM."""

import json
import os
import shutil
import subprocess
import urllib.request

from harness.tools import (
    IS_ROOT, UNPACKED, answers, cannot_run, foreign_environment, free_port, program, scratch_directory, wait_until,
)


class Rspamd:
    """rspamd's scanner on a free port of 127.0.0.1; it asks `zone`, a TextZone, for keys."""

    def __init__(self, zone):
        if not IS_ROOT:
            cannot_run("rspamd finds its scripts only below /usr/share, which takes a mount namespace of root")
        self.directory = scratch_directory("rspamd")
        self.directory.chmod(0o777)
        self.port = free_port()
        (self.directory / "rspamd.conf").write_text(f"""
            options {{
                filters = "dkim"; tempdir = "{self.directory}";
                pidfile = "{self.directory}/pid"; history_file = "{self.directory}/history";
                cache_file = "{self.directory}/cache"; map_watch_interval = 600; url_tld =
                "{UNPACKED}/usr/share/rspamd/effective_tld_names.dat";
                dns {{ nameserver = ["{zone.host}:{zone.port}"]; timeout = 5s; retransmits = 2; }}
            }}
            logging {{ type = "console"; level = "info"; color = false; }}
            worker "normal" {{ bind_socket = "127.0.0.1:{self.port}"; count = 1; }}
            dkim {{ dkim_cache_size = 100; time_jitter = 60; }}
            metric "default" {{ actions {{ reject = 1000; }} }}
            """)
        self._log = (self.directory / "log").open("w+")
        # The machine has no /usr/share/rspamd, and gets none: only this process sees it.
        shares = f"mount -t overlay -o lowerdir={UNPACKED}/usr/share:/usr/share overlay /usr/share"
        self._process = subprocess.Popen(
            ["unshare", "--mount", "sh", "-c", f'{shares} && exec "$0" "$@"', program("rspamd"), "-f", "-i",
             "-c", str(self.directory / "rspamd.conf")],
            env=foreign_environment(), cwd=self.directory, stdin=subprocess.DEVNULL, stdout=self._log,
            stderr=self._log, start_new_session=True)
        wait_until(lambda: self._process.poll() is not None or answers(self.port), self.log, seconds=60)
        assert self._process.poll() is None, self.log()

    def log(self):
        """What it printed."""
        return (self.directory / "log").read_text()[-4000:]

    def symbols(self, message):
        """What it says of a message: its symbols with their options."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/checkv2", data=message)
        with urllib.request.urlopen(request, timeout=30) as answer:
            found = json.load(answer)
        return {name: symbol.get("options", []) for name, symbol in found["symbols"].items()}

    def close(self):
        """Stops it."""
        os.killpg(self._process.pid, 9)
        self._process.wait()
        self._log.close()
        shutil.rmtree(self.directory, ignore_errors=True)
