"""A real Knot DNS of the test's own, with zones that the test writes, signs and breaks; and a server that misbehaves.

    dns = make_dns()
    zone = dns.zone("kunde.example", signed=True)
    zone.set("mail", "A", 600, "192.0.2.25")
    zone.set("@", "TXT", 600, '"v=spf1 mx -all"')
    dns.resolver       # "127.0.0.1:PORT", for --resolver
    dns.unbound_conf   # a file for DEPESCHE_UNBOUND_CONF
"""

import base64
import os
import re
import shutil
import socket
import subprocess
import threading

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rrset

from harness.tools import foreign_environment, program, scratch_directory, wait_until

CONFIGURATION = """\
server:
    rundir: "{directory}/run"
    listen: 127.0.0.1@{port}
    tcp-reuseport: off
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
log:
  - target: "{directory}/log"
    any: info
database:
    storage: "{directory}/db"
key:
  - id: {key.name}
    algorithm: {key.algorithm}
    secret: {key.secret}
acl:
  - id: updates
    key: {key.name}
    action: update
policy:
  - id: signing
    algorithm: ecdsap256sha256
    single-type-signing: on
template:
  - id: default
    storage: "{directory}/zones"
    acl: updates
    semantic-checks: off
    journal-content: none
    zonefile-load: whole
    zonefile-sync: -1
    dnssec-policy: signing
zone:
"""


def free_dns_port():
    """A port of 127.0.0.1 that is free for UDP and for TCP at this moment."""
    while True:
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            try:
                udp.bind(tcp.getsockname())
            except OSError:
                continue
            return tcp.getsockname()[1]


class TSIGKey:
    """A secret for dynamic updates."""

    def __init__(self, name="depesche", algorithm="hmac-sha256"):
        self.name, self.algorithm = name, algorithm
        self.secret = base64.b64encode(os.urandom(32)).decode()


class Zone:
    """A zone of the server; changes are served at once, and signed if the zone is."""

    def __init__(self, server, name, signed):
        self.server, self.name, self.signed = server, name, signed

    def set(self, name, kind, ttl, *values):
        """Puts records in the place of those of one type; the name is relative, "@" for the zone itself."""
        self._change(["zone-unset", name, kind], *(["zone-set", name, str(ttl), kind, value] for value in values))

    def add(self, name, kind, ttl, value):
        """Adds a record to those of its name and type."""
        self._change(["zone-set", name, str(ttl), kind, value])

    def remove(self, name, kind=None):
        """Takes all records of a type away, or all of the name."""
        self._change(["zone-unset", name, *([kind] if kind else [])])

    def ask(self, name, kind, **options):
        """What the server says, as dnspython has it; the name is relative."""
        return self.server.ask(self.name if name == "@" else f"{name}.{self.name}", kind, **options)

    def break_signatures(self, name, kind):
        """Makes the signatures of these records wrong, until `sign` makes new ones."""
        owner = f"{self.name}." if name == "@" else f"{name}.{self.name}."
        lines, broken = [], 0
        for line in self._signed_text().splitlines():
            words = line.split()
            if words[:1] == [owner] and "RRSIG" in words and words[words.index("RRSIG") + 1] == kind:
                words[-1] = base64.b64encode(bytes(len(base64.b64decode(words[-1])))).decode()
                line, broken = " ".join(words), broken + 1
            lines.append(line)
        assert broken, f"{owner} {kind} has no signature in\n" + "\n".join(lines)
        self._serve_as_it_is("\n".join(lines) + "\n")

    def forge(self, name, kind, value):
        """Changes what a record says, but not its signature, until `sign` makes a new one."""
        owner = f"{self.name}." if name == "@" else f"{name}.{self.name}."
        text, count = re.subn(
            rf"^({re.escape(owner)}\s+\d+\s+{kind}\s+).*$", lambda found: found.group(1) + value, self._signed_text(),
            flags=re.MULTILINE)
        assert count, f"{owner} {kind} is not there"
        self._serve_as_it_is(text)

    def unsign(self):
        """Takes all signatures away, although the zone's parent or a trust anchor says that it is signed."""
        made = {"RRSIG", "NSEC", "NSEC3", "NSEC3PARAM", "DNSKEY", "CDS", "CDNSKEY"}
        lines = [line for line in self._signed_text().splitlines() if not made & set(line.split()[1:3])]
        self._serve_as_it_is("\n".join(lines) + "\n")

    def sign(self):
        """Signs all anew."""
        self.server.frozen.discard(self.name)
        self._load()
        self.server.control("zone-sign", self.name)

    @property
    def trust_anchor(self):
        """The zone's DNSKEY record, as a validating resolver wants it."""
        answer = wait_until(lambda: self.server.ask(self.name, "DNSKEY").answer, f"the keys of {self.name}")
        return "\n".join(line for line in answer[0].to_text().splitlines() if " DNSKEY 257 " in line)

    def _change(self, *commands):
        self.server.control("zone-begin", self.name)
        for command in commands:
            # What is not there cannot be removed; that is what was wanted.
            self.server.control(command[0], self.name, *command[1:], may_fail=command[0] == "zone-unset")
        self.server.control("zone-commit", self.name)

    def _signed_text(self):
        folder = self.server.directory / "dump"
        folder.mkdir(exist_ok=True)
        self.server.control("-f", "zone-flush", self.name, "+outdir", str(folder))
        path = folder / f"{self.name}.zone"
        return wait_until(lambda: path.exists() and path.read_text(), f"{path} to be written")

    def _serve_as_it_is(self, text):
        (self.server.directory / "zones" / f"{self.name}.zone").write_text(text)
        self.server.frozen.add(self.name)
        self._load()

    def _load(self):
        self.server.reload()
        # Waits until it has been read.
        self.server.control("zone-reload", self.name)


