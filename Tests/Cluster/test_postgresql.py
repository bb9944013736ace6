"""A PostgreSQL server in trouble: who asks is told clearly, nothing is done twice, and all goes on by itself."""

import contextlib
import re
import socket
import struct
import threading
import urllib.error
import urllib.request

import pytest

from harness.api import APIClient, Refused, Visitor
from harness.authority import Authority
from harness.databaseload import DatabaseLoad, ready
from harness.tools import wait_until

# Short, so that a server that does not answer is given up soon.
# A node that hangs in its turn is put out before the others give up, as with the usual limits.
IMPATIENT = {
    "options": "-cstatement_timeout%3D3000%20-cidle_in_transaction_session_timeout%3D1000", "connect_timeout": "2"}
# How many mails are at the mail server at a time, at the most.
CONNECTIONS = 5
LOST, REGAINED = "the database cannot be reached", "the database can be reached again"


def refused_start(make_server, url):
    """What a server says that does not start."""
    result = make_server(DEPESCHE_DATABASE=url).command("serve", expect=3)
    assert "falsch-0815" not in result.stdout + result.stderr
    assert "geheim" not in result.stdout + result.stderr
    assert "The PostgreSQL database cannot be used: " in result.stderr
    return result.stderr


def test_a_password_and_a_verified_certificate_are_demanded(make_postgresql, make_server, authority):
    cluster = make_postgresql(certificate=authority.issue("localhost"), max_connections=30)

    def url(password=cluster.PASSWORD, host="localhost", database="depesche", root=authority.certificate):
        return (f"postgresql://depesche:{password}@{host}:{cluster.port}/{database}"
                f"?sslmode=verify-full&sslrootcert={root}&gssencmode=disable")

    server = make_server(DEPESCHE_DATABASE=url()).start()
    over_tls = cluster.execute(
        "SELECT count(*) FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) WHERE a.application_name = 'depesche' "
        "AND s.ssl")
    assert int(over_tls) > 0
    assert cluster.PASSWORD not in server.log
    assert "password authentication failed" in refused_start(make_server, url(password="falsch-0815"))
    assert 'database "fehlt" does not exist' in refused_start(make_server, url(database="fehlt"))
    assert "does not match host name" in refused_start(make_server, url(host="127.0.0.1"))
    with contextlib.closing(Authority()) as stranger:
        assert "certificate verify failed" in refused_start(make_server, url(root=stranger.certificate))
    cluster.execute("CREATE DATABASE latin ENCODING LATIN1 TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
    assert "encoding is LATIN1, and must be UTF8" in refused_start(make_server, url(database="latin"))


def test_a_server_that_is_too_old_is_named(make_server):
    def message(kind, body):
        return kind + struct.pack("!I", len(body) + 4) + body

    def greet(listener):
        connection = listener.accept()[0]
        with connection:
            connection.recv(4096)
            facts = {"server_version": "14.9", "server_encoding": "UTF8", "in_hot_standby": "off",
                     "default_transaction_read_only": "off"}
            said = [message(b"S", f"{name}\0{value}\0".encode()) for name, value in facts.items()]
            connection.sendall(message(b"R", bytes(4)) + b"".join(said) + message(b"Z", b"I"))
            connection.recv(4096)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=greet, args=(listener,), daemon=True).start()
        url = f"postgresql://u@127.0.0.1:{listener.getsockname()[1]}/d?sslmode=disable&gssencmode=disable"
        assert "PostgreSQL 14.9; 15 is the oldest that works" in refused_start(make_server, url)


@pytest.mark.parametrize("when", ["before", "after", "held"])
def test_a_connection_cut_at_the_commit_does_nothing_twice(postgresql, make_database_path, make_server, sink, when):
    database = re.search(r"/(d\d+)\?", postgresql.new_database()).group(1)
    path = make_database_path(postgresql)
    server = make_server(DEPESCHE_DATABASE=path.url(database, **IMPATIENT)).start()
    client = APIClient(server.port, ready(server, sink))
    made = []
    for number in range(8):
        # Work in the background may be hit instead; it is to bear that as well.
        path.cut_commit(when)
        made.append(client.draft(f"r{number}@elsewhere.test", message="Guten Tag"))
        path.mend()
        path.cut_commit(when)
        assert client.send(made[-1])["state"] == "sent"
        path.mend()
    assert path.cuts >= 8
    assert sorted(made) == sorted(one["id"] for one in client.call("GET", "/deliveries?limit=100")["items"])
    mails = sink.wait_for(8, seconds=120)
    wait_until(lambda: not server.json("outbox", "list", "--state", "queued"), "the outbox to be empty", 120)
    assert sorted(mail.recipients for mail in mails) == [[f"r{number}@elsewhere.test"] for number in range(8)]
    assert len(sink.mails) == 8
    assert "the outcome of a commit is unknown" not in server.log


def answer_to(client):
    """What a program is told that asks for something."""
    try:
        client.call("GET", "/deliveries")
        return 200, None
    except Refused as refused:
        return refused.status, refused.code


def health(server):
    """The status of /health."""
    try:
        with urllib.request.urlopen(f"{server.url}/health", timeout=20) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


@contextlib.contextmanager
def frozen(cluster, path, database):
    cluster.freeze()
    yield
    cluster.thaw()


@contextlib.contextmanager
def stopped(cluster, path, database):
    cluster.stop()
    yield
    cluster.start()


@contextlib.contextmanager
def lost(cluster, path, database):
    path.lose()
    yield
    path.mend()


