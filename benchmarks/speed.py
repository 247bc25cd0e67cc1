"""Time a first pass from end to end on large sessions, beside ffmpeg's loudness meter over the same files.

    python -m benchmarks.speed [--tracks 10 20 40 80] [--minutes 5] [--folder DIR]

Prints markdown. The sessions are made in a temporary folder (or in --folder) and deleted: 43 MB of disk for a
track of five minutes. Programs are timed as a user starts them; what numba compiles once per
installation is compiled before. The files have just been written, so that the system holds what fits into memory.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.quality.tables import machine, table
from benchmarks.stress import large_project_text, write_project, write_stress_session

NOTHING_TO_DO = 3
LARGE_PROJECT_BYTES = 3_400_000
REPEATS = 7
ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Run:
    """One run of a program: how long it took, how much memory it held at most, how it ended."""

    seconds: float
    processor_seconds: float
    peak_megabytes: float
    status: int


# A process is born with the peak memory of the one that starts it, so a small one starts it and tells.
_TELLER = """
import json, resource, subprocess, sys, time
started = time.perf_counter()
done = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
told = [time.perf_counter() - started, used.ru_utime + used.ru_stime, used.ru_maxrss, done.returncode]
print(json.dumps([*told, done.stderr.decode(errors="replace")]))
"""


def run(command: Sequence[str], cache: Path) -> Run:
    """Run a program to its end and measure it."""
    environment = {**os.environ, "FIRST_PASS_CACHE_DIR": str(cache)}
    teller = [sys.executable, "-S", "-c", _TELLER, *command]
    told = subprocess.run(teller, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=True)
    seconds, processor_seconds, peak, status, complaint = json.loads(told.stdout)
    if status not in (0, NOTHING_TO_DO):
        raise SystemExit(f"{' '.join(command)} failed: {complaint.strip()}")
    unit = 1024.0**2 if sys.platform == "darwin" else 1024.0
    return Run(seconds, processor_seconds, peak / unit, status)


def first_pass(*words: object) -> list[str]:
    """Return the command line of the product."""
    return [sys.executable, "-m", "actions.cli", *map(str, words)]


def ffmpeg_seconds(files: Sequence[Path], cache: Path) -> float | None:
    """Time ffmpeg's ebur128 with true peak over files one after the other; None where it is not installed."""
    program = shutil.which("ffmpeg")
    if program is None:
        return None
    command = [program, "-nostdin", "-v", "error", "-i"]
    options = ["-af", "ebur128=peak=true", "-f", "null", "-"]
    return sum(run([*command, str(file), *options], cache).seconds for file in files)


@dataclass(frozen=True)
class Growth:
    """The runs over one number of tracks."""

    track_count: int
    cold: Run
    cached: Run
    again: Run
    ffmpeg_seconds: float | None


def growth_of(folder: Path, track_count: int, seconds: float) -> Growth:
    """Mix a session without a cache, mix it again with it, and run over the mixed project."""
    song, mixed = write_project(folder, track_count, seconds), folder / "mixed.RPP"
    cache = folder / f"cache {track_count}"
    cold = run(first_pass("mix", song, "-o", mixed), cache)
    again = run(first_pass("mix", mixed), cache)
    cached = run(first_pass("mix", song, "-o", folder / "cached.RPP"), cache)
    files = [folder / "media" / f"{index + 1:02d}.wav" for index in range(track_count)]
    ffmpeg = ffmpeg_seconds(files, cache)
    shutil.rmtree(cache, ignore_errors=True)
    if again.status != NOTHING_TO_DO:
        print(f"{track_count} tracks: the second pass found something to do.", file=sys.stderr)
    return Growth(track_count, cold, cached, again, ffmpeg)


def growth_table(rows: Sequence[Growth]) -> str:
    """Return the runs as markdown, with the ratio to ffmpeg."""
    head = (
        "tracks", "first run s", "its processor s", "peak memory MB", "ffmpeg s", "first run / ffmpeg",
        "again, with cache s", "its processor s", "second pass s", "its processor s",
    )  # fmt: skip
    lines = []
    for row in rows:
        ffmpeg = row.ffmpeg_seconds
        lines.append(
            [
                str(row.track_count),
                f"{row.cold.seconds:.1f}",
                f"{row.cold.processor_seconds:.1f}",
                f"{row.cold.peak_megabytes:.0f}",
                "–" if ffmpeg is None else f"{ffmpeg:.1f}",
                "–" if ffmpeg is None else f"{row.cold.seconds / ffmpeg:.2f}",
                *(f"{value:.1f}" for one in (row.cached, row.again) for value in (one.seconds, one.processor_seconds)),
            ]
        )
    return table(head, lines)


def project_seconds(folder: Path) -> dict[str, tuple[float, float]]:
    """Return the best wall and processor times to read and write a large project."""
    from reaper_bridge.rpp.files import read_file, write_file
    from reaper_bridge.rpp.host import ProjectFile
    from reaper_bridge.rpp.syntax import parse_project
    from reaper_bridge.session.address import Address
    from reaper_bridge.session.change import Change, MixPlan

    path, target = folder / "large.RPP", folder / "large mixed.RPP"
    path.write_text(large_project_text(LARGE_PROJECT_BYTES), "utf-8")

    def rewrite() -> None:
        write_file(target, parse_project(read_file(path)).to_bytes())

    def move_faders() -> None:
        host = ProjectFile(path, target)
        faders = (Change(Address(t.id, "fader"), t.volume_linear, 0.5, "timed") for t in host.snapshot().tracks)
        host.write(MixPlan(tuple(faders)), label="timed")

    work = {"parsed and written": rewrite, "read, forty faders moved, written with its ledger": move_faders}
    return {name: _best(task) for name, task in work.items()}


def _best(task: Callable[[], None]) -> tuple[float, float]:
    times = []
    for _ in range(REPEATS):
        wall, processor = time.perf_counter(), time.process_time()
        task()
        times.append((time.perf_counter() - wall, time.process_time() - processor))
    return min(wall for wall, _ in times), min(processor for _, processor in times)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tracks", type=int, nargs="+", default=[10, 20, 40, 80])
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--folder", type=Path, help="make the sessions here instead of in the temporary folder")
    chosen = parser.parse_args()
    seconds = 60.0 * chosen.minutes
    with tempfile.TemporaryDirectory(prefix="first-pass-speed-", dir=chosen.folder) as temporary:
        folder = Path(temporary)
        run(first_pass("mix", write_stress_session(folder / "warm", 16, 12.0), "--dry-run"), folder / "warm" / "cache")
        projects = project_seconds(folder)
        helps = [run(first_pass("--help"), folder) for _ in range(REPEATS)]
        write_stress_session(folder, max(chosen.tracks), seconds)
        rows = [growth_of(folder, count, seconds) for count in sorted(chosen.tracks)]
    print(f"# Speed\n\n{machine()} Mono tracks of {chosen.minutes:g} minutes, 48 kHz, 24 bit WAV.\n")
    print(growth_table(rows))
    print(
        "\nffmpeg: `ebur128=peak=true` over the same files, one after the other. With cache: the same project mixed "
        "again. Second pass: over the mixed project, which ends with nothing to do.\n"
    )
    small = [[f"a 3.4 MB project {what}", f"{w:.3f}", f"{p:.3f}"] for what, (w, p) in projects.items()]
    quickest = min(helps, key=lambda one: one.seconds)
    small.append(["`first-pass --help`", f"{quickest.seconds:.2f}", f"{quickest.processor_seconds:.2f}"])
    print(table((f"best of {REPEATS}", "wall s", "processor s"), small))


if __name__ == "__main__":
    main()
