"""Tracks as the running REAPER plays them now: behind every plug-in and the fader, over a stretch of the project."""

import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from reaper_bridge.live.connection import Bridge, BridgeRefusal
from reaper_bridge.live.reading import Picture, track_ids
from reaper_bridge.live.stem_files import wave_seconds
from reaper_bridge.session.errors import HostGoneError, OtherProjectError, StaleValueError
from reaper_bridge.session.identity import TrackId

_PATIENCE_SECONDS: Final = 120.0
_SLOWEST: Final = 4.0
"""How many times its length a stretch may take to render before REAPER counts as gone."""
_SHORTEST_SHARE: Final = 0.999
_UNKNOWN: Final = "unknown"


@contextmanager
def rendered_as_played(
    bridge: Bridge,
    picture: Picture,
    real_guids: Mapping[str, str],
    wanted: Collection[TrackId],
    span_seconds: tuple[float, float],
    on_busy: Callable[[str], None],
) -> Iterator[dict[TrackId, Path]]:
    """Have REAPER render tracks over a span; give the file of each, which are removed when the block ends.

    ``real_guids`` are REAPER's own GUIDs of tracks that stand under our planned ones in the picture. Every setting is
    put back, and no step of undo is made. Tracks that are not in the picture are left out.

    Raises:
        HostBusyError: REAPER is recording, playing or rendering.
        StaleValueError: A track went, or another project came to the front.
        BridgeRefusal: REAPER did not render; the sentence says why.
        HostGoneError: REAPER does not answer.
    """
    guids = {
        track_id: real_guids.get(str(facts["guid"]), str(facts["guid"]))
        for track_id, facts in zip(track_ids(picture.facts), picture.facts["tracks"], strict=True)
        if track_id in wanted and facts["guid"]
    }
    start, end = span_seconds
    request = {
        "project": picture.project_handle,
        "tracks": list(guids.values()),
        "start_seconds": start,
        "end_seconds": end,
    }
    on_busy("REAPER is rendering what was written, to compare, and does not react meanwhile.")
    try:
        done = _asked(bridge, request, _PATIENCE_SECONDS + _SLOWEST * (end - start))
    finally:
        on_busy("")
    try:
        files = {track_id: Path(done["files"][guid]) for track_id, guid in guids.items()}
        if any(wave_seconds(path) < _SHORTEST_SHARE * (end - start) for path in files.values()):
            raise BridgeRefusal("not rendered", "REAPER broke off rendering; was it cancelled?", {})
        yield files
    finally:
        shutil.rmtree(done["directory"], ignore_errors=True)


def _asked(bridge: Bridge, request: Mapping[str, Any], patience_seconds: float) -> Any:
    try:
        return bridge.request("render_played", request, timeout_seconds=patience_seconds)
    except HostGoneError as error:
        raise HostGoneError(
            "REAPER stopped answering while it rendered: it shows a box, as where the disk is full, or has ended."
        ) from error
    except BridgeRefusal as refusal:
        if refusal.kind == "project":
            raise OtherProjectError(refusal.message) from refusal
        if refusal.kind == "stale":
            raise StaleValueError(refusal.message) from refusal
        if refusal.kind == _UNKNOWN:
            sentence = "The bridge in REAPER is of an older First Pass; run `first-pass install` and start it again."
            raise BridgeRefusal(_UNKNOWN, sentence, {}) from refusal
        raise
