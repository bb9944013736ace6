"""A real opendkim, driven over the milter protocol as a mail server drives it."""

import shutil
import socket
import struct
import subprocess

from harness.tools import answers, foreign_environment, free_port, program, scratch_directory, wait_until


class OpenDKIM:
    """opendkim on a free port of 127.0.0.1. Keys come from `zone`; `signing` is (domain, selector, path of the key)."""

    def __init__(self, zone, signing=None, algorithm="rsa-sha256"):
        self.directory = scratch_directory("opendkim")
        self.port = free_port()
        # Names and texts, as opendkim takes them for tests: it asks no port but 53.
        data = self.directory / "dns"
        data.write_text("".join(f"{name} {texts[0]}\n" for name, texts in zone.records.items() if texts))
        lines = [
            f"Socket inet:{self.port}@127.0.0.1", "Background no", "Syslog no", "RequireSafeKeys no",
            "AuthservID judge.example", "AlwaysAddARHeader yes", "MinimumKeyBits 1024", f"TestDNSData file:{data}",
            "Canonicalization relaxed/relaxed", "On-BadSignature accept",
        ]
        if signing:
            domain, selector, key = signing
            lines += ["Mode s", f"Domain {domain}", f"Selector {selector}", f"KeyFile {key}", "InternalHosts 0.0.0.0/0",
                      f"SignatureAlgorithm {algorithm}"]
        else:
            lines += ["Mode v"]
        configuration = self.directory / "opendkim.conf"
        configuration.write_text("\n".join(lines) + "\n")
        self._log = (self.directory / "log").open("w+")
        self._process = subprocess.Popen(
            [program("opendkim"), "-f", "-x", configuration], env=foreign_environment(), cwd=self.directory,
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log)
        wait_until(lambda: self._process.poll() is not None or answers(self.port), "opendkim to listen")
        assert self._process.poll() is None, (self.directory / "log").read_text()

    def headers(self, message):
        """The header fields that it adds to a message, as (name, value)."""
        head, body = message.split(b"\r\n\r\n", 1)
        with _Milter(self.port) as milter:
            for line in _unfolded(head):
                name, value = line.split(b":", 1)
                milter.header(name, value)
            return milter.end(body)

    def verdicts(self, message):
        """What it says of each signature: `pass`, `fail`, …"""
        found = []
        for name, value in self.headers(message):
            if name.lower() == "authentication-results":
                found += [part.strip().split()[0].removeprefix("dkim=") for part in value.split(";")
                          if part.strip().startswith("dkim=")]
        return found

    def sign(self, message):
        """The message with its signature in front."""
        fields = [f"{name}: {value}" for name, value in self.headers(message) if name == "DKIM-Signature"]
        assert len(fields) == 1, fields
        text = fields[0].replace("\r\n", "\n").replace("\n", "\r\n")
        return text.encode() + b"\r\n" + message

    def close(self):
        """Stops it."""
        self._process.kill()
        self._process.wait()
        self._log.close()
        shutil.rmtree(self.directory, ignore_errors=True)


def _unfolded(head):
    """Each field with its folding."""
    fields = []
    for line in head.split(b"\r\n"):
        if line[:1] in b" \t" and fields:
            fields[-1] += b"\r\n" + line
        else:
            fields.append(line)
    return fields


class _Milter:
    """The client side of the milter protocol, version 6, as far as a message needs it."""

    def __init__(self, port):
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=20)

    def __enter__(self):
        # All changes of headers are welcome; blanks before values are kept.
        self._send(b"O", struct.pack("!III", 6, 0x1FF, 0x100000))
        command, data = self._receive()
        assert command == b"O"
        self._skips = struct.unpack("!III", data[:12])[2]
        self._ask(b"C", b"client.example\x004" + struct.pack("!H", 40000) + b"192.0.2.1\x00", 0x01, 0x1000)
        self._ask(b"H", b"client.example\x00", 0x02, 0x2000)
        self._ask(b"M", b"<anna@kunde.example>\x00", 0x04, 0x4000)
        self._ask(b"R", b"<bob@elsewhere.example>\x00", 0x08, 0x8000)
        return self

    def __exit__(self, *_):
        self._socket.close()

    def header(self, name, value):
        """One field; the value as it stands behind the colon."""
        if not self._skips & 0x100000:
            value = value.removeprefix(b" ")
        self._ask(b"L", name + b"\0" + value.replace(b"\r\n", b"\n") + b"\0", 0x20, 0x80)

    def end(self, body):
        """The rest of the message; the fields that are added."""
        self._ask(b"N", b"", 0x40, 0x40000)
        for start in range(0, len(body), 65535):
            if self._ask(b"B", body[start:start + 65535], 0x10, 0x80000) == b"s":
                break
        self._send(b"E", b"")
        added = []
        while True:
            command, data = self._receive()
            if command == b"i":
                data = data[4:]
            if command in b"ih":
                name, value, _ = data.split(b"\0", 2)
                added.append((name.decode(), value.decode().strip()))
            elif command in b"car":
                return added

    def _ask(self, command, data, unwanted, silent):
        """Sends a step unless it is not wanted, and waits for the answer unless there is none."""
        if self._skips & unwanted:
            return b"c"
        self._send(command, data)
        if self._skips & silent:
            return b"c"
        answer, _ = self._receive()
        assert answer in (b"c", b"a", b"s"), answer
        return answer

    def _send(self, command, data):
        self._socket.sendall(struct.pack("!I", len(data) + 1) + command + data)

    def _receive(self):
        length = struct.unpack("!I", self._read(4))[0]
        packet = self._read(length)
        return packet[:1], packet[1:]

    def _read(self, count):
        data = b""
        while len(data) < count:
            part = self._socket.recv(count - len(data))
            assert part, "opendkim closed the connection"
            data += part
        return data
