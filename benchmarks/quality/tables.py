"""The numbers as markdown."""

import math
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone

from analysis.mixture import MixtureMeasures

HEAD = (
    "mix", "LAR dB", "from target", "clarity", "spectrum distance dB", "side/mid < 120 Hz dB", "left − right dB",
    "true peak dBTP", "LUFS", "fader error dB",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Row:
    """One mix of one session. ``level_db`` is a gain that is reckoned, not rendered."""

    name: str
    measures: MixtureMeasures
    lead_target_db: float | None
    fader_errors_db: tuple[float, float] | None = None
    level_db: float = 0.0

    def numbers(self) -> tuple[float | None, ...]:
        """Return the numbers of the table, None where there is none."""
        m, target = self.measures, self.lead_target_db
        ratio = m.lead_to_accompaniment_db
        off = None if ratio is None or target is None else ratio - target
        return (
            ratio, off, m.lead_clarity_ratio, m.spectrum_distance_db, m.low_side_to_mid_db, m.imbalance_db,
            m.true_peak_dbtp + self.level_db, m.integrated_lufs + self.level_db,
            None if self.fader_errors_db is None else self.fader_errors_db[0],
        )  # fmt: skip


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a markdown table; all columns but the first are right-aligned."""
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def mix_table(rows: Sequence[Row]) -> str:
    """Return the table of the mixes of one session."""
    return table(HEAD, ([row.name, *_texts(row.numbers())] for row in rows))


def mean_table(sessions: Sequence[Sequence[Row]]) -> str:
    """Return the means over sessions, for the mixes that all of them have; distances count without their sign."""
    names = [row.name for row in sessions[0] if all(row.name in {r.name for r in other} for other in sessions)]
    lines = []
    for name in names:
        numbers = [next(row for row in rows if row.name == name).numbers() for rows in sessions]
        means: list[float | None] = []
        for index, column in enumerate(zip(*numbers, strict=True)):
            known = [abs(v) if index in (1, 5) else v for v in column if v is not None and math.isfinite(v)]
            means.append(sum(known) / len(known) if known else None)
        lines.append([name, *_texts(means, signed=False)])
    return table(HEAD, lines)


def _texts(numbers: Sequence[float | None], signed: bool = True) -> list[str]:
    forms = ["+.1f", "+.1f", ".3f", ".2f", ".1f", "+.2f", ".1f", ".1f", ".2f"]
    return [text(value, form if signed else form.lstrip("+")) for value, form in zip(numbers, forms, strict=True)]


def text(value: float | None, form: str) -> str:
    """Return a number with a true minus, a dash where there is none."""
    if value is None:
        return "–"
    if math.isinf(value):
        return "−∞" if value < 0 else "∞"
    return format(value, form).replace("-", "−")


def machine() -> str:
    """Return when and on what this was measured."""
    now = datetime.now(timezone.utc).strftime("%Y-%m-%d")
    return f"Measured {now} with Python {platform.python_version()} on {platform.system()} {platform.machine()}, {os.cpu_count()} cores."  # noqa: E501
