"""What a decision is made from: the session, what was heard in it, a taste, and what may be touched."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from actions.mixing.routing import path_gain
from actions.mixing.stages import STAGES as STAGES
from actions.mixing.taste import Taste
from analysis.alignment import Pair
from analysis.measures import Flaw, TrackMeasures
from analysis.roles import Roles
from analysis.sections import Section
from reaper_bridge.session.address import Address
from reaper_bridge.session.effects import Effect
from reaper_bridge.session.identity import FxId, TrackId, guid_from_words
from reaper_bridge.session.model import Session, Track

KNOB_STAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "polarity": ("alignment",),
    "play_offset": ("alignment",),
    "trim": ("gain",),
    "gate": ("dynamics",),
    "eq": ("tone", "masking"),
    "deess": ("deessing",),
    "transient": ("dynamics",),
    "comp": ("dynamics",),
    "level": ("dynamics",),
    "saturation": ("saturation",),
    "widen": ("saturation",),
    "duck": ("ducking",),
    "side_chain": ("ducking", "space"),
    "channels": ("ducking",),
    "ride": ("automation",),
    "main_send": ("buses",),
    "fader": ("balance", "gain"),
    "mute": ("balance",),
    "pan": ("pan",),
    "width": ("pan",),
    "send": ("space",),
}
LABELS: Final = {
    "trim": "First Pass Trim",
    "gate": "First Pass Gate",
    "eq": "First Pass EQ",
    "deess": "First Pass De-esser",
    "transient": "First Pass Transients",
    "comp": "First Pass Comp",
    "level": "First Pass Leveller",
    "saturation": "First Pass Saturation",
    "widen": "First Pass Width",
    "duck": "First Pass Ducker",
}
"""Our plug-ins in the order they stand in a chain."""
RIDE_LANE: Final = "trim_volume"
"""The automation lane that rides are written to: the fader stays free."""
LEAST_ACTIVE_SECONDS: Final = 1.0
CLOSED_LINEAR: Final = 0.001
"""A fader at -60 dB or below is closed."""
WHY_UNMIXED: Final[Mapping[str, str]] = {
    "bus": "a bus: its members are mixed, it keeps its own settings",
    "return": "an effect return: it keeps its own settings",
    "click": "a click track",
    "guide": "a guide track",
    "reference": "a reference track",
    "print": "a print of an earlier mix",
    "junk": "nothing useful is recorded on it",
}


@dataclass(frozen=True)
class Withheld:
    """A knob of a track that is left out of a decision, and why; ``masking`` are the unmasking bands of its EQ."""

    track_id: str
    knob: str
    because: str


@dataclass(frozen=True)
class Corrections:
    """What a rendering found to differ from the prediction, in dB.

    ``groups``: how much louder a group's tracks are together than apart; ``returns``: how much louder a
    return is than predicted; ``level``: how far the mix must come down for its true peak; ``bands``: how much more
    of a group there is in each third octave (31,) than its tracks have apart; ``peak``: how far the true peak lies
    below the sum of all peaks. ``withheld`` is what made something protected worse, and ``lead_lift`` how much further
    the lead stands above the rest than the taste wants, for its clarity.
    """

    groups: Mapping[str, float] = field(default_factory=dict)
    returns: Mapping[str, float] = field(default_factory=dict)
    level: float = 0.0
    lead: float = 0.0
    low_side: float = 0.0
    bands: Mapping[str, Sequence[float]] = field(default_factory=dict)
    peak: float = 0.0
    withheld: tuple[Withheld, ...] = ()
    lead_lift: float = 0.0


@dataclass(frozen=True)
class Brief:
    """Everything a decision is made from.

    ``session`` is the project as it stands; ``base`` the same without the work that may be done again.
    ``free_tracks`` may be changed, less the ``protected`` addresses (locked, or moved by the engineer).
    ``rough`` is the session without any work of ours, where the engineer had made a balance of his own in it.
    ``heard_fx`` are the plug-ins through which a track was heard, and which the measures hold already; a track
    that was heard from its files is not in it. ``pairs`` are tracks that picked up one performance, as they were
    heard at ``heard_offsets_seconds``, the media playback offsets of the time (0 where none is told). ``sections``
    are the form of the song.
    """

    session: Session
    base: Session
    measures: Mapping[TrackId, TrackMeasures]
    roles: Roles
    flaws: Mapping[TrackId, tuple[Flaw, ...]]
    taste: Taste
    free_tracks: frozenset[TrackId]
    protected: frozenset[Address] = frozenset()
    stages: frozenset[str] = frozenset(STAGES)
    rough: Session | None = None
    corrections: Corrections = Corrections()
    memory: dict[Hashable, object] = field(default_factory=dict)
    heard_fx: Mapping[TrackId, frozenset[FxId]] = field(default_factory=dict)
    pairs: tuple[Pair, ...] = ()
    heard_offsets_seconds: Mapping[TrackId, float] = field(default_factory=dict)
    sections: tuple[Section, ...] = ()


def why_unmixed(brief: Brief, track: Track) -> str | None:
    """Say why a track takes no part in the mix, or return None."""
    role = brief.roles.tracks.get(track.id)
    if track.muted:
        return "muted by the engineer"
    if role is not None and role.role in WHY_UNMIXED:
        return WHY_UNMIXED[role.role]
    if _is_closed(brief, track):
        return "its fader is closed"
    if path_gain(brief.base, track) <= 0.0:
        return "it does not reach the master: muted, closed or not connected on the way"
    if track.id not in brief.measures:
        return "nothing to hear on it"
    measures = brief.measures[track.id]
    if measures.is_silent:
        return "silent"
    if measures.active_seconds < LEAST_ACTIVE_SECONDS and (role is None or role.role == "unknown"):
        return f"it plays for only {measures.active_seconds:.1f} s and nothing says what it is"
    return None


def _is_closed(brief: Brief, track: Track) -> bool:
    """Tell whether the engineer keeps a track out by its fader. With every fader down none is meant."""
    if track.volume_linear > CLOSED_LINEAR or track.envelope("volume"):
        return False
    return any(brief.base.track(key).volume_linear > CLOSED_LINEAR for key in brief.measures)


def fx_id(track_id: TrackId, knob: str) -> FxId:
    """Return the GUID that our plug-in of a kind has on a track."""
    return FxId(guid_from_words("first pass plug-in", track_id, knob))


def our_effect(track: Track, knob: str) -> Effect | None:
    """Return what our plug-in of a kind does on a track, None where it is not there or off."""
    wanted = fx_id(track.id, knob)
    return next((slot.effect for slot in track.fx if slot.id == wanted and slot.sounds), None)


def is_protected(brief: Brief, track: Track, knob: str) -> bool:
    """Tell whether the engineer locked or moved this knob. One touched plug-in of ours pins all of that track."""
    if knob in LABELS:
        return any(Address(track.id, "fx", fx_id(track.id, each)) in brief.protected for each in LABELS)
    if knob in ("send", "side_chain"):
        return any(a.track_id == track.id and a.kind == knob for a in brief.protected)
    if knob == "ride":
        return Address(track.id, "envelope", RIDE_LANE) in brief.protected
    return any(a.track_id == track.id and a.kind == knob for a in brief.protected)
