"""Try REAPER out, and write down what differed from what First Pass believes: ``doctor --probe``."""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from actions.folders import data_folder
from reaper_bridge.live.connection import connect
from reaper_bridge.live.probes import Answer, ProbeReport, run_probes


def probed(resource_path: Path | None) -> dict[str, Any]:
    """Try everything out and return the report as JSON: ``text`` for people, ``failed``, answers and facts.

    Raises:
        FirstPassError: REAPER cannot be reached, is recording, or stopped answering.
    """
    with connect(resource_path) as bridge:
        report = run_probes(bridge)
    folder = data_folder() / "probes"
    folder.mkdir(parents=True, exist_ok=True)
    stem = folder / f"probe-{datetime.now():%Y%m%d-%H%M%S}"
    text = told(report)
    stem.with_suffix(".txt").write_text(text + "\n", "utf-8")
    plain = {**asdict(report), "text": text, "failed": report.failed}
    stem.with_suffix(".json").write_text(json.dumps(plain, indent=1, ensure_ascii=False), "utf-8")
    return {**plain, "text": f"{text}\nWritten to {stem.with_suffix('.json')} and .txt."}


def told(report: ProbeReport) -> str:
    """Return the report as people read it: what differed first."""
    differs = [answer for answer in report.answers if answer.agrees is False]
    lines = [
        f"REAPER {report.reaper_version}: tried out in {report.held_seconds:.1f} s, {len(differs)} answers differ."
    ]
    lines += [_line(answer) for answer in sorted(report.answers, key=lambda answer: answer.agrees is not False)]
    if report.calibrated:
        lines.append(f"Calibrated: {', '.join(report.calibrated)}.")
    if report.left:
        lines.append(f"Left behind: {report.left}.")
    return "\n".join(lines)


def _line(answer: Answer) -> str:
    sign = {True: "✓", False: "✗", None: "·"}[answer.agrees]
    return f"{sign} {answer.trial}: {answer.question} {answer.found}."
