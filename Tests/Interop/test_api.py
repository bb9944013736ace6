"""The JSON door of the real server, as a program elsewhere uses it."""

import concurrent.futures
import hashlib
import http.client
import io
import random
import re
import threading
import urllib.request
import zipfile

import pytest

from harness import pages
from harness.api import APIClient, Refused, Visitor
from harness.tools import wait_until

SENDER = "anna@kunde.example"
CHUNK = 1 << 20


def client_of(server):
    """An API client for a fresh account."""
    server.command("user", "add", SENDER, "--name", "Anna Muster", "--admin", "--password-stdin",
                   input=f"{pages.PASSWORD}\n")
    return APIClient(server.port, server.json("token", "create", SENDER)["token"])


def link_in(mail):
    """The link in a mail about a delivery."""
    return re.search(r"https?://\S+/l/[\w-]{22}", mail.text).group(0)


def statuses(api, delivery):
    """{address: recipient} of a delivery."""
    return {recipient["email"]: recipient for recipient in api.call("GET", f"/deliveries/{delivery}")["recipients"]}


def fetched(api, delivery, recipient):
    """The files that a recipient has fetched completely."""
    return {fetch["file"] for fetch in statuses(api, delivery)[recipient]["fetched"]}


def test_a_delivery_goes_the_whole_way(server, sink):
    api = client_of(server)
    pages.connect(server, sink.port)
    content = random.Random(1).randbytes(20 * CHUNK + 17)
    draft = api.draft("Bernd Beispiel <bernd@praxis.example>", "clara@amt.example", message="Guten Tag")
    large = api.upload(draft, "Große Datei.bin", content)
    small = api.upload(draft, "klein.txt", b"klein")
    empty = api.upload(draft, "leer.txt", b"")
    sent = api.send(draft)
    assert sent["state"] == "sent" and len(sent["recipients"]) == 2
    mails = sink.wait_for(2, matching=lambda mail: mail["Subject"] == "Probe")
    links = {mail.recipients[0]: link_in(mail) for mail in mails}
    assert len(set(links.values())) == 2

    visitor = Visitor(server.port)
    address = visitor.download_address(links["bernd@praxis.example"], large["id"])
    status, headers, body = visitor.request("GET", address)
    assert status == 200 and int(headers["Content-Length"]) == len(content)
    assert hashlib.sha256(body).digest() == hashlib.sha256(content).digest()
    assert headers["Content-Disposition"].startswith("attachment;")

    # A transfer that broke off goes on where it was.
    other = Visitor(server.port)
    address = other.download_address(links["clara@amt.example"], large["id"])
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("GET", address, headers=other.headers())
    answer = connection.getresponse()
    tag = answer.headers["ETag"]
    begin = answer.read(3 * CHUNK + 5)
    connection.close()
    assert fetched(api, draft, "clara@amt.example") == set()
    status, headers, rest = other.request(
        "GET", address, headers={"Range": f"bytes={len(begin)}-", "If-Range": tag})
    assert status == 206 and headers["Content-Range"] == f"bytes {len(begin)}-{len(content) - 1}/{len(content)}"
    assert begin + rest == content
    # The client has the last octet a moment before the server has written down that it was sent.
    wait_until(lambda: fetched(api, draft, "clara@amt.example") == {large["id"]}, "the transfer to count")

    status, headers, body = visitor.request("GET", visitor.download_address(links["bernd@praxis.example"]))
    assert status == 200 and headers["Content-Type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(body))
    assert archive.testzip() is None
    assert {entry.filename: entry.file_size for entry in archive.infolist()} == {
        "Große Datei.bin": len(content), "klein.txt": 5, "leer.txt": 0}
    everything = {large["id"], small["id"], empty["id"]}
    wait_until(lambda: fetched(api, draft, "bernd@praxis.example") == everything, "the archive to count")
    assert statuses(api, draft)["bernd@praxis.example"]["openedAt"]

    api.call("POST", f"/deliveries/{draft}/withdraw")
    status, _, _ = other.request("GET", address)
    assert status == 410
    with pytest.raises(Refused) as refused:
        api.call("POST", f"/deliveries/{draft}/extend", {"days": 1})
    assert refused.value.code == "withdrawn"


@pytest.mark.parametrize("seed", range(3))
def test_no_acknowledged_chunk_is_lost_when_the_server_is_killed(server, sink, seed):
    api = client_of(server)
    pages.connect(server, sink.port)
    server.settings(deliveries_chunk__size=CHUNK)
    generator = random.Random(seed)
    content = generator.randbytes(24 * CHUNK + 4711)
    draft = api.draft("bernd@praxis.example")
    file = api.announce(draft, "a.bin", len(content))
    assert file["chunkSize"] == CHUNK
    acknowledged = set()
    enough = generator.randrange(3, 15)
    reached = threading.Event()

    def put(index):
        try:
            receipt = api.put(file, index, content[index * CHUNK:(index + 1) * CHUNK])
        except (OSError, http.client.HTTPException):
            return
        acknowledged.add(receipt["index"])
        if len(acknowledged) >= enough:
            reached.set()

    order = generator.sample(range(file["chunkCount"]), file["chunkCount"])
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        uploads = [pool.submit(put, index) for index in order]
        assert reached.wait(60)
        server.kill()
        for upload in uploads:
            upload.result()
    assert len(acknowledged) < file["chunkCount"], "the server was killed too late"

    server.start()
    received = api.received(file)
    assert acknowledged <= received
    with pytest.raises(Refused) as refused:
        api.send(draft)
    assert refused.value.code == "incomplete"
    api.send_chunks(file, content, [index for index in order if index not in received])
    sent = api.send(draft)
    assert [given["complete"] for given in sent["files"]] == [True]
    visitor = Visitor(server.port)
    [mail] = sink.wait_for(1, matching=lambda mail: mail["Subject"] == "Probe")
    status, _, body = visitor.request("GET", visitor.download_address(link_in(mail), file["id"]))
    assert status == 200 and hashlib.sha256(body).digest() == hashlib.sha256(content).digest()


def test_a_wrong_token_and_an_unknown_path_are_problems(server):
    api = client_of(server)
    with pytest.raises(Refused) as refused:
        APIClient(server.port, "falsch").call("GET", "/deliveries")
    assert refused.value.status == 401 and refused.value.code == "wrong-credentials"
    for path in ("/gibtesnicht", "/deliveries/..%2f..%2fetc", "/files/%00"):
        with pytest.raises(Refused) as refused:
            api.call("GET", path)
        assert refused.value.status == 404 and refused.value.code == "not-found"
    with urllib.request.urlopen(f"{server.url}/api/v1/openapi.yaml", timeout=10) as answer:
        assert answer.read().startswith(b"openapi: 3.1.0\n")
