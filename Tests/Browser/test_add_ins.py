"""What people see of the add-ins outside of their mail clients: the confirmation, the administration, the recipient's page."""

import pytest

from harness import pages, wait_until
from harness.api import APIClient

RECIPIENT = "bernd@praxis.example"


@pytest.fixture
def ready(server, make_browser):
    """A server, its administrator in a browser, and an add-in that is signed in."""
    browser = make_browser(language="de")
    pages.set_up(browser, server)
    return server, browser, connect(server, browser)


def connect(server, browser, answer="approve"):
    """An add-in asks for a token; the person confirms it in the browser."""
    nobody = APIClient(server.port, None)
    request = nobody.call("POST", "/sign-in-requests", {"client": "outlook"})
    browser.get(request["url"])
    assert request["code"] in browser.text
    browser.assert_accessible()
    browser.submit(f"button[value={answer}]")
    answered = nobody.call("POST", f"/sign-in-requests/{request['id']}/redeem", {"secret": request["secret"]})
    return APIClient(server.port, answered["token"]) if answered["state"] == "approved" else None


def inserted(add_in, level=1, recipients=(RECIPIENT,), registered=True):
    """A delivery whose block stands in a mail; its id and its link."""
    draft = add_in.call("POST", "/deliveries", {"path": "addIn", "level": level})
    add_in.upload(draft["id"], "Befund.pdf", b"Inhalt")
    block = add_in.call(
        "POST", f"/deliveries/{draft['id']}/insertion", {"reportsSending": True, "subject": "Ihr Befund"})
    if registered:
        add_in.call("POST", f"/deliveries/{draft['id']}/registration", {"recipients": list(recipients)})
    return draft["id"], block["link"]


def test_an_add_in_is_confirmed_refused_and_revoked(ready, make_browser):
    server, browser, add_in = ready
    assert "Verbunden" in browser.text
    browser.assert_accessible()
    assert add_in.call("GET", "/add-in")["account"]["email"] == pages.ADMINISTRATOR
    assert connect(server, browser, "refuse") is None
    assert "Abgelehnt" in browser.text
    # Who is not signed in signs in first and comes back to the question.
    stranger = make_browser(language="en")
    request = APIClient(server.port, None).call("POST", "/sign-in-requests", {"client": "thunderbird"})
    stranger.get(request["url"])
    assert "/sign-in" in stranger.current_url and request["code"] not in stranger.text
    stranger.fill("[name=email]", pages.ADMINISTRATOR)
    stranger.fill("[name=password]", pages.PASSWORD)
    stranger.submit("form button.button-primary")
    assert request["code"] in stranger.text and "Thunderbird" in stranger.text
    stranger.screenshot("add-in-connect")
    # The token is on the account's page like any other.
    browser.get(f"{server.url}/account")
    assert "Outlook" in browser.text


def test_the_administration_hands_the_add_ins_out(ready):
    server, browser, _ = ready
    browser.get(f"{server.url}/admin/add-ins")
    assert "Outlook lädt Add-ins nur über https" in browser.text
    for summary in browser.all("details > summary"):
        summary.click()
    assert f"New-App -OrganizationApp -Url \"{server.url}/add-ins/outlook/manifest.xml\"" in browser.text
    browser.screenshot("admin-add-ins")
    browser.assert_accessible()
    browser.fill("[name='addins.policy-size']", "viel")
    browser.submit("form[action='/admin/add-ins'] .button-primary")
    assert browser.one("[name='addins.policy-size']").get_attribute("aria-invalid") == "true"
    browser.fill("[name='addins.policy-size']", "20")
    browser.fill("[name='addins.exempt-domains']", "Partner.example")
    browser.submit("form[action='/admin/add-ins'] .button-primary")
    assert server.json("setting", "get", "addins.exempt-domains")["value"] == "partner.example"


def test_a_reader_of_level_two_proves_a_registered_address(ready, make_browser, sink):
    server, _, add_in = ready
    pages.connect(server, sink.port)
    delivery, link = inserted(add_in, level=2)
    reader = make_browser(language="de")
    reader.get(link)
    assert "Befund.pdf" not in reader.text and "Ihre E-Mail-Adresse" in reader.text
    reader.screenshot("recipient-shared-address")
    reader.assert_accessible()
    reader.fill("[name=address]", "keine Adresse")
    reader.submit("form[action$='/code/ask'] .button-primary")
    assert reader.one("[name=address]").get_attribute("aria-invalid") == "true"
    reader.fill("[name=address]", "fremd@anderswo.example")
    reader.submit("form[action$='/code/ask'] .button-primary")
    assert "Wenn fremd@anderswo.example zu den Empfängern gehört" in reader.text
    assert "fremd" not in reader.current_url
    reader.submit("button[name=other]")
    reader.fill("[name=address]", RECIPIENT)
    reader.submit("form[action$='/code/ask'] .button-primary")
    reader.screenshot("recipient-shared-code")
    reader.assert_accessible()
    [code] = sink.wait_for(1)
    assert RECIPIENT in code.recipients[0]
    reader.fill("[name=code]", pages.code_in(code))
    reader.submit("form[action$='/code'] .button-primary")
    assert "Befund.pdf" in reader.text
    reader.one("form[action$='/fetch'] .button-primary").click()
    reader.wait_for_download("Befund.pdf")
    wait_until(
        lambda: add_in.call("GET", f"/deliveries/{delivery}")["recipients"][0]["fetched"], "the fetch at its recipient")
    # The code and the notice to the sender; the delivery's own mail is the sender's.
    assert [mail.recipients[0].strip("<>") for mail in sink.wait_for(2)] == [RECIPIENT, pages.ADMINISTRATOR]


def test_the_sender_sees_where_a_mail_of_his_own_stands(ready):
    server, browser, add_in = ready
    waiting, link = inserted(add_in, registered=False)
    browser.get(f"{server.url}/deliveries?filter=drafts")
    assert "In einer E-Mail" in browser.text
    browser.get(f"{server.url}/deliveries/{waiting}")
    assert "deren Versand noch nicht gemeldet wurde" in browser.text
    browser.assert_accessible()
    sent, _ = inserted(add_in)
    browser.get(f"{server.url}/deliveries/{sent}")
    assert "Mit Ihrer E-Mail" in browser.text and RECIPIENT in browser.text
    browser.screenshot("delivery-add-in")
    browser.assert_accessible()
    # The compose page is not the place to go on.
    browser.get(f"{server.url}/deliveries/{waiting}/edit")
    assert browser.current_url.endswith(f"/deliveries/{waiting}")
    browser.get(f"{server.url}/deliveries/{waiting}/discard")
    browser.submit("form[action$='/discard'] .button-danger")
    browser.get(link)
    assert "Befund.pdf" not in browser.text
