"""Microphones of one performance in the report: both attacks over each other, before and after, and what that says."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from actions.mixing.alignment import Aligned, Stand
from actions.report.contents import AlignmentStory, Curve
from actions.report.drawing import rows_figure, write
from actions.report.effect_words import db, number
from actions.report.ink import AFTER, BEFORE, FAINT, STRONG, name_mark, svg_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_PAIRS: Final = 5
_ROW_UNITS: Final = 58.0
_SHOWN_MS: Final = (-2.0, 10.0)
_GAP_MS: Final = 1.5
_TICKS_MS: Final = (0, 4, 8)
_AUDIBLE_DB: Final = 0.1


def story_of(found: Aligned, first: str, second: str) -> AlignmentStory:
    """Return what the report shows of a pair; ``first`` and ``second`` are the names of its tracks."""
    before, after = found.correlations
    together = found.pair.together
    times = together.attack_start_ms + together.attack_step_ms * np.arange(len(together.attacks[0]))
    near, far = (np.array(shape) for shape in together.attacks)
    return AlignmentStory(
        first,
        second,
        found.pair.kind == "distance",
        (found.before.late_ms, found.after.late_ms),
        (found.before.inverted, found.after.inverted),
        (before, after),
        found.low_gain_db,
        found.left_because,
        (times, near),
        _played(found, found.before, times, far),
        _played(found, found.after, times, far),
    )


def _played(found: Aligned, stand: Stand, times_ms: Curve, heard: Curve) -> tuple[Curve, Curve]:
    """Return the second's attack as it plays where it stands so."""
    earlier_ms = found.pair.relation.delay_ms - stand.late_ms
    sign = -1.0 if stand.inverted != found.pair.relation.inverted else 1.0
    return times_ms - earlier_ms, sign * heard


def moved(stories: Sequence[AlignmentStory]) -> list[AlignmentStory]:
    """Return the pairs in which something was changed, those with most gain first."""
    return sorted((story for story in stories if story.is_moved), key=lambda s: (-s.low_gain_db, s.second))


def alignment_picture(stories: Sequence[AlignmentStory], alt: str) -> str:
    """Draw the strongest attack of both tracks of each pair over each other: before at the left, after at the right."""
    seen = moved(stories)[:MOST_PAIRS]
    figure, axes = rows_figure(len(seen), row_units=_ROW_UNITS)
    shift_ms = _SHOWN_MS[1] - _SHOWN_MS[0] + _GAP_MS
    for y, story in enumerate(seen):
        for place, ink, curve in ((0.0, BEFORE, story.second_before), (shift_ms, AFTER, story.second_after)):
            axes.plot([_SHOWN_MS[0] + place, _SHOWN_MS[1] + place], [y, y], color=FAINT, linewidth=0.6)
            _draw(axes, place, y, story.first_attack, STRONG, 1.0)
            _draw(axes, place, y, curve, ink, 1.8)
    axes.set_yticks(range(len(seen)), [name_mark(index) for index in range(len(seen))])
    axes.tick_params(axis="y", length=0, pad=8)
    ticks = [(tick + place, f"{tick} ms" if tick == _TICKS_MS[-1] else f"{tick}") for place in (0.0, shift_ms)
             for tick in _TICKS_MS]  # fmt: skip
    axes.set_xticks([at for at, _ in ticks], [text for _, text in ticks])
    axes.set_xlim(_SHOWN_MS[0], _SHOWN_MS[1] + shift_ms)
    for place, text in ((0.0, "before"), (shift_ms, "after")):
        write(axes, _SHOWN_MS[1] + place, -0.42, text, ha="right")
    return svg_of(figure, "alignment", alt, [story.second for story in seen])


def _draw(axes: "Axes", place: float, y: int, curve: tuple[Curve, Curve], ink: str, width: float) -> None:
    times, values = curve
    shown = (times >= _SHOWN_MS[0]) & (times <= _SHOWN_MS[1])
    axes.plot(times[shown] + place, y - 0.42 * values[shown], color=ink, linewidth=width)


def alignment_finding(stories: Sequence[AlignmentStory]) -> str:
    """Say what was set right, what was left, and how far off the distant microphones are."""
    said = [_moved_words(story) for story in moved(stories)]
    said += [
        f"{story.second} against {story.first} is left as recorded: {story.left_because}."
        for story in stories
        if story.left_because and not story.is_moved and not story.is_distance
    ]
    far = [f"{s.second} {number(s.late_ms[0])} ms" for s in stories if s.is_distance]
    if far:
        first = next(story.first for story in stories if story.is_distance)
        said.append(f"Later than {first}, and left so: {', '.join(far)}.")
    return " ".join(said)


def _moved_words(story: AlignmentStory) -> str:
    wrong = []
    if story.late_ms[0] != story.late_ms[1]:
        wrong.append(f"{number(abs(story.late_ms[0]), 2)} ms {'late' if story.late_ms[0] > 0 else 'early'}")
    if story.inverted[0] != story.inverted[1]:
        wrong.append("the other way up")
    before, after = (number(value, 2, signed=True) for value in story.correlation)
    text = f"{story.second} was {' and '.join(wrong)} against {story.first}: correlation {before} → {after}"
    if abs(story.low_gain_db) >= _AUDIBLE_DB:
        text += f", {db(story.low_gain_db, signed=True)} below 150 Hz when both play"
    return text + "."
