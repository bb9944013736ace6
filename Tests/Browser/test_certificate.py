"""How the page of the mail server tells what becomes of its certificate."""

import re

from harness.certified import ADMINISTRATOR, NAME, PASSWORD, Forwarder
from harness.pages import sign_in
from harness.tools import free_port, wait_until


def test_a_refused_challenge_is_told_in_plain_words_and_got_over(make_certified, make_browser):
    # Nobody answers where pebble looks.
    silent = free_port()
    house = make_certified(http_port=silent)
    house.switch_on()
    wait_until(lambda: "challenge-connection" in house.server.log, lambda: house.server.log[-3000:], 60)
    browser = make_browser()
    sign_in(browser, house.server, ADMINISTRATOR, PASSWORD)
    browser.get(f"{house.server.url}/admin/mailserver")
    text = browser.one("#certificate").text
    assert "konnte unter dem Namen des Mailservers keine Verbindung zu Port 80 aufbauen" in text
    assert NAME in text and re.search(r"wieder in \d+ Min", text), text
    browser.assert_accessible()

    # Now it is led here.
    with Forwarder(silent, house.server.port):
        browser.submit("#certificate form button")
        browser.wait_for_text("Das Zertifikat gilt", 60)
    text = browser.one("#certificate").text
    assert NAME in text and "Pebble" in text and house.pebble.url in text
    house.wait_for_certificate()
    browser.submit("a[href='/admin/tls-reports']")
    assert "Niemand hat in den letzten 30 Tagen etwas gemeldet" in browser.text
    browser.assert_accessible()