class DNSServer:
    """Knot DNS on a free port of 127.0.0.1, over UDP and TCP. Of names outside its zones it knows nothing."""

    def __init__(self, algorithm="hmac-sha256"):
        self.directory = scratch_directory("dns")
        self.port = free_dns_port()
        self.key = TSIGKey(algorithm=algorithm)
        self.zones = {}
        # Zones whose files are served without signing them.
        self.frozen = set()
        self._process = None
        for name in ("run", "db", "zones"):
            (self.directory / name).mkdir()
        self._configure()
        self.start()

    @property
    def resolver(self):
        """The server as `HOST:PORT`."""
        return f"127.0.0.1:{self.port}"

    def zone(self, name, signed=False):
        """Makes a zone, with the SOA and NS records that it needs and nothing else."""
        name = name.rstrip(".")
        (self.directory / "zones" / f"{name}.zone").write_text(
            f"{name}. 3600 SOA ns.{name}. hostmaster.{name}. 1 3600 600 86400 300\n"
            f"{name}. 3600 NS ns.{name}.\nns.{name}. 3600 A 127.0.0.1\n")
        made = self.zones[name] = Zone(self, name, signed)
        self.reload()
        return made

    def ask(self, name, kind, tcp=False, **options):
        """What the server says, as dnspython has it."""
        query = dns.message.make_query(name, kind, **options)
        return (dns.query.tcp if tcp else dns.query.udp)(query, "127.0.0.1", port=self.port, timeout=5)

    @property
    def unbound_conf(self):
        """A file for DEPESCHE_UNBOUND_CONF: this server for the zones that there are now, the signed ones' trust
        anchors, and nothing kept, so that changes are seen at once."""
        return self.write_unbound_conf()

    def write_unbound_conf(self, keeps=False, port=None):
        """The same; `keeps` lets the resolver keep what it learns, `port` is that of another server."""
        lines = [
            "server:", "  do-not-query-localhost: no", '  module-config: "validator iterator"',
            '  local-zone: "test." nodefault']
        for zone in self.zones.values():
            lines.append(f'  local-zone: "{zone.name}." nodefault' if zone.name != "test" else "")
            if zone.signed:
                anchor = self.directory / f"{zone.name}.anchor"
                anchor.write_text(zone.trust_anchor + "\n")
                lines.append(f'  trust-anchor-file: "{anchor}"')
            else:
                lines.append(f'  domain-insecure: "{zone.name}."')
        for zone in self.zones.values():
            lines += ["stub-zone:", f'  name: "{zone.name}."', f"  stub-addr: 127.0.0.1@{port or self.port}"]
            lines += [] if keeps else ["  stub-no-cache: yes"]
        # The server refuses other names; nothing leaves this machine.
        lines += ["forward-zone:", '  name: "."', f"  forward-addr: 127.0.0.1@{self.port}", "  forward-no-cache: yes"]
        path = self.directory / "unbound.conf"
        path.write_text("\n".join(lines) + "\n")
        return path

    def start(self):
        """Starts it, on the port and with the zones that it had before."""
        output = (self.directory / "output").open("ab")
        self._process = subprocess.Popen(
            [program("knotd"), "-c", str(self.directory / "knot.conf")], env=foreign_environment(),
            stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        output.close()
        wait_until(
            lambda: self._process.poll() is not None or self._is_up(), lambda: f"knotd to start\n{self.log}", seconds=15)
        assert self._process.poll() is None, f"knotd did not start:\n{(self.directory / 'output').read_text()}\n{self.log}"

    def stop(self):
        """Stops it; changes that were made live are forgotten."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def close(self):
        """Stops it and forgets the zones."""
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    @property
    def log(self):
        """What it logged."""
        path = self.directory / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def control(self, *command, may_fail=False):
        """Runs a command of knotc; gives what it prints."""
        done = subprocess.run(
            [program("knotc"), "-b", "-s", str(self.directory / "run" / "knot.sock"), *command],
            env=foreign_environment(), capture_output=True, text=True, timeout=30)
        assert may_fail or done.returncode == 0, f"knotc {' '.join(command)}: {done.stdout}{done.stderr}\n{self.log}"
        return done.stdout

    def reload(self):
        """Reads configuration and zone files again, and waits until all zones are served as they should be."""
        self._configure()
        self.control("reload")
        for zone in self.zones.values():
            wait_until(lambda: self._serves(zone), lambda: f"{zone.name} to be served\n{self.log}")

    def _configure(self):
        text = CONFIGURATION.format(directory=self.directory, port=self.port, key=self.key)
        for zone in self.zones.values():
            signing = "on" if zone.signed and zone.name not in self.frozen else "off"
            text += f'  - domain: {zone.name}\n    file: "{zone.name}.zone"\n    dnssec-signing: {signing}\n'
        (self.directory / "knot.conf").write_text(text if self.zones else text.removesuffix("zone:\n"))

    def _is_up(self):
        return "Running" in self.control("status", may_fail=True)

    def _serves(self, zone):
        try:
            answer = self.ask(zone.name, "SOA", want_dnssec=True)
        except dns.exception.DNSException:
            return False
        kinds = {int(one.rdtype) for one in answer.answer}
        return answer.rcode() == 0 and 6 in kinds and (not zone.signed or zone.name in self.frozen or 46 in kinds)


class ScriptedDNS:
    """A server whose answers the test writes.

    `answer` gets the request as dnspython has it and "udp" or "tcp", and gives a message, octets, a list of these, or
    None for silence. `tcp=False` lets nobody in by TCP.
    """

    def __init__(self, answer, tcp=True):
        self.answer = answer
        self.requests = []
        while True:
            self._udp = socket.socket(type=socket.SOCK_DGRAM)
            self._udp.bind(("127.0.0.1", 0))
            self.port = self._udp.getsockname()[1]
            if not tcp:
                self._tcp = None
                break
            try:
                self._tcp = socket.create_server(("127.0.0.1", self.port))
                break
            except OSError:
                self._udp.close()
        self._start(self._serve_udp)
        if self._tcp:
            self._start(self._serve_tcp)

    @property
    def resolver(self):
        """The server as `HOST:PORT`."""
        return f"127.0.0.1:{self.port}"

    def close(self):
        """Ends it."""
        for one in filter(None, (self._udp, self._tcp)):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            one.close()

    @staticmethod
    def _start(work, *arguments):
        threading.Thread(target=work, args=arguments, daemon=True).start()

    def _answers(self, octets, transport):
        # Signatures are not looked at.
        request = dns.message.from_wire(octets, keyring=False)
        self.requests.append((request, transport))
        made = self.answer(request, transport)
        for one in made if isinstance(made, list) else [made]:
            if one is not None:
                yield one if isinstance(one, bytes) else one.to_wire()

    def _serve_udp(self):
        while True:
            try:
                octets, client = self._udp.recvfrom(4096)
                if not octets:
                    return
                for one in self._answers(octets, "udp"):
                    self._udp.sendto(one, client)
            except OSError:
                return

    def _serve_tcp(self):
        while True:
            try:
                connection, _ = self._tcp.accept()
            except OSError:
                return
            self._start(self._serve_connection, connection)

    def _serve_connection(self, connection):
        with connection, connection.makefile("rb") as stream:
            while length := stream.read(2):
                for one in self._answers(stream.read(int.from_bytes(length, "big")), "tcp"):
                    connection.sendall(len(one).to_bytes(2, "big") + one)


def reply(request, *records, rcode="NOERROR", truncated=False, authoritative=True):
    """An answer to a request; records as text, e.g. "kunde.example. 600 IN A 192.0.2.1"."""
    made = dns.message.make_response(request)
    made.set_rcode(dns.rcode.from_text(rcode))
    made.flags |= (dns.flags.AA if authoritative else 0) | (dns.flags.TC if truncated else 0)
    for record in records:
        name, ttl, _, kind, value = record.split(" ", 4)
        made.answer.append(dns.rrset.from_text(name, int(ttl), "IN", kind, value))
    return made
