#!/usr/bin/env python3
"""How fast mail is signed, verified and judged, beside OpenSSL, dkimpy and pyspf on the same core: `make bench-auth`.

Runs alternate, each pinned to one core; a second is one of computing, as `openssl speed` counts. A DKIM signature is that
of a whole message (a notification of some 6 KB): header and body in canonical form, hashed, signed with RSA-2048, written
as a field; OpenSSL's number is that of the bare RSA operation. Then: SPF evaluations (spf.py), whose results must be those
of pyspf. Then: a message of 25 MB is verified, and the growth of memory compared with that for one of 1 MB.

Environment: BENCH_RUNS (5), BENCH_SECONDS (3, of each run).
"""
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent

import dkim  # noqa: E402

import spf  # noqa: E402

PROGRAM = REPOSITORY / ".build" / "benchmarks" / "release" / "MailAuthBench"
RUNS = int(os.environ.get("BENCH_RUNS", 5))
SECONDS = int(os.environ.get("BENCH_SECONDS", 3))
ONE_CORE = ["taskset", "--cpu-list", str(min(os.sched_getaffinity(0)))]
NAME = "bench._domainkey.kunde.example"


def message(size):
    """A message with a body of about so many octets."""
    line = b"the quick brown fox  jumps over the lazy dog, and nobody asks it why it does that.\r\n"
    return (
        b"Date: Mon, 23 Nov 2026 14:05:00 +0100\r\nFrom: Anna Beispiel <anna@kunde.example>\r\n"
        b"To: Bob <bob@elsewhere.example>\r\nSubject: Anna Beispiel sends you three files\r\n"
        b"Message-ID: <0190b5f2-7a31@kunde.example>\r\nAuto-Submitted: auto-generated\r\n"
        b"List-Unsubscribe: <https://depesche.kunde.example/u/1>\r\n"
        b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        + line * max(1, size // len(line)))


def ours(key, content):
    """Signatures a second."""
    made = subprocess.run(
        [*ONE_CORE, PROGRAM, "sign", key, str(SECONDS)], input=content, capture_output=True, check=True)
    return float(made.stdout)


def openssl():
    """Bare RSA-2048 signatures a second."""
    made = subprocess.run(
        [*ONE_CORE, "openssl", "speed", "-seconds", str(SECONDS), "rsa2048"], capture_output=True, text=True, check=True)
    return float(re.search(r"^rsa 2048 bits +\S+ +\S+ +([\d.]+)", made.stdout, re.MULTILINE).group(1))


def dkimpy(key, content):
    """Signatures a second."""
    private = key.read_bytes()
    started = time.process_time()
    count = 0
    while time.process_time() - started < SECONDS:
        dkim.sign(content, b"bench", b"kunde.example", private, canonicalize=(b"relaxed", b"relaxed"))
        count += 1
    return count / (time.process_time() - started)


def row(label, rates):
    """Prints median and spread."""
    rates = sorted(rates)
    print(f"{label:28} median {statistics.median(rates):9.1f} /s   "
          f"spread {rates[0]:9.1f} – {rates[-1]:9.1f}   ({len(rates)} runs)")


def signing(folder):
    """DKIM signatures beside OpenSSL and dkimpy."""
    key = folder / "key.pem"
    subprocess.run(
        ["openssl", "genrsa", "-traditional", "-out", key, "2048"], stderr=subprocess.DEVNULL, check=True)
    content = message(6_000)
    rates = {"depesche": [], "openssl speed rsa2048": [], "dkimpy": []}
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    for _ in range(RUNS):
        rates["depesche"].append(ours(key, content))
        rates["openssl speed rsa2048"].append(openssl())
        rates["dkimpy"].append(dkimpy(key, content))
    for label, found in rates.items():
        row(label, found)
    for name, peer in (("dkim-openssl", "openssl speed rsa2048"), ("dkim-dkimpy", "dkimpy")):
        ratio = statistics.median(rates["depesche"]) / statistics.median(rates[peer])
        print(f"ratio-{name}: {ratio:.3f}", flush=True)
    return key


def evaluating(folder):
    """SPF evaluations beside pyspf."""
    zone = folder / "zone"
    zone.write_text(spf.master_file())
    questions = "".join("\t".join(question) + "\n" for question in spf.questions())
    peer = spf.PySPF()
    expected = peer.results()
    rates = {"depesche": [], "pyspf": []}
    for _ in range(RUNS):
        made = subprocess.run(
            [*ONE_CORE, PROGRAM, "spf", zone, str(SECONDS)], input=questions, capture_output=True, text=True,
            check=True).stdout.split()
        different = [(*question, ours, theirs) for question, ours, theirs in zip(
            spf.questions(), made[1:], expected, strict=True) if ours != theirs]
        assert not different, different
        rates["depesche"].append(float(made[0]))
        rates["pyspf"].append(peer.rate(SECONDS))
    print(f"SPF, {len(expected)} questions, the same results")
    for label, found in rates.items():
        row(label, found)
    ratio = statistics.median(rates["depesche"]) / statistics.median(rates["pyspf"])
    print(f"ratio-spf-pyspf: {ratio:.3f}", flush=True)


def verifying(folder, key):
    """Memory and time of the verification of 25 MB, beside those of 1 MB."""
    public = subprocess.run(
        ["openssl", "rsa", "-in", key, "-pubout"], capture_output=True, text=True, check=True).stdout
    record = "v=DKIM1; k=rsa; p=" + "".join(public.split("\n")[1:-2])
    growths, peaks, times = {}, {}, []
    for size in (1_000_000, 25_000_000):
        content = message(size)
        signed = folder / f"signed-{size}"
        signed.write_bytes(
            dkim.sign(content, b"bench", b"kunde.example", key.read_bytes(), canonicalize=(b"relaxed", b"relaxed"))
            + content)
        growths[size], peaks[size] = [], []
        for _ in range(RUNS):
            with signed.open("rb") as opened:
                started = time.perf_counter()
                made = subprocess.run(
                    [*ONE_CORE, PROGRAM, "verify", NAME, record], stdin=opened, capture_output=True, text=True,
                    check=True).stdout.split("\n")
                if size == 25_000_000:
                    times.append(time.perf_counter() - started)
            assert made[0].startswith("dkim=pass "), made
            growths[size].append(int(made[1]))
            peaks[size].append(int(made[2]))
    rates = sorted(25 / taken for taken in times)
    print(f"verification of 25 MB         median {statistics.median(rates):9.1f} MB/s spread {rates[0]:9.1f} – "
          f"{rates[-1]:9.1f}   ({len(rates)} runs)")
    for size, found in growths.items():
        found = sorted(each / 1_048_576 for each in found)
        print(f"memory for {size // 1_000_000:2} MB              median {statistics.median(found):9.2f} MiB  spread "
              f"{found[0]:9.2f} – {found[-1]:9.2f}   (growth; {statistics.median(peaks[size]) / 1_048_576:.1f} at most)")
    ratio = statistics.median(peaks[25_000_000]) / statistics.median(peaks[1_000_000])
    print(f"ratio-dkim-memory: {ratio:.3f}", flush=True)


def main():
    print(f"DKIM with RSA-2048, {RUNS} runs of each, alternating", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        key = signing(folder)
        evaluating(folder)
        verifying(folder, key)


if __name__ == "__main__":
    main()