@contextlib.contextmanager
def cut(cluster, path, database):
    path.cut()
    yield
    path.mend()


@contextlib.contextmanager
def changed(cluster, path, change, back):
    for statement in (change, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'kunde'"):
        cluster.execute(statement, database="postgres")
    yield
    cluster.execute(back, database="postgres")


def read_only(cluster, path, database):
    setting = f"ALTER DATABASE {database} SET default_transaction_read_only"
    return changed(cluster, path, f"{setting} = on", f"{setting} = off")


def without_connections(cluster, path, database):
    return changed(cluster, path, "ALTER ROLE kunde CONNECTION LIMIT 0", "ALTER ROLE kunde CONNECTION LIMIT 2")


@pytest.mark.parametrize("trouble", [frozen, stopped, lost, cut, read_only, without_connections])
def test_trouble_is_told_and_passes(make_postgresql, make_database_path, make_server, sink, trouble):
    cluster = make_postgresql()
    cluster.execute("CREATE ROLE kunde LOGIN", "CREATE DATABASE eigen OWNER kunde", database="postgres")
    path = make_database_path(cluster)
    # On the way through the proxy, the cluster sees a Unix socket and asks for no password.
    url = path.url("eigen", **IMPATIENT).replace("depesche@", "kunde@")
    server = make_server(DEPESCHE_DATABASE=url).start()
    with DatabaseLoad(server, ready(server, sink)) as load:
        load.goes_on()
        with trouble(cluster, path, "eigen"):
            client = APIClient(server.port, load.token)
            wait_until(lambda: answer_to(client) == (503, "busy"), "the trouble to be told", 60)
            assert health(server) == 503
            status, headers, page = Visitor(server.port).request("GET", "/l/" + "A" * 22)
            # Longer where the server is known to be away.
            assert status == 503 and headers["Retry-After"] in ("2", "5")
            assert "Der Server ist gerade ausgelastet" in page.decode()
            wait_until(lambda: server.log.count(LOST) == 1, "a line in the log", 60)
        load.goes_on()
    assert health(server) == 200
    # What was at its commit just then is told as trouble when a minute was not enough to find out.
    is_unknown = trouble in (frozen, lost)
    allowed = {(503, "busy")} | ({(500, "trouble")} if is_unknown else set())
    assert set(load.refusals) <= allowed, (load.refusals, server.log[-3000:])
    load.check(sink, under_way=CONNECTIONS if is_unknown else 0)
    # One line when it begins and one when it ends, and nothing of all the work that had to wait.
    wait_until(lambda: REGAINED in server.log, "a line in the log")
    assert (server.log.count(LOST), server.log.count(REGAINED)) == (1, 1)
    known = (LOST, "the outcome of a commit is unknown")
    errors = [line for line in server.log.splitlines() if " error " in line]
    assert [line for line in errors if not any(words in line for words in known)] == []
    if trouble is without_connections:
        mine = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'kunde'"
        assert int(cluster.execute(mine)) <= 2


def test_a_slow_server_only_takes_longer(make_postgresql, make_database_path, make_server, sink):
    cluster = make_postgresql()
    cluster.execute("CREATE DATABASE eigen", database="postgres")
    path = make_database_path(cluster)
    server = make_server(DEPESCHE_DATABASE=path.url("eigen", **IMPATIENT)).start()
    with DatabaseLoad(server, ready(server, sink)) as load:
        load.goes_on()
        path.slow(0.2)
        load.goes_on(180)
        assert answer_to(APIClient(server.port, load.token)) == (200, None)
        path.mend()
        load.goes_on()
    # Who would have to wait too long for a turn is told so.
    assert set(load.refusals) <= {(503, "busy")}, load.refusals
    load.check(sink)
    assert LOST not in server.log and " error " not in server.log


def test_a_full_disk_is_told_and_heals(make_postgresql, make_server, sink):
    cluster = make_postgresql()
    folder = cluster.small_tablespace("klein", 64)
    server = make_server(DEPESCHE_DATABASE=cluster.new_database(tablespace="klein")).start()
    client = APIClient(server.port, ready(server, sink))
    ready_to_go = client.draft("bea@elsewhere.test", message="Guten Tag")
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
        while True:
            file.write(bytes(65536))
    acknowledged = []
    with pytest.raises(Refused) as refused:
        for number in range(1000):
            acknowledged.append(client.draft(f"r{number}@elsewhere.test", message="x" * 100_000))
    assert (refused.value.status, refused.value.code) == (507, "disk-full")
    # Reading goes on.
    assert client.call("GET", f"/deliveries/{ready_to_go}")["state"] == "draft"
    filler.unlink()
    assert client.send(ready_to_go)["state"] == "sent"
    assert [mail.recipients for mail in sink.wait_for(1)] == [["bea@elsewhere.test"]]
    states = {client.call("GET", f"/deliveries/{draft}")["state"] for draft in acknowledged}
    assert states <= {"draft"}


def test_a_stop_does_not_wait_for_a_dead_server(make_postgresql, make_server, sink):
    cluster = make_postgresql()
    server = make_server(DEPESCHE_DATABASE=cluster.url()).start()
    with DatabaseLoad(server, ready(server, sink)) as load:
        load.goes_on()
        cluster.freeze()
        # Ends with code 0, or this fails; statements have half a minute by themselves.
        server.stop(seconds=100)
        cluster.thaw()
    server.start()
    load.check(sink, under_way=CONNECTIONS)
