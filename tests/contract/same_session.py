"""Compare two readings of one project, and say where they differ.

A file and a running REAPER cannot agree in everything: digests of plug-ins that nobody understands, the version that
saved a project and the one that runs, ids that a file does not keep, and colours that another system has turned
round. The rest must be the same.
"""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

from reaper_bridge.session.audio import TrackAudio
from reaper_bridge.session.change import same_settings
from reaper_bridge.session.effects import ForeignEffect, Jsfx
from reaper_bridge.session.model import FxSlot, Session, Track

_NUMBERED = re.compile(r"(track|fx):\d+|.*/item:\d+")


def session_differences(file: Session, live: Session) -> list[str]:
    """Return where two sessions differ, in words; nothing where they are the same."""
    is_ours = file.reaper_version.partition("/")[2] == live.reaper_version.partition("/")[2]
    return list(_differences(_comparable(file, is_ours), _comparable(live, is_ours), "session"))


def source_differences(file: TrackAudio, live: TrackAudio) -> list[str]:
    """Return where two sources of a track differ, in words."""
    return list(_differences(file, live, "audio"))


def _comparable(session: Session, has_colors: bool) -> Session:
    return replace(
        session,
        reaper_version="",
        tracks=tuple(_comparable_track(track, has_colors) for track in session.tracks),
        master=_comparable_track(session.master, has_colors),
    )


def _comparable_track(track: Track, has_colors: bool) -> Track:
    envelopes = sorted(track.envelopes, key=lambda lane: lane.kind)
    color = track.color if has_colors else None
    return replace(track, envelopes=tuple(envelopes), fx=tuple(map(_comparable_slot, track.fx)), color=color)


def _comparable_slot(slot: FxSlot) -> FxSlot:
    """Return a slot without what one side alone knows: the state of one that is offline or unknown, and latency."""
    slot = replace(slot, latency_samples=None)
    if slot.offline or isinstance(slot.effect, ForeignEffect):
        return replace(slot, effect=ForeignEffect("", ""), plugin="")
    if isinstance(slot.effect, Jsfx):
        # REAPER numbers the sliders that there are; only the file says which numbers are left out
        used = tuple(value for value in slot.effect.sliders if value is not None)
        return replace(slot, effect=replace(slot.effect, sliders=used))
    return slot


def _differences(file: Any, live: Any, where: str) -> Iterator[str]:
    if isinstance(file, tuple) and isinstance(live, tuple):
        if len(file) != len(live):
            yield f"{where}: {len(file)} in the file, {len(live)} in REAPER: {file} / {live}"
            return
        for index, (one, other) in enumerate(zip(file, live, strict=True)):
            yield from _differences(one, other, f"{where}[{index}]")
    elif is_dataclass(file) and type(file) is type(live):
        for field in fields(file):
            one, other = getattr(file, field.name), getattr(live, field.name)
            yield from _differences(one, other, f"{where}.{field.name}")
    elif isinstance(file, str) and _NUMBERED.fullmatch(file):
        return
    elif not same_settings(file, live):
        yield f"{where}: {file!r} in the file, {live!r} in REAPER"
