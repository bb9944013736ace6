"""SPF evaluations of realistic domains, in process, beside pyspf: a part of `make bench-auth`.

The records are those of a small world: companies with servers of their own, companies at a large mail provider,
newsletters by way of several services, macros, redirects, mistakes. Each domain is asked about with clients that pass and
others that do not. Neither side uses a network: ours asks its zone in memory, pyspf a dictionary.
"""
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Tests"))

from harness import pyspf  # noqa: E402

TEXTS = {
    # A large provider: one include at the customer, three records with networks beneath it.
    "school.example": "v=spf1 include:_spf.search.example ~all",
    "_spf.search.example": "v=spf1 include:_netblocks.search.example include:_netblocks2.search.example "
    "include:_netblocks3.search.example ~all",
    "_netblocks.search.example": "v=spf1 ip4:35.190.247.0/24 ip4:64.233.160.0/19 ip4:66.102.0.0/20 ip4:66.249.80.0/20 "
    "ip4:72.14.192.0/18 ip4:74.125.0.0/16 ip4:108.177.8.0/21 ip4:173.194.0.0/16 ip4:209.85.128.0/17 "
    "ip4:216.58.192.0/19 ip4:216.239.32.0/19 ~all",
    "_netblocks2.search.example": "v=spf1 ip6:2001:4860:4000::/36 ip6:2404:6800:4000::/36 ip6:2607:f8b0:4000::/36 "
    "ip6:2800:3f0:4000::/36 ip6:2a00:1450:4000::/36 ip6:2c0f:fb50:4000::/36 ~all",
    "_netblocks3.search.example": "v=spf1 ip4:172.217.0.0/19 ip4:172.217.32.0/20 ip4:172.217.128.0/19 "
    "ip4:172.217.160.0/20 ip4:172.217.192.0/19 ip4:172.253.56.0/21 ip4:172.253.112.0/20 ip4:108.177.96.0/19 "
    "ip4:35.191.0.0/16 ip4:130.211.0.0/22 ~all",
    # Another one, with one long record.
    "company.example": "v=spf1 include:spf.protection.office.example -all",
    "spf.protection.office.example": "v=spf1 ip4:40.92.0.0/15 ip4:40.107.0.0/16 ip4:52.100.0.0/15 ip4:52.102.0.0/16 "
    "ip4:52.103.0.0/17 ip4:104.47.0.0/17 ip6:2a01:111:f400::/48 ip6:2a01:111:f403::/49 ip6:2a01:111:f403:8000::/51 "
    "ip6:2a01:111:f403:c000::/51 ip6:2a01:111:f403:f000::/52 -all",
    # Servers of one's own, and a service for newsletters.
    "kunde.example": "v=spf1 mx a:web.kunde.example include:bulk.example ip4:192.0.2.64/28 -all",
    "bulk.example": "v=spf1 ip4:198.51.100.0/25 ip4:203.0.113.32/27 ip6:2001:db8:b::/48 ?all",
    # Many services.
    "shop.example": "v=spf1 include:bulk.example include:spf.protection.office.example include:tickets.example "
    "include:_spf.crm.example a mx ~all",
    "tickets.example": "v=spf1 include:mail.tickets.example ip4:192.161.144.0/20 ip4:185.12.80.0/22 ip4:96.46.150.192/27 "
    "ip4:174.137.46.0/24 ip4:188.172.128.0/20 ip4:216.198.0.0/18 ~all",
    "mail.tickets.example": "v=spf1 ip4:103.151.192.0/23 ip4:185.12.80.0/22 ip4:188.172.128.0/20 -all",
    "_spf.crm.example": "v=spf1 exists:%{i}._spf.mta.crm.example -all",
    # Macros.
    "bank.example": "v=spf1 exists:%{ir}.%{v}._spf.%{d2} include:%{d1r}.hosts.bank.example exp=why.bank.example -all",
    "bank.hosts.bank.example": "v=spf1 a:mail.%{o} a:%{h}.hosts.bank.example -all",
    "why.bank.example": "%{i} may not send for %{o}, see https://bank.example/mail?s=%{S}",
    # Redirects.
    "mail.example": "v=spf1 redirect=_spf.mail.example",
    "_spf.mail.example": "v=spf1 ip4:213.165.64.0/23 ip4:74.208.5.64/26 ip4:74.208.122.0/26 ip4:212.227.126.128/25 "
    "ip4:212.227.15.0/24 ip4:212.227.17.0/27 ip4:74.208.4.192/26 ip4:82.165.159.0/24 ip4:217.72.207.0/27 -all",
    # Addresses only.
    "authority.example": "v=spf1 ip4:192.0.2.10 ip4:192.0.2.11 ip4:192.0.2.128/26 ip6:2001:db8:a::25 -all",
    "clinic.example": "v=spf1 a mx/28 a:smtp.clinic.example/24 -all",
    "quiet.example": "v=spf1 -all",
    # Mistakes.
    "typo.example": "v=spf1 ip4:192.0.2.0/24 ip:192.0.2.1 -all",
    "circle.example": "v=spf1 include:gone.example -all",
}
HOSTS = {
    "mx1.kunde.example": ["192.0.2.25", "2001:db8::25"], "mx2.kunde.example": ["192.0.2.26"],
    "web.kunde.example": ["192.0.2.80"], "shop.example": ["203.0.113.80"], "mx.shop.example": ["203.0.113.25"],
    "8.9.10.11._spf.mta.crm.example": ["127.0.0.2"], "7.2.0.192.in-addr._spf.bank.example": ["127.0.0.2"],
    "mail.bank.example": ["192.0.2.90"], "clinic.example": ["198.51.100.200"], "mx.clinic.example": ["198.51.100.129"],
    "smtp.clinic.example": ["203.0.113.200"],
}
EXCHANGES = {
    "kunde.example": [(10, "mx1.kunde.example"), (20, "mx2.kunde.example")], "shop.example": [(10, "mx.shop.example")],
    "clinic.example": [(10, "mx.clinic.example")],
}
QUESTIONS = {
    "school.example": ["74.125.3.4", "172.217.33.1", "2a00:1450:4864::1", "198.51.100.7"],
    "company.example": ["40.92.1.2", "104.47.8.9", "2a01:111:f403:c001::1", "203.0.113.9"],
    "kunde.example": ["192.0.2.25", "192.0.2.26", "2001:db8::25", "198.51.100.9", "192.0.2.70", "198.51.100.200"],
    "shop.example": ["203.0.113.40", "52.100.9.9", "188.172.130.4", "8.9.10.11", "203.0.113.25", "9.9.9.9"],
    "bank.example": ["192.0.2.7", "192.0.2.90", "192.0.2.91"],
    "mail.example": ["212.227.17.20", "82.165.159.3", "192.0.2.1"],
    "authority.example": ["192.0.2.11", "192.0.2.150", "2001:db8:a::25", "192.0.2.12"],
    "clinic.example": ["198.51.100.200", "198.51.100.140", "203.0.113.7", "192.0.2.1"],
    "quiet.example": ["192.0.2.1"], "typo.example": ["192.0.2.1"], "circle.example": ["192.0.2.1"],
    "nothing.example": ["192.0.2.1"],
}


