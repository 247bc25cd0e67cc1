"""Everything we may touch has an address, written ``TRACK/kind`` or ``TRACK/kind/key``.

The table below is the whole list: what it names, the unit of its value, and what locks it.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from reaper_bridge.session.errors import PlanError
from reaper_bridge.session.identity import TrackId

Kind: TypeAlias = Literal[
    "track",
    "fader",
    "pan",
    "width",
    "polarity",
    "mute",
    "main_send",
    "channels",
    "fx",
    "send",
    "side_chain",
    "envelope",
    "play_offset",
]


@dataclass(frozen=True)
class KindFacts:
    """What a kind of address names. ``key`` says what stands behind the second slash, if anything."""

    names: str
    unit: str
    key: str = ""


KINDS: dict[Kind, KindFacts] = {
    "track": KindFacts("the track itself; nothing means it does not exist", "track"),
    "fader": KindFacts("the track's volume", "linear"),
    "pan": KindFacts("the track's pan, -1 left to +1 right", "ratio"),
    "width": KindFacts("the track's stereo width, 1 as recorded", "ratio"),
    "polarity": KindFacts("whether the track's polarity is inverted", "switch"),
    "mute": KindFacts("whether the track is muted", "switch"),
    "main_send": KindFacts("whether the track sounds in its folder or the master", "switch"),
    "channels": KindFacts("how many channels the track has, an even number", "count"),
    "fx": KindFacts("a plug-in in the track's chain; nothing means it is not there", "plug-in", "plug-in GUID"),
    "send": KindFacts("a send to another track; nothing means there is none", "send", "destination GUID"),
    "side_chain": KindFacts(
        "a send to channels 3/4 of another track, for a side-chained plug-in there; nothing means there is none",
        "send",
        "destination GUID",
    ),
    "envelope": KindFacts("the points of an automation lane", "points", "lane"),
    "play_offset": KindFacts("the track's media playback offset", "seconds"),
}


@dataclass(frozen=True, order=True)
class Address:
    """One thing in a session that can be changed."""

    track_id: TrackId
    kind: Kind
    key: str = ""

    def __str__(self) -> str:
        return f"{self.track_id}/{self.kind}" + (f"/{self.key}" if self.key else "")

    @property
    def unit(self) -> str:
        """The unit of the value that stands here."""
        return KINDS[self.kind].unit


def parse_address(text: str) -> Address:
    """Read an address back from its text, the reverse of ``str``.

    Raises:
        PlanError: The text is not an address.
    """
    track_id, _, rest = text.partition("/")
    kind, _, key = rest.partition("/")
    known = next((name for name in KINDS if name == kind), None)
    if not track_id or known is None or bool(key) != bool(KINDS[known].key):
        raise PlanError(f"“{text}” is not an address; one looks like {{GUID}}/fader or {{GUID}}/fx/{{GUID}}.")
    return Address(TrackId(track_id), known, key)
