"""Which versions and ciphers of TLS our client and our listeners take, and how the listeners get a new certificate.

The names in brackets are those of the BSI's tests for TR-03108 of versions, ciphers and groups; that specification was not
at hand, so which of them is which is our reading. What is strong enough, TR-02102-2 says.
"""

import re
import smtplib
import ssl
import subprocess

import pytest

from harness import free_port
from harness.scriptedhost import ScriptedHost
from harness.tools import answers, foreign_environment, program, wait_until

RECOMMENDED = {
    f"ECDHE-{key}-{cipher}" for key in ("ECDSA", "RSA")
    for cipher in ("AES128-GCM-SHA256", "AES256-GCM-SHA384", "CHACHA20-POLY1305")}
# Of TLS 1.2, for hosts that know nothing better and would get the mail in the clear.
TOLERATED = {f"ECDHE-{key}-AES{bits}-SHA" for key in ("ECDSA", "RSA") for bits in (128, 256)}


@pytest.fixture
def listener(make_server, authority, tmp_path):
    """A function that gives (server, certificate file, key file, {listener: port}) with a certificate of this kind."""

    def make(kind="ec"):
        files = tmp_path / "mail.pem", tmp_path / "mail.key"
        replace(files, authority.issue("localhost"))
        if kind == "rsa":
            openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=localhost",
                    "-keyout", files[1], "-out", files[0])
        server = make_server(DEPESCHE_MAIL_CERTIFICATE=files[0], DEPESCHE_MAIL_KEY=files[1]).start()
        ports = {name: free_port() for name in ("submission.tls-listen", "submission.starttls-listen",
                                               "return-path.listen")}
        server.command("setting", "set", "mailserver.hostname", "localhost")
        for name, port in ports.items():
            server.command("setting", "set", name, f"127.0.0.1:{port}")
        for port in ports.values():
            wait_until(lambda port=port: answers(port), lambda: f"{port} to be listened on\n{server.log[-2000:]}")
        return server, files, ports

    return make


def replace(files, fresh):
    for target, source in zip(files, fresh):
        target.write_bytes(source.read_bytes())


def openssl(*arguments, input=""):
    return subprocess.run(
        [program("openssl"), *map(str, arguments)], env=foreign_environment(), input=input, capture_output=True,
        text=True, timeout=60)


def handshake(port, name, *options):
    """(version, cipher) that openssl agrees on with a listener, or None."""
    starttls = [] if name == "submission.tls-listen" else ["-starttls", "smtp"]
    done = openssl("s_client", "-connect", f"127.0.0.1:{port}", *starttls, *options, input="QUIT\r\n")
    found = re.search(r"New, (TLSv1[.\d]*), Cipher is (\S+)", done.stdout)
    version = re.search(r"Protocol *: (\S+)", done.stdout) or found
    return (version.group(1), found.group(2)) if found and found.group(2) != "(NONE)" else None


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_listeners_take_nothing_weak(listener, kind):
    """[F-01, F-02, F-03] Versions, ciphers and groups of each listener."""
    _, _, ports = listener(kind)
    listed = openssl("ciphers", "ALL:COMPLEMENTOFALL:@SECLEVEL=0").stdout.strip().split(":")
    mine = "ECDSA" if kind == "ec" else "RSA"
    for name, port in ports.items():
        # [F-01] TLS 1.2 and 1.3, nothing older.
        for old in ("-tls1", "-tls1_1"):
            assert handshake(port, name, old, "-cipher", "ALL:@SECLEVEL=0") is None, (name, old)
        assert handshake(port, name, "-tls1_3")[0] == "TLSv1.3"
        assert handshake(port, name, "-tls1_2")[0] == "TLSv1.2"
        # [F-03] Groups: elliptic ones of 256 bits and more. (In TLS 1.2 an elliptic certificate needs its own group.)
        for group in ("X25519", "P-256", "P-384"):
            assert handshake(port, name, "-tls1_3", "-groups", group), (name, group)
        assert handshake(port, name, "-tls1_3", "-groups", "ffdhe2048") is None, name
        if kind == "rsa":
            assert handshake(port, name, "-tls1_2", "-groups", "X25519"), name
            assert handshake(port, name, "-tls1_2", "-groups", "secp224r1") is None, name
    # [F-02] One by one, of all that openssl knows: with one listener, as all have the same.
    name = "return-path.listen"
    older = [cipher for cipher in listed if not cipher.startswith("TLS_")]
    assert len(older) > 60
    taken = {cipher for cipher in older
             if handshake(ports[name], name, "-tls1_2", "-cipher", f"{cipher}:@SECLEVEL=0") is not None}
    assert taken == {cipher for cipher in RECOMMENDED if f"-{mine}-" in cipher}


def client_hello(octets):
    """(versions, ciphers by openssl's names, groups) of a ClientHello (RFC 8446, 4.1.2)."""
    assert octets[0] == 22, octets[:40]
    body = octets[5 + 4:]
    place = 2 + 32
    place += 1 + body[place]
    size = int.from_bytes(body[place:place + 2], "big")
    ciphers = [body[at:at + 2] for at in range(place + 2, place + 2 + size, 2)]
    place += 2 + size
    place += 1 + body[place] + 2
    found = {}
    while place + 4 <= len(body):
        kind, length = (int.from_bytes(body[place + shift:place + shift + 2], "big") for shift in (0, 2))
        found[kind] = body[place + 4:place + 4 + length]
        place += 4 + length
    versions = found.get(43, b"\x02" + body[:2])[1:]
    groups = found[10][2:]
    return pairs(versions), [cipher.hex() for cipher in ciphers], pairs(groups)


