"""Who made room for whom, in the report: each remedy with what it left, and why it was enough or was not."""

from collections.abc import Callable
from typing import Final

from actions.mixing.remedies import Masked, RemedyName
from actions.report.contents import RemedyLine, RoomStory
from actions.report.effect_words import hz, percent
from reaper_bridge.session.identity import TrackId

TITLES: Final[dict[RemedyName, str]] = {"level": "Level", "pan": "Pan", "eq": "EQ", "ducking": "Ducking"}
MOST_NAMES: Final = 3


def room_of(found: Masked, name: Callable[[TrackId], str]) -> RoomStory:
    """Return what the report shows of a track that others cover; ``name`` tells how tracks are called."""
    return RoomStory(
        name(found.key),
        tuple(name(other) for other in found.others),
        found.low_hz,
        found.high_hz,
        (found.before_ratio, found.after_ratio),
        found.limit_ratio,
        tuple(
            RemedyLine(TITLES[each.name], each.because, each.covered_ratio, each.name == found.chosen)
            for each in found.remedies
        ),
    )


def room_sentence(story: RoomStory) -> str:
    """Say how much was covered, by whom, how much is, and whether that is little enough."""
    names = story.others[:MOST_NAMES]
    more = len(story.others) - len(names)
    who = (
        ", ".join(names[:-1]) + (" and " if len(names) > 1 and not more else ", " if len(names) > 1 else "") + names[-1]
    )
    who += f" and {more} more" if more else ""
    before, after = (percent(ratio) for ratio in story.covered)
    text = f"From {hz(story.low_hz)} to {hz(story.high_hz)} {who} covered {before} of it while both play, now {after}"
    return f"{text}; up to {percent(story.limit_ratio)} is left as it is"
