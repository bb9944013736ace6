"""A name server for tests: it answers from a dictionary, over UDP and TCP, and fails where it is told to."""

import socket
import socketserver
import struct
import threading

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rdtypes.ANY.CNAME
import dns.rdtypes.ANY.MX
import dns.rdtypes.ANY.PTR
import dns.rdtypes.ANY.TXT
import dns.rdtypes.IN.A
import dns.rdtypes.IN.AAAA
import dns.rrset

FAIL = "FAIL"


def labels(text):
    """A name from its text: whatever stands between dots is a label, octet by octet."""
    parts = text.rstrip(".").encode("latin-1").split(b".") if text.rstrip(".") else []
    return dns.name.Name([*parts, b""])


def key(name):
    """Equal for equal names."""
    return name.canonicalize()


class NameServer:
    """Records as `{name: [(type, value), …]}`; a type with the value FAIL, or FAIL alone, answers SERVFAIL.

    Values: an address, a name, a pair of preference and name, or the strings of a text as bytes. A question for a
    name beneath which others stand has no records; all others do not exist.
    """

    def __init__(self, records):
        self._records = {key(labels(name)): entries for name, entries in records.items()}
        self._nodes = {ancestor for name in self._records for ancestor in self._ancestors(name)}
        self.udp = socketserver.ThreadingUDPServer(("127.0.0.1", 0), self._udp_handler())
        self.udp.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * 1024 * 1024)
        self.port = self.udp.server_address[1]
        socketserver.ThreadingTCPServer.allow_reuse_address = True
        self.tcp = socketserver.ThreadingTCPServer(("127.0.0.1", self.port), self._tcp_handler())
        for server in (self.udp, self.tcp):
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def address(self):
        """Where it listens, as `--resolver` takes it."""
        return f"127.0.0.1:{self.port}"

    def close(self):
        """Ends it."""
        for server in (self.udp, self.tcp):
            server.shutdown()
            server.server_close()

    @staticmethod
    def _ancestors(name):
        while len(name) > 1:
            yield name
            name = name.parent()

    def answer(self, wire):
        """The answer to a question, in wire format."""
        question = dns.message.from_wire(wire)
        response = dns.message.make_response(question)
        response.flags |= dns.flags.RA
        name, kind = question.question[0].name, question.question[0].rdtype
        for _ in range(12):
            here = self._records.get(key(name))
            if here is None:
                if key(name) not in self._nodes:
                    response.set_rcode(dns.rcode.NXDOMAIN)
                return response
            if FAIL in here or (dns.rdatatype.to_text(kind), FAIL) in here:
                response.set_rcode(dns.rcode.SERVFAIL)
                return response
            found = [self._rdata(*entry) for entry in here if entry[0] == dns.rdatatype.to_text(kind)]
            if found:
                response.answer.append(dns.rrset.from_rdata_list(name, 60, found))
                return response
            alias = next((value for type_, value in here if type_ == "CNAME"), None)
            if alias is None:
                return response
            response.answer.append(dns.rrset.from_rdata_list(name, 60, [self._rdata("CNAME", alias)]))
            name = labels(alias)
        return response

    @staticmethod
    def _rdata(kind, value):
        class_, type_ = dns.rdataclass.IN, dns.rdatatype.from_text(kind)
        match kind:
            case "A":
                return dns.rdtypes.IN.A.A(class_, type_, value)
            case "AAAA":
                return dns.rdtypes.IN.AAAA.AAAA(class_, type_, value)
            case "MX":
                return dns.rdtypes.ANY.MX.MX(class_, type_, value[0], labels(value[1]))
            case "TXT":
                return dns.rdtypes.ANY.TXT.TXT(class_, type_, list(value) or [b""])
            case "PTR":
                return dns.rdtypes.ANY.PTR.PTR(class_, type_, labels(value))
            case "CNAME":
                return dns.rdtypes.ANY.CNAME.CNAME(class_, type_, labels(value))
        raise ValueError(kind)

    def _udp_handler(self):
        server = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                wire, sock = self.request
                response = server.answer(wire)
                data = response.to_wire(max_size=65_535)
                if len(data) > 1_232:
                    response.answer.clear()
                    response.flags |= dns.flags.TC
                    data = response.to_wire()
                sock.sendto(data, self.client_address)

        return Handler

    def _tcp_handler(self):
        server = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                while len(size := self.rfile.read(2)) == 2:
                    wire = self.rfile.read(struct.unpack("!H", size)[0])
                    data = server.answer(wire).to_wire(max_size=65_535)
                    self.wfile.write(struct.pack("!H", len(data)) + data)

        return Handler
