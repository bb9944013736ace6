"""A DNS server of the test's own that knows a few text records."""

import random
import socket
import socketserver
import threading

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

from harness.tools import IS_ROOT, cannot_run


class TextZone:
    """Answers for the names that it was told over UDP and TCP, and NXDOMAIN for all others.

    On a free port of 127.0.0.1, or where programs ask port 53 alone, on a loopback address of its own (as root).
    """

    def __init__(self, standard_port=False):
        self.records = {}
        self.questions = []
        if standard_port and not IS_ROOT:
            cannot_run("a DNS server at port 53 takes root")
        for _ in range(50):
            self.host = f"127.{random.randrange(1, 250)}.{random.randrange(250)}.53" if standard_port else "127.0.0.1"
            try:
                self._udp = _UDPServer((self.host, 53 if standard_port else 0), _UDPHandler)
                self._tcp = _TCPServer((self.host, self._udp.server_address[1]), _TCPHandler)
                break
            except OSError:
                continue
        self.port = self._udp.server_address[1]
        self.address = f"{self.host}:{self.port}"
        self._servers = (self._udp, self._tcp)
        for server in self._servers:
            server.zone = self
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()

    def publish(self, name, *texts):
        """Puts text records at a name; with none the name is gone."""
        self.records[name.lower().rstrip(".")] = list(texts)

    def text(self, name):
        """One text as dkimpy's `dnsfunc` wants it."""
        found = self.records.get((name.decode() if isinstance(name, bytes) else name).lower().rstrip("."))
        return found[0].encode() if found else None

    def answer(self, wire, limit):
        """The answer to a question, cut where it is too long for UDP."""
        query = dns.message.from_wire(wire)
        reply = dns.message.make_response(query, recursion_available=True)
        reply.flags |= dns.flags.AA
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True).lower()
        self.questions.append(name)
        texts = self.records.get(name)
        if not texts:
            beneath = any(known.endswith("." + name) for known in self.records)
            reply.set_rcode(dns.rcode.NOERROR if beneath else dns.rcode.NXDOMAIN)
        elif question.rdtype == dns.rdatatype.TXT:
            values = []
            for text in texts:
                parts = [text[start:start + 255] for start in range(0, len(text), 255)] or [""]
                values.append(" ".join('"' + part.replace("\\", "\\\\").replace('"', '\\"') + '"' for part in parts))
            reply.answer.append(dns.rrset.from_text_list(question.name, 600, "IN", "TXT", values))
        room = 65535 if limit is None else max(limit, query.payload or 512)
        try:
            return reply.to_wire(max_size=room)
        except dns.exception.TooBig:
            reply.answer.clear()
            reply.flags |= dns.flags.TC
            return reply.to_wire()

    def close(self):
        """Stops it; a second time does nothing."""
        servers, self._servers = self._servers, ()
        for server in servers:
            server.shutdown()
            server.server_close()


class _UDPServer(socketserver.UDPServer):
    allow_reuse_address = False
    max_packet_size = 65535


class _TCPServer(socketserver.ThreadingTCPServer):
    daemon_threads = True


class _UDPHandler(socketserver.BaseRequestHandler):
    def handle(self):
        wire, answering = self.request
        answering.sendto(self.server.zone.answer(wire, 512), self.client_address)


class _TCPHandler(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.settimeout(10)
        try:
            while head := self.request.recv(2, socket.MSG_WAITALL):
                wire = self.request.recv(int.from_bytes(head, "big"), socket.MSG_WAITALL)
                reply = self.server.zone.answer(wire, None)
                self.request.sendall(len(reply).to_bytes(2, "big") + reply)
        except OSError:
            return
