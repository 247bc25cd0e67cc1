"""The pictures of the report: plain arrays in, inline SVG out, with the text a screen reader says.

Before is grey and dashed or hollow, after is blue and solid, a target is orange: no picture is told by colour
alone. What is silent, missing or not a number is left out; where nothing is left the picture says so.
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from actions.report.contents import GroupLevel, TrackStory
from actions.report.drawing import (
    Values,
    add_grid,
    empty_picture,
    label_axes,
    mark_time,
    name_rows,
    new_figure,
    rows_figure,
    thinned,
    write,
)
from actions.report.effect_words import db
from actions.report.ink import AFTER, BEFORE, FAINT, STRONG, TARGET, WARM, WIDTH_UNITS, name_mark, svg_of
from analysis.measures import BANDS_HZ

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_ROWS: Final = 20
MOST_REDUCTIONS: Final = 10
MOST_MASKED: Final = 14
SPECTRUM_TOLERANCE_DB: Final = 3.0
_LEAST_SHARE: Final = 0.02
_OCTAVES_SHOWN: Final = (31.5, 63.0, 125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0, 16000.0)


def spectrum_picture(before_db: Values, after_db: Values, target_db: Values, alt: str) -> str:
    """Draw the spectra of the mix, all (31,) in dB, against the target; level is left out."""
    curves = [aligned(np.asarray(levels, dtype=np.float64)) for levels in (before_db, after_db, target_db)]
    before, after, target = curves
    if all(curve is None for curve in (before, after)):
        return empty_picture("spectrum", alt, "The mix is silent: there is no spectrum.")
    figure, axes = new_figure(250.0)
    x = np.array(BANDS_HZ)
    if target is not None:
        low, high = target - SPECTRUM_TOLERANCE_DB, target + SPECTRUM_TOLERANCE_DB
        axes.fill_between(x, low, high, facecolor=TARGET, alpha=0.22, linewidth=0)
        axes.plot(x, target, color=TARGET, linewidth=1.0)
    if before is not None:
        axes.plot(x, before, color=BEFORE, linewidth=1.6, linestyle=(0, (3, 2)))
    if after is not None:
        axes.plot(x, after, color=AFTER, linewidth=2.0)
    axes.set_xscale("log")
    axes.set_xlim(25.0, 20_000.0)
    drawn = np.concatenate([curve for curve in curves if curve is not None])
    top = math.ceil((float(np.nanmax(drawn)) + 2.0) / 5.0) * 5.0
    axes.set_ylim(max(top - 50.0, math.floor(float(np.nanmin(drawn)) / 5.0) * 5.0), top)
    axes.set_xticks(_OCTAVES_SHOWN, [f"{hz / 1000:g}k" if hz >= 1000 else f"{hz:g}" for hz in _OCTAVES_SHOWN])
    axes.minorticks_off()
    label_axes(axes, "Hz", "dB")
    add_grid(axes, "y")
    return svg_of(figure, "spectrum", alt)


def aligned(levels_db: Values) -> Values | None:
    """Return levels about their own mean, NaN where they are not finite or far below the rest; None for silence."""
    used = (np.array(BANDS_HZ) >= 60.0) & (np.array(BANDS_HZ) <= 13_000.0)
    finite = np.isfinite(levels_db)
    if levels_db.shape != used.shape or not (finite & used).any():
        return None
    levels = np.where(finite, levels_db, np.nan)
    levels = levels - np.nanmean(levels[used])
    return np.asarray(np.where(levels < np.nanmax(levels) - 70.0, np.nan, levels), dtype=np.float64)


def levels_picture(rows: Sequence[GroupLevel], alt: str, reference: str = "the lead") -> str:
    """Draw how loud each group is before and after, and where its target lies, loudest target first."""
    seen = [row for row in rows if math.isfinite(row.before_lu) or math.isfinite(row.after_lu)]
    seen = sorted(seen, key=lambda row: (-_finite(row.after_lu, -200.0), row.name))[:MOST_ROWS]
    if not seen:
        return empty_picture("levels", alt, "No group of tracks can be heard.")
    figure, axes = rows_figure(len(seen))
    values = [v for r in seen for v in (r.before_lu, r.after_lu, r.target_lu) if v is not None and math.isfinite(v)]
    low, high = max(min(values), max(values) - 45.0), max(values)
    for y, row in enumerate(seen):
        ends = [max(v, low) for v in (row.before_lu, row.after_lu) if math.isfinite(v)]
        axes.plot([min(ends), max(ends)], [y, y], color=FAINT, linewidth=1.2)
        if row.target_lu is not None and math.isfinite(row.target_lu):
            spot = max(row.target_lu, low)
            axes.plot([spot - 1.5, spot + 1.5], [y, y], color=TARGET, linewidth=9.0, alpha=0.28, solid_capstyle="butt")
            axes.plot([spot, spot], [y - 0.3, y + 0.3], color=TARGET, linewidth=2.0, solid_capstyle="butt")
        if math.isfinite(row.before_lu):
            _hollow(axes, max(row.before_lu, low), y)
        if math.isfinite(row.after_lu):
            axes.plot([max(row.after_lu, low)], [y], marker="o", markersize=7, color=AFTER, markeredgewidth=0)
    name_rows(axes, len(seen))
    axes.set_xlim(low - 2.5, high + 2.5)
    label_axes(axes, f"LU against {reference}", "")
    add_grid(axes, "x")
    return svg_of(figure, "levels", alt, [row.name for row in seen])


def _hollow(axes: "Axes", x: float, y: float) -> None:
    axes.plot([x], [y], marker="o", markersize=6, color=BEFORE, fillstyle="none", markeredgewidth=1.5)


def masking_picture(names: Sequence[str], matrix: Values, alt: str, key: str) -> str:
    """Draw who hides whom: rows are hidden, columns hide; ``matrix[i, j]`` is how much of j track i covers.

    Only the ``MOST_MASKED`` tracks that hide or are hidden most are drawn; see ``most_masked``.
    """
    shares = np.nan_to_num(np.asarray(matrix, dtype=np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    count = len(names)
    if shares.shape != (count, count) or count < 2:
        return empty_picture(key, alt, "Fewer than two tracks sound: nothing can hide.")
    left, cell = 112.0, min((WIDTH_UNITS - 112.0 - 12.0) / count, 30.0)
    figure, axes = new_figure(count * cell + 114.0, left=left, bottom=12.0)
    height = float(figure.get_size_inches()[1]) * 72.0
    axes.set_position((left / WIDTH_UNITS, 12.0 / height, count * cell / WIDTH_UNITS, count * cell / height))
    _draw_cells(axes, shares, cell)
    for index in range(count):
        write(axes, -0.75, index, name_mark(index), ha="right")
        write(axes, index, -0.75, name_mark(index), ha="left", rotation=60, rotation_mode="anchor")
    axes.set_xlim(-0.5, count - 0.5)
    axes.set_ylim(count - 0.5, -0.5)
    axes.set_axis_off()
    return svg_of(figure, key, alt, names, name_length=16)


def _draw_cells(axes: "Axes", shares: Values, cell: float) -> None:
    from matplotlib.patches import Rectangle

    count = len(shares)
    for hidden in range(count):
        for hiding in range(count):
            share = min(max(float(shares[hiding, hidden]), 0.0), 1.0)
            if hidden == hiding:
                axes.plot([hiding], [hidden], marker="o", markersize=2, color=FAINT, markeredgewidth=0)
            elif share >= _LEAST_SHARE:
                shade = 0.08 + 0.87 * share
                corner = (hiding - 0.46, hidden - 0.46)
                axes.add_patch(Rectangle(corner, 0.92, 0.92, facecolor=WARM, alpha=round(shade, 2), linewidth=0))
                if cell >= 20.0:
                    write(axes, hiding, hidden, f"{100 * share:.0f}", ha="center", fontsize=9, color=STRONG)


def most_masked(matrix: Values, most: int = MOST_MASKED) -> list[int]:
    """Return the indices of the tracks that take most part in masking, in their own order."""
    shares = np.nan_to_num(np.asarray(matrix, dtype=np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    if shares.ndim != 2 or shares.shape[0] != shares.shape[1]:
        return []
    part = shares.sum(axis=0) + shares.sum(axis=1)
    return sorted(int(i) for i in np.argsort(-part, kind="stable")[:most])


def stereo_picture(rows: Sequence[TrackStory], alt: str) -> str:
    """Draw where each track stands between left and right, loudest on top; a bar shows its width."""
    seen = [row for row in rows if math.isfinite(row.pan) and math.isfinite(row.energy_db)]
    seen = sorted(seen, key=lambda row: (-row.energy_db, row.name))[:MOST_ROWS]
    if not seen:
        return empty_picture("stereo", alt, "No track can be heard: there is no stereo field.")
    figure, axes = rows_figure(len(seen))
    loudest = seen[0].energy_db
    axes.axvline(0.0, color=FAINT, linewidth=0.8)
    for y, row in enumerate(seen):
        pan = min(max(row.pan, -1.0), 1.0)
        if row.pan_before is not None and abs(row.pan_before - pan) > 0.02:
            axes.plot([row.pan_before, pan], [y, y], color=BEFORE, linewidth=1.0, linestyle=(0, (2, 2)))
            _hollow(axes, row.pan_before, y)
        half = min(max(_finite(row.width, 0.0), 0.0), 2.0) * 0.5 * (1.0 - abs(pan))
        if half > 0.01:
            ends = [max(pan - half, -1.0), min(pan + half, 1.0)]
            axes.plot(ends, [y, y], color=AFTER, linewidth=4.0, alpha=0.3, solid_capstyle="round")
        size = 4.0 + 6.0 * 10.0 ** (max(row.energy_db - loudest, -40.0) / 20.0)
        axes.plot([pan], [y], marker="o", markersize=round(size, 1), color=AFTER, markeredgewidth=0)
    name_rows(axes, len(seen))
    axes.set_xlim(-1.08, 1.08)
    axes.set_xticks([-1.0, -0.5, 0.0, 0.5, 1.0], ["left", "50 %", "centre", "50 %", "right"])
    add_grid(axes, "x")
    return svg_of(figure, "stereo", alt, [row.name for row in seen])


def loudness_picture(
    before_times: Values,
    before_lufs: Values,
    after_times: Values,
    after_lufs: Values,
    alt: str,
) -> str:
    """Draw the short-term loudness of the mix over the song, before and after; all (F,)."""
    curves = [thinned(before_times, before_lufs), thinned(after_times, after_lufs)]
    if not any(len(times) for times, _ in curves):
        return empty_picture("loudness", alt, "The mix is silent: there is no loudness to follow.")
    figure, axes = new_figure(210.0)
    (before_x, before_y), (after_x, after_y) = curves
    axes.plot(before_x, before_y, color=BEFORE, linewidth=1.4, linestyle=(0, (3, 2)))
    axes.plot(after_x, after_y, color=AFTER, linewidth=2.0)
    levels = np.concatenate([before_y, after_y])
    top = math.ceil((float(np.nanmax(levels)) + 1.0) / 5.0) * 5.0
    axes.set_ylim(max(math.floor(float(np.nanmin(levels)) / 5.0) * 5.0, top - 40.0), top)
    mark_time(axes, float(max(times[-1] for times, _ in curves if len(times))))
    label_axes(axes, "", "LUFS")
    add_grid(axes, "y")
    return svg_of(figure, "loudness", alt)


def reduction_picture(tracks: Sequence[TrackStory], alt: str) -> str:
    """Draw what the busiest compressors take away over the song, each hanging from its own line."""
    thin = [(t, *thinned(*t.gain_reduction)) for t in tracks if t.gain_reduction is not None]
    thin = sorted(thin, key=lambda entry: (-mean_reduction_db(entry[0]), entry[0].number))
    seen = [entry for entry in thin if len(entry[1]) > 1][:MOST_REDUCTIONS]
    if not seen:
        return empty_picture("reduction", alt, "No compressor is at work.")
    figure, axes = rows_figure(len(seen), row_units=30.0, right=52.0)
    deepest = max(max(float(np.nanmax(depth)) for _, _, depth in seen), 3.0)
    for y, (track, times, depth) in enumerate(seen):
        hang = np.clip(np.nan_to_num(depth, nan=0.0), 0.0, None) / deepest * 0.85
        axes.fill_between(times, y - 0.4, y - 0.4 + hang, facecolor=AFTER, alpha=0.75, linewidth=0)
        axes.plot([times[0], times[-1]], [y - 0.4, y - 0.4], color=FAINT, linewidth=0.8)
        write(axes, 1.015, y, db(mean_reduction_db(track)), transform=axes.get_yaxis_transform(), ha="left")
    name_rows(axes, len(seen))
    mark_time(axes, float(max(times[-1] for _, times, _ in seen)))
    return svg_of(figure, "reduction", alt, [track.name for track, _, _ in seen])


def mean_reduction_db(track: TrackStory) -> float:
    """Return the mean gain reduction of a track: as measured, else the mean of its curve, else 0."""
    if track.mean_gain_reduction_db is not None and math.isfinite(track.mean_gain_reduction_db):
        return track.mean_gain_reduction_db
    if track.gain_reduction is None:
        return 0.0
    depth = track.gain_reduction[1]
    finite = depth[np.isfinite(depth)]
    return float(finite.mean()) if len(finite) else 0.0


def sparkline(times_seconds: Values, reduction_db: Values, alt_text: str) -> str:
    """Draw one compressor's gain reduction as a small strip; an empty text where there is nothing to draw."""
    times, depth = thinned(times_seconds, reduction_db, 120)
    if len(times) < 2 or times[-1] <= times[0]:
        return ""
    deepest = max(float(np.nanmax(depth)), 3.0)
    x = 200.0 * (times - times[0]) / (times[-1] - times[0])
    y = 24.0 * np.clip(np.nan_to_num(depth, nan=0.0), 0.0, None) / deepest
    line = " ".join(f"{a:.0f},{b:.1f}" for a, b in zip(x, y, strict=True))
    return (
        f'<svg class="spark" role="img" aria-label="{alt_text}" viewBox="0 0 200 24" preserveAspectRatio="none">'
        f'<polygon points="0,0 {line} 200,0"/></svg>'
    )


def _finite(value: float, otherwise: float) -> float:
    return value if math.isfinite(value) else otherwise
