"""The test ground itself: a test that passes because its mail server is broken would prove nothing."""

import smtplib
import ssl

import pytest

from harness import cannot_run

MAIL = "From: a@depesche.test\r\nTo: b@kunde.test\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\n.dot first\r\nend\r\n"


def submit(postfix, user=True, tls=True, password=None, sender="a@depesche.test", recipient="b@kunde.test"):
    with smtplib.SMTP(postfix.HOST, postfix.port, timeout=10) as client:
        if tls:
            client.starttls(context=ssl.create_default_context(cafile=postfix.authority.certificate))
        if user:
            client.login(postfix.USER, password or postfix.PASSWORD)
        return client.sendmail(sender, [recipient], MAIL)


def test_postfix_takes_mail_with_starttls_and_auth(postfix):
    submit(postfix)
    [mail] = postfix.wait_for(1)
    assert mail["Subject"] == "Grüße"
    assert (mail.sender, mail.recipients) == ("a@depesche.test", ["b@kunde.test"])
    assert b"\r\n.dot first\r\nend\r\n" in mail.raw
    assert "sasl_username=depesche@depesche.test" in postfix.log


def test_postfix_takes_mail_over_implicit_tls(postfix):
    context = ssl.create_default_context(cafile=postfix.authority.certificate)
    with smtplib.SMTP_SSL(postfix.HOST, postfix.tls_port, context=context, timeout=10) as client:
        client.login(postfix.USER, postfix.PASSWORD)
        client.sendmail("a@depesche.test", ["b@kunde.test"], MAIL)
    assert len(postfix.wait_for(1)) == 1


def test_postfix_refuses_mail_without_auth(postfix):
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        submit(postfix, user=False)
    assert refused.value.recipients["b@kunde.test"][0] == 554
    assert postfix.mails == []


def test_postfix_refuses_everything_without_tls(postfix):
    with pytest.raises(smtplib.SMTPSenderRefused) as refused:
        submit(postfix, user=False, tls=False)
    assert b"Must issue a STARTTLS command first" in refused.value.smtp_error


def test_postfix_refuses_a_wrong_password(postfix):
    with pytest.raises(smtplib.SMTPAuthenticationError) as refused:
        submit(postfix, password="wrong")
    assert refused.value.smtp_code == 535


def test_postfix_obeys_further_settings(make_postfix, tmp_path):
    postfix = make_postfix(
        smtpd_recipient_restrictions="check_recipient_access inline:{ {full@kunde.test = 452 4.2.2 mailbox full} }, "
        "permit_sasl_authenticated, reject")
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        submit(postfix, recipient="full@kunde.test")
    assert refused.value.recipients["full@kunde.test"] == (452, b"4.2.2 <full@kunde.test>: Recipient address rejected: "
                                                           b"mailbox full")


def test_certificates_are_trusted_only_by_those_who_know_the_authority(postfix):
    with smtplib.SMTP(postfix.HOST, postfix.port, timeout=10) as client:
        with pytest.raises(ssl.SSLCertVerificationError):
            client.starttls(context=ssl.create_default_context())


@pytest.mark.parametrize(("names", "expired", "words"), [
    (["other.test"], False, "Hostname mismatch"), (["localhost"], True, "certificate has expired")])
def test_bad_certificates_are_bad(make_postfix, authority, names, expired, words):
    postfix = make_postfix(certificate=authority.issue(*names, expired=expired))
    with pytest.raises(ssl.SSLCertVerificationError, match=words):
        submit(postfix)


def test_postfix_keeps_its_mail_over_a_restart(postfix):
    submit(postfix)
    postfix.wait_for(1)
    postfix.stop()
    postfix.start()
    submit(postfix)
    assert len(postfix.wait_for(2)) == 2


def test_sink_keeps_mail_with_its_envelope(sink):
    with smtplib.SMTP("127.0.0.1", sink.port, timeout=10) as client:
        client.sendmail("a@depesche.test", ["b@kunde.test", "c@kunde.test"], MAIL)
        client.sendmail("", ["d@kunde.test"], MAIL.replace("end", "second"))
    # Two mails within one tick of the clock have no order.
    second, first = sorted(sink.wait_for(2), key=lambda mail: mail.sender)
    assert (first.sender, first.recipients) == ("a@depesche.test", ["b@kunde.test", "c@kunde.test"])
    assert first.raw == MAIL.encode()
    assert (second.sender, second.recipients) == ("", ["d@kunde.test"])


@pytest.mark.parametrize(("options", "refusal"), [
    (["-r", "mail"], smtplib.SMTPSenderRefused),
    (["-r", "rcpt"], smtplib.SMTPRecipientsRefused),
    (["-r", "data"], smtplib.SMTPDataError),
    (["-r", "."], smtplib.SMTPDataError),
    (["-q", "rcpt"], smtplib.SMTPServerDisconnected),
])
def test_sink_misbehaves_on_demand(make_sink, options, refusal):
    sink = make_sink(*options)
    with pytest.raises(refusal):
        with smtplib.SMTP("127.0.0.1", sink.port, timeout=10) as client:
            client.sendmail("a@depesche.test", ["b@kunde.test"], MAIL)
    # It keeps also what it refuses after the final dot; all the rest never came.
    assert len(sink.mails) == (1 if options == ["-r", "."] else 0)


def test_postgresql_prepares_and_refuses(postgresql):
    assert postgresql.version().startswith("15.")
    postgresql.execute("CREATE TABLE ground (id bytea PRIMARY KEY, at bigint NOT NULL)")
    good = "INSERT INTO ground (id, at) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET at = excluded.at RETURNING at"
    unknown, malformed = "SELECT missing FROM ground", "INSERT OR REPLACE INTO ground VALUES ($1, $2)"
    assert postgresql.refused([good]) == {}
    refused = postgresql.refused([good, unknown, malformed])
    assert list(refused) == [unknown, malformed]
    assert 'column "missing" does not exist' in refused[unknown]
    assert "syntax error" in refused[malformed]


def test_what_cannot_run_is_a_failure_in_ci(monkeypatch):
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no such thing"):
        cannot_run("no such thing")
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception):
        cannot_run("no such thing")
