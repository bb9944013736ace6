"""Two installations: one uses the mail server of the other, whose operator decides about sender domains by signed links."""

import re
import urllib.parse

import pytest

from harness import pages

DOMAIN = "kunde.example"
OTHER = "zweite.example"
OPERATOR = "chef@betreiber.example"
SYSTEM = "zustellung@betreiber.example"
SPENT = "Dieser Link gilt nicht mehr"


@pytest.fixture
def installations(make_server, postfix, authority, dns):
    """(the customer's server, the operator's). A browser keeps cookies by host name, so each has a name of its own."""
    zone = dns.zone(DOMAIN)
    zone.set("@", "TXT", 60, '"v=spf1 mx -all"')
    common = {
        "DEPESCHE_CA_FILE": authority.certificate, "DEPESCHE_UNBOUND_CONF": dns.unbound_conf,
        "DEPESCHE_ALLOW_PRIVATE_DESTINATIONS": "on", "movable_clock": True,
    }
    customer, operator = make_server(**common), make_server(**common)
    operator.url = f"http://localhost:{operator.port}"
    operator.environment["DEPESCHE_PUBLIC_URL"] = operator.url
    for server in (customer, operator):
        server.start()
        pages.connect(server, postfix.port, "starttls", postfix.USER, postfix.PASSWORD)
        server.settings(mail_system__sender=SYSTEM, smtp_home__domains="")
    for server, name, address, rights in ((customer, "Anna Ährens", pages.ADMINISTRATOR, []),
                                          (operator, "Otto", OPERATOR, ["--admin"])):
        server.command("user", "add", address, "--name", name, "--password-stdin", *rights, input=pages.PASSWORD + "\n")
    customer.settings(domains_start="on-request", domains_operator__url=operator.url)
    operator.settings(organisation_name="Der Betreiber")
    return customer, operator


def ask(browser, server, domain, words=""):
    """Asks for a domain; the link that takes the request to the operator."""
    browser.get(f"{server.url}/domains/ask")
    browser.fill("[name=domain]", domain)
    browser.fill("[name=words]", words)
    browser.submit("form .button-primary")
    return browser.one("a[href*='/domain-request?']").get_attribute("href")


def answer_link(postfix, domain):
    """The link in the mail that the operator's answer came with."""
    [mail] = postfix.wait_for(
        1, matching=lambda mail: pages.ADMINISTRATOR in mail.recipients and domain in mail["Subject"]
        and "/domain-answer?" in mail.text)
    return mail, re.search(r"http://\S+/domain-answer\?\S+", mail.text).group(0)


