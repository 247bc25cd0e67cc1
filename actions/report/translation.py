"""The mix on other loudspeakers, in the report: the lead and the bass on each, before and after, and their limits."""

import math
from collections.abc import Sequence
from typing import Final, Literal

from actions.mixing.desk import Desk
from actions.mixing.translation import translation_of
from actions.report.contents import DeviceLine
from actions.report.drawing import add_grid, label_axes, name_rows, rows_figure
from actions.report.effect_words import db, percent
from actions.report.ink import AFTER, BEFORE, FAINT, TARGET, svg_of
from analysis.translation import devices

Measure = Literal["lead", "bass"]
UNITS: Final[dict[Measure, str]] = {"lead": "dB, the lead against the rest", "bass": "%, how much of the bass is heard"}
_ROW_UNITS: Final = 24.0


def device_lines(before: Desk, after: Desk) -> tuple[DeviceLine, ...]:
    """Return what the report shows of each device."""
    then = {one.device: one for one in translation_of(before)}
    now = translation_of(after)
    taste, titles = after.taste.translation, {device.name: device.title for device in devices()}
    full_db = now[0].lead_to_rest_db if now else None
    lines = []
    for index, one in enumerate(now):
        old = then.get(one.device)
        lines.append(
            DeviceLine(
                titles[one.device],
                (old.lead_to_rest_db if old else None, one.lead_to_rest_db),
                (old.bass_audible_ratio if old else None, one.bass_audible_ratio),
                full_db - taste.largest_lead_loss_db if index and full_db is not None else None,
                taste.least_bass_on_phone_ratio if one.device == "phone" else None,
            )
        )
    return tuple(lines)


def has_values(lines: Sequence[DeviceLine], measure: Measure) -> bool:
    """Tell whether there is anything to draw."""
    return any(_now(line, measure) is not None for line in lines)


def device_picture(lines: Sequence[DeviceLine], measure: Measure, alt: str) -> str:
    """Draw one measure on every device: before hollow, after filled, and a line at the limit."""
    seen = [line for line in lines if _now(line, measure) is not None]
    figure, axes = rows_figure(len(seen), row_units=_ROW_UNITS)
    for y, line in enumerate(seen):
        then, now, limit = _values(line, measure)
        if now is None:
            continue
        spots = [value for value in (then, now) if value is not None]
        axes.plot([min(spots), max(spots)], [y, y], color=FAINT, linewidth=1.2)
        if limit is not None:
            axes.plot([limit, limit], [y - 0.36, y + 0.36], color=TARGET, linewidth=2.0, solid_capstyle="butt")
        if then is not None:
            axes.plot([then], [y], marker="o", markersize=6, color=BEFORE, fillstyle="none", markeredgewidth=1.5)
        axes.plot([now], [y], marker="o", markersize=7, color=AFTER, markeredgewidth=0)
    name_rows(axes, len(seen))
    label_axes(axes, UNITS[measure], "")
    add_grid(axes, "x")
    axes.margins(x=0.06)
    return svg_of(figure, f"devices-{measure}", alt, [line.title for line in seen])


def device_finding(lines: Sequence[DeviceLine], measure: Measure, notes: Sequence[str]) -> str:
    """Say where it stands worst, and what was done or is left."""
    seen = [line for line in lines if _now(line, measure) is not None]
    worst = min(seen, key=lambda line: _now(line, measure) or 0.0)
    value = _now(worst, measure) or 0.0
    if measure == "lead":
        text = f"The lead stands lowest on “{worst.title}”: {db(value, signed=True)} against the rest."
    else:
        text = f"Least of the bass is heard on “{worst.title}”: {percent(value / 100.0)}."
    return " ".join([text, *(note if note.endswith(".") else f"{note}." for note in notes)])


def _now(line: DeviceLine, measure: Measure) -> float | None:
    return _values(line, measure)[1]


def _values(line: DeviceLine, measure: Measure) -> tuple[float | None, float | None, float | None]:
    """Return before, after and limit as they are drawn; what is not finite is none."""
    values = (*line.lead_db, line.lead_limit_db) if measure == "lead" else (*line.bass_ratio, line.bass_limit_ratio)
    scale = 1.0 if measure == "lead" else 100.0
    then, now, limit = (None if v is None or not math.isfinite(v) else scale * v for v in values)
    return then, now, limit
