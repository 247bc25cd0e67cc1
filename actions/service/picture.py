"""The picture: everything a client can show of the desk, as one frozen value.

A picture is made by the worker's thread and never changes, so that any thread may read it. ``values`` says it with the
addresses of OSC; whoever draws a page takes the fields themselves.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from actions.meters import Meters
from actions.service.addresses import (
    ANY_GENRE,
    BY_PATH,
    COUNTS,
    LOUDNESS_START_LUFS,
    PARTS,
    PREFIX,
    TABLE,
    WORDS,
    Address,
)
from actions.service.osc_values import Value, words
from actions.service.state import State

NUDGES: Final = tuple(a.path.rpartition("/")[2] for a in TABLE if a.path.startswith(f"{PREFIX}/nudge/"))
OF_EACH_CLIENT: Final = frozenset(f"{PREFIX}/{name}" for name in ("reply_port", "pong", "alive"))
"""What is told besides the picture, by whoever talks to a client."""
UNDER_WAY: Final[Mapping[str, str]] = {
    f"{PREFIX}/mix/all": "mix_all",
    f"{PREFIX}/mix/selected": "mix_selected",
    f"{PREFIX}/analyse": "analyse",
    f"{PREFIX}/redo": "redo",
    f"{PREFIX}/takeback": "take_back",
}
"""Which button tells 1 while which verb is under way."""

Status: TypeAlias = Literal["accepted", "rejected"]


@dataclass(frozen=True)
class PassPicture:
    """A pass that stands. ``made_of_it`` says what became of it since, "" if it stands as it was written."""

    id: int
    label: str
    written_at: str
    made_of_it: str = ""


@dataclass(frozen=True)
class ChangePicture:
    """One change of the last pass, for people. ``address`` names it in orders.

    ``is_theirs`` tells that somebody moved it since, so that nothing we do touches it.
    """

    address: str
    text: str
    reason: str
    stage: str
    track_id: str
    track: str
    status: Status = "accepted"
    is_alone: bool = False
    is_theirs: bool = False


@dataclass(frozen=True)
class TrackPicture:
    """One track. ``confidence_ratio`` is how sure its role is; ``group`` is its family, "none" outside of the music."""

    id: str
    name: str
    role: str
    role_title: str
    confidence_ratio: float
    group: str
    is_locked: bool = False
    is_included: bool = True


@dataclass(frozen=True)
class DeskPicture:
    """Everything there is to show.

    ``passes`` has the oldest first; ``changes`` are those of the last, the most important first; in this order until
    the next pass. ``amounts`` has one ratio for each of ``PARTS`` and ``nudges`` one for each of ``NUDGES``.
    ``hearing`` is "before" while the pass is switched off to compare.
    """

    state: State = field(default_factory=State)
    passes: tuple[PassPicture, ...] = ()
    amount_ratio: float = 1.0
    amounts: Mapping[str, float] = field(default_factory=lambda: dict.fromkeys(PARTS, 1.0))
    nudges: Mapping[str, float] = field(default_factory=lambda: dict.fromkeys(NUDGES, 0.0))
    hearing: str = ""
    changes: tuple[ChangePicture, ...] = ()
    tracks: tuple[TrackPicture, ...] = ()
    before: Meters = field(default_factory=Meters)
    after: Meters = field(default_factory=Meters)
    genre: str = ANY_GENRE
    loudness_lufs: float = LOUDNESS_START_LUFS

    @property
    def last_pass(self) -> str:
        """The label of the last pass that stands, "" where there is none."""
        return self.passes[-1].label if self.passes else ""

    @property
    def error(self) -> str:
        """What went wrong last, "" when all is well."""
        return self.state.sentence if self.state.name == "failed" else ""


def values(picture: DeskPicture) -> dict[str, Value]:
    """Return what every feedback address tells, words after their numbers; not what is ``OF_EACH_CLIENT``.

    A number that is not known is NaN, “–” in words. Changes and tracks that are not there do not appear; a client
    that was told of them before is told ``blank`` of them.
    """
    told: dict[str, Value] = {}
    for path, value in _told(picture):
        told[path] = math.nan if value is None else value
        address = address_of(path)
        if address.has_words:
            told[path + WORDS] = words(address, float(told[path]))
    return told


def blank(path: str) -> Value:
    """Return what a feedback address tells of a change or a track that is there no more."""
    return "" if address_of(path).feedback == "text" else 0


def _told(picture: DeskPicture) -> Iterator[tuple[str, Value | None]]:
    state = picture.state
    yield f"{PREFIX}/status", _spoken(state)
    yield f"{PREFIX}/progress", state.progress_ratio
    yield f"{PREFIX}/error", picture.error
    yield f"{PREFIX}/project", state.project
    yield f"{PREFIX}/last_pass", picture.last_pass
    for path, verb in UNDER_WAY.items():
        yield path, state.doing == verb
    yield f"{PREFIX}/compare", picture.hearing == "before"
    yield f"{PREFIX}/amount", picture.amount_ratio
    for part in PARTS:
        yield f"{PREFIX}/amount/{part}", picture.amounts.get(part, 1.0)
    for name in NUDGES:
        yield f"{PREFIX}/nudge/{name}", picture.nudges.get(name, 0.0)
    yield f"{PREFIX}/genre", picture.genre
    yield f"{PREFIX}/loudness", picture.loudness_lufs
    for when, meters in (("before", picture.before), ("after", picture.after)):
        yield f"{PREFIX}/meter/{when}/loudness", meters.loudness_lufs
        yield f"{PREFIX}/meter/{when}/vocal", meters.lead_to_rest_db
        yield f"{PREFIX}/meter/{when}/true_peak", meters.true_peak_dbtp
        yield f"{PREFIX}/meter/{when}/masking", meters.masking_ratio
    yield f"{PREFIX}/change/count", len(picture.changes)
    for number, change in enumerate(picture.changes[: COUNTS["change"]], 1):
        place = f"{PREFIX}/change/{number}"
        yield f"{place}/text", f"{change.track}: {change.text}" if change.track else change.text
        yield f"{place}/reason", change.reason
        yield f"{place}/accept", change.status == "accepted"
        yield f"{place}/reject", change.status == "rejected"
        yield f"{place}/solo", change.is_alone
    yield f"{PREFIX}/track/count", len(picture.tracks)
    for number, track in enumerate(picture.tracks[: COUNTS["track"]], 1):
        place = f"{PREFIX}/track/{number}"
        yield f"{place}/name", track.name
        yield f"{place}/role", track.role
        yield f"{place}/role/confidence", track.confidence_ratio
        yield f"{place}/include", track.is_included
        yield f"{place}/lock", track.is_locked


def _spoken(state: State) -> str:
    """Return what is going on in one sentence: while it works, at what and on which track."""
    # what failed is told as sentence and as result
    said = " ".join(part for part in dict.fromkeys((state.sentence, state.result, state.notice)) if part)
    return said or state.name.replace("_", " ").capitalize() + (f": {state.track}" if state.track else "")


def address_of(path: str) -> Address:
    """Return the row of the table that a path belongs to, with a number in it or without."""
    known = BY_PATH.get(path)
    if known is not None:
        return known
    kind, _, rest = path.removeprefix(f"{PREFIX}/").partition("/")
    return BY_PATH[f"{PREFIX}/{kind}/@/{rest.partition('/')[2]}"]
