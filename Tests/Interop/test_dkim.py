"""What we sign is right for those who judge mail, and what others sign is right for us."""

import base64
import json
import os
import re
import stat
import subprocess

import dkim
import nacl.signing
import pytest

from harness.server import BINARY
from harness.tools import own_environment

DOMAIN = "kunde.example"
CRLF = b"\r\n"

PLAIN = CRLF.join([
    b"Received: from a.example by b.example; Mon, 23 Nov 2026 14:05:00 +0100",
    b"Date: Mon, 23 Nov 2026 14:05:00 +0100", b"From: Anna <anna@kunde.example>",
    b"To: Bob <bob@elsewhere.example>,", b"\tCarol <carol@elsewhere.example>", b"Subject:  three  files ",
    b"Message-ID: <1@kunde.example>", b"MIME-Version: 1.0", b"Content-Type: text/plain; charset=utf-8", b"",
    b"Good morning,", b"", b"there  are three files \t", b".", b" .. for you", b"", b""])
MESSAGES = {
    "plain": PLAIN,
    "empty body": PLAIN[:PLAIN.index(b"\r\n\r\n") + 4],
    "empty lines at the end": PLAIN + CRLF * 5,
    "no line end": PLAIN + b"the end",
    "blanks only": PLAIN[:PLAIN.index(b"\r\n\r\n") + 4] + b"  \r\n\t\r\n",
    "octets beyond ASCII": PLAIN.replace(b"three", "drei schöne".encode()).replace(b"Good", b"G\xfc\xe4"),
    "repeated fields": b"Comments: one\r\nComments: two\r\nTo: x@elsewhere.example\r\n" + PLAIN,
    "long lines": PLAIN + b"x" * 990 + CRLF + b" y" * 490 + CRLF,
    "large": PLAIN + b"the quick brown  fox jumps over the lazy dog\r\n" * 20_000,
}
# What the judges below read as a mail server would: each with all line ends in their place.
JUDGED = {name: content for name, content in MESSAGES.items() if name != "no line end"}


def depesche(*arguments, input=b"", expect=0):
    """Runs `depesche dkim …`; what it printed, as octets."""
    result = subprocess.run(
        [str(BINARY), "dkim", *map(str, arguments)], input=input, capture_output=True, timeout=60,
        env=own_environment())
    assert result.returncode == expect, (result.returncode, result.stdout[-2000:], result.stderr.decode())
    return result.stdout


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """One key of each kind: {algorithm: (selector, path, record)}."""
    folder = tmp_path_factory.mktemp("keys")
    made = {}
    for algorithm, selector in (("rsa", "depesche1"), ("ed25519", "depesche1e")):
        record = json.loads(depesche(
            "keygen", "--algorithm", algorithm, "--domain", DOMAIN, "--selector", selector, "--out",
            folder / algorithm, "--json"))
        made[algorithm] = (selector, folder / algorithm, record)
    return made


@pytest.fixture
def published(keys, text_zone):
    """A DNS server that knows both keys."""
    for _, _, record in keys.values():
        text_zone.publish(record["name"], record["value"])
    return text_zone


@pytest.fixture
def sign(keys):
    """Signs with both keys."""
    (rsa, rsa_key, _), (ed25519, ed25519_key, _) = keys["rsa"], keys["ed25519"]
    return lambda content: depesche(
        "sign", "--domain", DOMAIN, "--selector", rsa, "--key", rsa_key, "--and", DOMAIN, ed25519, ed25519_key,
        input=content)


def dkimpy_field(content, selector, path):
    """dkimpy's signature with an RSA key of ours."""
    private = subprocess.run(["openssl", "rsa", "-in", path, "-traditional"], capture_output=True, check=True).stdout
    return dkim.sign(content, selector.encode(), DOMAIN.encode(), private, canonicalize=(b"relaxed", b"relaxed"))


def verify(zone, message, expect=0):
    """What we say of each signature."""
    return json.loads(depesche("verify", "--resolver", zone.address, "--json", input=message, expect=expect))


def test_keygen_prints_the_record_and_keeps_the_key_private(keys, tmp_path):
    _, path, record = keys["rsa"]
    assert record["name"] == "depesche1._domainkey.kunde.example" and record["type"] == "TXT" and record["ttl"] == 600
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    public = subprocess.run(
        ["openssl", "pkey", "-in", path, "-pubout", "-outform", "DER"], capture_output=True, check=True).stdout
    assert record["value"] == "v=DKIM1; k=rsa; p=" + base64.b64encode(public).decode()
    line = depesche(
        "keygen", "--algorithm", "ed25519", "--domain", DOMAIN, "--selector", "s", "--out", tmp_path / "key").decode()
    assert re.fullmatch(
        r's\._domainkey\.kunde\.example\. 600 IN TXT \( "v=DKIM1; k=ed25519; p=[A-Za-z0-9+/]{43}=" \)\n', line)
    raw = subprocess.run(
        ["openssl", "pkey", "-in", tmp_path / "key", "-pubout", "-outform", "DER"], capture_output=True,
        check=True).stdout[-32:]
    assert base64.b64encode(raw).decode() in line


