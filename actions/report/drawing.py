"""Figures, axes and curves in the house style of the report's pictures. Lengths are in units of the picture."""

from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import numpy.typing as npt

from actions.report.ink import FAINT, INK, SETTINGS, TEXT_UNITS, WIDTH_UNITS, name_mark, svg_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Values = npt.NDArray[np.floating]
MOST_POINTS: Final = 320
ROW_UNITS: Final = 21.0
NAMES_UNITS: Final = 128.0
MARGIN_UNITS: Final = 12.0
TIME_STEPS_SECONDS: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)


def new_figure(height_units: float, *, left: float = 46.0, bottom: float = 34.0) -> "tuple[Figure, Axes]":
    """Return an empty figure ``WIDTH_UNITS`` wide with one set of axes; margins are in the same units."""
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context(SETTINGS):
        figure = Figure(figsize=(WIDTH_UNITS / 72.0, height_units / 72.0))
        figure.patch.set_alpha(0.0)
        width, height = (WIDTH_UNITS - left - 12.0) / WIDTH_UNITS, (height_units - bottom - 12.0) / height_units
        axes = figure.add_axes((left / WIDTH_UNITS, bottom / height_units, width, height))
        axes.patch.set_alpha(0.0)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        for side in ("left", "bottom"):
            axes.spines[side].set_color(FAINT)
        axes.tick_params(colors=FAINT, labelcolor=INK, labelsize=TEXT_UNITS, length=3, width=0.8)
        axes.minorticks_off()
    return figure, axes


def write(axes: "Axes", x: float, y: float, text: str, **style: Any) -> None:
    """Write a text into axes in the size and colour of the pictures; ``style`` is that of matplotlib's texts."""
    axes.text(x, y, text, **{"fontsize": TEXT_UNITS, "color": INK, "va": "center", **style})


def empty_picture(key: str, alt: str, why: str) -> str:
    """Return a picture that says there is nothing to draw, and why."""
    figure, axes = new_figure(110.0, left=12.0, bottom=12.0)
    axes.set_axis_off()
    write(axes, 0.5, 0.5, name_mark(0), ha="center", transform=axes.transAxes)
    return svg_of(figure, key, alt, [why], name_length=len(why))


def thinned(times_seconds: Values, values: Values, most: int = MOST_POINTS) -> tuple[Values, Values]:
    """Return at most so many points: means over equal stretches, gaps where nothing is finite, none for silence."""
    times, levels = np.asarray(times_seconds, dtype=np.float64), np.asarray(values, dtype=np.float64)
    count = min(len(times), len(levels))
    times, levels = times[:count], np.where(np.isfinite(levels[:count]), levels[:count], np.nan)
    if not np.isfinite(levels).any():
        return np.zeros(0), np.zeros(0)
    if count <= most:
        return times, levels
    edges = np.linspace(0, count, most + 1).astype(int)[:-1]
    finite = np.isfinite(levels)
    sums = np.add.reduceat(np.where(finite, levels, 0.0), edges)
    counts = np.add.reduceat(finite.astype(np.float64), edges)
    means = np.divide(sums, counts, out=np.full(most, np.nan), where=counts > 0)
    return times[edges], means


def rows_figure(count: int, row_units: float = ROW_UNITS, right: float = MARGIN_UNITS) -> "tuple[Figure, Axes]":
    """Return a figure of named rows, the first on top."""
    height = count * row_units + 50.0
    figure, axes = new_figure(height, left=NAMES_UNITS, bottom=36.0)
    box = axes.get_position()
    axes.set_position((box.x0, box.y0, (WIDTH_UNITS - NAMES_UNITS - right) / WIDTH_UNITS, box.height))
    axes.set_ylim(count - 0.5, -0.5)
    axes.spines["left"].set_visible(False)
    return figure, axes


def name_rows(axes: "Axes", count: int) -> None:
    """Write the placeholders of the names beside their rows."""
    axes.set_yticks(range(count), [name_mark(index) for index in range(count)])
    axes.tick_params(axis="y", length=0, pad=8)


def label_axes(axes: "Axes", x: str, y: str) -> None:
    """Name the units of both axes."""
    axes.set_xlabel(x, color=INK, fontsize=TEXT_UNITS, labelpad=2)
    axes.set_ylabel(y, color=INK, fontsize=TEXT_UNITS, labelpad=3)


def add_grid(axes: "Axes", axis: Literal["x", "y"]) -> None:
    """Draw faint lines behind everything, from the ticks of one axis."""
    axes.grid(True, axis=axis, color=FAINT, linewidth=0.5, alpha=0.6)
    axes.set_axisbelow(True)


def mark_time(axes: "Axes", end_seconds: float) -> None:
    """Mark minutes and seconds at a round step."""
    end = max(end_seconds, 1.0)
    step = next((s for s in TIME_STEPS_SECONDS if end / s <= 6.5), end / 6.0)
    ticks = np.arange(0.0, end + 1e-6, step)
    axes.set_xticks(ticks, [f"{int(t) // 60}:{int(t) % 60:02d}" for t in ticks])
    axes.set_xlim(0.0, end)
