"""What each stage of a pass adds: all stages, each left out, and each alone on top of gain and balance.

Measured on the product's own renderings, as a pass measures them; the tracks are listened to once per session.
"""

import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from actions.first_pass import Outcome, Wishes, first_pass
from actions.mixing.brief import STAGES
from benchmarks.quality.sessions import KnownSession
from benchmarks.quality.tables import table, text
from reaper_bridge.rpp.host import ProjectFile

BASE = ("gain", "balance")
WHOLE = "all stages"
HEAD = (
    "stages", "clarity", "audibility of kick, snare, bass", "LAR spread dB", "spectrum distance dB", "group error LU",
    "third-octave error dB", "GR error dB", "changes", "seconds",
)  # fmt: skip
_FORMS = (".3f", ".3f", ".2f", ".2f", ".3f", ".3f", ".3f", ".0f", ".1f")


@dataclass(frozen=True)
class Trial:
    """One choice of stages and the numbers of ``HEAD`` it gave, None where there is none."""

    name: str
    numbers: tuple[float | None, ...]


def choices() -> Iterator[tuple[str, frozenset[str]]]:
    """Yield every choice of stages with its name."""
    yield WHOLE, frozenset(STAGES)
    for stage in STAGES:
        yield f"without {stage}", frozenset(STAGES) - {stage}
    yield " + ".join(BASE), frozenset(BASE)
    for stage in STAGES:
        if stage not in BASE:
            yield f"{' + '.join(BASE)} + {stage}", frozenset((*BASE, stage))


def trials_of(project: Path) -> Iterator[Trial]:
    """Yield what every choice of stages gives on a session."""
    for name, stages in choices():
        yield Trial(name, numbers_of(first_pass(ProjectFile(project), Wishes(stages=stages), dry_run=True)))


def numbers_of(outcome: Outcome) -> tuple[float | None, ...]:
    """Return the numbers of a pass, in the order of ``HEAD``."""
    mixture, errors = outcome.after.mixture, outcome.verified.errors.measures
    rhythm = [value for group, value in mixture.audibility.items() if group in ("kick", "snare", "bass")]

    def error(measure: str) -> float | None:
        return errors[measure].mean if measure in errors else None

    return (
        mixture.lead_clarity_ratio,
        statistics.fmean(rhythm) if rhythm else None,
        mixture.lead_spread_db,
        mixture.spectrum_distance_db,
        error("group loudness"),
        error("group third octaves"),
        error("gain reduction"),
        float(len(outcome.plan)),
        outcome.seconds["deciding and checking"],
    )


def mean_trials(sessions: Sequence[Sequence[Trial]]) -> list[Trial]:
    """Return the means over sessions, choice by choice."""
    means = []
    for same in zip(*sessions, strict=True):
        columns = zip(*(trial.numbers for trial in same), strict=True)
        numbers = []
        for column in columns:
            known = [value for value in column if value is not None and math.isfinite(value)]
            numbers.append(statistics.fmean(known) if known else None)
        means.append(Trial(same[0].name, tuple(numbers)))
    return means


def told(trials: Sequence[Trial]) -> str:
    """Return a table of trials as markdown."""
    rows = [
        [trial.name, *(text(value, form) for value, form in zip(trial.numbers, _FORMS, strict=True))]
        for trial in trials
    ]
    return table(HEAD, rows)


def run(sessions: Sequence[KnownSession]) -> str:
    """Return the whole ablation as markdown: each session, then the mean."""
    found = {}
    for known in sessions:
        found[known.name] = list(trials_of(known.project))
        print(f"### {known.name}\n\n{told(found[known.name])}\n", flush=True)
    if len(found) < 2:
        return ""
    return f"### Mean over {len(found)} sessions\n\n{told(mean_trials(list(found.values())))}\n"