def test_keygen_never_overwrites(keys):
    _, path, _ = keys["rsa"]
    before = path.read_bytes()
    depesche("keygen", "--algorithm", "rsa", "--domain", DOMAIN, "--selector", "s", "--out", path, expect=1)
    assert path.read_bytes() == before


@pytest.mark.parametrize("arguments, code", [
    (["keygen", "--algorithm", "dsa", "--domain", DOMAIN, "--selector", "s", "--out", "/tmp/x"], 2),
    (["keygen", "--algorithm", "ed25519", "--domain", "a b", "--selector", "s", "--out", "/tmp/x"], 2),
    (["keygen", "--algorithm", "ed25519", "--domain", DOMAIN, "--selector", "s", "--out", "/nonexistent/x"], 3),
    (["sign", "--domain", DOMAIN, "--selector", "s"], 2),
    (["sign", "--domain", DOMAIN, "--selector", "s", "--key", "/nonexistent"], 3),
    (["sign", "--domain", DOMAIN, "--selector", "s", "--key", "/etc/passwd"], 1),
    (["sign", "--domain", DOMAIN, "--selector", "s", "--key", "/etc/passwd", "--and", "x"], 2),
    (["verify", "--resolver", "127.0.0.1:x"], 3),
])
def test_exit_codes_tell_misuse_from_trouble(arguments, code):
    depesche(*arguments, input=PLAIN, expect=code)


@pytest.mark.parametrize("length, code", [(512, 1), (1024, 0), (3072, 0)])
def test_keys_of_other_programs_can_be_used(length, code, tmp_path, text_zone):
    key = tmp_path / "key"
    subprocess.run(["openssl", "genrsa", "-traditional", "-out", key, str(length)], capture_output=True, check=True)
    signed = depesche("sign", "--domain", DOMAIN, "--selector", "old", "--key", key, input=PLAIN, expect=code)
    if code == 0:
        public = subprocess.run(
            ["openssl", "rsa", "-in", key, "-pubout", "-outform", "DER"], capture_output=True, check=True).stdout
        text_zone.publish(f"old._domainkey.{DOMAIN}", "v=DKIM1; p=" + base64.b64encode(public).decode())
        assert [one["bits"] for one in verify(text_zone, signed)] == [length]


@pytest.mark.parametrize("name", MESSAGES)
def test_dkimpy_verifies_what_we_sign(name, sign, published):
    signed = sign(MESSAGES[name])
    for index in range(2):
        assert dkim.DKIM(signed).verify(index, dnsfunc=lambda name, timeout=5: published.text(name)), index
    assert [one["result"] for one in verify(published, signed)] == ["pass", "pass"]


def test_opendkim_verifies_what_we_sign(sign, published, make_opendkim):
    judge = make_opendkim(published)
    for name, content in JUDGED.items():
        signed = sign(content)
        assert judge.verdicts(signed) == ["pass", "pass"], name
        assert judge.verdicts(signed.replace(b"From: Anna", b"From: Eve")) == ["fail", "fail"], name


def test_rspamd_verifies_what_we_sign(sign, keys, published, make_rspamd, make_opendkim):
    judge = make_rspamd(published)
    selector, path, _ = keys["rsa"]
    opendkim = make_opendkim(published, signing=(DOMAIN, selector, path))
    for name, content in JUDGED.items():
        # rspamd 3.4 alone finds these two changed, which dkimpy, opendkim and Exim verify: a body of blanks, which is
        # empty when relaxed (RFC 6376, 3.4.4), and a signed field that stands there twice (5.4.2). It says the same of
        # them whoever signs; if it once takes the others', it has to take ours.
        if name in ("blanks only", "repeated fields"):
            others = [dkimpy_field(content, selector, path) + content, opendkim.sign(content)]
            assert all("R_DKIM_REJECT" in judge.symbols(signed) for signed in others), name
            continue
        signed = sign(content)
        found = judge.symbols(signed)
        both = [f"{DOMAIN}:s=depesche1", f"{DOMAIN}:s=depesche1e"]
        assert sorted(found.get("R_DKIM_ALLOW", [])) == both, (name, found)
        assert "R_DKIM_REJECT" in judge.symbols(signed.replace(b"From: Anna", b"From: Eve")), name


