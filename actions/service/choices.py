"""What was chosen at the desk for passes to come, kept per project: genre, loudness, roles, tracks that are left out.

It is no part of the mix, so it is not in the project; like the report it lies in the user's data folder.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from actions.folders import data_folder, private_folder, project_key, write_private
from actions.mixing.taste import GENRES
from analysis.roles.vocabulary import ROLES
from reaper_bridge.session.identity import TrackId

_FORMAT: Final = 1


@dataclass(frozen=True)
class Choices:
    """``genre`` is None where it is to be guessed, ``loudness_lufs`` None for what the genre wants."""

    genre: str | None = None
    loudness_lufs: float | None = None
    roles: Mapping[TrackId, str] = field(default_factory=dict)
    left_out: frozenset[TrackId] = frozenset()


def read_choices(song: Path) -> Choices:
    """Return what was chosen for a project; nothing where nothing was, or where it cannot be read any more."""
    try:
        plain = json.loads(_file(song).read_text("utf-8"))
        return _parse(plain)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Choices()


def write_choices(song: Path, choices: Choices) -> None:
    """Keep what was chosen; a folder that cannot be written is no reason not to go on."""
    plain = {
        "format": _FORMAT,
        "genre": choices.genre,
        "loudness_lufs": choices.loudness_lufs,
        "roles": dict(choices.roles),
        "left_out": sorted(choices.left_out),
    }
    try:
        private_folder(_file(song).parent)
        write_private(_file(song), json.dumps(plain) + "\n")
    except OSError:
        return


def _parse(plain: Any) -> Choices:
    genre, loudness = plain["genre"], plain["loudness_lufs"]
    roles = {TrackId(str(key)): str(role) for key, role in plain["roles"].items() if role in ROLES}
    return Choices(
        genre if genre in GENRES else None,
        None if loudness is None else float(loudness),
        roles,
        frozenset(TrackId(str(key)) for key in plain["left_out"]),
    )


def _file(song: Path) -> Path:
    return data_folder() / "choices" / f"{project_key(song)}.json"
