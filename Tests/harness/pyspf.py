"""pyspf, a second opinion on SPF, and the test suite of RFC 7208 that comes with it: fetched when tests run."""

import importlib.util
import subprocess
import sys
import tarfile

import yaml

from harness.nameserver import FAIL
from harness.tools import REPOSITORY

VERSION = "2.0.14"
FOLDER = REPOSITORY / ".test-tools" / "pyspf"
SOURCE = FOLDER / f"pyspf-{VERSION}"


def fetched():
    """The unpacked source package."""
    if not SOURCE.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "download", "--no-deps",
             "--no-binary", "pyspf", "--dest", str(FOLDER), f"pyspf=={VERSION}"], check=True)
        with tarfile.open(FOLDER / f"pyspf-{VERSION}.tar.gz") as package:
            package.extractall(FOLDER, filter="data")
    return SOURCE


def module():
    """pyspf itself, as a module of its own for each caller: its look-ups are replaced."""
    spec = importlib.util.spec_from_file_location("pyspf_under_test", fetched() / "spf.py")
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def scenarios():
    """The scenarios of the suite: each with a description, tests and records as the name server takes them."""
    text = (fetched() / "test" / "rfc7208-tests.yml").read_bytes().decode("latin-1")
    for document in yaml.safe_load_all(text):
        records = {name: list(_entries(entries)) for name, entries in document["zonedata"].items()}
        yield document["description"], document["tests"], records


def _entries(entries):
    """The records of a name; those labelled SPF stand for TXT unless the name has its own."""
    own = any("TXT" in entry for entry in entries if isinstance(entry, dict))
    for entry in entries:
        if entry == "TIMEOUT":
            yield from _failures(entries)
            continue
        for kind, value in entry.items():
            if kind in ("TXT", "SPF"):
                if (kind == "SPF" and own) or value == "NONE":
                    continue
                strings = [value] if isinstance(value, str) else value
                yield "TXT", tuple(string.encode("latin-1") for string in strings)
            elif value == "TIMEOUT":
                yield kind, FAIL
            else:
                yield kind, tuple(value) if isinstance(value, list) else str(value)


def _failures(entries):
    """All questions but those for types that the name has records of fail."""
    has = {kind for entry in entries if isinstance(entry, dict) for kind, value in entry.items() if value != "NONE"}
    for kind in ("A", "AAAA", "MX", "TXT", "PTR"):
        if kind not in has:
            yield kind, FAIL


def lookup(module_, records):
    """Lets pyspf ask a dictionary instead of DNS."""
    import socket

    zone = {name.lower(): entries for name, entries in records.items()}

    def answer(name, kind, strict=True, timeout=None, level=0):
        entries = zone.get(str(name).lower().rstrip("."), [])
        if FAIL in entries or (kind, FAIL) in entries:
            raise module_.TempError("DNS failure")
        for type_, value in entries:
            if type_ == "AAAA":
                value = socket.inet_pton(socket.AF_INET6, value)
            if type_ in (kind, "CNAME"):
                yield (name, type_), value
            if type_ == "CNAME" and level < 1:
                yield from answer(value, kind, strict, timeout, level + 1)

    module_.DNSLookup = answer
