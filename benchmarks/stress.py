"""Make large projects out of nothing: many tracks of cheap music in 24-bit WAV files, or many items in one file.

python -m benchmarks.stress DIR [--tracks 40] [--minutes 5]
"""

import argparse
import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

RATE_HZ = 48_000
TEMPO_BPM = 100.0
LOOP_SECONDS = 24
"""Every track plays a loop of its own, ten bars long, so that making it costs little more than writing it."""


@dataclass(frozen=True)
class Part:
    """What a made-up track plays: hits per beat (0 for held notes), pitch range, how much of it is noise."""

    name: str
    hits_per_beat: float
    lowest_hz: float
    highest_hz: float
    noise_ratio: float
    decay_seconds: float
    level_db: float


PARTS: Sequence[Part] = (
    Part("Kick In", 1.0, 45.0, 60.0, 0.05, 0.15, -12.0),
    Part("SN top", 0.5, 180.0, 220.0, 0.6, 0.15, -14.0),
    Part("HH", 2.0, 6000.0, 9000.0, 0.9, 0.05, -24.0),
    Part("OH L", 1.0, 300.0, 8000.0, 0.8, 0.6, -26.0),
    Part("OH R", 1.0, 300.0, 8000.0, 0.8, 0.6, -26.0),
    Part("Tom 1", 0.125, 90.0, 120.0, 0.1, 0.4, -16.0),
    Part("Bass DI", 1.0, 41.0, 98.0, 0.02, 0.5, -14.0),
    Part("Gtr L", 2.0, 110.0, 440.0, 0.1, 0.4, -18.0),
    Part("Gtr R", 2.0, 110.0, 440.0, 0.1, 0.4, -18.0),
    Part("Ac Gtr", 2.0, 130.0, 660.0, 0.1, 0.3, -22.0),
    Part("Piano", 1.0, 130.0, 1000.0, 0.02, 1.0, -20.0),
    Part("Pad", 0.0, 200.0, 800.0, 0.05, 8.0, -24.0),
    Part("Strings", 0.0, 260.0, 1000.0, 0.1, 8.0, -24.0),
    Part("Shaker", 4.0, 5000.0, 9000.0, 1.0, 0.04, -30.0),
    Part("Lead Vox", 1.5, 200.0, 500.0, 0.08, 0.5, -18.0),
    Part("BV 1", 1.0, 250.0, 600.0, 0.08, 0.7, -24.0),
)


def loop(part: Part, seed: int) -> npt.NDArray[np.float32]:
    """Return the loop of a part, mono; another seed plays it differently."""
    draw = np.random.default_rng(seed)
    count = LOOP_SECONDS * RATE_HZ
    sound = np.zeros(count, np.float32)
    step = 60.0 / TEMPO_BPM / part.hits_per_beat if part.hits_per_beat else LOOP_SECONDS / 4.0
    length = min(int(RATE_HZ * max(4.0 * part.decay_seconds, 0.02)), count)
    time = np.arange(length, dtype=np.float32) / RATE_HZ
    fall = np.exp(-time / part.decay_seconds) if part.hits_per_beat else np.hanning(length)
    noise = draw.standard_normal(length).astype(np.float32)
    for number in range(int(LOOP_SECONDS / step)):
        if number % 16 >= 12 and part.hits_per_beat:
            continue  # a pause now and then
        hertz = part.lowest_hz * (part.highest_hz / part.lowest_hz) ** draw.random()
        tone = sum(np.sin(2.0 * np.pi * hertz * k * time) / k for k in (1, 2, 3) if hertz * k < 20_000.0)
        hit = ((1.0 - part.noise_ratio) * tone + part.noise_ratio * noise) * fall * draw.uniform(0.5, 1.0)
        at = int((number * step + draw.uniform(0.0, 0.01)) * RATE_HZ)
        sound[at : at + length] += hit[: max(count - at, 0)].astype(np.float32)
    return sound * np.float32(10.0 ** (part.level_db / 20.0) / max(float(np.abs(sound).max()), 1e-9))


def write_stress_session(folder: Path, track_count: int, seconds: float) -> Path:
    """Write a project of mono 24-bit WAV tracks, nearly a megabyte for seven seconds of track; return its path."""
    media = folder / "media"
    media.mkdir(parents=True, exist_ok=True)
    for index in range(track_count):
        sound = loop(PARTS[index % len(PARTS)], index) * np.float32(random.Random(index).uniform(0.3, 1.0))
        count = round(seconds * RATE_HZ)
        with soundfile.SoundFile(media / f"{index + 1:02d}.wav", "w", RATE_HZ, 1, "PCM_24") as file:
            for start in range(0, count, len(sound)):
                file.write(sound[: min(len(sound), count - start)])
    return write_project(folder, track_count, seconds)


