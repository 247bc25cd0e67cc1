"""Sound that only REAPER can make: tracks behind the engineer's plug-ins, rendered by REAPER and kept.

``LiveHost.sources`` asks ``read_sources`` where sound lies and gives the answer to ``with_stems``. A stem is before
fader and pan and without our own plug-ins, so it stays as it is whatever a pass does, and a second pass finds it in
the cache: REAPER renders again only when the track itself, its plug-ins or its notes have changed.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from reaper_bridge.live.connection import Bridge, BridgeRefusal
from reaper_bridge.live.reading import Picture, track_ids
from reaper_bridge.live.stem_files import StemFiles, wave_seconds
from reaper_bridge.session.audio import Clip, TrackAudio
from reaper_bridge.session.errors import HostGoneError, OtherProjectError, StaleValueError
from reaper_bridge.session.identity import FxId, ItemId, TrackId
from reaper_bridge.session.model import Track

_FORMAT: Final = 1
_PATIENCE_SECONDS: Final = 120.0
_SLOWEST: Final = 4.0
"""How many times the length of the project a render may take before REAPER counts as gone."""
_SHORTEST_SHARE: Final = 0.999
_OFFLINE: Final = "_OFFLINE_"
_IN_A_STEM: Final = ("I_NCHAN", "I_FXEN", "I_FREEMODE", "I_PLAY_OFFSET_FLAG", "D_PLAY_OFFSET", "items", "lanes")
"""What of a track's facts is heard in its stem, besides its plug-ins and the lanes before them."""
_LANES_BEFORE_FX: Final = ("<VOLENV", "<PANENV", "<WIDTHENV")
_NOT_HEARD: Final = frozenset({"displayed", "renamed_name", "name", "unreadable", "notes"})
_OF_THE_PROJECT: Final = ("PROJECT_SRATE", "PROJECT_SRATE_USE", "tempo", "itemmixflag", "panlaw", "panmode")


@dataclass(frozen=True)
class _Wanted:
    """A track that needs a stem: its facts, the plug-ins that shall be in it, and the GUIDs of those that shall not."""

    track: Track
    facts: Mapping[str, Any]
    rendered: frozenset[FxId]
    bypassed: tuple[str, ...]


def needs_stem(track: Track, audio: TrackAudio, ours: Collection[FxId], has_take_fx: bool = False) -> bool:
    """Tell whether a track sounds otherwise than its files: through plug-ins that are not ours, or an instrument.

    What was frozen does not run any more, and is in the files. A bus has no sound of its own; it needs none.
    """
    foreign = _foreign(track, ours)
    plays = bool(audio.clips) or any(slot.is_instrument for slot in track.fx if slot.id in foreign)
    return has_take_fx or (plays and bool(foreign))


def with_stems(
    bridge: Bridge,
    picture: Picture,
    sources: Mapping[TrackId, TrackAudio],
    *,
    ours: Collection[FxId],
    on_busy: Callable[[str], None] = lambda sentence: None,
    folder: Path | None = None,
) -> dict[TrackId, TrackAudio]:
    """Return the sources, those that need it as stems that REAPER rendered now or earlier.

    ``ours`` are the plug-ins our passes added, by the ids the session shows. ``on_busy`` is told when REAPER will not
    react for a while, and an empty sentence when it does again. A track whose files are missing stays as it is.

    Raises:
        HostBusyError: REAPER is recording, playing or rendering.
        StaleValueError: The project changed since the picture.
        BridgeRefusal: REAPER did not render; the sentence says why.
        HostGoneError: REAPER does not answer.
    """
    wanted = _wanted(picture, sources, ours)
    if not wanted:
        return dict(sources)
    files = StemFiles(folder)
    keys = _keys(bridge, picture, wanted)
    missing = [want for want in wanted if not files.has(keys[want.track.id])]
    if missing:
        on_busy(f"REAPER is rendering {_count(len(missing), 'track')} with plug-ins and does not react meanwhile.")
        try:
            _render(bridge, picture, missing, keys, files)
        finally:
            on_busy("")
    stems = {want.track.id: _stem(want, files.used(keys[want.track.id])) for want in wanted}
    files.shrink(keys.values())
    return {**sources, **stems}


def _foreign(track: Track, ours: Collection[FxId]) -> frozenset[FxId]:
    """Return the plug-ins of a track that sound and are not ours."""
    if not track.fx_enabled:
        return frozenset()
    return frozenset(slot.id for slot in track.fx if slot.sounds and slot.id not in ours)


def _wanted(picture: Picture, sources: Mapping[TrackId, TrackAudio], ours: Collection[FxId]) -> list[_Wanted]:
    found = []
    for track_id, facts in zip(track_ids(picture.facts), picture.facts["tracks"], strict=True):
        audio, track = sources.get(track_id), picture.session.track(track_id)
        if audio is None or track_id in picture.unreadable or not facts["guid"]:
            continue
        if needs_stem(track, audio, ours, _has_take_fx(facts)) and not any(
            _is_missing(source) for source in _sources(facts)
        ):
            slots = zip(track.fx, facts["fx"], strict=True)
            bypassed = tuple(str(fx["guid"]) for slot, fx in slots if slot.id in ours and slot.sounds)
            found.append(_Wanted(track, facts, _foreign(track, ours), bypassed))
    return found


