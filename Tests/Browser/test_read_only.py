"""What an auditor and a domain manager see of pages that they may only read."""

import pytest

from harness import pages


@pytest.mark.parametrize(("language", "words"), [
    ("de", ("Sie können diese Seite ansehen, aber nichts ändern.", "Administration")),
    ("en", ("You can look at this page, and change nothing.", "Administrator")),
])
def test_pages_that_one_may_only_read_look_like_it(make_browser, server, language, words):
    note, role = words
    pages.set_up(make_browser(language="de"), server)
    for name in ("auditor", "domain-manager"):
        server.command(
            "user", "add", f"{name}@kunde.example", "--role", name, "--password-stdin", input=pages.PASSWORD + "\n")
    auditor = make_browser(language="de")
    pages.sign_in(auditor, server, "auditor@kunde.example")
    auditor.get(f"{server.url}/admin/deliveries")
    if language == "en":
        auditor.submit("footer form[action$=language] button")
    for page in ("deliveries", "security", "notifications", "smtp", "organisation"):
        auditor.get(f"{server.url}/admin/{page}")
        assert note in auditor.one("#read-only").text and role in auditor.one("#read-only").text
        fields = auditor.all("form[method=post] input:not([type=hidden]), form[method=post] select, form[method=post] textarea")
        assert fields or page == "smtp"
        assert all(
            field.get_attribute("readonly") or field.get_attribute("disabled") for field in fields
            if field.is_displayed())
        assert not [button for button in auditor.all("main form[method=post] button") if button.is_displayed()]
        auditor.assert_accessible()
        auditor.screenshot(f"read-only/{page}-{language}")
    auditor.resize(360, 800)
    auditor.get(f"{server.url}/admin/security")
    assert auditor.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    auditor.screenshot(f"read-only/security-{language}-narrow")
    auditor.assert_quiet()

    manager = make_browser(language="de")
    pages.sign_in(manager, server, "domain-manager@kunde.example")
    manager.get(f"{server.url}/admin/mailserver")
    if language == "en":
        manager.submit("footer form[action$=language] button")
        manager.get(f"{server.url}/admin/mailserver")
    assert not manager.all("#read-only") and manager.all("form[action='/admin/mailserver/check'] button")
    for closed in ("/admin/smtp", "/admin/mail-intake", "/admin/bounces"):
        assert not manager.all(f"a[href^='{closed}']")
    manager.assert_accessible()
    manager.screenshot(f"read-only/mailserver-{language}")
    manager.assert_quiet()