def pairs(octets):
    return [octets[at:at + 2].hex() for at in range(0, len(octets), 2)]


def test_the_client_offers_nothing_weak(mail_net):
    """[F-04, F-05] Versions, ciphers and groups that the client offers to a mail host."""
    host = ScriptedHost(mail_net.address(), mail_net.port, ehlo=b"250-mx.test\r\n250 STARTTLS\r\n")
    try:
        mail_net.zone("kunde.test", host.host)
        server = mail_net.server()
        mail_net.send(server, "bea@kunde.test")
        wait_until(lambda: host.hellos, "a ClientHello")
        versions, ciphers, groups = client_hello(host.hellos[0])
    finally:
        host.close()
    names = {}
    for line in openssl("ciphers", "-V", "ALL:COMPLEMENTOFALL:@SECLEVEL=0").stdout.splitlines():
        code, name = re.match(r"\s*(\S+) - (\S+)", line).groups()
        names["".join(part[2:].lower() for part in code.split(","))] = name
    # Values that mean nothing (RFC 8701) and the signal of RFC 5746 aside.
    is_noise = re.compile(r"(.)a\1a|00ff").fullmatch
    # [F-04]
    assert {version for version in versions if not is_noise(version)} == {"0304", "0303"}
    offered = [names[cipher] for cipher in ciphers if not is_noise(cipher)]
    assert {name for name in offered if name.startswith("TLS_")} == {
        "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"}
    older = [name for name in offered if not name.startswith("TLS_")]
    assert set(older) == RECOMMENDED | TOLERATED
    assert set(older[:len(RECOMMENDED)]) == RECOMMENDED, "the better ones come first"
    # [F-05] x25519, secp256r1, secp384r1, secp521r1, and x25519 with ML-KEM.
    assert {group for group in groups if not is_noise(group)} <= {"001d", "0017", "0018", "0019", "11ec"}


@pytest.mark.parametrize("weak", [
    ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], ["-tls1_2", "-cipher", "AES128-GCM-SHA256:AES256-SHA:@SECLEVEL=0"],
    ["-tls1_2", "-cipher", "NULL:@SECLEVEL=0"]])
def test_the_client_does_not_talk_to_a_server_that_has_only_weak_ones(make_server, authority, weak):
    """[F-04] A real server of openssl's, with TLS demanded."""
    certificate, key = authority.issue("localhost")
    port = free_port()
    peer = subprocess.Popen(
        [program("openssl"), "s_server", "-accept", f"127.0.0.1:{port}", "-cert", certificate, "-key", key, *weak],
        env=foreign_environment(), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: answers(port), "s_server to listen")
        server = make_server(DEPESCHE_CA_FILE=authority.certificate, DEPESCHE_SMTP_TIMEOUT=5).start()
        server.command("user", "add", "anna@kunde.example", "--admin", "--password-stdin", input="correct horse battery 42\n")
        for name, value in {"mail.system-sender": "zustellung@kunde.example", "smtp.home-domains": "kunde.example",
                            "smtp.host": "localhost", "smtp.port": port, "smtp.security": "tls",
                            "mail.route": "smtp"}.items():
            server.command("setting", "set", name, value)
        done = server.command("mail", "test", "--to", "bea@praxis.test", expect=None)
        assert done.returncode != 0 and "TLS" in done.stdout + done.stderr, done
    finally:
        peer.kill()
        peer.wait()
        peer.stdin.close()


def shown(port):
    """The certificate that a listener shows, DER."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        client.starttls(context=context)
        return client.sock.getpeercert(binary_form=True)


def der(path):
    return ssl.PEM_cert_to_DER_cert(path.read_text())


def test_a_new_certificate_is_used_without_a_restart_and_a_broken_one_is_not(listener, authority):
    server, files, ports = listener()
    port = ports["submission.starttls-listen"]
    pid, first = server.pid, der(files[0])
    assert shown(port) == first
    # A connection that is open goes on.
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as open_before:
        open_before.ehlo()
        replace(files, authority.issue("localhost"))
        second = der(files[0])
        assert second != first
        for name in ("submission.starttls-listen", "return-path.listen"):
            wait_until(lambda: shown(ports[name]) == second, lambda: f"the new certificate\n{server.log[-2000:]}")
        assert open_before.noop()[0] == 250
    assert "a new certificate is in use" in server.log

    # Half a file, then a key that does not belong to it: the old one stays, and the log says so.
    failures = "a new certificate cannot be used; the old one stays in use"
    for count, (certificate, key) in enumerate([
            (files[0].read_bytes()[:300], files[1].read_bytes()),
            (authority.issue("localhost")[0].read_bytes(), files[1].read_bytes())], 1):
        files[0].write_bytes(certificate)
        files[1].write_bytes(key)
        wait_until(lambda: server.log.count(failures) == count, lambda: f"a failure\n{server.log[-2000:]}")
        assert shown(port) == second
    replace(files, authority.issue("localhost"))
    third = der(files[0])
    wait_until(lambda: shown(port) == third, lambda: f"the third certificate\n{server.log[-2000:]}")
    assert server.pid == pid and server.is_running and server.log.count(failures) == 2