def _has_take_fx(facts: Mapping[str, Any]) -> bool:
    """Tell whether plug-ins sound on takes of a track."""
    takes = [take for item in facts.get("items", ()) for take in item["takes"] if take is not None]
    return any(fx["enabled"] and not fx["offline"] for take in takes for fx in take.get("fx", ()))


def _sources(facts: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the sources of a track's takes that play."""
    for item in facts.get("items", ()):
        for take in item["takes"]:
            source = take["source"] if take is not None else None
            while source is not None:
                yield source
                source = source.get("inner")


def _is_missing(source: Mapping[str, Any]) -> bool:
    written = str(source["file"])
    return str(source["type"]).startswith(_OFFLINE) or (bool(written) and not Path(written).is_file())


def _keys(bridge: Bridge, picture: Picture, wanted: Sequence[_Wanted]) -> dict[TrackId, str]:
    """Return a name for the stem of each track: equal as long as what is heard in it is the same."""
    states = _asked(bridge, "stem_states", _request(picture, wanted))
    project = picture.facts["project"]
    keys = {}
    for want in wanted:
        bypassed = set(want.bypassed)
        told = {
            "format": _FORMAT,
            "reaper": picture.session.reaper_version,
            "project": {key: project.get(key) for key in _OF_THE_PROJECT},
            "track": {key: want.facts.get(key) for key in _IN_A_STEM},
            "lanes": [lane for lane in want.facts.get("envelopes", ()) if lane["name"] in _LANES_BEFORE_FX],
            "fx": [fx for fx in want.facts["fx"] if fx["guid"] not in bypassed],
            "files": [_file_facts(str(source["file"])) for source in _sources(want.facts) if source["file"]],
            "state": states[str(want.facts["guid"])],
        }
        text = json.dumps(_heard(told), sort_keys=True)
        keys[want.track.id] = hashlib.sha256(text.encode()).hexdigest()[:40]
    return keys


def _heard(told: Any) -> Any:
    """Return facts without what is only seen."""
    if isinstance(told, Mapping):
        return {key: _heard(value) for key, value in told.items() if key not in _NOT_HEARD}
    return [_heard(value) for value in told] if isinstance(told, list | tuple) else told


def _file_facts(written: str) -> tuple[int, int]:
    status = Path(written).stat()
    return status.st_size, status.st_mtime_ns


def _render(
    bridge: Bridge, picture: Picture, wanted: Sequence[_Wanted], keys: Mapping[TrackId, str], files: StemFiles
) -> None:
    """Have REAPER render these tracks and keep what it made."""
    ends = [item["D_POSITION"] + item["D_LENGTH"] for own in picture.facts["tracks"] for item in own.get("items", ())]
    patience = _PATIENCE_SECONDS + _SLOWEST * max(ends, default=0.0)
    try:
        done = _asked(bridge, "render_stems", _request(picture, wanted), timeout_seconds=patience)
    except HostGoneError as error:
        raise HostGoneError(
            f"REAPER stopped answering while it rendered {_count(len(wanted), 'track')} with plug-ins: it shows a box,"
            " as where the disk is full, or has ended. Nothing was written; look at REAPER, then run it again."
        ) from error
    try:
        for want in wanted:
            rendered = Path(done["files"][str(want.facts["guid"])])
            if wave_seconds(rendered) < _SHORTEST_SHARE * done["length_seconds"]:
                raise BridgeRefusal("not rendered", "REAPER broke off rendering; was it cancelled?", {})
            files.take_in(keys[want.track.id], rendered)
    finally:
        shutil.rmtree(done["directory"], ignore_errors=True)


def _request(picture: Picture, wanted: Sequence[_Wanted]) -> dict[str, Any]:
    tracks = [{"guid": want.facts["guid"], "bypass": want.bypassed} for want in wanted]
    return {"project": picture.project_handle, "tracks": tracks}


def _asked(bridge: Bridge, name: str, request: Mapping[str, Any], **options: Any) -> Any:
    try:
        return bridge.request(name, request, **options)
    except BridgeRefusal as refusal:
        if refusal.kind == "project":
            raise OtherProjectError(refusal.message) from refusal
        if refusal.kind == "stale":
            raise StaleValueError(refusal.message) from refusal
        raise


def _stem(want: _Wanted, path: Path) -> TrackAudio:
    """Return a stem as the one clip of its track."""
    track = want.track
    clip = Clip(
        ItemId(f"{track.id}/stem"),
        f"{track.name or 'Track'} as REAPER rendered it",
        path,
        position_seconds=0.0,
        length_seconds=wave_seconds(path),
    )
    return TrackAudio(track.id, (clip,), rendered_fx=want.rendered, play_offset_seconds=track.play_offset_seconds)


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