def questions():
    """Client, MAIL FROM and HELO of each evaluation."""
    return [(client, f"anna.beispiel@{domain}", f"mx.{domain}") for domain in QUESTIONS for client in QUESTIONS[domain]]


def zone():
    """The records as {name: [(type, value), …]}."""
    records = {}
    for name, text in TEXTS.items():
        octets = text.encode()
        strings = tuple(octets[start:start + 255] for start in range(0, len(octets), 255))
        records.setdefault(name, []).append(("TXT", strings))
    for name, addresses in HOSTS.items():
        records.setdefault(name, []).extend(("AAAA" if ":" in each else "A", each) for each in addresses)
    for name, exchanges in EXCHANGES.items():
        records.setdefault(name, []).extend(("MX", each) for each in exchanges)
    return records


def master_file():
    """The records as a master file has them."""
    def data(kind, value):
        if kind == "TXT":
            return " ".join(f'"{string.decode()}"' for string in value)
        return f"{value[0]} {value[1]}." if kind == "MX" else value

    return "".join(
        f"{name}. 600 {kind} {data(kind, value)}\n" for name, entries in zone().items() for kind, value in entries)


class PySPF:
    """pyspf with a dictionary for its DNS."""

    def __init__(self):
        self.module = pyspf.module()
        self.questions = questions()
        pyspf.lookup(self.module, zone())

    def results(self):
        """What it says of each question."""
        return [self.module.query(i=client, s=sender, h=helo).check()[0] for client, sender, helo in self.questions]

    def rate(self, seconds):
        """Evaluations a second."""
        started = time.process_time()
        count = 0
        while time.process_time() - started < seconds:
            self.results()
            count += len(self.questions)
        return count / (time.process_time() - started)
