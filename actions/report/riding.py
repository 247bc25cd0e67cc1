"""Rides in the report: the lane over the waveform of its track, the sections of the song above, and what that says."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from actions.mixing.riding import Ridden, range_of
from actions.report.contents import Curve, RideStory, SectionMark
from actions.report.drawing import MOST_POINTS, add_grid, label_axes, mark_time, new_figure, write
from actions.report.effect_words import db, number
from actions.report.ink import AFTER, BEFORE, FAINT, svg_of
from analysis.measures import ENVELOPE_STEP_SECONDS, Array
from reaper_bridge.session.audio import CurvePoint
from reaper_bridge.session.units import db_from_linear

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_RIDES: Final = 4
_HEIGHT_UNITS: Final = 170.0
_LEAST_RANGE_DB: Final = 2.0
_LETTER_SHARE: Final = 0.025
"""A section shorter than this part of the song has no room for its letter."""


def story_of(found: Ridden, name: str, points: tuple[CurvePoint, ...], level_peak: Array) -> RideStory:
    """Return what the report shows of a lane: ``points`` as they were written, ``level_peak`` (M,) per millisecond."""
    return RideStory(
        name,
        found.kind,
        found.spread_db,
        range_of(points),
        found.lift_db,
        found.drop_db,
        (
            np.array([point.time_seconds for point in points]),
            np.array([db_from_linear(point.value) for point in points]),
        ),
        _wave(level_peak) if found.kind != "bed" else (np.zeros(0), np.zeros(0)),
    )


def _wave(level_peak: Array) -> tuple[Curve, Curve]:
    """Return times and peaks over the largest one, thinned to what can be seen."""
    count = len(level_peak)
    loudest = float(level_peak.max(initial=0.0))
    if not count or loudest <= 0.0:
        return np.zeros(0), np.zeros(0)
    edges = np.unique(np.linspace(0, count, MOST_POINTS + 1).astype(int)[:-1])
    return edges * ENVELOPE_STEP_SECONDS, np.maximum.reduceat(level_peak, edges) / loudest


def drawn(stories: Sequence[RideStory]) -> list[RideStory]:
    """Return the rides that get a picture, those that even out most first."""
    seen = [story for story in stories if story.kind != "bed" and len(story.lane[0])]
    return sorted(seen, key=lambda s: (-(s.spread_db[0] - s.spread_db[1]) if s.spread_db else 0.0, s.name))[:MOST_RIDES]


def ride_picture(story: RideStory, sections: Sequence[SectionMark], key: str, alt: str) -> str:
    """Draw a lane in dB over the waveform of its track, with the sections of the song at the top."""
    figure, axes = new_figure(_HEIGHT_UNITS)
    times, levels = story.lane
    wave_times, wave = story.wave
    ends = [section.end_seconds for section in sections]
    end = max(float(times.max(initial=0.0)), float(wave_times.max(initial=0.0)), *ends, 1.0)
    reach = max(_LEAST_RANGE_DB, float(np.ceil(np.abs(levels).max(initial=0.0))))
    if len(wave):
        axes.fill_between(wave_times, -reach * wave, reach * wave, facecolor=BEFORE, alpha=0.35, linewidth=0)
    axes.axhline(0.0, color=FAINT, linewidth=0.8)
    held_times, held_levels = np.concatenate(([0.0], times, [end])), np.concatenate((levels[:1], levels, levels[-1:]))
    axes.plot(held_times, held_levels, color=AFTER, linewidth=1.8)
    axes.plot(times, levels, color=AFTER, linestyle="", marker="o", markersize=2.6, markeredgewidth=0)
    top = 1.35 * reach
    _draw_sections(sections, axes, 1.12 * reach, top, end)
    axes.set_ylim(-1.08 * reach, top)
    axes.set_yticks([-reach, 0.0, reach], [f"−{reach:g}", "0", f"+{reach:g}"])
    mark_time(axes, end)
    label_axes(axes, "", "dB")
    add_grid(axes, "y")
    return svg_of(figure, key, alt)


def _draw_sections(
    sections: Sequence[SectionMark], axes: "Axes", bottom: float, top: float, end_seconds: float
) -> None:  # fmt: skip
    """Draw the form of the song as a strip of lettered boxes."""
    for section in sections if len(sections) > 1 else ():
        width = section.end_seconds - section.start_seconds
        axes.broken_barh(
            [(section.start_seconds, width)], (bottom, top - bottom), facecolor=FAINT, alpha=0.35, edgecolor=FAINT,
            linewidth=0.8,
        )  # fmt: skip
        if width >= _LETTER_SHARE * end_seconds:
            write(axes, section.start_seconds + 0.5 * width, 0.5 * (bottom + top), section.letter, ha="center")


def ride_finding(story: RideStory) -> str:
    """Say how a track is ridden: how many points, how far, and what for."""
    count, (low, high) = len(story.lane[0]), story.range_db
    span = f"{number(low, signed=True)} to {number(high, signed=True)} dB"
    text = f"{story.name}: {count} point{'s' * (count != 1)}, {span}."
    if story.spread_db is not None:
        where = "in its solos its level" if story.kind == "solo" else "its level"
        before, after = (number(value) for value in story.spread_db)
        text += f" Without the ride {where} over 1 s against the rest wanders by {before} dB, with it by {after} dB."
    if story.lift_db:
        text += f" Choruses are {db(story.lift_db)} up."
    return text


def bed_finding(stories: Sequence[RideStory]) -> str:
    """Say what of the bed goes down under verses; an empty text for nothing."""
    bed = [story for story in stories if story.kind == "bed"]
    if not bed:
        return ""
    return f" Under verses {', '.join(story.name for story in bed)} go down by {db(bed[0].drop_db)}."
