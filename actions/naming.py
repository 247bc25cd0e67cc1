"""Roles in plain values: of a session, or of a list of names alone."""

from pathlib import Path
from typing import Any

from actions.hearing import Heard
from reaper_bridge.session.errors import ProjectFileError


def roles_of_session(heard: Heard) -> dict[str, Any]:
    """Return who plays what in a session, with confidence and evidence."""
    from actions.telling import plain_analysis

    told = plain_analysis(heard)
    keys = ("name", "guid", "number", "role", "confidence", "evidence", "family", "side")
    return {
        "tracks": [{key: track[key] for key in keys} for track in told["tracks"]],
        "groups": told["groups"],
    }


def roles_of_names(path: Path) -> dict[str, Any]:
    """Return the role each line of a text file names; an empty line is an unnamed track.

    Raises:
        ProjectFileError: The file cannot be read.
    """
    from analysis.roles import role_from_name

    try:
        text = path.read_text("utf-8", errors="replace")
    except OSError as error:
        raise ProjectFileError(f"{path}: cannot be read: {error.strerror}.") from error
    told = []
    for name in text.splitlines():
        guess = role_from_name(name)
        told.append(
            {
                "name": name,
                "role": guess.role,
                "confidence": round(guess.confidence, 2),
                "evidence": list(guess.evidence),
                "side": guess.side,
            }
        )
    return {"tracks": told}
