"""A screen of the test's own: Xvfb."""

import os
import shutil
import subprocess

from harness.tools import IS_ROOT, UNPACKED, cannot_run, foreign_environment, program


class Display:
    """An X server without a screen; `name` is what DISPLAY says."""

    def __init__(self, directory, width=1400, height=1000):
        keymaps = UNPACKED / "usr/share/X11/xkb"
        command = [
            program("Xvfb"), "-displayfd", "1", "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp", "-noreset",
            *(["-xkbdir", str(keymaps)] if keymaps.exists() else [])]
        if not os.access("/usr/bin/xkbcomp", os.X_OK):
            # It runs /usr/bin/xkbcomp, which is not installed here: in a mount namespace of its own it finds it there.
            if not IS_ROOT:
                cannot_run("Xvfb needs an installed xkbcomp, or root")
            programs = directory / "bin"
            programs.mkdir()
            shutil.copy("/bin/sh", programs / "sh", follow_symlinks=True)
            shutil.copy(program("xkbcomp"), programs / "xkbcomp")
            command = [
                "unshare", "--mount", "sh", "-c", 'mount --bind "$0" /usr/bin && exec "$@"', str(programs), *command]
        log = directory / "xvfb.log"
        with log.open("wb") as errors:
            self._process = subprocess.Popen(
                command, env=foreign_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors)
        self.name = f":{self._process.stdout.readline().decode().strip()}"
        if self.name == ":":
            self.close()
            raise AssertionError(f"Xvfb did not start:\n{log.read_text(errors='replace')}")

    def close(self):
        """Ends it."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
