"""Time the bridge to a running REAPER against its stand-in: looking, writing, idling, coming back, and mixing again.

    python -m benchmarks.live [--tracks 40] [--plug-ins 4] [--call-cost-us 0] [--minutes 1] [--again-only]

Prints markdown: what was measured, what it may be, and how much of that it takes. The stand-in ticks 30 times a second,
as REAPER does, so that a request waits 17 ms in the mean. “Held” is how long REAPER's main thread, and with it the
engineer, has to wait. What one call of a real REAPER costs is not known (docs/unverified.md), so the calls are
counted, and --call-cost-us adds so many microseconds to each. “Again” is the whole command from its start to its end,
on a session of --minutes; on a busy machine its processor time says more than its seconds.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import psutil

from benchmarks.quality.tables import machine, table
from benchmarks.stress import write_stress_session
from reaper_bridge.live.connection import Bridge, connect
from reaper_bridge.live.host import LiveHost
from reaper_bridge.session.address import Address
from reaper_bridge.session.audio import CurvePoint
from reaper_bridge.session.change import Change, MixPlan, PlacedEffect
from reaper_bridge.session.effects import ReaComp
from reaper_bridge.session.model import Session
from reaper_bridge.session.values import read_value
from tests.session_builder import TrackSpec, build_project, guid_of
from tests.standin.fixture import ROOT, Standin

REPEATS: Final = 9
IDLE_SECONDS: Final = 20.0
CALL_SECONDS: Final = 3.0
POINTS: Final = 20_000
PARAMETERS: Final = 5_000
POINT_STEP_SECONDS: Final = 0.05


@dataclass(frozen=True)
class Row:
    """One line of the table. Without a limit a number only informs."""

    what: str
    value: float
    unit: str
    limit: float | None = None

    def cells(self) -> list[str]:
        """Return the line."""
        form = "{:.1f}" if self.unit == "ms" else "{:.2f}" if self.value < 100.0 else "{:,.0f}"
        limit = "–" if self.limit is None else f"≤ {self.limit:g} {self.unit}"
        share = "–" if self.limit is None else f"{100.0 * self.value / self.limit:.0f} %"
        return [self.what, f"{form.format(self.value)} {self.unit}", limit, share]


@contextmanager
def studio(tracks: int, plugin: str, plugins_per_track: int, call_cost_us: float = 0.0) -> Iterator[Standin]:
    """Run a stand-in with a project of so many tracks, each with an item and so many plug-ins."""
    with tempfile.TemporaryDirectory(prefix="first-pass-live-") as folder:
        specs = [TrackSpec(f"Track {number}", "guitar", file="media/one.wav") for number in range(tracks)]
        with Standin.start(build_project(Path(folder), specs), call_cost_us=call_cost_us) as standin:
            for spec in specs:
                for _ in range(plugins_per_track):
                    standin.control.insert_fx(guid_of(spec.name), plugin)
            yield standin


def look_rows(standin: Standin, title: str) -> list[Row]:
    """Time the snapshot of a project, the first one apart: it learns the names of the knobs."""
    walls, looks, helds = [], [], []
    with connect(standin.resource_path) as bridge:
        for _ in range(REPEATS):
            standin.control.reset_stats()
            started = time.perf_counter()
            facts = bridge.request("snapshot")
            walls.append(time.perf_counter() - started)
            looks.append(facts["held_seconds"])
            helds.append(_longest_tick_seconds(standin))
    return [
        Row(f"snapshot of {title}", 1e3 * statistics.median(walls[1:]), "ms", 100.0),
        Row("  REAPER held", 1e3 * statistics.median(helds[1:]), "ms", 70.0),
        Row("  of which looking", 1e3 * statistics.median(looks[1:]), "ms"),
        Row("  the first look: REAPER held", 1e3 * helds[0], "ms"),
        Row("  calls of REAPER's functions", standin.control.stats()["calls"], "calls"),
    ]


def write_rows(standin: Standin) -> list[Row]:
    """Time a plan that turns thousands of knobs and draws thousands of points, and what it is to take it back."""
    with (
        tempfile.TemporaryDirectory() as folder,
        LiveHost(standin.resource_path, calibration_folder=Path(folder)) as host,
    ):
        walls, helds, longest = [], [], []
        for run in range(5):
            plan = many_changes(host.snapshot(), run)
            standin.control.reset_stats()
            started = time.perf_counter()
            entry = host.write(plan, label=f"Timed {run}")
            walls.append(time.perf_counter() - started)
            helds.append(host.last_held_seconds)
            calls = standin.control.stats()["calls"]
            longest.append(_longest_tick_seconds(standin))
            unlanded = [item for item in entry.landed if not item.has_landed]
            if unlanded:
                raise SystemExit(f"{len(unlanded)} of {len(entry.landed)} changes did not land: {unlanded[0]}")
        started = time.perf_counter()
        host.undo()
        back = time.perf_counter() - started
    return [
        Row(f"write of {PARAMETERS:,} knobs and {POINTS:,} points: REAPER held", 1e3 * min(helds[1:]), "ms", 300.0),
        Row("  its tick, with reading the request and telling the result", 1e3 * min(longest[1:]), "ms"),
        Row("  with the check before and the look after", 1e3 * min(walls[1:]), "ms"),
        Row("  calls of REAPER's functions, the look after among them", calls, "calls"),
        Row("  taking it back", 1e3 * back, "ms"),
    ]


KNOBS: Final = (
    "threshold_db", "ratio", "attack_ms", "release_ms", "knee_db", "rms_ms", "pre_comp_ms", "wet_db",
    "detector_low_pass_hz", "detector_high_pass_hz",
)  # fmt: skip
"""The knobs of a compressor that every run turns."""


def many_changes(session: Session, run: int) -> MixPlan:
    """Return a plan that turns every knob of every compressor, and draws a lane on every track."""
    comp = ReaComp(
        threshold_db=-20.0 - run, ratio=2.0 + run, attack_ms=5.0 + run, release_ms=100.0 + run, knee_db=3.0 + run,
        rms_ms=6.0 + run, pre_comp_ms=1.0 + run, wet_db=-1.0 - run, detector_low_pass_hz=10_000.0 + 100.0 * run,
        detector_high_pass_hz=60.0 + run,
    )  # fmt: skip
    changes = []
    knobs = 0
    per_track = POINTS // len(session.tracks)
    for track in session.tracks:
        for slot in track.fx:
            if knobs + len(KNOBS) > PARAMETERS:
                break
            address = Address(track.id, "fx", slot.id)
            before = read_value(session, address)
            if isinstance(before, PlacedEffect):
                changes.append(Change(address, before, replace(before, effect=comp), "timed"))
                knobs += len(KNOBS)
        lane = Address(track.id, "envelope", "volume")
        points = tuple(CurvePoint(n * POINT_STEP_SECONDS, 0.5 + 0.25 * ((n + run) % 3)) for n in range(per_track))
        changes.append(Change(lane, read_value(session, lane), points, "timed"))
    if knobs < PARAMETERS:
        raise SystemExit(f"The project has only {knobs} knobs to turn.")
    return MixPlan(tuple(changes))


def call_rows(bridge: Bridge) -> list[Row]:
    """Count plain calls of one function of REAPER, one after the other."""
    started, count = time.perf_counter(), 0
    while time.perf_counter() - started < CALL_SECONDS:
        bridge.read_api("CountTracks", "0")
        count += 1
    return [Row("plain calls a second", count / (time.perf_counter() - started), "calls")]


def idle_rows() -> list[Row]:
    """Compare the processor time of a stand-in with an idle bridge and a client to that of one without a bridge."""
    with Standin.start(no_bridge=True) as bare, Standin.start() as standin, connect(standin.resource_path):
        processes = [psutil.Process(bare.pid), psutil.Process(standin.pid)]
        before = [_busy_seconds(process) for process in processes]
        time.sleep(IDLE_SECONDS)
        used = [_busy_seconds(process) - was for process, was in zip(processes, before, strict=True)]
    return [Row("idle bridge, share of a core", max(0.0, 100.0 * (used[1] - used[0]) / IDLE_SECONDS), "%", 1.0)]


def reconnect_rows() -> list[Row]:
    """Time how long after a restarted REAPER's bridge can be found a host has looked at the project again."""
    with studio(40, "ReaEQ", 1) as standin, LiveHost(standin.resource_path) as host:
        host.snapshot()
        standin.restart()
        started = time.perf_counter()
        host.snapshot()
        return [Row("connected and looked again after a restart", time.perf_counter() - started, "s", 2.0)]


