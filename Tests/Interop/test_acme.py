"""The certificate for mail that is taken in, from a real authority that issues by itself: pebble."""

import socket

from harness.certified import NAME


def test_a_certificate_is_issued_shown_and_renewed_without_a_restart(make_certified):
    house = make_certified(movable_clock=True, valid_seconds=4 * 3600)
    pid = house.server.pid
    assert house.serial() is None, "nothing listens without a certificate"
    house.switch_on()
    first = house.wait_for_certificate()
    assert house.server.log.count("a certificate was issued") == 1
    # A third of its life is left after two hours and forty minutes, not before.
    house.server.clock.forward(hours=2)
    assert house.serial() == first
    house.server.clock.forward(hours=1)
    second = house.wait_for_certificate(other_than=first)
    assert second != first and house.server.pid == pid
    # The keys are kept: the certificate is there after a restart, and no new one is ordered.
    issued = house.server.log.count("a certificate was issued")
    house.server.restart()
    assert house.wait_for_certificate() == second
    assert house.server.log.count("a certificate was issued") == issued == 2


def test_refused_nonces_are_survived(make_certified):
    house = make_certified(bad_nonces=40)
    house.switch_on()
    house.wait_for_certificate()


def test_only_what_was_asked_for_is_answered(make_certified):
    house = make_certified()
    house.switch_on()
    house.wait_for_certificate()
    with socket.create_connection(("127.0.0.1", house.server.port), 10) as client:
        # Under any name, and nothing but a token leads anywhere.
        client.sendall((
            f"GET /.well-known/acme-challenge/unknown HTTP/1.1\r\nHost: {NAME}\r\n"
            "Connection: close\r\n\r\n").encode())
        assert b" 404 " in client.recv(4096).split(b"\r\n")[0]


def test_terms_and_name_are_demanded(make_certified):
    house = make_certified()
    house.server.command("setting", "set", "mailserver.acme-terms-agreed", "false")
    refusal = house.server.command("setting", "set", "mailserver.certificate", "acme", expect=None)
    assert refusal.returncode != 0
    assert "mailserver.acme-terms-agreed" in refusal.stdout + refusal.stderr
