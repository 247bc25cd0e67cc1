"""Compare a first pass with simpler mixes of the same sessions, on rendered audio.

    python -m benchmarks.quality [--sessions DIR] [--only NAME] [--json FILE] [--quick]
    python -m benchmarks.quality ablation [--sessions DIR] [--only NAME]

Prints markdown. A session is a folder with a project, its media and ``truth.json``.
"""

import argparse
import json
import math
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from actions.mixing.curves import target_levels_db
from benchmarks.quality import ablation
from benchmarks.quality.independent.project import read_project
from benchmarks.quality.loop import loop_rows, told_loop
from benchmarks.quality.passes import (
    is_settled,
    largest_difference_db,
    mixed,
    with_other_levels,
    with_other_order,
)
from benchmarks.quality.promises import Promise, promises
from benchmarks.quality.scores import (
    Scored,
    fader_errors_db,
    gains_db,
    score_by_own_model,
    score_project,
    with_settings,
)
from benchmarks.quality.sessions import KnownSession, known_sessions
from benchmarks.quality.tables import Row, machine, mean_table, mix_table, table, text
from benchmarks.quality.ways import WAYS

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
OURS = "**First Pass**"
LEVEL_TOLERANCE_DB = 0.2


@dataclass(eq=False)
class Result:
    """All that was found out about one session."""

    name: str
    genre: str
    rows: list[Row] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    flaws: dict[str, list[str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    loop: dict[str, dict[str, float | None]] = field(default_factory=dict)


def result_of(known: KnownSession, scratch: Path, *, quick: bool) -> Result:
    """Mix and measure one session in every way."""
    output = scratch / "mixed.RPP"
    outcome = mixed(known.project, output)
    taste = outcome.taste
    target_db = target_levels_db(taste.target_spectrum)
    lead_target_db = taste.balance.lead_to_accompaniment_db
    project = read_project(known.project)
    before, ours = score_project(project, known, target_db), score_project(read_project(output), known, target_db)
    before_own, _ = score_by_own_model(known.project, known, target_db)
    ours_own, mixdown = score_by_own_model(output, known, target_db)
    raw_errors = fader_errors_db(known, dict.fromkeys((track.name for track in known.tracks), 0.0))
    result = Result(known.name, outcome.genre, notes=ours.notes)
    result.rows = [
        Row("as recorded", before.measures, lead_target_db, raw_errors),
        Row("as recorded, own model", before_own.measures, lead_target_db),
        *_other_rows(known, ours, target_db, lead_target_db),
        Row(OURS, ours.measures, lead_target_db, fader_errors_db(known, gains_db(before, ours))),
        Row("First Pass, own model", ours_own.measures, lead_target_db),
    ]
    result.loop = loop_rows(outcome)
    result.promises = list(promises(outcome, before.measures, ours.measures, mixdown))
    if not quick:
        result.promises += _invariances(known, output, ours, target_db, scratch)
    result.flaws = _flaws(known)
    return result


def _other_rows(known: KnownSession, ours: Scored, target_db: np.ndarray, lead_target_db: float) -> list[Row]:
    """Measure the other ways, at the loudness of our mix."""
    project = read_project(known.project)
    rows = []
    for name, way in WAYS.items():
        settings = way(known, project)
        if settings is None:
            print(f"{name} is not installed and left out.", file=sys.stderr)
            continue
        scored = score_project(with_settings(project, known, settings), known, target_db)
        level = ours.measures.integrated_lufs - scored.measures.integrated_lufs
        gains = {track: setting.gain_db for track, setting in settings.items()}
        rows.append(Row(name, scored.measures, lead_target_db, fader_errors_db(known, gains), level))
    return rows


def _invariances(
    known: KnownSession, output: Path, ours: Scored, target_db: np.ndarray, scratch: Path
) -> list[Promise]:
    found = [Promise("second pass", "nothing" if (done := is_settled(output)) else "changes", "nothing", done)]
    disguises = {"recordings ±12 dB": with_other_levels, "tracks shuffled": with_other_order}
    for number, (name, disguise) in enumerate(disguises.items()):
        folder = scratch / f"disguise {number}"
        path = disguise(known, folder)
        mixed(path, folder / "mixed.RPP")
        other = score_project(read_project(folder / "mixed.RPP"), known, target_db)
        apart = largest_difference_db(ours, other)
        told = ", ".join(f"{what} {value:.2f}" for what, value in apart.items())
        found.append(Promise(name, f"{told} dB apart", "±0.2", max(apart.values()) <= LEVEL_TOLERANCE_DB))
        shutil.rmtree(folder)
    return found


def _flaws(known: KnownSession) -> dict[str, list[str]]:
    from benchmarks.quality.flaws import score_session

    score = score_session(known.project.parent)
    return {"found": score.found, "missed": score.missed, "false alarms": score.false_alarms}


def told_session(result: Result) -> str:
    """Return one session as markdown."""
    kept = ([p.name, p.found, p.wanted, "yes" if p.is_kept else "**no**"] for p in result.promises)
    parts = [f"## {result.name} ({result.genre})", mix_table(result.rows)]
    parts.append(table(("promise", "found", "wanted", "kept"), kept))
    parts.append(told_loop(result.loop))
    if result.notes:
        parts.append("Not heard by the independent renderer: " + "; ".join(result.notes) + ".")
    parts.append("Injected flaws: " + ", ".join(f"{len(result.flaws[key])} {key}" for key in _FLAW_KEYS) + ".")
    parts += [f"- {key}: {'; '.join(result.flaws[key])}" for key in _FLAW_KEYS[1:] if result.flaws[key]]
    return "\n\n".join(parts) + "\n"


def told_together(results: list[Result]) -> str:
    """Return the means over the sessions as markdown."""
    counts = [[result.name, *(str(len(result.flaws[key])) for key in _FLAW_KEYS)] for result in results]
    totals = [sum(len(result.flaws[key]) for result in results) for key in _FLAW_KEYS]
    counts.append(["all", *map(str, totals)])
    broken = [f"{result.name}: {p.name} {p.found}" for result in results for p in result.promises if not p.is_kept]
    parts = ["## Mean over the sessions", mean_table([result.rows for result in results]), _nearness(results)]
    parts += ["Promises not kept: " + ("; ".join(broken) or "none") + "."]
    parts += ["## Injected flaws", table(("session", *_FLAW_KEYS), counts)]
    return "\n\n".join(parts) + "\n"


_FLAW_KEYS = ("found", "missed", "false alarms")
_EXPLANATION = (
    "Rendered by an independent renderer that shares no code with the product, unless it says “own model”. "
    "LAR: lead-to-accompaniment ratio. Clarity: audibility of the lead after ANSI S3.5, 0 to 1. Spectrum distance: "
    "rms over third octaves from the genre's target. Fader error: mean absolute distance from the reference faders "
    "with the median removed, clicks and junk left out; of First Pass the change of each track's loudness counts "
    "(trim, EQ, compression, fader). The other mixes are shown at the loudness of the First Pass mix."
)


def _nearness(results: list[Result]) -> str:
    """Say how much nearer to the reference faders we are than the others."""
    errors: dict[str, list[float]] = {}
    for result in results:
        for row in result.rows:
            if row.fader_errors_db is not None:
                errors.setdefault(row.name, []).append(row.fader_errors_db[0])
    means = {name: sum(values) / len(values) for name, values in errors.items()}
    ours = means[OURS]
    told = [
        f"{100.0 * (1.0 - ours / means[name]):.0f} % nearer than {name}"
        for name in ("equal loudness", "libsonare")
        if name in means
    ]
    return f"First Pass is {text(ours, '.2f')} dB from the reference faders: {', '.join(told)}."


def plain(results: list[Result]) -> list[dict[str, Any]]:
    """Return all results as JSON can hold them."""

    def finite(value: float | None) -> float | None:
        return None if value is None or not math.isfinite(value) else round(value, 4)

    keys = ("lar_db", "lar_from_target_db", "clarity", "spectrum_distance_db", "low_side_to_mid_db", "imbalance_db",
            "true_peak_dbtp", "loudness_lufs", "fader_error_db")  # fmt: skip
    return [
        {
            "session": result.name,
            "genre": result.genre,
            "mixes": {
                row.name.strip("*"): {
                    **{key: finite(value) for key, value in zip(keys, row.numbers(), strict=True)},
                    "fader_error_less_mean_db": finite(row.fader_errors_db[1]) if row.fader_errors_db else None,
                }
                for row in result.rows
            },
            "promises": [vars(promise) for promise in result.promises],
            "flaws": result.flaws,
            "closed_loop": result.loop,
        }
        for result in results
    ]


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", choices=("mixes", "ablation"), default="mixes", help="what to measure")
    parser.add_argument("--sessions", type=Path, default=EXAMPLES, help="a folder of sessions with truth.json")
    parser.add_argument("--only", help="the session whose folder begins like this")
    parser.add_argument("--json", type=Path, help="write the numbers here, too")
    parser.add_argument("--quick", action="store_true", help="leave out second pass, levels and order")
    chosen = parser.parse_args()
    results = []
    explanation = _EXPLANATION if chosen.what == "mixes" else ablation.__doc__ or ""
    print("\n\n".join(["# Quality", machine(), explanation, ""]), flush=True)
    with tempfile.TemporaryDirectory(prefix="first-pass-quality-") as scratch:
        os.environ["FIRST_PASS_CACHE_DIR"] = str(Path(scratch) / "cache")
        if chosen.what == "ablation":
            print(ablation.run(list(known_sessions(chosen.sessions, chosen.only))))
            return 0
        for number, known in enumerate(known_sessions(chosen.sessions, chosen.only)):
            folder = Path(scratch) / str(number)
            folder.mkdir()
            print(f"{known.name} …", file=sys.stderr)
            results.append(result_of(known, folder, quick=chosen.quick))
            shutil.rmtree(folder)
            print(told_session(results[-1]), flush=True)
    if not results:
        print(f"{chosen.sessions}: no session with a truth.json in it; name a folder of sessions.", file=sys.stderr)
        return 1
    print(told_together(results))
    if chosen.json:
        chosen.json.write_text(json.dumps(plain(results), indent=1, ensure_ascii=False) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
