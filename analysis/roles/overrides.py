"""What the engineer says a track is: ``[firstpass] …`` lines in the project's notes and in tracks' notes.

In the project's notes ``[firstpass] NAME = role`` or ``[firstpass] role NAME = role``; in a track's own notes
``[firstpass] role``, ``[firstpass] role = kick`` and the like. Other lines are the engineer's own.
"""

import re

from analysis.roles.vocabulary import role_named
from reaper_bridge.session.errors import UnknownTrackError
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.model import Session

_LINE = re.compile(r"^[\s|]*\[first[\s_-]?pass\]\s*(.*?)\s*$", re.IGNORECASE)
_ROLE_WORD = re.compile(r"^role\b[\s:=]*", re.IGNORECASE)


def parse_overrides(session: Session) -> dict[TrackId, str]:
    """Read the roles that the notes of a project and of its tracks give.

    A track's own notes win over the project's.

    Raises:
        UnknownRoleError: A note names a role that does not exist; the message lists the closest.
        UnknownTrackError: The project's notes name a track that does not exist.
    """
    found: dict[TrackId, str] = {}
    for said in _said(session.notes):
        name, separator, role = said.rpartition("=")
        if separator and name.strip():
            plain = role_named(role, "The project's notes")
            found.update(dict.fromkeys(_tracks_named(session, name.strip()), plain))
    for track in session:
        for said in _said(track.notes):
            text = _ROLE_WORD.sub("", said).strip().lstrip("=: ")
            if text:
                found[track.id] = role_named(text, f"The notes of track “{track.name}”")
    return found


def _said(notes: str) -> list[str]:
    return [match.group(1) for match in map(_LINE.match, notes.splitlines()) if match]


def _tracks_named(session: Session, said: str) -> list[TrackId]:
    """Return the tracks of that name; ``role NAME`` means NAME unless a track is really called so."""
    for name in (said, _ROLE_WORD.sub("", said).strip()):
        wanted = name.strip("\"'“”").casefold()
        named = [track.id for track in session if wanted in (track.name.strip().casefold(), track.id.casefold())]
        if named:
            return named
    names = ", ".join(track.name or f"#{track.index + 1}" for track in session.tracks[:12])
    wanted = _ROLE_WORD.sub("", said).strip()
    raise UnknownTrackError(
        f"The project's notes give a role to “{wanted}”, but no track is called so. The project has: {names}"
    )