def write_project(folder: Path, track_count: int, seconds: float) -> Path:
    """Write a project of the first tracks whose media are there; return its path."""
    path = folder / f"stress {track_count}.RPP"
    items = [[(f"media/{index + 1:02d}.wav", 0.0, seconds)] for index in range(track_count)]
    path.write_text(project_text([track_name(index) for index in range(track_count)], items), "utf-8")
    return path


def track_name(index: int) -> str:
    """Return what a made-up track is called."""
    part, take = PARTS[index % len(PARTS)], index // len(PARTS) + 1
    return part.name if take == 1 else f"{part.name} {take}"


def project_text(names: Sequence[str], items: Sequence[Sequence[tuple[str, float, float]]]) -> str:
    """Return a project of plain tracks; an item is a file, its position and its length in seconds."""
    lines = [
        '<REAPER_PROJECT 0.1 "7.0/linux-x86_64" 1700000000',
        "  PANLAW 1",
        f"  SAMPLERATE {RATE_HZ} 1 0",
        f"  TEMPO {TEMPO_BPM:g} 4 4",
        "  MASTER_NCH 2 2",
        "  MASTER_VOLUME 1 0 -1 -1 1",
        "  MASTER_FX 1",
    ]
    for number, (name, own) in enumerate(zip(names, items, strict=True), 1):
        guid = _guid("track", number)
        lines += [f"  <TRACK {guid}", f'    NAME "{name}"', "    PEAKCOL 16576", "    BEAT -1", "    AUTOMODE 0"]
        lines += ["    VOLPAN 1 0 -1 -1 1", "    MUTESOLO 0 0 0", "    IPHASE 0", "    PLAYOFFS 0 1", "    ISBUS 0 0"]
        lines += ["    NCHAN 2", "    FX 1", f"    TRACKID {guid}", "    PERF 0", "    MIDIOUT -1", "    MAINSEND 1 0"]
        for place, (file, position, length) in enumerate(own, 1):
            lines += _item(f"{number}-{place}", file, position, length)
        lines.append("  >")
    return "\n".join([*lines, ">", ""])


def _item(key: str, file: str, position: float, length: float) -> list[str]:
    lines = ["<ITEM", f"  POSITION {position:.14g}", "  SNAPOFFS 0", f"  LENGTH {length:.14g}", "  LOOP 0"]
    lines += ["  ALLTAKES 0", "  FADEIN 1 0 0 1 0 0 0", "  FADEOUT 1 0 0 1 0 0 0", "  MUTE 0 0", "  SEL 0"]
    lines += [f"  IGUID {_guid('item', key)}", f'  NAME "{Path(file).name}"', "  VOLPAN 1 0 1 -1", "  SOFFS 0"]
    lines += ["  PLAYRATE 1 1 0 -1 0 0.0025", "  CHANMODE 0", f"  GUID {_guid('take', key)}", "  <SOURCE WAVE"]
    return [f"    {line}" for line in [*lines, f'    FILE "{file}"', "  >", ">"]]


def _guid(*words: object) -> str:
    return "{" + str(uuid.uuid5(uuid.NAMESPACE_OID, " ".join(map(str, words)))).upper() + "}"


def large_project_text(size_bytes: int) -> str:
    """Return a project of about a size in bytes, made of short items on forty tracks."""
    item_bytes = len("\n".join(_item("1-1", "media/01.wav", 123.25, 0.25))) + 4
    count = size_bytes // (40 * item_bytes)
    own = [[(f"media/{t + 1:02d}.wav", 0.25 * i, 0.25) for i in range(count)] for t in range(40)]
    return project_text([track_name(index) for index in range(40)], own)


def main() -> None:
    """Write a stress session where the command line says."""
    parser = argparse.ArgumentParser(description="Make a large project of synthetic tracks.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tracks", type=int, default=40)
    parser.add_argument("--minutes", type=float, default=5.0)
    chosen = parser.parse_args()
    print(write_stress_session(chosen.folder, chosen.tracks, chosen.minutes * 60.0))


if __name__ == "__main__":
    main()