AGAIN_TRACKS: Final = (10, 14, 20)
MOVED_TRACK: Final = 4
AGAIN_GENRES: Final = ("rock", "jazz", "metal")


def again_rows(track_count: int, minutes: float) -> list[Row]:
    """Time passes on three selected tracks of a mixed session, with another taste, after a fader elsewhere was moved.

    Every one finds a session that it does not know and decides something else, so that it renders what was, and what
    will be; only the measures of the tracks are remembered.
    """
    walls, busy, warm = [], [], []
    with tempfile.TemporaryDirectory(prefix="first-pass-again-") as folder:
        song = write_stress_session(Path(folder), track_count, 60.0 * minutes)
        with Standin.start(song) as standin:
            told = {
                **os.environ,
                "FIRST_PASS_RESOURCE": str(standin.resource_path),
                "FIRST_PASS_CACHE_DIR": str(Path(folder) / "cache"),
            }
            _mix(told)
            guids = [track["guid"] for track in standin.control.dump()["tracks"]]
            standin.control.select(guids=[guids[index] for index in AGAIN_TRACKS])
            for run, genre in enumerate(AGAIN_GENRES):
                standin.control.set_track(guids[MOVED_TRACK], "D_VOL", 0.3 - 0.02 * run)
                was = os.times()
                _mix(told, "--selected", "--genre", genre)
                now = os.times()
                walls.append(now.elapsed - was.elapsed)
                busy.append(now.children_user + now.children_system - was.children_user - was.children_system)
            os.environ.update(told)
            warm = _again_in_service(standin, [guids[index] for index in AGAIN_TRACKS], guids[MOVED_TRACK])
    return [
        Row(f"again on 3 of {track_count} tracks × {minutes:g} min", statistics.median(walls), "s", 3.0),
        Row("  processor time of it", statistics.median(busy), "s"),
        Row("  the same by a service that runs already", statistics.median(warm), "s", 3.0),
    ]


