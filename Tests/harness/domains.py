"""Bringing a sender domain in order, as the person at its DNS does."""

import json


def quoted(text):
    """A text as character strings of a TXT record."""
    return " ".join(f'"{text[start:start + 255]}"' for start in range(0, len(text), 255))


def publish(server, zone, domain):
    """Puts the records that the server wants into the zone."""
    for record in server.json("domain", "records", domain):
        if record["requirement"] in ("required", "recommended") and record["value"]:
            value = quoted(record["value"]) if record["type"] == "TXT" else record["value"]
            zone.set(record["relativeName"], record["type"], 60, value)


def verify(server, zone, domain):
    """Adds a domain, publishes its records, and has the server check them."""
    server.command("domain", "add", domain)
    publish(server, zone, domain)
    checked = json.loads(server.command("domain", "check", domain, "--json", expect=None).stdout)
    assert checked["state"] == "verified", checked
