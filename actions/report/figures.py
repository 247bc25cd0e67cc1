"""The numbers behind the report's pictures as JSON can hold them, for who draws them anew: the panel."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from actions.folders import write_private
from actions.report.contents import Curve, GroupLevel, MixPicture, ReportContents
from actions.report.drawing import thinned
from actions.report.pictures import SPECTRUM_TOLERANCE_DB, aligned
from actions.telling import finite
from analysis.measures import BANDS_HZ


def figures_of(contents: ReportContents) -> dict[str, Any]:
    """Return spectrum, group levels and loudness over time, before and after; null where nothing is known.

    Band levels are about their own mean, so that shapes are compared and not loudness.
    """
    has_lead = contents.mix_after.lead_to_accompaniment_db is not None
    return {
        "label": contents.label,
        "written_at": contents.written_at,
        "spectrum": {
            "hz": [float(hz) for hz in BANDS_HZ],
            "before": _shape(contents.mix_before.band_levels_db),
            "after": _shape(contents.mix_after.band_levels_db),
            "target": _shape(contents.target_levels_db),
            "tolerance_db": SPECTRUM_TOLERANCE_DB,
        },
        "reference": "the lead" if has_lead else "the loudest group",
        "levels": [_level(row) for row in contents.groups],
        "loudness": {"before": _loudness(contents.mix_before), "after": _loudness(contents.mix_after)},
    }


def write_figures(contents: ReportContents, path: Path) -> None:
    """Write the figures of a report into a file that only the user can read."""
    write_private(path, json.dumps(figures_of(contents), allow_nan=False) + "\n")


def _level(row: GroupLevel) -> dict[str, Any]:
    levels = {"before": row.before_lu, "after": row.after_lu, "target": row.target_lu}
    return {"name": row.name, **{when: finite(value) for when, value in levels.items()}}


def _shape(levels_db: Curve) -> list[float | None]:
    shape = aligned(np.asarray(levels_db, dtype=np.float64))
    return [None] * len(BANDS_HZ) if shape is None else [finite(level) for level in shape]


def _loudness(mix: MixPicture) -> dict[str, list[float | None]]:
    times, levels = thinned(mix.times_seconds, mix.short_term_lufs)
    return {"seconds": [finite(time) for time in times], "lufs": [finite(level, 1) for level in levels]}