def test_a_request_travels_to_the_operator_and_the_answer_back(make_browser, installations, postfix, dns):
    customer, operator = installations
    browser, chief = make_browser(language="de"), make_browser(language="de")
    pages.sign_in(browser, customer)
    pages.sign_in(chief, operator, OPERATOR)

    # The requester carries the request over; opening the link alone changes nothing.
    link = ask(browser, customer, DOMAIN, "Für die Kanzlei")
    assert link.startswith(operator.url)
    browser.assert_accessible()
    browser.submit("a[href*='/domain-request?']")
    assert customer.url in browser.text and pages.ADMINISTRATOR in browser.text
    browser.assert_accessible()
    chief.get(f"{operator.url}/admin/domains")
    assert not chief.all("a.row-link[href*='/admin/domain-requests/']")
    browser.submit("form[action='/domain-request'] .button-primary")
    assert "abgegeben" in browser.text
    # Opened again, it is the same request.
    browser.get(link)
    browser.submit("form[action='/domain-request'] .button-primary")

    # The operator is told, and approves.
    [told] = postfix.wait_for(1, matching=lambda mail: OPERATOR in mail.recipients and DOMAIN in mail["Subject"])
    assert customer.url in told.text and "Für die Kanzlei" in told.text
    chief.get(re.search(r"http://\S+/admin/domain-requests/\S+", told.text).group(0))
    assert customer.url in chief.text and "Fingerabdruck" in chief.text
    chief.assert_accessible()
    chief.submit("a[href$='/approve']")
    chief.submit("form .button-primary")
    theirs = operator.json("domain", "records", DOMAIN)
    keys = {record["relativeName"]: record["value"] for record in theirs if record["purpose"] == "dkim"}
    assert len(keys) == 2

    # What somebody changed on the way, or signed with another key, is no answer.
    _, answer = answer_link(postfix, DOMAIN)
    assert answer.startswith(customer.url)
    parts = urllib.parse.parse_qs(urllib.parse.urlsplit(answer).query)
    message, signature = parts["m"][0], parts["s"][0]
    other = urllib.parse.parse_qs(urllib.parse.urlsplit(link).query)["s"][0]
    for m, s in ((message, other), (message[:40] + ("A" if message[40] != "A" else "B") + message[41:], signature),
                 (message, "")):
        browser.get(f"{customer.url}/domain-answer?m={m}&s={s}")
        assert "Dieser Link ist beschädigt" in browser.text, browser.text
    # A request is none either.
    browser.get(link.replace(operator.url, customer.url).replace("/domain-request?", "/domain-answer?"))
    assert "Dieser Link ist beschädigt" in browser.text

    browser.get(answer)
    assert "genehmigt" in browser.text and all(name.split(".")[0] in browser.text for name in keys)
    browser.assert_accessible()
    browser.submit("form[action='/domain-answer'] .button-primary")
    assert "übernommen" in browser.text
    browser.get(answer)
    browser.submit("form[action='/domain-answer'] .button-primary")
    assert SPENT in browser.text

    # The selectors that were told are looked for in DNS; the private keys stay with the operator.
    shown = customer.json("domain", "check", DOMAIN, expect=1)
    assert {key["selector"] for key in shown["keys"]} == {name.split(".")[0] for name in keys}
    assert {key["origin"] for key in shown["keys"]} == {"told"}
    zone = dns.zones[DOMAIN]
    for name, value in keys.items():
        zone.set(name, "TXT", 60, " ".join(f'"{value[start:start + 255]}"' for start in range(0, len(value), 255)))
    # They may stand in the zones of all of the operator's customers, so they do not prove whose domain it is.
    assert customer.json("domain", "check", DOMAIN, expect=1)["state"] == "pending"
    for record in customer.json("domain", "records", DOMAIN):
        if record["purpose"] == "control":
            zone.set(record["relativeName"], "TXT", 60, f'"{record["value"]}"')
    assert customer.json("domain", "check", DOMAIN)["state"] == "verified"
    pages.begin_delivery(browser, customer, "bea@praxis.test", "Befunde", "Guten Tag")
    assert pages.ADMINISTRATOR in browser.one(".seen-as").text
    pages.finish_delivery(browser)
    [mail] = postfix.wait_for(1, matching=lambda mail: "bea@praxis.test" in mail.recipients)
    assert pages.ADMINISTRATOR in mail["From"] and b"DKIM-Signature:" not in mail.raw
    browser.assert_quiet("400", "410")
    chief.assert_quiet()


def test_the_operator_refuses_with_a_reason_and_old_links_are_no_good(make_browser, installations, postfix):
    customer, operator = installations
    browser, chief = make_browser(language="de"), make_browser(language="de")
    pages.sign_in(browser, customer)
    pages.sign_in(chief, operator, OPERATOR)
    browser.get(ask(browser, customer, OTHER))
    browser.submit("form[action='/domain-request'] .button-primary")
    chief.get(f"{operator.url}/admin/domains")
    chief.submit("a.row-link[href*='/admin/domain-requests/']")
    chief.submit("a[href$='/refuse']")
    chief.fill("[name=reason]", "Diese Domäne gehört jemand anderem.")
    chief.submit("form .button-primary")
    assert "Diese Domäne gehört jemand anderem." in chief.text
    mail, answer = answer_link(postfix, OTHER)
    assert "Diese Domäne gehört jemand anderem." in mail.text
    browser.get(answer)
    assert "lehnt" in browser.text and "gehört jemand anderem" in browser.text
    browser.submit("form[action='/domain-answer'] .button-primary")
    assert "übernommen" in browser.text
    # There is no such domain here.
    assert customer.json("domain", "check", OTHER, expect=1) == {}

    # A month later a request is no good any more, and says so.
    old = ask(browser, customer, DOMAIN)
    operator.clock.forward(days=31)
    browser.get(old)
    assert SPENT in browser.text
    browser.assert_quiet("410")
