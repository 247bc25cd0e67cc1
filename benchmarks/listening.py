"""Measure how fast tracks are listened to, beside ffmpeg's ebur128 over the same files where it is installed.

    python benchmarks/listening.py [--tracks 40] [--seconds 300] [--threads 2] [--growth] [--folder DIR]

Files are made once (48 kHz, 24 bit, mono) in a temporary folder, or kept in --folder.
"""

import argparse
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile

from analysis.cache import MeasureCache
from analysis.listener import listen
from reaper_bridge.session.audio import Clip, TrackAudio
from reaper_bridge.session.identity import ItemId, TrackId

RATE_HZ = 48000


def music(seed: int, seconds: float) -> Iterator[np.ndarray]:
    """Give something with notes, pauses, noise and low end second by second, different for each seed."""
    rng = np.random.default_rng(seed)
    pitch_hz, notes, decay = 55.0 * 2.0 ** rng.uniform(0.0, 4.0), rng.uniform(1.0, 4.0), rng.uniform(2.0, 12.0)
    phrase_seconds, rest, breath = rng.uniform(8.0, 20.0), rng.uniform(-1.0, 0.4), rng.uniform(0.0, 1.0)
    for start in range(0, round(seconds * RATE_HZ), RATE_HZ):
        count = min(RATE_HZ, round(seconds * RATE_HZ) - start)
        time_seconds = np.arange(start, start + count) / RATE_HZ
        beat = np.exp(-((time_seconds * notes) % 1.0) * decay)
        phrases = np.sin(2.0 * np.pi * time_seconds / phrase_seconds) > rest
        tone = sum(np.sin(2.0 * np.pi * pitch_hz * k * time_seconds) / k for k in (1, 2, 3, 5))
        noise = rng.standard_normal(count)
        yield 0.2 * beat * phrases * (tone + breath * noise) + 3e-4 * noise


def session(folder: Path, tracks: int, seconds: float) -> dict[TrackId, TrackAudio]:
    """Return tracks of one whole-length clip each, writing the files that are not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    sources = {}
    for number in range(tracks):
        path = folder / f"{number:02d}-{seconds:g}s.wav"
        if not path.exists():
            with soundfile.SoundFile(path, "w", RATE_HZ, 1, subtype="PCM_24") as file:
                for second in music(number, seconds):
                    file.write(second)
        track_id = TrackId(f"track:{number}")
        clip = Clip(ItemId(f"item:{number}"), path.stem, path, 0.0, seconds)
        sources[track_id] = TrackAudio(track_id, (clip,))
    return sources


def timed_listen(sources: dict[TrackId, TrackAudio], threads: int, cache: MeasureCache) -> tuple[float, float]:
    """Return wall and processor seconds of listening."""
    wall, processor = time.perf_counter(), time.process_time()
    listen(sources, RATE_HZ, threads=threads, cache=cache)
    return time.perf_counter() - wall, time.process_time() - processor


def timed_ffmpeg(sources: dict[TrackId, TrackAudio]) -> float | None:
    """Return wall seconds of ffmpeg's loudness and true peak over all files, one after the other."""
    program = shutil.which("ffmpeg")
    if program is None:
        return None
    start = time.perf_counter()
    for audio in sources.values():
        command = [program, "-nostdin", "-v", "error", "-i", str(audio.clips[0].path)]
        subprocess.run([*command, "-af", "ebur128=peak=true", "-f", "null", "-"], check=True, capture_output=True)
    return time.perf_counter() - start


def report(folder: Path, tracks: int, seconds: float, threads: int) -> None:
    """Print one line per way of measuring."""
    sources = session(folder, tracks, seconds)
    total = tracks * seconds
    listen(dict(list(sources.items())[:1]), RATE_HZ, cache=MeasureCache(folder / "warm"))
    for count in sorted({1, threads}):
        cache = MeasureCache(folder / f"cache-{count}")
        shutil.rmtree(folder / f"cache-{count}", ignore_errors=True)
        wall, processor = timed_listen(sources, count, cache)
        print(
            f"{tracks} x {seconds:g} s, {count} thread(s): {wall:.2f} s wall, {processor:.2f} s processor, "
            f"{total / wall:.0f} track-seconds per second"
        )
    wall, _ = timed_listen(sources, threads, MeasureCache(folder / f"cache-{threads}"))
    print(f"{tracks} x {seconds:g} s, remembered: {wall:.2f} s")
    ffmpeg = timed_ffmpeg(sources)
    said = "ffmpeg is not installed" if ffmpeg is None else f"{ffmpeg:.2f} s, {total / ffmpeg:.0f} per second"
    print(f"{tracks} x {seconds:g} s, ffmpeg ebur128 with true peak: {said}")
    print(f"largest memory so far: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tracks", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--growth", action="store_true", help="also 10, 20 and 80 tracks")
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.folder or Path(temporary)
        for tracks in (10, 20, 40, 80) if asked.growth else (asked.tracks,):
            report(folder, tracks, asked.seconds, asked.threads)


if __name__ == "__main__":
    main()
