"""A further language is one more file of texts: pages, mails, settings and add-ins speak it."""

import io
import json
import pathlib
import re
import shutil
import urllib.request
import zipfile

import pytest

from harness.server import BINARY

TEXTS = "depesche_Localization.resources"
ANNA = "anna@kunde.example"


def french(node):
    """The texts with a mark, so that each of them can be told from English."""
    if isinstance(node, str):
        return f"‹{node}›"
    return {key: french(value) for key, value in node.items()}


@pytest.fixture
def speaking(make_server, tmp_path):
    """A server to whose texts one file was added."""
    shutil.copytree(BINARY.resolve().parent / TEXTS, tmp_path / TEXTS)
    folder = tmp_path / TEXTS / "Resources"
    texts = french(json.loads((folder / "en.json").read_text()))
    texts["language"] = {"name": "Français", "locales": "fr-FR fr-CH", "thousands": "\u202f", "decimal": ",", "plural": "french"}
    (folder / "fr.json").write_text(json.dumps(texts))
    server = make_server(DEPESCHE_RESOURCES=tmp_path).start()
    server.texts = folder
    return server


def page(server, path, language):
    """A page as a browser of that language gets it."""
    request = urllib.request.Request(server.url + path, headers={"Accept-Language": language})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.headers["Content-Language"], answer.read().decode()


def test_one_file_makes_pages_mails_and_settings_speak_another_language(speaking):
    language, text = page(speaking, "/sign-in", "fr-CH, en;q=0.5")
    assert language == "fr" and '<html lang="fr">' in text and "<h1>‹" in text
    # The others are offered below, each by its own name.
    assert re.findall(r'name="language" value="(\w+)" lang="\w+">(\w+)<', text) == [("de", "Deutsch"), ("en", "English")]
    _, text = page(speaking, "/sign-in", "de")
    assert re.findall(r'name="language" value="(\w+)"', text) == ["en", "fr"]
    mail = speaking.command("mail", "preview", "downloaded", "--language", "fr").stdout
    assert "Content-Language: fr" in mail and "=E2=80=B9" in mail
    refused = speaking.command("mail", "preview", "downloaded", "--language", "it", expect=None)
    assert refused.returncode == 64 or refused.returncode == 2
    assert "de, en, fr" in refused.stderr
    # For whoever says nothing, the organisation's counts.
    speaking.settings(organisation_language="fr")
    language, text = page(speaking, "/sign-in", "ja")
    assert language == "fr" and "<h1>‹" in text
    # The pane of the add-in.
    _, text = page(speaking, "/add-ins/outlook/pane?language=fr", "de")
    assert '<html lang="fr"' in text and "‹" in text
    # What Outlook is told of it, in both manners.
    _, text = page(speaking, "/add-ins/outlook/manifest.xml", "de")
    assert re.findall(r'<Override Locale="(\S+)" Value="(\S)', text)[:5] == [
        ("de-DE", "D"), ("de-AT", "D"), ("de-CH", "D"), ("fr-FR", "‹"), ("fr-CH", "‹")]
    assert "/add-ins/outlook/pane?language=fr" in text
    with urllib.request.urlopen(speaking.url + "/add-ins/outlook/package.zip", timeout=30) as answer:
        package = zipfile.ZipFile(io.BytesIO(answer.read()))
    assert [entry["file"] for entry in json.loads(package.read("manifest.json"))["localizationInfo"]["additionalLanguages"]] == [
        "de.json", "fr.json"]
    assert json.loads(package.read("fr.json"))["name.short"].startswith("‹")


def test_when_a_language_is_taken_out_its_readers_read_english(speaking):
    speaking.command("user", "add", ANNA, "--password-stdin", "--admin", input="kein Geheimnis, nur ein Test 26\n")
    speaking.settings(organisation_language="fr")
    (speaking.texts / "fr.json").unlink()
    speaking.restart()
    language, text = page(speaking, "/sign-in", "fr")
    assert language == "en" and "‹" not in text
    assert [user["email"] for user in speaking.json("user", "list")] == [ANNA]


@pytest.mark.parametrize(("texts", "complaint"), [
    ("{", "malformed"), ('{"language": {"name": "Klingon", "locales": "tlh", "thousands": ".", "decimal": ",", "plural": "klingon"}}', "language.plural"),
])
def test_a_file_that_cannot_be_used_stops_the_start_with_its_name(make_server, tmp_path, texts, complaint):
    shutil.copytree(BINARY.resolve().parent / TEXTS, tmp_path / TEXTS)
    (tmp_path / TEXTS / "Resources" / "tlh.json").write_text(texts)
    server = make_server(DEPESCHE_RESOURCES=tmp_path)
    refused = server.command("serve", expect=None)
    assert refused.returncode != 0
    assert "tlh.json" in refused.stderr and complaint in refused.stderr
