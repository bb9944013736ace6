"""Fixtures: each test gets its own servers, and they are gone when it ends."""

import contextlib

import pytest

from harness import (
    Authority, Browser, CertifiedServer, ClamAV, Cluster, DatabasePath, DepescheServer, DNSServer, Dovecot, Exim,
    EximRelay, FaultyStore, MailDesk, MailNet, MailServer, OpenDKIM, Outlook, OutlookWindow, Pebble, PolicyHost, Postfix,
    PostgreSQL, Rclone, Rspamd, ScriptedDNS, SeaweedFS, SMTPSink, TextZone, pages,
)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Fixtures see whether the test failed, and then keep a picture of the page."""
    report = yield
    setattr(item, f"report_{report.when}", report)
    return report


@contextlib.contextmanager
def factory(make):
    """Gives a function that makes things, and closes all that it made, the last one first."""
    with contextlib.ExitStack() as made:

        def one(*arguments, **options):
            thing = make(*arguments, **options)
            made.callback(thing.close)
            return thing

        yield one


@pytest.fixture(scope="session")
def authority():
    """A certificate authority that nobody else trusts."""
    made = Authority()
    yield made
    made.close()


@pytest.fixture
def make_server():
    """Makes servers that are not started yet."""
    with factory(DepescheServer) as make:
        yield make


@pytest.fixture
def server(make_server):
    """A running server with fresh data."""
    return make_server().start()


@pytest.fixture
def make_sink():
    """Makes an smtp-sink with the options given."""
    with factory(SMTPSink) as make:
        yield make


@pytest.fixture
def sink(make_sink):
    """An smtp-sink that takes everything."""
    return make_sink()


@pytest.fixture
def make_postfix(authority):
    """Makes a Postfix; arguments as in harness/postfix.py."""
    with factory(lambda **options: Postfix(authority, **options)) as make:
        yield make


@pytest.fixture
def postfix(make_postfix):
    """A Postfix that demands STARTTLS and AUTH."""
    return make_postfix()


@pytest.fixture
def text_zone():
    """A DNS server that knows text records, on a free port."""
    with contextlib.closing(TextZone()) as zone:
        yield zone


@pytest.fixture
def standard_text_zone():
    """The same at port 53 of a loopback address."""
    with contextlib.closing(TextZone(standard_port=True)) as zone:
        yield zone


@pytest.fixture
def make_opendkim():
    """Makes an opendkim that judges, or signs."""
    with factory(OpenDKIM) as make:
        yield make


@pytest.fixture
def make_rspamd():
    """Makes an rspamd that judges."""
    with factory(Rspamd) as make:
        yield make


@pytest.fixture
def make_exim():
    """Makes an Exim that judges."""
    with factory(Exim) as make:
        yield make


@pytest.fixture
def make_exim_relay():
    """Makes an Exim that takes mail over; arguments as in harness/exim.py."""
    with factory(EximRelay) as make:
        yield make


@pytest.fixture
def make_dns():
    """Makes name servers without zones."""
    with factory(DNSServer) as make:
        yield make


@pytest.fixture
def dns(make_dns):
    """A name server without zones; see harness/dns.py."""
    return make_dns()


@pytest.fixture
def make_scripted_dns():
    """Makes name servers whose answers the test writes; see ScriptedDNS in harness/dns.py."""
    with factory(ScriptedDNS) as make:
        yield make


@pytest.fixture
def mail_net(authority, make_dns, make_server):
    """An Internet of mail hosts on loopback addresses; see harness/mailnet.py."""
    with contextlib.closing(MailNet(authority, make_dns(), make_server)) as net:
        yield net


@pytest.fixture
def make_pebble(authority):
    """Makes certificate authorities that issue by themselves; arguments as in harness/pebble.py."""
    with factory(lambda *arguments, **options: Pebble(authority, *arguments, **options)) as make:
        yield make


@pytest.fixture
def make_certified(make_server, make_pebble, authority):
    """Makes servers whose certificate comes from pebble; see harness/certified.py."""
    return lambda **options: CertifiedServer(make_server, make_pebble, authority, **options)


@pytest.fixture
def make_policy_host():
    """Makes web servers with MTA-STS policies."""
    with factory(PolicyHost) as make:
        yield make


@pytest.fixture
def make_dovecot(authority):
    """Makes a Dovecot; `maildir` as in harness/dovecot.py."""
    with factory(lambda **options: Dovecot(authority, **options)) as make:
        yield make


@pytest.fixture
def make_clamav():
    """Makes clamds with signatures of the tests' own; arguments as in harness/clamav.py."""
    with factory(ClamAV) as make:
        yield make


