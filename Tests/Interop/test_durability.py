"""A power cut: what is acknowledged is on the disk before the answer leaves, by the order of the system calls."""

import smtplib

from harness.domains import verify
from harness.engine import on_sqlite
from harness.trace import SystemCalls

LOG = "depesche.sqlite-wal"


def synchronised_before(events, begin, end):
    """Whether between two answers the database's log was written and then synchronised."""
    sends = [index for index, (kind, what) in enumerate(events) if kind == "send"]
    ends = [index for index in sends if end in events[index][1]]
    assert ends, [what for kind, what in events if kind == "send"]
    verdicts = []
    for last in ends:
        first = max((index for index in sends if index < last and begin in events[index][1]), default=0)
        written = [index for index in range(first, last) if events[index][0] == "write" and LOG in events[index][1]]
        synced = [index for index in range(first, last) if events[index][0] == "sync" and LOG in events[index][1]]
        verdicts.append(bool(written and synced and written[0] < synced[-1]))
    return verdicts


def test_the_check_itself_sees_an_answer_that_comes_too_early():
    ask, log = ("send", '"354 go ahead"'), ("write", f"/data/{LOG}")
    answer, sync = ("send", '"250 2.0.0 Stored as 1"'), ("sync", f"/data/{LOG}")
    assert synchronised_before([ask, log, sync, answer], "354", "250 2.0.0") == [True]
    assert synchronised_before([ask, log, answer, sync], "354", "250 2.0.0") == [False]
    assert synchronised_before([sync, ask, log, answer], "354", "250 2.0.0") == [False]
    assert synchronised_before([log, ask, sync, answer], "354", "250 2.0.0") == [False]


@on_sqlite
def test_a_message_is_on_the_disk_before_its_250(mail_net):
    host = mail_net.sink()
    mail_net.zone("kunde.test", host.host)
    zone = mail_net.zone("haus.test")
    server = mail_net.server()
    zone.set("@", "TXT", 60, '"v=spf1 ip4:127.0.0.1 -all"')
    verify(server, zone, "haus.test")
    # One after the other, so that each commit is seen to be of this mail.
    server.command("setting", "set", "mailserver.connections", "1")
    port = mail_net.take_mail(server)
    with SystemCalls(server) as calls:
        with smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
            for number in range(5):
                client.sendmail(
                    "shop@haus.test", [f"r{number}@kunde.test"],
                    f"From: shop@haus.test\r\nSubject: Probe {number}\r\n\r\nHallo\r\n")
        host.wait_for(5)
    events = calls.events
    assert synchronised_before(events, "354 ", "250 2.0.0 ") == [True] * 5
    # On the way out: "dot sent" is on the disk before the dot leaves, so that a repetition is known to be one.
    assert synchronised_before(events, "DATA\\r\\n", '".\\r\\n"') == [True] * 5
