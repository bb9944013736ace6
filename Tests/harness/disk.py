"""A server whose disk is soon full."""

import contextlib
import subprocess

from harness.tools import IS_ROOT, cannot_run


@contextlib.contextmanager
def on_small_disk(server):
    """Starts a server whose data lies on a disk of its own of 48 MiB, and stops it in good order."""
    if not IS_ROOT:
        cannot_run("a tmpfs of a given size needs root")
    server.data.mkdir(mode=0o700)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=48m,mode=0700", "tmpfs", str(server.data)], capture_output=True, text=True)
    if mounted.returncode != 0:
        cannot_run(f"tmpfs cannot be mounted: {mounted.stderr.strip()}")
    try:
        server.start()
        yield server
        server.stop()
    finally:
        if server.is_running:
            server.kill()
        subprocess.run(["umount", str(server.data)], check=True)
