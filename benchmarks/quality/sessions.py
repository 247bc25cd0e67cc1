"""Sessions whose truth is known: a project beside ``truth.json`` and its media."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NOT_MUSIC = frozenset({"click", "junk"})
LEAD = "lead_vocal"


@dataclass(frozen=True)
class KnownTrack:
    """A track, what it is, and the fader and pan of the reference balance."""

    name: str
    role: str
    file: Path
    target_gain_db: float
    reference_pan: float

    @property
    def is_music(self) -> bool:
        """Whether it belongs into the mix."""
        return self.role not in NOT_MUSIC


@dataclass(frozen=True)
class KnownSession:
    """A session and its truth; the tracks stand in the order of the project."""

    name: str
    project: Path
    tracks: tuple[KnownTrack, ...]

    def track(self, name: str) -> KnownTrack:
        """Return the track of a name."""
        return next(track for track in self.tracks if track.name == name)


def known_sessions(folder: Path, only: str | None = None) -> Iterator[KnownSession]:
    """Yield the sessions in a folder, or the one whose name begins like ``only``."""
    for path in sorted(folder.glob("*/truth.json")):
        if only is None or path.parent.name.startswith(only):
            yield _session(path)


def _session(path: Path) -> KnownSession:
    truth = json.loads(path.read_text("utf-8"))
    tracks = tuple(
        KnownTrack(
            str(track["track_name"]),
            str(track["role"]),
            path.parent / track["file"],
            float(track["target_gain_db"]),
            float(track["reference_pan"]),
        )
        for track in truth["tracks"]
    )
    project = next(p for p in sorted(path.parent.iterdir()) if p.suffix.casefold() == ".rpp")
    return KnownSession(path.parent.name, project, tracks)