@pytest.fixture
def clamav(make_clamav):
    """A clamd that finds the harmless test file of EICAR."""
    return make_clamav()


@pytest.fixture
def make_object_store():
    """Makes object stores by their names; see harness/s3.py."""
    kinds = {kind.name: kind for kind in (SeaweedFS, Rclone)}
    with factory(lambda name, authority=None: kinds[name](authority)) as make:
        yield make


@pytest.fixture
def make_faulty_store():
    """Makes ways to a store on which things go wrong; see harness/faultystore.py."""
    with factory(FaultyStore) as make:
        yield make


@pytest.fixture(scope="session")
def postgresql():
    """A PostgreSQL cluster, one for all tests."""
    cluster = PostgreSQL()
    yield cluster
    cluster.close()


@pytest.fixture(scope="module")
def cluster(authority):
    """Three nodes behind haproxy, for a file of tests: starting them takes seconds."""
    made = Cluster(authority)
    yield made
    made.close()


@pytest.fixture
def make_postgresql():
    """Makes PostgreSQL clusters of the test's own; arguments as in harness/postgresql.py. A test names it before
    `make_server`, so that servers end first."""
    with factory(PostgreSQL) as make:
        yield make


@pytest.fixture
def make_database_path():
    """Makes ways to a cluster that break; see harness/databasepath.py."""
    with factory(DatabasePath) as make:
        yield make


@pytest.fixture
def make_browser(request):
    """Makes browser windows: language, width, height, dark, javascript."""
    opened = []

    def make(**options):
        opened.append(Browser(**options))
        return opened[-1]

    yield make
    failed = getattr(getattr(request.node, "report_call", None), "failed", False)
    for number, browser in enumerate(opened):
        try:
            if failed:
                print(f"{browser.driver.current_url}: {browser.screenshot(f'failed-{request.node.name}-{number}')}")
                print(browser.text[:3000])
        finally:
            browser.close()


@pytest.fixture(scope="module")
def outlook_window(authority):
    """The browser in which mails of Outlook are opened, one for a file of tests: starting one takes seconds."""
    window = OutlookWindow(authority)
    yield window
    window.close()


@pytest.fixture
def make_outlook(request, outlook_window):
    """Makes mails in Outlook with the pane of an installation; arguments as in harness/outlook.py."""
    outlook_window.tidy()
    yield lambda url, **options: Outlook(outlook_window, url, **options)
    if getattr(getattr(request.node, "report_call", None), "failed", False):
        browser = outlook_window.browser
        print(f"{browser.current_url}: {browser.screenshot(f'failed-{request.node.name[:60]}')}")
        print(browser.text[:3000])
        print("\n".join(browser.console_errors()))


@pytest.fixture
def browser(make_browser):
    """A German browser window."""
    return make_browser()


@pytest.fixture
def mail_server(make_server, sink, dns, authority):
    """An installation that takes mail in and hands it on to a sink; see harness/mailserver.py."""
    return MailServer.started(make_server, sink, dns, authority)


@pytest.fixture
def make_desk(server, make_sink, make_postfix):
    """Makes a person at Thunderbird, whose own Postfix hands their mail on to a sink; see harness/maildesk.py."""
    outside = make_sink()
    postfix = make_postfix(
        default_transport=f"smtp:[127.0.0.1]:{outside.port}", relay_transport=f"smtp:[127.0.0.1]:{outside.port}")
    with factory(lambda **options: MailDesk(server, postfix, outside, make_sink(), **options)) as make:
        yield make


@pytest.fixture
def desk(make_desk):
    """A person at Thunderbird who is signed in."""
    return make_desk().sign_in()


@pytest.fixture
def make_file(tmp_path):
    """Makes files of random octets; their paths."""

    def make(name, size=300_000):
        path = tmp_path / name
        pages.make_file(path, size)
        return path

    return make
