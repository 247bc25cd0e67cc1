"""Run a first pass on a known session, and on disguises of it that must not change the mix."""

import math
import random
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import soundfile

from actions.first_pass import Outcome, Wishes, first_pass
from benchmarks.quality.scores import Scored
from benchmarks.quality.sessions import KnownSession
from reaper_bridge.rpp.host import ProjectFile

LEVEL_RANGE_DB = 12.0


def mixed(project: Path, output: Path, genre: str | None = None) -> Outcome:
    """Mix a project into another file."""
    return first_pass(ProjectFile(project, output), Wishes(genre=genre))


def is_settled(project: Path, genre: str | None = None) -> bool:
    """Tell whether a second pass over a mixed project plans nothing (the command would end with 3)."""
    return not first_pass(ProjectFile(project), Wishes(genre=genre), dry_run=True).plan


def with_other_levels(session: KnownSession, folder: Path, seed: int = 1) -> Path:
    """Write the session with every recording up to 12 dB louder or softer, as float files; return its project."""
    draw = random.Random(seed)
    (folder / "media").mkdir(parents=True)
    text = session.project.read_text("utf-8")
    for number, track in enumerate(session.tracks):
        audio, rate = soundfile.read(track.file, dtype="float32", always_2d=True)
        name = f"media/{number + 1:02d}.wav"
        gain = np.float32(10.0 ** (draw.uniform(-LEVEL_RANGE_DB, LEVEL_RANGE_DB) / 20.0))
        soundfile.write(folder / name, audio * gain, rate, "FLOAT")
        text = text.replace(f'"media/{track.file.name}"', f'"{name}"')
    path = folder / "levels.RPP"
    path.write_text(text.replace("<SOURCE FLAC", "<SOURCE WAVE"), "utf-8")
    return path


def with_other_order(session: KnownSession, folder: Path, seed: int = 1) -> Path:
    """Write the project with its tracks shuffled; its media stay where they are. For projects without sends."""
    head, *tracks = session.project.read_text("utf-8").split("\n  <TRACK ")
    last, _, tail = tracks[-1].rpartition("\n>")
    tracks[-1] = last
    random.Random(seed).shuffle(tracks)
    text = "\n  <TRACK ".join([head, *tracks]) + "\n>" + tail
    text = text.replace('FILE "media/', f'FILE "{session.project.parent.resolve().as_posix()}/media/')
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "order.RPP"
    path.write_text(text, "utf-8")
    return path


def largest_difference_db(a: Scored, b: Scored) -> Mapping[str, float]:
    """Return how far two mixes are apart: the mix, the track that differs most, the band that differs most.

    Bands count from 63 Hz to 12.5 kHz.
    """
    tracks = [abs(a.track_lufs[name] - b.track_lufs[name]) for name in a.track_lufs if name in b.track_lufs]
    bands = 10.0 * np.abs(np.log10(a.measures.band_power[5:29] / np.maximum(b.measures.band_power[5:29], 1e-15)))
    return {
        "mix": abs(a.measures.integrated_lufs - b.measures.integrated_lufs),
        "track": max((d for d in tracks if math.isfinite(d)), default=math.inf),
        "band": float(bands.max()),
    }


__all__ = [
    "is_settled",
    "largest_difference_db",
    "mixed",
    "with_other_levels",
    "with_other_order",
]
