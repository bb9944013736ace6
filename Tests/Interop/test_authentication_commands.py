"""`depesche spf` and `depesche dmarc` as scripts use them: exit codes and what is printed."""

import json
import subprocess

import pytest

from harness.nameserver import FAIL, NameServer
from harness.server import BINARY
from harness.tools import own_environment

RECORDS = {
    "kunde.example": [("TXT", (b"v=spf1 ip4:192.0.2.1 -all exp=why.kunde.example",))],
    "why.kunde.example": [("TXT", (b"%{i} is not ours",))],
    "_dmarc.kunde.example": [("TXT", (b"v=DMARC1; p=reject; sp=quarantine; t=y",))],
    "loop.example": [("TXT", (b"v=spf1 redirect=loop.example",))],
    "long.example": [("TXT", tuple(part.encode() for part in ["v=spf1 "] + ["ip4:10.1.2.0/24 "] * 700 + ["-all"]))],
    "late.example": [FAIL],
    "_dmarc.late.example": [FAIL],
}


@pytest.fixture(scope="module")
def nameserver():
    """A name server with the records above."""
    server = NameServer(RECORDS)
    yield server
    server.close()


@pytest.fixture
def run(nameserver):
    """Runs a command that asks the name server, and looks at its exit code."""

    def run_(*arguments, expect):
        done = subprocess.run(
            [BINARY, *arguments, "--resolver", nameserver.address], env=own_environment(), timeout=60, text=True,
            capture_output=True)
        assert done.returncode == expect, done.stdout + done.stderr
        return done

    return run_


@pytest.mark.parametrize(("domain", "ip", "code", "words"), [
    ("kunde.example", "192.0.2.1", 0, "pass"),
    ("kunde.example", "192.0.2.9", 1, "the domain says: 192.0.2.9 is not ours"),
    ("loop.example", "192.0.2.9", 1, "the records lead in a circle: loop.example → loop.example"),
    ("long.example", "192.0.2.9", 1, "fail"),
    ("nowhere.example", "192.0.2.9", 1, "nowhere.example does not exist"),
    ("late.example", "192.0.2.9", 3, "DNS could not say TXT of late.example"),
])
def test_spf_says_what_is_and_ends_with_it(run, domain, ip, code, words):
    sender = ["--mail-from", f"anna@{domain}", "--helo", "mail.example"]
    assert words in run("spf", "--ip", ip, *sender, expect=code).stdout
    answer = json.loads(run("spf", "--ip", ip, *sender, "--json", expect=code).stdout)
    assert answer["result"] and answer["domain"] == domain


@pytest.mark.parametrize("arguments", [
    ["spf"], ["spf", "--ip", "nonsense", "--helo", "x.example"], ["spf", "--ip", "192.0.2.1"],
    ["dmarc"], ["dmarc", "a..b"], ["dmarc", "kunde.example", "--spf", "pass"],
])
def test_misuse_ends_with_2(run, arguments):
    assert run(*arguments, expect=2).stderr.strip()


def test_a_line_that_is_no_question_ends_with_2(nameserver):
    done = subprocess.run(
        [BINARY, "spf", "--stdin", "--resolver", nameserver.address], env=own_environment(), timeout=60, text=True,
        capture_output=True,
        input='{"ip": "192.0.2.1", "mail_from": "a@kunde.example", "helo": "x.example"}\n\nnonsense\n{"ip": "x"}\n')
    assert done.returncode == 2
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer.get("result") for answer in answers] == ["pass", None, None]
    assert all("error" in answer for answer in answers[1:])


def test_answers_come_while_the_input_is_open(nameserver):
    with subprocess.Popen(
            [BINARY, "spf", "--stdin", "--resolver", nameserver.address], env=own_environment(), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        for ip, result in [("192.0.2.1", "pass"), ("192.0.2.2", "fail")]:
            process.stdin.write(json.dumps({"ip": ip, "mail_from": "a@kunde.example", "helo": "x.example"}) + "\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["result"] == result
        process.stdin.close()
        assert process.wait(timeout=30) == 0


@pytest.mark.parametrize(("arguments", "code", "disposition"), [
    (["kunde.example"], 0, "quarantine"),
    (["kunde.example", "--dkim", "pass:kunde.example"], 0, "none"),
    (["kunde.example", "--dkim", "fail:kunde.example", "--dkim", "pass:news.kunde.example"], 0, "none"),
    (["kunde.example", "--spf", "pass:provider.example"], 1, "quarantine"),
    (["kunde.example", "--spf", "softfail:kunde.example"], 1, "quarantine"),
    (["nowhere.example"], 1, "none"),
    (["late.example"], 3, "none"),
])
def test_dmarc_says_what_is_and_ends_with_it(run, arguments, code, disposition):
    assert "RFC 9989:" in run("dmarc", *arguments, expect=code).stdout
    answer = json.loads(run("dmarc", *arguments, "--json", expect=code).stdout)
    assert answer["rfc9989"]["disposition"] == disposition


def test_dmarc_shows_where_the_two_ways_differ(run, tmp_path):
    suffixes = tmp_path / "list"
    suffixes.write_text("// a list\nexample\n")
    answer = json.loads(run("dmarc", "shop.kunde.example", "--suffix-list", str(suffixes), "--json", expect=0).stdout)
    assert answer["differs"] is True
    assert answer["rfc9989"]["disposition"] == "none" and answer["rfc7489"]["disposition"] == "quarantine"
    assert answer["rfc7489"]["organizational_domain"] == "kunde.example"
