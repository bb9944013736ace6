"""The metrics as Prometheus's own library reads them, and who may read them."""

import re
import urllib.error
import urllib.request

import pytest
from prometheus_client.parser import text_string_to_metric_families

from harness import pages
from harness.api import APIClient

TOKEN = "ein-langer-geheimer-Text-0815"


def read(server, token=None):
    """Status, header fields and text of the metrics."""
    request = urllib.request.Request(f"{server.url}/metrics")
    if token is not None:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read().decode()


def families(text):
    """What Prometheus reads: families by name."""
    found = {}
    for family in text_string_to_metric_families(text):
        assert family.name not in found, f"{family.name} twice"
        found[family.name] = family
    return found


def values(family, label):
    return {sample.labels[label]: sample.value for sample in family.samples}


def test_the_metrics_tell_how_the_mail_does_and_of_nobody(server, sink):
    assert read(server)[0] == 404
    assert read(server, TOKEN)[0] == 404
    refused = server.command("setting", "set", "metrics.token", input="kurz\n", expect=1)
    assert "20" in refused.stderr
    server.command("setting", "set", "metrics.token", input=f"{TOKEN}\n")
    status, headers, text = read(server)
    assert status == 401 and headers["WWW-Authenticate"].startswith("Bearer") and "depesche_" not in text
    assert read(server, TOKEN + "x")[0] == 401

    server.command("user", "add", "anna@kunde.example", "--name", "Anna", "--admin", "--password-stdin",
                   input=f"{pages.PASSWORD}\n")
    api = APIClient(server.port, server.json("token", "create", "anna@kunde.example")["token"])
    pages.connect(server, sink.port)
    draft = api.draft("Bernd Beispiel <bernd@praxis.example>", "clara@amt.example", message="Guten Tag")
    api.send(draft)
    sink.wait_for(2, matching=lambda mail: mail["Subject"] == "Probe")

    def handed_over():
        status, headers, text = read(server, TOKEN)
        assert status == 200 and headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert headers["Cache-Control"] == "no-store"
        return text if values(families(text)["depesche_mail_attempts"], "outcome")["handed-over"] >= 2 else None

    from harness.tools import wait_until
    text = wait_until(handed_over, "two attempts in the metrics")
    found = families(text)
    assert all(name.startswith("depesche_") for name in found)
    assert all(family.documentation for family in found.values())
    assert found["depesche_mail_attempts"].type == "counter"
    mails = values(found["depesche_outbox_mails"], "state")
    assert set(mails) == {"queued", "held", "local", "handed-over", "failed", "cancelled"}
    assert mails["handed-over"] >= 2 and mails["failed"] == 0
    assert values(found["depesche_deliveries"], "state")["sent"] == 1
    assert set(values(found["depesche_sender_domains"], "state")) == {"pending", "verified", "warning", "degraded"}
    assert found["depesche_process_resident_memory_bytes"].samples[0].value > 1 << 20
    assert found["depesche_process_open_fds"].samples[0].value > 3
    # Of nobody: no address, no domain, no subject.
    assert not re.search(r"praxis|amt\.example|kunde|anna|bernd|Probe|@", text, re.IGNORECASE), text


@pytest.mark.parametrize(("networks", "status"), [("127.0.0.0/8, ::1", 200), ("192.0.2.0/24", 404)])
def test_trusted_networks_need_no_token(server, networks, status):
    server.command("setting", "set", "metrics.trusted-networks", networks)
    assert read(server)[0] == status
    # Where both are set, both are demanded.
    server.command("setting", "set", "metrics.token", input=f"{TOKEN}\n")
    assert read(server)[0] == (401 if status == 200 else 404)
    assert read(server, TOKEN)[0] == status


def test_lines_of_the_log_lead_from_the_delivery_to_its_attempts(server, sink):
    server.command("user", "add", "anna@kunde.example", "--name", "Anna", "--admin", "--password-stdin",
                   input=f"{pages.PASSWORD}\n")
    api = APIClient(server.port, server.json("token", "create", "anna@kunde.example")["token"])
    pages.connect(server, sink.port)
    delivery = api.draft("bernd@praxis.example", message="Guten Tag")
    api.send(delivery)
    sink.wait_for(1, matching=lambda mail: mail["Subject"] == "Probe")

    def lines():
        found = [line for line in server.log.splitlines() if f"delivery={delivery}" in line]
        return found if len(found) >= 2 else None

    from harness.tools import wait_until
    sent, attempt = wait_until(lines, lambda: server.log)[:2]
    assert "delivery sent" in sent and "mails=1" in sent
    assert "mail attempt" in attempt and "outbox=" in attempt and "attempt=1" in attempt
    assert "outcome=handed-over" in attempt and "praxis" not in attempt
