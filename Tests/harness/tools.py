"""Where the programs are, and the few things that each of them needs."""

import os
import pathlib
import shutil
import socket
import tempfile
import time

import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
UNPACKED = REPOSITORY / ".test-tools" / "root"
MACHINE = f"{os.uname().machine}-linux-gnu"
IS_ROOT = os.geteuid() == 0
# The account that servers run under when the tests run as root.
NOBODY = 65534


def cannot_run(reason):
    """Names a test that cannot run on this machine; where everything must run (CI=true) that is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"cannot run here: {reason}", pytrace=False)
    pytest.skip(reason)


def program(name, *folders):
    """The path of a program: the unpacked one, else the machine's own. Further folders come first."""
    places = [UNPACKED / folder for folder in (*folders, "usr/sbin", "usr/bin")]
    places += [pathlib.Path("/") / folder for folder in (*folders, "usr/sbin", "usr/bin")]
    for place in places:
        if os.access(place / name, os.X_OK) and (place / name).is_file():
            return str(place / name)
    found = shutil.which(name)
    if found:
        return found
    return cannot_run(f"{name} is neither in .test-tools/ (scripts/test-tools) nor on this machine")


def foreign_environment():
    """The environment for programs from .test-tools/: their libraries, and nothing of Depesche's own settings."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("DEPESCHE_")}
    listed = REPOSITORY / ".test-tools" / "libraries"
    if listed.exists():
        unpacked = ":".join(str(UNPACKED / folder) for folder in listed.read_text().split())
        if unpacked not in kept.get("LD_LIBRARY_PATH", ""):
            kept["LD_LIBRARY_PATH"] = ":".join(filter(None, [unpacked, kept.get("LD_LIBRARY_PATH")]))
    plugins = UNPACKED / f"usr/lib/{MACHINE}/sasl2"
    if plugins.exists():
        kept["SASL_PATH"] = str(plugins)
    kept["FONTCONFIG_FILE"] = str(REPOSITORY / ".test-tools" / "fonts.conf")
    kept["XDG_CACHE_HOME"] = str(REPOSITORY / ".test-tools" / "cache")
    return kept


def own_environment():
    """The environment for Depesche itself: as a user's shell has it, without libraries of the foreign programs."""
    dropped = ("DEPESCHE_", "LD_LIBRARY_PATH", "SASL_PATH", "FONTCONFIG_FILE")
    return {key: value for key, value in os.environ.items() if not key.startswith(dropped)}


def free_port():
    """A TCP port of 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def scratch_directory(name, owner=None):
    """A folder directly under /tmp, so that Unix sockets fit into their 107 bytes and other accounts can reach it."""
    path = pathlib.Path(tempfile.mkdtemp(prefix=f"depesche-{name}-", dir="/tmp"))
    path.chmod(0o755)
    if owner is not None and IS_ROOT:
        os.chown(path, owner, owner)
    return path


def wait_until(condition, what, seconds=30):
    """Asks until the condition gives something true, and returns that; fails with `what` after `seconds`."""
    deadline = time.monotonic() + seconds
    pause = 0.01
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            described = what() if callable(what) else what
            raise AssertionError(f"waited {seconds} s in vain for {described}")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.2)


def answers(port, host="127.0.0.1"):
    """Whether something accepts connections there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0
