"""A sender domain on its page, from nothing to mail in its name and back, with a real name server and Postfix."""

import pytest

from harness import pages
from harness.domains import quoted
from harness.signatures import signers, verified
from harness.tools import wait_until

DOMAIN = "kunde.example"
SYSTEM = "zustellung@betreiber.example"


@pytest.fixture
def zone(dns, request):
    """The customer's zone, as it was before anybody heard of Depesche; a parameter says whether it is signed."""
    made = dns.zone(DOMAIN, signed=getattr(request, "param", False))
    made.set("@", "TXT", 60, '"v=spf1 mx -all"')
    made.set("@", "MX", 60, f"10 mail.{DOMAIN}.")
    made.set("mail", "A", 60, "192.0.2.25")
    return made


@pytest.fixture
def server(make_server, postfix, authority, dns, zone):
    """A server that asks the test's name server and hands its mail to Postfix; days pass as the test says."""
    return make_server(
        movable_clock=True, DEPESCHE_CA_FILE=authority.certificate, DEPESCHE_UNBOUND_CONF=dns.unbound_conf,
        DEPESCHE_ALLOW_PRIVATE_DESTINATIONS="on").start()


def records(browser):
    """The records on the page: type, relative name and value, as they would be copied, by their titles."""
    found = {}
    for item in browser.all(".checklist > li"):
        title = item.find_element("css selector", ".checklist-title strong").get_attribute("textContent")
        parts = {
            part: [element.get_attribute("textContent") for element in item.find_elements("css selector", selector)]
            for part, selector in (
                ("name", "code[id$=-relative]"), ("value", "code[id$=-value]"), ("type", ".record > div:first-child code"),
                ("need", ".checklist-title .cell-note"), ("word", ".checklist-word"))
        }
        found[title] = {part: values[0].strip() if values else None for part, values in parts.items()}
    return found


def keys(browser):
    """The records of keys."""
    return {title: record for title, record in records(browser).items() if title.startswith("DKIM") and record["value"]}


def check(browser):
    """Presses "check now"."""
    browser.submit("form[action$='/check'] button")


def send(browser, server, recipient, subject):
    pages.begin_delivery(browser, server, recipient, subject, "Guten Tag")
    seen = browser.one(".seen-as").text
    pages.finish_delivery(browser)
    return seen


def key_rows(browser):
    """The keys on the page: their rows by selector."""
    return {row.find_element("css selector", "code").text: row.text for row in browser.all("section[aria-labelledby=keys] tbody tr")}


def to(address):
    return lambda mail: address in mail.recipients


