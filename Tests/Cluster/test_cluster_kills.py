"""Nodes of a cluster are killed while people work: what was acknowledged is there, and is there once."""

import collections
import os
import random
import time

from harness import pages, wait_until
from harness.cluster import ADMINISTRATOR
from harness.traffic import PatientClient, PatientVisitor, Reader, Sender

MINUTES = float(os.environ.get("DEPESCHE_SOAK_MINUTES", 1))
# A dead node's leases end after a minute, the pause after its attempts somewhat later.
LONGEST_RECOVERY = 110
# As many mails as a node has under way.
UNDER_WAY = 10
# How long a node may take to write down that a transfer is complete.
NOTING = 2


def kill_nodes(cluster, chance):
    """Kills nodes for some time; the times of the kills."""
    kills, end = [], time.monotonic() + MINUTES * 60
    while time.monotonic() < end:
        time.sleep(chance.uniform(0.5, 3))
        node = chance.choice(cluster.nodes)
        kills.append(time.monotonic())
        node.kill()
        cluster.start(node)
    return kills


def noted(cluster):
    """How many complete transfers of each recipient are known."""
    return collections.Counter(
        row[0] for row in cluster.rows(
            "SELECT recipient.email FROM delivery_event JOIN recipient ON recipient.id = delivery_event.recipient"
            " WHERE kind = 'fetched'"))


def unexplained(cluster, reader, kills):
    """Transfers that are not known, although no kill interrupted them and none came before they were noted."""
    known = noted(cluster)
    return {
        address: at for address, (_, breaks, at) in reader.fetched.items()
        if address not in known and not breaks and not any(at - NOTING < kill < at + NOTING for kill in kills)}


def test_killed_nodes_lose_nothing_and_do_nothing_twice(cluster, sink):
    token = cluster.client().token
    pages.connect(cluster, sink.port, host="127.0.0.1")
    cluster.settings(deliveries_chunk__size=65_536)
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    clients = [PatientClient(cluster.port, token, cluster.connect) for _ in range(2)]
    senders = [Sender(client, number) for number, client in enumerate(clients)]
    reader = Reader(sink, lambda: PatientVisitor(cluster.port, cluster.connect, cluster.url))
    for person in [*senders, reader]:
        person.start()
    kills = kill_nodes(cluster, random.Random(seed))
    for sender in senders:
        sender.stopping.set()
    for sender in senders:
        sender.join(120)
        assert not sender.is_alive() and sender.failure is None, sender.failure
    accepted = {delivery: one for sender in senders for delivery, one in sender.accepted.items()}
    recipients = {address for addresses, _, _ in accepted.values() for address in addresses}
    print(f"{len(accepted)} deliveries, {len(kills)} kills, clients met "
          f"{sum((client.failures for client in clients), collections.Counter())}")
    assert len(accepted) > len(kills) / 2

    # What was sent and what is there are the same; nothing was sent that nobody sent.
    assert {row[0] for row in cluster.rows("SELECT id FROM delivery WHERE state <> 'draft'")} == set(accepted)
    for _, file, _ in accepted.values():
        assert clients[0].received(file) == set(range(file["chunkCount"]))

    # Each recipient has one mail in the outbox, and each mail leaves.
    wait_until(
        lambda: not cluster.json("outbox", "list", "--state", "queued"),
        lambda: f"the outbox to be empty: {cluster.json('outbox', 'list', '--state', 'queued')[:3]}", LONGEST_RECOVERY)
    rows = [row for row in cluster.json("outbox", "list", "--limit", "100000") if row["to"] != ADMINISTRATOR]
    assert collections.Counter(row["to"] for row in rows) == collections.Counter(recipients)
    assert {row["state"] for row in rows} == {"handed-over"}
    mails = collections.defaultdict(list)
    for mail in sink.mails:
        if mail.recipients != [ADMINISTRATOR]:
            mails[mail.recipients[0]].append(mail)
    assert set(mails) == recipients
    # Twice only what was under way at a kill: the dot was sent, and the answer not recorded.
    twice = 0
    for row in rows:
        surplus = len(mails[row["to"]]) - 1
        if surplus == 0:
            continue
        assert len({mail["Message-ID"] for mail in mails[row["to"]]}) == 1
        history = cluster.json("outbox", "show", row["id"])["history"]
        assert surplus <= sum(attempt["outcome"] == "unknown" for attempt in history), (row, history)
        twice += surplus
    assert twice <= UNDER_WAY * len(kills)

    # Everybody could fetch what was sent to them, and what they fetched is known.
    wait_until(
        lambda: reader.failure or set(reader.fetched) == recipients,
        lambda: f"{len(recipients)} transfers: {len(reader.fetched)}", 120 * max(1, MINUTES))
    reader.stopping.set()
    reader.join(30)
    assert reader.failure is None
    # Unknown is only what a kill interrupted, or what was complete at the moment of one.
    for addresses, _, content in accepted.values():
        for address in addresses:
            assert reader.fetched[address][0] == content
    wait_until(
        lambda: not unexplained(cluster, reader, kills),
        lambda: f"transfers to be known: {unexplained(cluster, reader, kills)}; {kills}")
    known = noted(cluster)
    assert set(known) <= recipients and set(known.values()) == {1}
    cut = sum(1 for _, breaks, _ in reader.fetched.values() if breaks)
    print(f"{sum(map(len, mails.values()))} mails to {len(recipients)}, {twice} of them again; "
          f"{len(reader.fetched)} transfers, {cut} of them cut, {len(known)} known as complete")
