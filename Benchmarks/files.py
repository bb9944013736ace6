#!/usr/bin/env python3
"""How fast files go in and out, beside nginx on the same machine and disk: `make bench-files`.

Runs of Depesche and nginx alternate, and the same client drives both. Depesche seals each octet and makes each chunk
durable before it answers; nginx stores plain octets by WebDAV PUT, and its file is fsynced afterwards within the time.
Then: memory while 2 GiB go through, the recipient page under full load (wrk) and at a fixed rate (hey).

Environment: BENCH_RUNS (5), BENCH_MIB (512, the size of the file), BENCH_MEMORY_MIB (2048), BENCH_RATE (200 a second),
BENCH_SECONDS (20, of the page tests).
"""
import base64
import concurrent.futures
import hashlib
import http.client
import os
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY / "Tests"))
os.environ.setdefault("DEPESCHE_BINARY", str(REPOSITORY / ".build" / "release" / "depesche"))

from harness.api import PARALLEL, APIClient, Visitor  # noqa: E402
from harness.server import DepescheServer  # noqa: E402
from harness.sink import SMTPSink  # noqa: E402
from harness.tools import (  # noqa: E402
    answers, foreign_environment, free_port, program, scratch_directory, wait_until,
)

RUNS = int(os.environ.get("BENCH_RUNS", 5))
MIB = int(os.environ.get("BENCH_MIB", 512))
MEMORY_MIB = int(os.environ.get("BENCH_MEMORY_MIB", 2048))
RATE = int(os.environ.get("BENCH_RATE", 200))
SECONDS = int(os.environ.get("BENCH_SECONDS", 20))
SENDER = "bench@kunde.example"


class Nginx:
    """nginx with WebDAV PUT and static GET over one folder."""

    def __init__(self):
        self.directory = scratch_directory("nginx")
        self.port = free_port()
        (self.directory / "files").mkdir()
        user = "user root;" if os.geteuid() == 0 else ""
        (self.directory / "nginx.conf").write_text(f"""
            {user} daemon off; worker_processes 2; pid {self.directory}/pid; error_log {self.directory}/error.log;
            events {{ worker_connections 256; }}
            http {{
                access_log off; sendfile on; client_max_body_size 0; root {self.directory}/files;
                client_body_temp_path {self.directory}/body; proxy_temp_path {self.directory}/proxy;
                fastcgi_temp_path {self.directory}/fastcgi; uwsgi_temp_path {self.directory}/uwsgi;
                scgi_temp_path {self.directory}/scgi; default_type application/octet-stream;
                server {{ listen 127.0.0.1:{self.port}; location / {{ dav_methods PUT DELETE; }} }}
            }}""")
        self.process = subprocess.Popen(
            [program("nginx"), "-p", self.directory, "-c", self.directory / "nginx.conf",
             "-e", self.directory / "error.log"], env=foreign_environment())
        wait_until(lambda: self.process.poll() is not None or answers(self.port), "nginx to listen")
        assert self.process.poll() is None, (self.directory / "error.log").read_text()

    def upload(self, content):
        """Seconds for one PUT and the fsync of what it wrote."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        started = time.perf_counter()
        connection.request("PUT", "/file", body=content, headers={"Content-Length": str(len(content))})
        answer = connection.getresponse()
        answer.read()
        assert answer.status in (201, 204), answer.status
        descriptor = os.open(self.directory / "files" / "file", os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
        taken = time.perf_counter() - started
        connection.close()
        return taken

    def download(self, size):
        """Seconds for one GET of the file."""
        return drain(self.port, "/file", {}, size)

    def close(self):
        """Stops it and removes its files."""
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)


class Depesche:
    """The server in its release build, with one sender."""

    def __init__(self, sink, **environment):
        self.server = DepescheServer(DEPESCHE_LOG_LEVEL="warning", **environment).start()
        command = self.server.command
        command("user", "add", SENDER, "--admin", "--password-stdin", input="correct horse battery staple 42\n")
        self.server.settings(
            smtp_host="127.0.0.1", smtp_port=sink.port, smtp_security="none", smtp_authentication="none",
            mail_system__sender="depesche@kunde.example", smtp_home__domains="kunde.example")
        command("setting", "set", "mail.route", "smtp")
        self.api = APIClient(self.server.port, self.server.json("token", "create", SENDER)["token"])
        self.sink = sink

    def draft(self, number):
        """A new delivery; its id."""
        return self.api.draft(
            f"recipient{number}@elsewhere.example", subject=f"Bench {number}", level=1, notifiesSender=False)

    def upload(self, delivery, name, size, chunk):
        """Seconds from announcing a file until its last chunk is acknowledged; chunk(index, size) gives the octets
        and their digest, which a client computes while it reads its disk."""
        started = time.perf_counter()
        file = self.api.announce(delivery, name, size)
        numbers = iter(range(file["chunkCount"]))

        def work():
            connection = http.client.HTTPConnection("127.0.0.1", self.server.port)
            for index in numbers:
                octets, digest = chunk(index, min(file["chunkSize"], size - index * file["chunkSize"]))
                connection.request("PUT", f"/api/v1/files/{file['id']}/chunks/{index}", body=octets, headers={
                    "Authorization": f"Bearer {self.api.token}", "Content-Length": str(len(octets)),
                    "Content-Type": "application/octet-stream", "Content-Digest": f"sha-256=:{digest}:"})
                answer = connection.getresponse()
                text = answer.read()
                assert answer.status < 300, f"chunk {index}: {answer.status} {text[:500]}"
            connection.close()

        with concurrent.futures.ThreadPoolExecutor(PARALLEL) as pool:
            for worker in [pool.submit(work) for _ in range(PARALLEL)]:
                worker.result()
        return time.perf_counter() - started

    def send(self, delivery, number):
        """Sends it; the recipient's link, as the mail has it."""
        self.api.send(delivery)
        recipient = f"recipient{number}@elsewhere.example"
        [mail] = self.sink.wait_for(1, matching=lambda mail: recipient in mail.recipients)
        return re.search(r"http://\S+/l/\S+", mail.text).group(0)

    def fetch(self, link, size):
        """Seconds for one download, as a recipient's browser does it: page, form, transfer."""
        visitor = Visitor(self.server.port)
        address = visitor.download_address(link)
        return drain(self.server.port, address, visitor.headers(), size)


