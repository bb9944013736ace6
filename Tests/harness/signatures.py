"""Signatures of received mail, as dkimpy judges them."""

import dkim


def looks_up(dns):
    """What dkimpy asks for keys: a name server of the test's own."""

    def look(name, timeout=5):
        for answers in dns.ask(name.decode().rstrip("."), "TXT").answer:
            for record in answers:
                if record.rdtype == 16:
                    return b"".join(record.strings)
        return None

    return look


def verified(dns, mail):
    """For each signature of a mail whether it is right. Postfix put its own fields in front."""
    raw = mail.raw
    count = raw.count(b"DKIM-Signature:")
    return [dkim.DKIM(raw).verify(idx=index, dnsfunc=looks_up(dns)) for index in range(count)]


def signers(mail):
    """The domains that signed a mail; aligned is what equals the one in From."""
    return [tags.split("d=", 1)[1].split(";", 1)[0].strip() for tags in mail.message.get_all("DKIM-Signature", [])]
