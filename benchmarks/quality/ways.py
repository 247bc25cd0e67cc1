"""Other ways to mix a session with faders and pans alone, to compare a first pass with.

Each gives what one track gets: a gain and a pan. Clicks and junk are left out of all of them, which is a gift:
none of these ways would know.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import soundfile

from analysis.loudness import measure_loudness
from benchmarks.quality.independent.project import Project
from benchmarks.quality.sessions import KnownSession

EQUAL_LUFS = -30.0


@dataclass(frozen=True)
class Setting:
    """Gain and pan of one track."""

    gain_db: float
    pan: float = 0.0


Settings = Mapping[str, Setting]


def equal_loudness(session: KnownSession, project: Project) -> Settings:
    """Bring every track to one integrated loudness, all in the centre (Perez-Gonzalez & Reiss 2009, static)."""
    settings = {}
    for track in session.tracks:
        audio, rate = soundfile.read(track.file, dtype="float32", always_2d=True)
        both = audio.T if audio.shape[1] == 2 else audio[:, [0, 0]].T
        settings[track.name] = Setting(EQUAL_LUFS - measure_loudness(both, rate).integrated_lufs)
    return settings


def reference_balance(session: KnownSession, project: Project) -> Settings:
    """Use the faders and pans of the truth: the artist's own, or the loudness targets of the session's makers."""
    return {track.name: Setting(track.target_gain_db, track.reference_pan) for track in session.tracks}


def libsonare(session: KnownSession, project: Project) -> Settings | None:
    """Use the trims, faders and pans that libsonare suggests; None where it is not installed.

    Its equalisers, compressors, alignment and sends are not heard here.
    """
    try:
        import libsonare as sonare
    except ImportError:
        return None
    tracks = []
    for track in session.tracks:
        audio, rate = soundfile.read(track.file, dtype="float32", always_2d=True)
        right = audio[:, 1].copy() if audio.shape[1] == 2 else None
        tracks.append(sonare.MixTrackInput(track.name, audio[:, 0].copy(), right, track.name, rate))
    scene = sonare.suggest_mix_scene(tracks, sample_rate=48000, tempo_bpm=project.tempo_bpm)["scene"]
    strips = {strip["id"]: strip for strip in scene["strips"]}
    return {
        track.name: Setting(
            strips[track.name]["inputTrimDb"] + strips[track.name]["faderDb"], strips[track.name]["pan"]
        )
        if track.name in strips
        else Setting(0.0)
        for track in session.tracks
    }


WAYS: Mapping[str, Callable[[KnownSession, Project], Settings | None]] = {
    "equal loudness": equal_loudness,
    "libsonare": libsonare,
    "reference balance": reference_balance,
}