def test_exim_verifies_what_we_sign(sign, keys, standard_text_zone, make_exim):
    for _, _, record in keys.values():
        standard_text_zone.publish(record["name"], record["value"])
    judge = make_exim(standard_text_zone)
    both = [(DOMAIN, "depesche1", "rsa-sha256"), (DOMAIN, "depesche1e", "ed25519-sha256")]
    for name, content in JUDGED.items():
        signed = sign(content)
        verdicts = judge.verdicts(signed)
        assert [verdicts.get(one) for one in both] == ["pass", "pass"], (name, verdicts)
        verdicts = judge.verdicts(signed.replace(b"From: Anna", b"From: Eve"))
        assert [verdicts.get(one) for one in both] == ["fail", "fail"], (name, verdicts)


@pytest.mark.parametrize("body", [b"simple", b"relaxed"])
@pytest.mark.parametrize("header", [b"simple", b"relaxed"])
@pytest.mark.parametrize("algorithm", ["rsa", "ed25519"])
def test_we_verify_what_dkimpy_signs(algorithm, header, body, keys, tmp_path, text_zone):
    if algorithm == "rsa":
        private = subprocess.run(
            ["openssl", "rsa", "-in", keys["rsa"][1], "-traditional"], capture_output=True, check=True).stdout
        text_zone.publish(f"py._domainkey.{DOMAIN}", keys["rsa"][2]["value"])
    else:
        key = nacl.signing.SigningKey.generate()
        private = base64.b64encode(bytes(key))
        text_zone.publish(
            f"py._domainkey.{DOMAIN}", "v=DKIM1; k=ed25519; p=" + base64.b64encode(bytes(key.verify_key)).decode())
    for name, content in MESSAGES.items():
        for length in (False, True):
            field = dkim.sign(
                content, b"py", DOMAIN.encode(), private, canonicalize=(header, body), length=length,
                signature_algorithm=f"{algorithm}-sha256".encode())
            assert [one["result"] for one in verify(text_zone, field + content)] == ["pass"], (name, length)
        # Where the last line has no end, or there is none, what is appended changes what was signed.
        if name not in ("no line end", "empty body"):
            longer = verify(text_zone, field + content + b"more\r\n", expect=1)
            assert longer[0]["reason"] == "body-longer-than-signed", name
        assert verify(text_zone, field + content.replace(b"Anna", b"Eve"), expect=1)[0]["result"] == "fail"


@pytest.mark.parametrize("algorithm", ["rsa", "ed25519"])
def test_we_verify_what_opendkim_signs(algorithm, keys, published, make_opendkim):
    selector, path, _ = keys[algorithm]
    signer = make_opendkim(published, signing=(DOMAIN, selector, path), algorithm=f"{algorithm}-sha256")
    for name, content in JUDGED.items():
        signed = signer.sign(content)
        assert [one["result"] for one in verify(published, signed)] == ["pass"], name
        assert verify(published, signed.replace(b"Anna", b"Eve"), expect=1)[0]["result"] == "fail", name


def test_every_mail_of_ours_is_signed_rightly(sign, published):
    kinds = json.loads(subprocess.run(
        [str(BINARY), "mail", "preview", "--list", "--json"], capture_output=True, check=True,
        env=own_environment()).stdout)
    for kind in kinds:
        content = subprocess.run(
            [str(BINARY), "mail", "preview", kind], capture_output=True, check=True, env=own_environment()).stdout
        signed = sign(content)
        assert signed.endswith(content), f"{kind}: signing changes nothing behind its fields"
        for index in range(2):
            assert dkim.DKIM(signed).verify(index, dnsfunc=lambda name, timeout=5: published.text(name)), kind


def test_a_changed_octet_is_noticed_by_us_as_by_dkimpy(sign, published):
    signed = sign(PLAIN)
    start = signed.index(b"Date: Mon")
    for index in range(start, len(signed), 23):
        changed = bytearray(signed)
        changed[index] = ord("x") if changed[index] != ord("x") else ord("y")
        assert not dkim.verify(bytes(changed), dnsfunc=lambda name, timeout=5: published.text(name))
        assert {one["result"] for one in verify(published, bytes(changed), expect=1)} != {"pass"}


def test_verify_tells_no_from_trouble(sign, keys, text_zone):
    signed = sign(PLAIN)
    assert verify(text_zone, PLAIN, expect=1) == []
    assert {one["reason"] for one in verify(text_zone, signed, expect=1)} == {"no-key"}
    text_zone.publish(keys["rsa"][2]["name"], "v=DKIM1; p=")
    assert [one["reason"] for one in verify(text_zone, signed, expect=1)] == ["revoked-key", "no-key"]
    text_zone.close()
    found = json.loads(depesche("verify", "--resolver", text_zone.address, "--json", input=signed, expect=3))
    assert {one["result"] for one in found} == {"temperror"}
