"""The words of every mail in every language changed on a real server, sent through a real Postfix, and read by Python's
own parser; and words that no mail may have."""

import re

import pytest

from harness import pages
from harness.api import APIClient, Refused
from harness.mailpage import Page

ADMIN = "anna@kunde.example"
PASSWORD = "correct horse battery staple 42"
# What an attacker or a careless hand writes; all of it is text.
HOSTILE = "Fisch & Chips \" ' > 1 < 2 {x} {sender} ]]> --=_depesche 👩‍👩‍👧 %s"


@pytest.fixture
def connected(make_server, make_postfix):
    """(server, API of an administrator, Postfix)"""
    postfix = make_postfix()
    server = make_server().start()
    server.command(
        "user", "add", ADMIN, "--name", 'Anna "Ä" <b>{{sender}}</b>', "--admin", "--password-stdin",
        input=PASSWORD + "\n")
    server.command("setting", "set", "organisation.name", "Muster & <Söhne> {{button}}")
    pages.connect(server, postfix.plain_port)
    token = server.json("token", "create", ADMIN, "--scope", "administer")["token"]
    return server, APIClient(server.port, token), postfix


def customised(template):
    """Words that use every field of a mail, inside of every tag."""
    names = [field["name"] for field in template["fields"] if not field["isBlock"] and field["name"] != "link"]
    words = " ".join("{{%s}}" % name for name in names)
    blocks = "\n\n".join("{{%s}}" % field["name"] for field in template["fields"] if field["isBlock"])
    link = "\n\n<b>Hier: <a href=\"{{link}}\">{{organisation}} weiter</a></b>" if template["requiresLink"] else ""
    return {
        "subject": f"§{template['kind']}/{template['language']}§ {HOSTILE[:40]} {words}"[:300].rsplit(" ", 1)[0],
        "body": f"<h1>{HOSTILE}</h1>\n\n<p>{words}</p>\n<small>{HOSTILE}<br><i>{words}</i></small>\n\n{blocks}{link}",
        "text": None if template["language"] == "de" else f"PLAIN <b> {HOSTILE}\n{words}\n\n{blocks}",
        "phrases": {phrase["name"]: reworded(phrase) for phrase in template["originalPhrases"]},
        "version": template["version"],
    }


def reworded(phrase):
    """A sentence or label in other words, with the fields that it had."""
    return f"Neu: {phrase['name']} <i> & " + " ".join(re.findall(r"\{\{[A-Za-z]+\}\}", phrase["original"]))


def test_every_mail_in_changed_words_is_whole(connected):
    server, api, postfix = connected
    places = [(item["kind"], item["language"]) for item in api.call("GET", "/mail-templates")["items"]]
    assert len(places) > 60 and {language for _, language in places} == {"de", "en"}
    buttons = {}
    for kind, language in places:
        path = f"/mail-templates/{kind}/{language}"
        template = api.call("GET", path)
        assert template["state"] == "original" and template["phrases"] == {}
        buttons[f"{kind}/{language}"] = [
            f"Neu: {phrase['name']} <i> &" for phrase in template["originalPhrases"]
            if phrase["use"] == "button" and template["requiresLink"]]
        assert api.call("PUT", path, customised(template))["state"] == "changed"
        assert api.call("POST", f"{path}/send")["outbox"]
    mails = {re.search("§(.*?)§", str(mail["Subject"])).group(1): mail for mail in postfix.wait_for(len(places), 120)}
    assert set(mails) == {f"{kind}/{language}" for kind, language in places}
    for place, mail in mails.items():
        message = mail.message
        for part in message.walk():
            assert part.defects == [], place
            for name, value in part.items():
                assert value.defects == (), f"{place} {name}: {value}"
        for name in ("From", "To", "Date", "Message-ID", "Subject", "MIME-Version"):
            assert len(message.get_all(name, [])) == 1, f"{place} {name}"
        assert message["Bcc"] is None and message["Content-Language"] == place.split("/")[1]
        assert message.get_content_type() == "multipart/alternative"
        page = Page(mail.html)
        assert page.unclosed == [] and page.loads == [], place
        assert page.language == place.split("/")[1] and page.title.startswith(f"§{place}§")
        assert [link for link in page.links if not link.startswith(("http://127.0.0.1:", "https://example.com"))] == [], place
        # A recipient without HTML can do everything.
        assert [link for link in page.links if link not in mail.text] == [], place
        # Text stays text, and values are never read as a template again.
        assert "Fisch &amp; Chips" in mail.html and "Fisch & Chips" in mail.text, place
        assert "Muster & <Söhne> {{button}}" in mail.text and "<Söhne>" not in mail.html, place
        assert ("PLAIN <b>" in mail.text) == place.endswith("/en"), place
        assert not buttons[place] or any(button in mail.text for button in buttons[place]), place
        assert "<i> &" not in mail.html, place
        assert not re.search(r"Optional\(|\{\{(?!button|sender)", mail.text + mail.html), place


