"""What the steps of one pass share: the project, its tracks by GUID, and what has come of them so far."""

from __future__ import annotations

from typing import Any

import reaper_python as api

from .chain_facts import guid_of
from .track_facts import track_guid

MASTER = "master"


class Failure(Exception):
    """A step that REAPER would not take; the sentence says which."""


class Work:
    """One pass being written. Handles live as long as this call, and no longer."""

    def __init__(self, project: str, names: dict[str, str]) -> None:
        self.project = project
        self.names: dict[str, str] = {}
        """Planned id of each plug-in added, and of a track that did not take its own -> the id REAPER gave it."""
        self.turned: list[list[Any]] = []
        """[ident, index, raw, displayed number] of knobs that had to be sought by their displays."""
        self.refused_chunks: list[str] = []
        """Idents of plug-ins that did not take a state."""
        self._tracks: dict[str, str] = {MASTER: api.RPR_GetMasterTrack(project)}
        for index in range(api.RPR_CountTracks(project)):
            track = api.RPR_GetTrack(project, index)
            self._tracks.setdefault(track_guid(track).upper(), track)
        for planned, real in names.items():
            if real in self._tracks:
                self._tracks.setdefault(planned, self._tracks[real])

    def remember(self, guid: str, track: str) -> None:
        """Add a track that was just made."""
        self._tracks[guid] = track

    def forget(self, guid: str) -> None:
        """Leave a track out that was just taken away."""
        self._tracks.pop(guid, None)

    def has_track(self, guid: str) -> bool:
        """Tell whether there is a track of that GUID."""
        return guid in self._tracks

    def track(self, guid: str) -> str:
        """Return the handle of a track.

        Raises:
            Failure: There is none.
        """
        if guid not in self._tracks:
            raise Failure(f"The track {guid} is not in the project any more.")
        return self._tracks[guid]

    def fx(self, track: str, guid: str) -> int:
        """Return where a plug-in stands in its chain.

        Raises:
            Failure: It is not there.
        """
        wanted = self.names.get(guid, guid).upper()
        for index in range(api.RPR_TrackFX_GetCount(track)):
            if guid_of(track, index).upper() == wanted:
                return index
        raise Failure(f"The plug-in {guid} is not on the track any more.")