@pytest.mark.parametrize("zone", [True, False], ids=["signed", "unsigned"], indirect=True)
def test_a_domain_is_walked_from_nothing_to_mail_in_its_name_and_back(make_browser, server, postfix, dns, zone):
    browser = make_browser(language="de")
    pages.set_up(browser, server)
    pages.connect(server, postfix.port, "starttls", postfix.USER, postfix.PASSWORD)
    for key, value in {"mail.system-sender": SYSTEM, "smtp.home-domains": ""}.items():
        server.command("setting", "set", key, value)

    # What cannot be a sender domain is refused with the reason, and what was typed stays.
    browser.get(f"{server.url}/admin/domains")
    browser.assert_accessible()
    browser.fill("[name=domain]:not([type=hidden])", "gmail.com")
    browser.submit("form[action='/admin/domains/look'] .button-primary")
    assert "Postfach-Anbieter" in browser.text
    assert browser.one("[name=domain]:not([type=hidden])").get_attribute("value") == "gmail.com"

    # Look first: nothing is changed yet.
    browser.fill("[name=domain]:not([type=hidden])", f"https://{DOMAIN}/index.html")
    browser.submit("form[action='/admin/domains/look'] .button-primary")
    assert f"mail.{DOMAIN}" in browser.text and "v=spf1 mx -all" in browser.text
    browser.assert_accessible()
    browser.submit("form[action='/admin/domains/new'] .button-primary")
    wanted = keys(browser)
    assert len(wanted) == 2 and all(record["word"] == "fehlt" for record in wanted.values()), records(browser)
    browser.assert_accessible()

    # Not yet: recipients see the system sender, and the sender knows it before sending.
    assert SYSTEM in send(browser, server, "eins@elsewhere.test", "Erste")
    [mail] = postfix.wait_for(1, matching=to("eins@elsewhere.test"))
    assert SYSTEM in mail["From"] and pages.ADMINISTRATOR in mail["Reply-To"]

    # A wrong record is diagnosed: the panel doubled the name.
    page = f"{server.url}/admin/domains/{DOMAIN}"
    for record in wanted.values():
        zone.set(f"{record['name']}.{DOMAIN}", "TXT", 60, quoted(record["value"]))
    browser.get(page)
    check(browser)
    assert all(record["word"] == "doppelter Name" for record in keys(browser).values()), records(browser)
    # Another key under the selector.
    for record in wanted.values():
        zone.remove(f"{record['name']}.{DOMAIN}")
        zone.set(record["name"], "TXT", 60, quoted(record["value"][:-8] + "AAAAAAAA"))
    check(browser)
    assert not any(record["word"] == "stimmt" for record in keys(browser).values()), records(browser)

    # Whoever looks after the DNS needs no account.
    browser.submit("form[action$='/hand-over'] button")
    link = browser.one("#hand-over-link").text.strip()
    stranger = make_browser(language="en", width=390)
    stranger.get(link)
    assert DOMAIN in stranger.text and not stranger.all("form[action*='/admin/']")
    stranger.assert_accessible()

    # Right: verified, by itself.
    for record in wanted.values():
        zone.set(record["name"], "TXT", 60, quoted(record["value"]))
    browser.get(page)
    check(browser)
    wait_until(
        lambda: browser.get(page) or "verifiziert" in browser.one("#state").text, lambda: browser.text[:3000], seconds=90)
    assert pages.ADMINISTRATOR in browser.one(".seen-as").text
    browser.assert_accessible()
    assert pages.ADMINISTRATOR in send(browser, server, "zwei@elsewhere.test", "Zweite")
    [mail] = postfix.wait_for(1, matching=to("zwei@elsewhere.test"))
    assert pages.ADMINISTRATOR in mail["From"]
    assert signers(mail) == [DOMAIN, DOMAIN] and verified(dns, mail) == [True, True]

    # Lost records: confirmed by a second look, then the system sender steps in, and one mail tells.
    for record in wanted.values():
        zone.remove(record["name"])
    browser.get(page)
    check(browser)
    assert "gestört" not in browser.one("#state").text
    server.clock.forward(minutes=2)
    check(browser)
    assert "gestört" in browser.one("#state").text
    assert SYSTEM in send(browser, server, "drei@elsewhere.test", "Dritte")
    [mail] = postfix.wait_for(1, matching=to("drei@elsewhere.test"))
    assert SYSTEM in mail["From"]
    browser.get(page)
    check(browser)
    told = [mail["Subject"] for mail in postfix.wait_for(2, matching=to(pages.ADMINISTRATOR)) if DOMAIN in mail["Subject"]]
    assert len([subject for subject in told if "nicht mehr" in subject]) == 1, told

    # Healed, and the keys change: the old ones sign until the new ones are seen.
    for record in wanted.values():
        zone.set(record["name"], "TXT", 60, quoted(record["value"]))
    browser.get(page)
    check(browser)
    assert "verifiziert" in browser.one("#state").text
    browser.get(f"{page}/rotate")
    browser.assert_accessible()
    browser.submit("form button.button-primary")
    fresh = {title: record for title, record in keys(browser).items() if record["word"] == "fehlt"}
    assert len(fresh) == 2 and "unterschreibt" in browser.text
    for record in fresh.values():
        zone.set(record["name"], "TXT", 60, quoted(record["value"]))
    browser.get(page)
    check(browser)
    old, new = ({record["name"].split(".")[0] for record in some.values()} for some in (wanted, fresh))
    rows = key_rows(browser)
    assert set(rows) == old | new
    assert all("läuft aus" in rows[name] and "muss bis" in rows[name] for name in old), rows
    assert all("unterschreibt" in rows[name] for name in new), rows
    send(browser, server, "vier@elsewhere.test", "Vierte")
    [mail] = postfix.wait_for(1, matching=to("vier@elsewhere.test"))
    assert verified(dns, mail) == [True, True] and not any(f"s={name};".encode() in mail.raw for name in old)

    # Mail that carries the old signature may be on its way for five days: so long the old records stay.
    server.clock.forward(days=4)
    browser.get(page)
    check(browser)
    assert all("muss bis" in key_rows(browser)[name] for name in old), key_rows(browser)
    server.clock.forward(days=2)
    browser.get(page)
    check(browser)
    rows = key_rows(browser)
    assert all("kann jetzt entfernt werden" in rows[name] for name in old), rows
    assert all("unterschreibt" in rows[name] for name in new), rows
    assert sorted(record["word"] for record in keys(browser).values()) == ["steht noch"] * 2 + ["stimmt"] * 2
    browser.assert_accessible()
    postfix.wait_for(
        1, matching=lambda mail: to(pages.ADMINISTRATOR)(mail) and "alter Eintrag kann entfernt" in mail["Subject"])
    for record in wanted.values():
        zone.remove(record["name"])
    check(browser)
    rows = key_rows(browser)
    assert all("Der Eintrag ist entfernt" in rows[name] for name in old), rows
    assert "verifiziert" in browser.one("#state").text
    browser.assert_quiet("422")
    stranger.assert_quiet()


def test_a_domain_is_asked_for_and_the_operator_answers(make_browser, server, postfix, zone):
    browser = make_browser(language="de")
    pages.set_up(browser, server)
    pages.connect(server, postfix.port, "starttls", postfix.USER, postfix.PASSWORD)
    for key, value in {
        "mail.system-sender": SYSTEM, "smtp.home-domains": "", "domains.start": "on-request",
    }.items():
        server.command("setting", "set", key, value)
    # The way there stands beside the address that recipients see.
    browser.get(f"{server.url}/deliveries/new")
    browser.submit(".seen-as a[href='/domains/ask']")
    browser.assert_accessible()
    browser.fill("[name=words]", "Für die Kanzlei")
    browser.submit("form .button-primary")
    assert DOMAIN in browser.text

    browser.get(f"{server.url}/admin/domains")
    browser.submit("a.row-link[href*='/admin/domain-requests/']")
    assert "Für die Kanzlei" in browser.text
    browser.assert_accessible()
    browser.submit("a[href$='/refuse']")
    browser.submit("form .button-primary")
    # A refusal needs a reason.
    assert browser.all(".field-error")
    browser.get(browser.current_url.replace("/refuse", "/approve"))
    browser.assert_accessible()
    browser.submit("form .button-primary")
    assert len(keys(browser)) == 2
    [answer] = postfix.wait_for(
        1, matching=lambda mail: pages.ADMINISTRATOR in mail.recipients and "depesche1._domainkey" in mail.text)
    assert "/dns/" in answer.text
    browser.assert_quiet("422")
