"""Where a render goes: the names of the files, their format, and the stretch of the project they hold."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from pathlib import Path

from tests.standin.project import Project
from tests.standin.tracks import Track

STEMS, STEMS_AND_MASTER, BEFORE_FADER = 3, 1, 8192
_SUBTYPES = {8: "PCM_U8", 16: "PCM_16", 24: "PCM_24", 32: "FLOAT", 33: "PCM_32", 64: "DOUBLE"}
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


@dataclass(frozen=True)
class Format:
    """What soundfile needs to know."""

    container: str
    subtype: str
    suffix: str


@dataclass(frozen=True)
class Target:
    """One file of a render; without a track it holds the master."""

    path: Path
    track: Track | None
    format: Format


def format_of(text: str) -> Format:
    """Read RENDER_FORMAT: base64 of a sink's four letters and its settings, or the four letters alone."""
    try:
        config = base64.b64decode(text, validate=True) if len(text) > 4 else text.encode()
    except ValueError:
        config = b""
    depth = config[4] if len(config) > 4 else 24
    if config.startswith(b"calf"):
        return Format("FLAC", "PCM_16" if depth == 16 else "PCM_24", "flac")
    return Format("WAV", _SUBTYPES.get(depth, "PCM_24") if config.startswith(b"evaw") else "PCM_24", "wav")


def bounds(project: Project) -> tuple[float, float]:
    """Return start and end in seconds: 0 the custom range, 1 the project, 2 the time selection; with the tail."""
    which = int(project.info["RENDER_BOUNDSFLAG"])
    if which == 0:
        start, end = project.info["RENDER_STARTPOS"], project.info["RENDER_ENDPOS"]
    elif which == 2:
        start, end = project.time_selection
    else:
        marks = {marker.name: marker.start for marker in project.state.markers if marker.end is None}
        start, end = marks.get("=START", 0.0), marks.get("=END", project.length_seconds())
    if end > start and int(project.info["RENDER_TAILFLAG"]) & (1 << which):
        end += project.info["RENDER_TAILMS"] / 1000.0
    return start, end


def rate_hz(project: Project) -> int:
    """Return the rate of the render: its own, or the project's."""
    return int(project.info["RENDER_SRATE"] or project.info["PROJECT_SRATE"] or 44_100)


def planned(project: Project) -> list[Target]:
    """Tell which files a render with the settings of now would write; none where it has nothing to write."""
    settings = int(project.info["RENDER_SETTINGS"])
    # 2 alone, which REAPER's header calls stems, was seen to give the master mix
    wants_stems, wants_master = settings & 3 in (STEMS, STEMS_AND_MASTER), settings & 3 != STEMS
    tracks: list[Track | None] = [None] if wants_master else []
    tracks += [track for track in project.state.tracks if wants_stems and track.values["I_SELECTED"]]
    found: list[Target] = []
    for sound_format in _formats(project):
        for track in tracks:
            path = _path(project, track, sound_format.suffix)
            if path is not None:
                found.append(Target(_not_among(path, [target.path for target in found]), track, sound_format))
    return found


def _formats(project: Project) -> list[Format]:
    """Return the format of the files and, where one is set, the second format they are written in as well."""
    second = project.texts.get("RENDER_FORMAT2", "")
    return [format_of(project.texts["RENDER_FORMAT"]), *([format_of(second)] if second else [])]


def _path(project: Project, track: Track | None, suffix: str) -> Path | None:
    folder, pattern = project.texts["RENDER_FILE"], project.texts["RENDER_PATTERN"]
    place = project.folder / folder
    if not pattern:
        return place.with_suffix("." + suffix) if track is None and folder else None
    return place / f"{_expanded(pattern, project, track)}.{suffix}"


def _expanded(pattern: str, project: Project, track: Track | None) -> str:
    number, name = 0, "master"
    if track is not None:
        number = project.state.tracks.index(track) + 1
        name = track.name or "untitled"
    words = {
        "$tracknumber": f"{number:02d}",
        "$track": _FORBIDDEN.sub("_", name).strip() or "untitled",
        "$project": _FORBIDDEN.sub("_", project.path.stem if project.path else "untitled"),
        "$samplerate": str(rate_hz(project)),
        "$channels": str(int(project.info["RENDER_CHANNELS"])),
    }
    for word, text in words.items():  # the longest of two words that begin alike stands first
        pattern = pattern.replace(word, text)
    return pattern


def _not_among(path: Path, taken: list[Path]) -> Path:
    """Return a name nobody has yet: names that collide are numbered."""
    candidate, number = path, 1
    while candidate in taken:
        candidate = path.with_name(f"{path.stem}-{number:03d}{path.suffix}")
        number += 1
    return candidate