def _again_in_service(standin: Standin, selected: Sequence[str], moved: str) -> list[float]:
    """Return how long such passes take in a process that has made one before, as the service has."""
    from actions.first_pass import Wishes, first_pass

    seconds = []
    with LiveHost(standin.resource_path) as host:
        for run, genre in enumerate(("country", *AGAIN_GENRES)):
            standin.control.set_track(moved, "D_VOL", 0.2 - 0.02 * run)
            started = time.perf_counter()
            first_pass(host, Wishes(tracks=tuple(selected), genre=genre))
            seconds.append(time.perf_counter() - started)
    return seconds[1:]


def _mix(environment: dict[str, str], *wishes: str) -> None:
    """Mix what is open in the stand-in, in a process of its own as an engineer would.

    Raises:
        SystemExit: It failed, or found nothing to do.
    """
    program = "from actions.cli import main; main()"
    ran = subprocess.run(
        [sys.executable, "-c", program, "mix", *wishes], env=environment, cwd=ROOT, capture_output=True, text=True
    )
    if ran.returncode != 0:
        raise SystemExit(f"mix {' '.join(wishes)} ended with {ran.returncode}: {ran.stdout[-300:]}{ran.stderr[-300:]}")


def _longest_tick_seconds(standin: Standin) -> float:
    """Return how long the longest tick since the last reset held the main thread."""
    return float(standin.control.stats()["longest_hold_seconds"])


def _busy_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def bridge_rows(tracks: int, plug_ins: int, call_cost_us: float) -> list[Row]:
    """Time looking, calling, writing, coming back and idling."""
    rows: list[Row] = []
    with studio(tracks, "Panel (Third Party)", plug_ins, call_cost_us) as standin:
        rows += look_rows(standin, f"{tracks} tracks × {plug_ins} plug-ins × 32 knobs")
        with connect(standin.resource_path) as bridge:
            rows += call_rows(bridge)
    with studio(40, "ReaComp", -(-PARAMETERS // (40 * len(KNOBS))), call_cost_us) as standin:
        rows += write_rows(standin)
    return [*rows, *reconnect_rows(), *idle_rows()]


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tracks", type=int, default=40)
    parser.add_argument("--plug-ins", type=int, default=4)
    parser.add_argument("--call-cost-us", type=float, default=0.0)
    parser.add_argument("--minutes", type=float, default=1.0, help="length of the session that is mixed again")
    parser.add_argument("--again-only", action="store_true", help="time nothing but mixing again")
    chosen = parser.parse_args()
    rows = again_rows(chosen.tracks, chosen.minutes)
    if not chosen.again_only:
        rows = [*bridge_rows(chosen.tracks, chosen.plug_ins, chosen.call_cost_us), *rows]
    cost = f", {chosen.call_cost_us:g} µs added to each call" if chosen.call_cost_us else ""
    print(f"# The live bridge\n\n{machine()} Against the stand-in REAPER at 30 ticks a second{cost}.\n")
    print(table(("what", "measured", "limit", "of the limit"), [row.cells() for row in rows]))


if __name__ == "__main__":
    main()
