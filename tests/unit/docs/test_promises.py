"""Promises of the README that no other test keeps. Like those of a user, they are tried on the command line."""

import ast
import re
from pathlib import Path

from tests.unit.docs.pages import ROOT
from tests.unit.docs.test_json_schema import printed, song

_NETWORK = frozenset(
    {"socket", "ssl", "asyncio", "http", "ftplib", "smtplib", "xmlrpc", "socketserver", "urllib.request",
     "requests", "httpx", "aiohttp", "websockets", "pythonosc", "reapy", "webbrowser"}
)  # fmt: skip
_LISTENING_ROOMS = ("reaper_bridge/live/", "actions/service/")
"""What talks to REAPER and to the engineer's own devices; each door has tests of its own for who may come in."""
_ON_LOOPBACK = {"actions/doctor.py", "actions/examinations.py", "reaper_bridge/resource/running.py"}
"""Asks this machine alone whether a REAPER or a service answers."""
_KICK = "00000001-0000-4000-8000-000000000001"
_FADER = re.compile(r"(NAME \"?Kick\"?\n(?:.*\n)*?\s+VOLPAN )(\S+)")

__all__ = ["song"]


def imported_modules(path: Path) -> set[str]:
    """Return the modules a file imports, with all their parents."""
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return {".".join(name.split(".")[:length]) for name in names for length in range(1, name.count(".") + 2)}


def test_nothing_but_the_bridge_and_the_service_can_reach_the_network() -> None:
    files = [path for room in ("reaper_bridge", "analysis", "actions") for path in (ROOT / room).rglob("*.py")]
    assert len(files) > 100
    reaching = [path.relative_to(ROOT).as_posix() for path in files if imported_modules(path) & _NETWORK]
    assert [n for n in reaching if not n.startswith(_LISTENING_ROOMS) and n not in _ON_LOOPBACK] == []


def test_every_change_has_a_reason(song: Path) -> None:
    changes = printed("mix", song, "--dry-run", "--json")["changes"]
    assert changes
    assert all(change["because"] for change in changes)


def test_a_fader_you_moved_is_never_moved_again(song: Path, tmp_path: Path) -> None:
    mixed, again = song.with_name("mixed.RPP"), song.with_name("again.RPP")
    first = printed("mix", song, "-o", mixed, "--json")
    assert any(c["address"] == f"{{{_KICK}}}/fader" for c in first["changes"])
    text, count = _FADER.subn(r"\g<1>0.123", mixed.read_text("utf-8"), count=1)
    assert count == 1
    mixed.write_text(text, "utf-8")
    second = printed("mix", mixed, "-o", again, "--genre", "metal", "--json")
    assert second["changes"], "another genre mixes every track again"
    assert not any(c["address"] == f"{{{_KICK}}}/fader" for c in second["changes"])
    found = _FADER.search(again.read_text("utf-8"))
    assert found is not None
    assert float(found[2]) == 0.123