def drain(port, path, headers, size):
    """Seconds for one GET whose body is thrown away; its length is checked."""
    buffer = bytearray(1 << 20)
    started = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port)) as connection:
        lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        head = b""
        while b"\r\n\r\n" not in head:
            part = connection.recv(65536)
            assert part, head
            head += part
        head, rest = head.split(b"\r\n\r\n", 1)
        assert head.startswith(b"HTTP/1.1 200"), head.decode()
        received = len(rest)
        while received < size:
            count = connection.recv_into(buffer)
            assert count, f"{path} ended after {received} of {size} octets"
            received += count
    taken = time.perf_counter() - started
    assert received == size
    return taken


def content_chunks(content, chunk_size):
    """The chunks of a content with their digests, made before the clock runs."""
    made = []
    for start in range(0, len(content), chunk_size):
        part = content[start:start + chunk_size]
        made.append((part, base64.b64encode(hashlib.sha256(part).digest()).decode()))
    return lambda index, size: made[index]


def report(name, ours, theirs, size):
    """Prints both throughputs and the ratio of their medians."""
    for label, times in (("depesche", ours), ("nginx", theirs)):
        rates = sorted(size / taken / 1e6 for taken in times)
        print(f"{name:9} {label:9} median {statistics.median(rates):8.1f} MB/s   "
              f"spread {rates[0]:8.1f} – {rates[-1]:8.1f}   ({len(rates)} runs)")
    ratio = statistics.median(theirs) / statistics.median(ours)
    print(f"ratio-{name}: {ratio:.3f}", flush=True)


def memory(depesche):
    """Growth of the server's resident memory at its highest, while a large file goes in and out; octets."""
    part = os.urandom(8 << 20)
    digest = base64.b64encode(hashlib.sha256(part).digest()).decode()
    size = MEMORY_MIB << 20
    delivery = depesche.draft("memory")
    process = depesche.server.pid
    before = depesche.server.memory()
    # Resets the highest mark (proc(5)).
    pathlib.Path(f"/proc/{process}/clear_refs").write_text("5")
    depesche.upload(delivery, "memory.bin", size, lambda index, length: (part, digest))
    link = depesche.send(delivery, "memory")
    depesche.fetch(link, size)
    status = pathlib.Path(f"/proc/{process}/status").read_text()
    highest = int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) * 1024
    return before, highest - before


def page(link):
    """Requests a second under full load, and milliseconds of the 99th percentile at a fixed rate."""
    wrk = subprocess.run(
        [program("wrk"), "-t2", "-c16", f"-d{SECONDS}s", "--latency", link], env=foreign_environment(),
        capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in wrk, wrk
    most = float(re.search(r"Requests/sec:\s+([\d.]+)", wrk).group(1))
    workers = 20
    hey = subprocess.run(
        [program("hey"), "-z", f"{SECONDS}s", "-c", str(workers), "-q", str(RATE // workers), link],
        env=foreign_environment(), capture_output=True, text=True, check=True).stdout
    codes = re.findall(r"\[(\d+)\]\s+(\d+) responses", hey)
    assert [code for code, _ in codes] == ["200"], hey
    p99 = float(re.search(r"99% in ([\d.]+) secs", hey).group(1)) * 1000
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", hey).group(1))
    return most, p99, rate


def main():
    size = MIB << 20
    content = memoryview(os.urandom(size))
    chunks = content_chunks(content, 8 << 20)
    sink, nginx = SMTPSink(), Nginx()
    depesche = Depesche(sink)
    try:
        print(f"files of {MIB} MiB, {RUNS} runs of each, alternating", flush=True)
        times = {name: [] for name in ("put", "nginx-put", "get", "nginx-get")}
        link = None
        for number in range(RUNS):
            delivery = depesche.draft(number)
            times["put"].append(depesche.upload(delivery, "bench.bin", size, chunks))
            times["nginx-put"].append(nginx.upload(content))
            link = depesche.send(delivery, number)
            times["get"].append(depesche.fetch(link, size))
            times["nginx-get"].append(nginx.download(size))
        report("upload", times["put"], times["nginx-put"], size)
        report("download", times["get"], times["nginx-get"], size)
        before, growth = memory(depesche)
        print(f"memory    {before / 2**20:.0f} MiB before, {growth / 2**20:.0f} MiB more at the highest, while "
              f"{MEMORY_MIB} MiB went in and out (goal: under 64)")
        print(f"memory-growth-mib: {growth / 2**20:.1f}", flush=True)
        most, p99, rate = page(link)
        print(f"page      {most:.0f} requests/s at most (wrk, 16 connections)")
        print(f"page-requests-per-second: {most:.0f}")
        print(f"page      p99 {p99:.1f} ms at {rate:.0f} requests/s (hey; goal: under 20 ms at {RATE})")
        print(f"page-p99-ms: {p99:.1f}")
    finally:
        depesche.server.close()
        nginx.close()
        sink.close()


if __name__ == "__main__":
    main()
