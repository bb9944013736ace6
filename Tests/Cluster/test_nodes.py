"""What one node of several tells and does: its clock, its roles, its end, its database's absence."""

import json
import re
import signal
import urllib.error
import urllib.request

from harness.api import APIClient
from harness.server import CLOCK_WAS_SET
from harness.tools import wait_until

ANNA = "anna@kunde.example"
PASSWORD = "correct horse battery staple 42"


def get(server, path):
    """(status, text) of a page or of what supervisors ask for; status 0 if nobody answers."""
    try:
        with urllib.request.urlopen(f"{server.url}{path}", timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()
    except OSError:
        return 0, ""


def ready(server):
    status, text = get(server, "/ready")
    return status, json.loads(text)["status"] if text else ""


def with_anna(server):
    server.command(
        "user", "add", ANNA, "--name", "Anna", "--admin", "--password-stdin", input=PASSWORD + "\n")
    return APIClient(server.port, server.json("token", "create", ANNA)["token"])


def test_a_clock_that_is_years_off_changes_nothing(postgresql, make_server):
    server = make_server(movable_clock=True, DEPESCHE_DATABASE=postgresql.new_database()).start()
    api = with_anna(server)
    server.settings(metrics_trusted__networks="127.0.0.1")
    draft = api.draft("bernd@praxis.example")
    api.upload(draft, "a.txt", b"abc")
    api.send(draft)
    before = api.call("GET", f"/deliveries/{draft}")
    assert ready(server) == (200, "ready")

    server.clock.forward(days=800)
    wait_until(lambda: CLOCK_WAS_SET in server.log, "the server to ask the database for the time")
    assert "this machine's clock is not that of the database" in server.log
    ahead = float(re.search(r"^depesche_clock_ahead_seconds (\S+)$", get(server, "/metrics")[1], re.MULTILINE)[1])
    assert abs(ahead - 800 * 86_400) < 3_600
    # What is due by the wrong clock only is not done: the delivery would be expired and its files gone.
    later = api.draft("bernd@praxis.example")
    api.upload(later, "b.txt", b"abc")
    api.send(later)
    found = api.call("GET", f"/deliveries/{draft}")
    assert found["state"] == before["state"] and found["expiresAt"] == before["expiresAt"]
    assert api.call("GET", f"/deliveries/{later}")["createdAt"][:4] == before["createdAt"][:4]


def test_a_node_says_that_it_goes_before_it_goes(make_server):
    server = make_server(DEPESCHE_DRAIN=10).start()
    assert ready(server) == (200, "ready")
    process = server._process
    process.send_signal(signal.SIGTERM)
    wait_until(lambda: ready(server) == (503, "draining"), "the node to drain")
    # Whoever still comes is served.
    assert get(server, "/health")[0] == 200 and get(server, "/sign-in")[0] == 200
    assert process.poll() is None
    assert process.wait(40) == 0, server.log[-3000:]
    assert get(server, "/ready") == (0, "")


def test_a_node_without_its_database_is_not_ready_and_comes_back(postgresql, make_server):
    url = postgresql.new_database()
    name = re.search(r"///(\w+)\?", url)[1]
    server = make_server(DEPESCHE_DATABASE=url).start()
    postgresql.execute(
        f"ALTER DATABASE {name} ALLOW_CONNECTIONS false",
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'", database="postgres")
    wait_until(lambda: ready(server) == (503, "trouble"), "the node to be out of service")
    postgresql.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true", database="postgres")
    wait_until(lambda: ready(server) == (200, "ready"), "the node to be in service again")
    assert get(server, "/sign-in")[0] == 200


def test_roles_divide_the_work(postgresql, make_server, sink):
    url = postgresql.new_database()
    pages = make_server(DEPESCHE_DATABASE=url, DEPESCHE_ROLES="web").start()
    api = with_anna(pages)
    pages.settings(
        mail_system__sender="depesche@kunde.example", smtp_home__domains="kunde.example", smtp_host="localhost",
        smtp_port=sink.port, smtp_security="none", mail_route="smtp")
    api.send(api.draft("bernd@praxis.example", message="Guten Tag"))
    sender = make_server(DEPESCHE_DATABASE=url, DEPESCHE_ROLES="mail-out")
    sender.data.mkdir()
    (sender.data / "master.key").write_bytes((pages.data / "master.key").read_bytes())
    (sender.data / "master.key").chmod(0o600)
    sender.start()
    sink.wait_for(1)
    # From now on, the one that sends is told by the one with pages.
    api.send(api.draft("clara@praxis.example", message="Guten Tag"))
    sink.wait_for(2)
    assert get(sender, "/sign-in")[0] == 404 and ready(sender) == (200, "ready")
    # The number of mails is that of the database, whoever is asked.
    assert sender.json("outbox", "list") == pages.json("outbox", "list")


def test_a_role_that_is_none_is_named(make_server):
    refused = make_server().command("serve", environment={"DEPESCHE_ROLES": "web,mail"}, expect=2)
    assert "\"mail\" is none" in refused.stderr and "mail-out" in refused.stderr
