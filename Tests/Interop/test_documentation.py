"""What the pages for administrators say is what the program does."""

import re

from harness.tools import REPOSITORY

OPERATIONS = REPOSITORY / "docs" / "operations"


def test_all_settings_are_explained_with_their_defaults(make_server):
    known = {one["key"]: one for one in make_server().json("setting", "list")}
    rows = re.findall(r"^\| (`[a-z-]+\.[^|]+)\|([^|]*)\|", (OPERATIONS / "configure.md").read_text(), re.MULTILINE)
    explained = {}
    for keys, defaults in rows:
        names = re.findall(r"`([a-z-]+(?:\.[a-z-]+)+)`", keys)
        values = [value.strip().strip("`") for value in defaults.split(",")] if len(names) > 1 and "," in defaults else None
        for position, name in enumerate(names):
            explained[name] = values[position] if values else defaults.strip().strip("`")
    assert set(explained) == set(known)
    sizes = {"100 GiB": str(100 << 30), "8 MiB": str(8 << 20), "50 MiB": str(50 << 20), "100 MiB": str(100 << 20), "host of the public address": ""}
    wrong = {
        name: (text, known[name]["value"]) for name, text in explained.items()
        if not known[name]["isSecret"] and name != "server.public-url"
        and sizes.get(text, text) != known[name]["value"]
    }
    assert wrong == {}


def test_commands_in_the_pages_exist(make_server):
    server = make_server()
    commands = set()
    for page in OPERATIONS.glob("*.md"):
        text = page.read_text()
        commands |= set(re.findall(r"(?:^|`|depesche depesche |DEPESCHE_DATA=\S+ )(?:depesche) ([a-z-]+(?: [a-z]+)?)\b", text, re.MULTILINE))
    assert len(commands) > 10
    for command in sorted(commands):
        words = command.split()
        help = server.command(words[0], "--help").stdout
        if len(words) == 2 and "SUBCOMMANDS" in help:
            server.command(*words, "--help")


def test_links_between_the_pages_lead_somewhere():
    broken = []
    for page in [*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
            if not (page.parent / target).exists():
                broken.append(f"{page.relative_to(REPOSITORY)}: {target}")
    assert broken == []


def test_pages_named_in_the_source_exist():
    missing = []
    for path in [*(REPOSITORY / "Sources").rglob("*.swift"), *(REPOSITORY / "scripts").iterdir()]:
        missing += [
            f"{path.relative_to(REPOSITORY)}: {name}"
            for name in re.findall(r"docs/[A-Za-z0-9/-]+\.md", path.read_text()) if not (REPOSITORY / name).exists()]
    assert missing == []