@pytest.mark.parametrize("words, field, reason", [
    ({"subject": "a\r\nBcc: x@evil.example", "body": "{{button}}"}, "subject", "template-line-break"),
    ({"subject": "{{link}}", "body": "{{button}}"}, "subject", "template-field-misplaced"),
    ({"subject": "a", "body": "no link"}, "body", "template-link-missing"),
    ({"subject": "a", "body": "{{button}}\n\n{{password}}"}, "body", "template-field-unknown"),
    ({"subject": "a", "body": "{{button}}\n\n{{#sender}}x{{/sender}}"}, "body", "template-field-unknown"),
    ({"subject": "a", "body": "{{button}}\n\n<script>alert(1)</script>"}, "body", "template-tag-unknown"),
    ({"subject": "a", "body": "{{button}}\n\n<b onclick=x>a</b>"}, "body", "template-tag-attribute"),
    ({"subject": "a", "body": "<a href=\"https://evil.example\">{{button}}</a>"}, "body", "template-link-target"),
    ({"subject": "a", "body": "{{button}}\n\n<b>a"}, "body", "template-tag-unclosed"),
    ({"subject": "a", "body": "{{button}}" + "x" * 20_000}, "body", "template-too-long"),
    ({"subject": "a", "body": "{{button}}", "text": "no link"}, "text", "template-link-missing"),
    ({"subject": "a", "body": "{{button}}", "phrases": {"mail.delivery.button": "Bis {{date}}"}},
     "phrases.mail.delivery.button", "template-field-unknown"),
    ({"subject": "a", "body": "{{button}}", "phrases": {"mail.delivery.button": "{{"}},
     "phrases.mail.delivery.button", "template-field-unclosed"),
    ({"subject": "a", "body": "{{button}}", "phrases": {"mail.delivery.proof": "x"}},
     "phrases.mail.delivery.proof", "template-field-unknown"),
])
def test_words_that_no_mail_may_have_are_refused(connected, words, field, reason):
    server, api, _ = connected
    with pytest.raises(Refused) as refused:
        api.call("PUT", "/mail-templates/reminder/de", words)
    assert refused.value.status == 422 and refused.value.code == "invalid"
    assert (field, reason) in [
        (entry["field"], entry["reason"]) for entry in refused.value.problem["fields"]], refused.value.problem
    assert api.call("GET", "/mail-templates/reminder/de")["state"] == "original"


def test_only_administrators_change_words(connected):
    server, api, _ = connected
    server.command("user", "add", "carl@kunde.example", "--name", "Carl", "--password-stdin", input=PASSWORD + "\n")
    token = server.json("token", "create", "carl@kunde.example", "--scope", "send", "--scope", "read")["token"]
    for method, path, body in [
        ("GET", "/mail-templates", None), ("PUT", "/mail-templates/code/de", {"subject": "a", "body": "{{code}}"}),
        ("DELETE", "/mail-templates/code/de", None), ("POST", "/mail-templates/code/de/send", None),
    ]:
        with pytest.raises(Refused) as refused:
            APIClient(server.port, token).call(method, path, body)
        assert refused.value.status == 403
    with pytest.raises(Refused) as refused:
        api.call("GET", "/mail-templates/nothing/de")
    assert refused.value.status == 404


def test_versions_and_conflicts(connected):
    server, api, _ = connected
    path = "/mail-templates/code/de"
    first = {"subject": "Eins", "body": "{{code}}", "version": 0}
    assert api.call("PUT", path, first)["version"] == 1
    with pytest.raises(Refused) as refused:
        api.call("PUT", path, first | {"subject": "Zwei"})
    assert refused.value.status == 409
    assert api.call("DELETE", path)["state"] == "original"
    assert [entry["version"] for entry in api.call("GET", f"{path}/versions")["items"]] == [2, 1]
    assert api.call("POST", f"{path}/versions/1/restore")["subject"] == "Eins"
    shown = api.call("POST", f"{path}/preview", {"subject": "Drei {{minutes}}", "body": "<b>{{code}}".replace("<b>", "")})
    assert shown["subject"] == "Drei 30" and "482913" in shown["text"]


def test_the_command_line_shows_sets_and_resets(connected, tmp_path):
    server, _, _ = connected
    lines = server.json("template", "list")
    assert {line["state"] for line in lines} == {"original"}
    original = server.json("template", "show", "withdrawn", "de")
    assert "sender" in original["fields"] and original["body"].startswith("<h1>")
    body = tmp_path / "body.txt"
    body.write_text("<h1>Weg</h1>\n\n{{details}}\n")
    set_ = server.json("template", "set", "withdrawn", "de", "--subject", "Weg: {{subject}}", "--body", str(body))
    assert set_ == {"kind": "withdrawn", "language": "de", "state": "changed", "version": 1}
    assert server.json("template", "show", "withdrawn", "de")["subject"] == "Weg: {{subject}}"
    assert server.json("template", "show", "withdrawn", "de", "--original")["subject"] == original["subject"]
    server.command(
        "template", "set", "reminder", "de", "--subject", "x", "--phrase", "mail.delivery.button=Jetzt = ansehen",
        input="{{button}}\n")
    assert server.json("template", "show", "reminder", "de")["phrases"] == {"mail.delivery.button": "Jetzt = ansehen"}
    server.command(
        "template", "set", "reminder", "de", "--subject", "x", "--phrase", "button", input="{{button}}\n", expect=2)
    server.command("template", "set", "withdrawn", "de", "--subject", "x", input="<b>{{y}}\n", expect=1)
    server.command("template", "show", "nothing", "de", expect=2)
    server.command("template", "show", "withdrawn", "xx", expect=2)
    assert server.json("template", "reset", "withdrawn", "de")["state"] == "original"
