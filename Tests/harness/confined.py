"""Programs whose accounts and folders are compiled in: they find the test's own there, and nobody else sees these."""

from harness.tools import NOBODY


def confined(directory, accounts, command, nameserver="127.0.0.1", folders=None):
    """The command line that runs `command` in a mount namespace: with `accounts` (name: group) that are all nobody, the
    name server, and each of `folders` (path: what lies there)."""
    (directory / "resolv.conf").write_text(f"nameserver {nameserver}\noptions timeout:2 attempts:2\n")
    lines = {
        "passwd": [f"{name}:x:{NOBODY}:{NOBODY}::/nonexistent:/usr/sbin/nologin" for name in accounts],
        "group": [f"{group}:x:{NOBODY}:" for group in dict.fromkeys(accounts.values())],
    }
    for name, added in lines.items():
        with open(f"/etc/{name}", encoding="utf-8") as file:
            (directory / name).write_text(file.read() + "".join(line + "\n" for line in added))
    places = {f"/etc/{name}": directory / name for name in ("passwd", "group", "resolv.conf")} | (folders or {})
    mounts = " && ".join(f"mount --bind {source} $(readlink -f {place})" for place, source in places.items())
    return ["unshare", "--mount", "sh", "-c", f'{mounts} && exec "$0" "$@"', *command]
