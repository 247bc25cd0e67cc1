"""Measure a mix as it is rendered: by the independent renderer, or by the product's own model of REAPER."""

import math
import statistics
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from analysis.bands import Curve
from analysis.loudness import measure_loudness
from analysis.mixture import MixtureMeasures, MixtureMeter
from analysis.rendering.mixer import Mixdown, end_seconds_of, render_mix
from benchmarks.quality.independent.mixer import render
from benchmarks.quality.independent.project import Project, Strip
from benchmarks.quality.sessions import LEAD, KnownSession
from benchmarks.quality.ways import Settings
from reaper_bridge.rpp.host import ProjectFile


@dataclass(frozen=True, eq=False)
class Scored:
    """The numbers of one mix. ``track_lufs`` is the loudness of each track after its fader, before its pan."""

    measures: MixtureMeasures
    track_lufs: Mapping[str, float]
    notes: tuple[str, ...] = ()


def score_project(project: Project, known: KnownSession, target_db: Curve) -> Scored:
    """Measure a project by the independent renderer. The lead's reverberation counts as accompaniment."""
    leads = {track.name for track in known.tracks if track.role == LEAD}
    lead_sound: list[np.ndarray] = []
    track_lufs: dict[str, float] = {}

    def listen(index: int, faded: np.ndarray, panned: np.ndarray) -> None:
        strip = project.strips[index]
        if not strip.items or strip.is_muted:
            return
        rate = project.sample_rate_hz or 48000
        track_lufs[strip.name] = measure_loudness(faded, rate).integrated_lufs
        if strip.name in leads:
            lead_sound.append(panned * np.float32(_path_gain(project, strip)))

    rendering = render(project, listen)
    stems = {"lead": sum(lead_sound[1:], lead_sound[0])} if lead_sound else {}
    meter = MixtureMeter(rendering.sample_rate_hz, tuple(stems), "lead", target_db)
    meter.feed(rendering.master, stems)
    return Scored(meter.measures(), track_lufs, rendering.notes)


def _path_gain(project: Project, strip: Strip) -> float:
    gain = project.master.volume_linear
    while strip.parent_index is not None:
        strip = project.strips[strip.parent_index]
        gain *= strip.volume_linear
    return gain


def score_by_own_model(path: Path, known: KnownSession, target_db: Curve) -> tuple[Scored, Mixdown]:
    """Measure a project by the product's own renderer."""
    host = ProjectFile(path)
    session = host.snapshot()
    sources = host.sources([track.id for track in session.tracks])
    leads = [t.id for t in session.tracks if any(k.name == t.name and k.role == LEAD for k in known.tracks)]
    rate = session.sample_rate_hz or 48000
    mixdown = render_mix(session, sources, sample_rate_hz=rate, end_seconds=end_seconds_of(sources), stems=leads)
    names = ("lead",) if leads else ()
    meter = MixtureMeter(rate, names, "lead", target_db)
    for block in mixdown:
        stems = {"lead": np.sum([block.stems[key] for key in leads], axis=0)} if leads else {}
        meter.feed(block.master, stems)
    return Scored(meter.measures(), {}, tuple(mixdown.notes)), mixdown


def with_settings(project: Project, known: KnownSession, settings: Settings) -> Project:
    """Return a project with other faders and pans, no plug-ins, and without what is not music."""
    strips = []
    for strip in project.strips:
        setting, is_music = settings[strip.name], known.track(strip.name).is_music
        volume = 10.0 ** (setting.gain_db / 20.0) if math.isfinite(setting.gain_db) else 0.0
        strips.append(
            replace(strip, volume_linear=volume, pan=setting.pan, width_ratio=1.0, is_muted=not is_music, plugins=[])
        )
    return replace(project, strips=strips)


def fader_errors_db(known: KnownSession, gains_db: Mapping[str, float]) -> tuple[float, float] | None:
    """Return the mean absolute distance from the reference faders, less their median and less their mean.

    Over tracks that are music and have a finite gain; None where there are fewer than two.
    """
    differences = [
        gains_db[track.name] - track.target_gain_db
        for track in known.tracks
        if track.is_music and math.isfinite(gains_db.get(track.name, math.nan))
    ]
    if len(differences) < 2:
        return None
    centres = statistics.median(differences), statistics.fmean(differences)
    return (
        statistics.fmean(abs(d - centres[0]) for d in differences),
        statistics.fmean(abs(d - centres[1]) for d in differences),
    )


def gains_db(before: Scored, after: Scored) -> dict[str, float]:
    """Return how much louder every track became: trim, EQ, compression with make-up, and fader together."""
    return {
        name: lufs - before.track_lufs[name]
        for name, lufs in after.track_lufs.items()
        if math.isfinite(lufs) and math.isfinite(before.track_lufs.get(name, math.nan))
    }
