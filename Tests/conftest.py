"""Fixtures: each test gets its own servers, and they are gone when it ends."""

import contextlib

import pytest

from harness import Authority, Browser, DepescheServer, Postfix, PostgreSQL, SMTPSink


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


@pytest.fixture(scope="session")
def postgresql():
    """A PostgreSQL cluster, one for all tests."""
    cluster = PostgreSQL()
    yield cluster
    cluster.close()


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


@pytest.fixture
def browser(make_browser):
    """A German browser window."""
    return make_browser()
