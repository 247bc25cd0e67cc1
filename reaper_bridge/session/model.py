"""A session as REAPER shows it: one frozen picture, read in one visit.

Values are the host's own numbers: volumes are linear amplitudes, pan is -1 left to +1 right.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from reaper_bridge.session.audio import CurvePoint
from reaper_bridge.session.effects import Effect, ForeignEffect
from reaper_bridge.session.errors import UnknownTrackError
from reaper_bridge.session.identity import MASTER, FxId, TrackId

EnvelopeKind: TypeAlias = Literal[
    "pre_fx_volume",
    "volume",
    "trim_volume",
    "pre_fx_pan",
    "pan",
    "pre_fx_width",
    "width",
    "mute",
]
SendMode: TypeAlias = Literal["post_fader", "pre_fx", "pre_fader"]
AutomationMode: TypeAlias = Literal["trim_read", "read", "touch", "write", "latch", "latch_preview"]
PanMode: TypeAlias = Literal["balance_v3", "balance", "stereo", "dual"]
SIDE_CHAIN_INDEX: Final = 2
"""The first of the two channels that a side-chained ReaComp or ReaGate listens to: 3/4 as people count."""


@dataclass(frozen=True)
class Envelope:
    """An automation lane. Pan values are in REAPER's envelope sense: +1 is left."""

    kind: EnvelopeKind
    points: tuple[CurvePoint, ...]
    is_active: bool = True


@dataclass(frozen=True)
class FxSlot:
    """One plug-in in a chain. ``label`` is the user's own name for it, or empty.

    ``latency_samples`` is what a running REAPER reports of it, None where nobody knows; two slots that differ in it
    alone are equal.
    """

    id: FxId
    plugin: str
    effect: Effect
    label: str = ""
    enabled: bool = True
    offline: bool = False
    wet_ratio: float = 1.0
    is_instrument: bool = False
    has_automation: bool = False
    latency_samples: int | None = field(default=None, compare=False, repr=False)

    @property
    def is_foreign(self) -> bool:
        """Whether this is a plug-in whose state we do not understand."""
        return isinstance(self.effect, ForeignEffect)

    @property
    def sounds(self) -> bool:
        """Whether the plug-in is on."""
        return self.enabled and not self.offline


@dataclass(frozen=True)
class Send:
    """A send from one track to another, as REAPER keeps it in the receiving track."""

    source: TrackId
    destination: TrackId
    level_linear: float = 1.0
    pan: float = 0.0
    mode: SendMode = "post_fader"
    muted: bool = False
    mono: bool = False
    polarity_inverted: bool = False
    source_channel_index: int = 0
    destination_channel_index: int = 0
    carries_audio: bool = True

    @property
    def is_side_chain(self) -> bool:
        """Whether it arrives where side-chained plug-ins listen."""
        return self.destination_channel_index == SIDE_CHAIN_INDEX


@dataclass(frozen=True)
class Track:
    """One track, or the master (id ``MASTER``).

    ``parent`` is the folder it stands in. In the automation mode trim/read a fader adds to its lane; in the
    other modes the lane moves the fader. ``follows_vca`` is True when a VCA leader scales its fader.
    """

    id: TrackId
    name: str
    index: int
    parent: TrackId | None = None
    is_folder: bool = False
    volume_linear: float = 1.0
    pan: float = 0.0
    width_ratio: float = 1.0
    dual_pan: tuple[float, float] = (-1.0, 1.0)
    pan_mode: PanMode = "balance"
    pan_law_linear: float | None = None
    polarity_inverted: bool = False
    play_offset_seconds: float = 0.0
    muted: bool = False
    soloed: bool = False
    channel_count: int = 2
    fx: tuple[FxSlot, ...] = ()
    fx_enabled: bool = True
    sends_to_parent: bool = True
    sends: tuple[Send, ...] = ()
    envelopes: tuple[Envelope, ...] = ()
    automation_mode: AutomationMode = "trim_read"
    is_frozen: bool = False
    is_locked: bool = False
    follows_vca: bool = False
    item_count: int = 0
    has_midi: bool = False
    item_names: tuple[str, ...] = ()
    notes: str = ""
    color: int | None = None

    @property
    def has_sounding_foreign_fx(self) -> bool:
        """Whether plug-ins that we cannot model colour its sound."""
        return self.fx_enabled and any(slot.is_foreign and slot.sounds for slot in self.fx)

    def send_to(self, destination: TrackId, *, side_chain: bool = False) -> Send | None:
        """Return its first send to a track, or its first to channels 3/4 there; the two stand side by side."""
        for send in self.sends:
            if send.destination == destination and send.is_side_chain == side_chain:
                return send
        return None

    def envelope(self, kind: EnvelopeKind) -> Envelope | None:
        """Return its active lane of that kind, if it has one with points."""
        for lane in self.envelopes:
            if lane.kind == kind and lane.is_active and lane.points:
                return lane
        return None


@dataclass(frozen=True)
class Marker:
    """A marker, or a region where it has an end."""

    name: str
    start_seconds: float
    end_seconds: float | None = None


@dataclass(frozen=True)
class TempoChange:
    """From this time on the project runs at this tempo."""

    start_seconds: float
    tempo_bpm: float
    numerator: int = 4
    denominator: int = 4


@dataclass(frozen=True)
class Session:
    """A whole project. ``ext_state`` is our own section of REAPER's project ext state."""

    title: str
    tracks: tuple[Track, ...]
    master: Track = field(default_factory=lambda: Track(MASTER, "MASTER", -1))
    sample_rate_hz: int | None = None
    tempo: tuple[TempoChange, ...] = ()
    markers: tuple[Marker, ...] = ()
    pan_law_linear: float = 1.0
    pan_taper: int | None = None
    reaper_version: str = ""
    notes: str = ""
    ext_state: Mapping[str, str] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Track]:
        return iter(self.tracks)

    def track(self, track_id: TrackId) -> Track:
        """Return the track of that id, the master included.

        Raises:
            UnknownTrackError: The session has no such track.
        """
        if track_id == MASTER:
            return self.master
        for track in self.tracks:
            if track.id == track_id:
                return track
        raise UnknownTrackError(f"The project has no track {track_id}.")

    def has_track(self, track_id: TrackId) -> bool:
        """Tell whether a track, or the master, has that id."""
        return track_id == MASTER or any(track.id == track_id for track in self.tracks)

    def find(self, name_or_id: str) -> Track:
        """Return the one track a user means by a name, a number (1-based, as ``#3``) or a GUID.

        Raises:
            UnknownTrackError: None or several answer to it; the message lists what there is.
        """
        wanted = name_or_id.strip()
        exact = [t for t in self.tracks if wanted in (t.id, t.name)]
        loose = exact or [t for t in self.tracks if t.name.casefold() == wanted.casefold()]
        if not loose and wanted.startswith("#") and wanted[1:].isdigit():
            loose = [t for t in self.tracks if t.index == int(wanted[1:]) - 1]
        if len(loose) == 1:
            return loose[0]
        if loose:
            numbers = ", ".join(f"#{t.index + 1}" for t in loose)
            raise UnknownTrackError(f"{len(loose)} tracks are called “{wanted}” ({numbers}); name one by number.")
        names = ", ".join(t.name or f"#{t.index + 1}" for t in self.tracks[:12])
        more = " …" if len(self.tracks) > 12 else ""
        raise UnknownTrackError(f"No track is called “{wanted}”. The project has: {names}{more}")

    def children(self, track_id: TrackId) -> tuple[Track, ...]:
        """Return the tracks directly inside a folder, in order."""
        return tuple(track for track in self.tracks if track.parent == track_id)

    def tempo_bpm_at(self, time_seconds: float) -> float | None:
        """Return the tempo at a time, or None where the project has none."""
        current: float | None = None
        for change in self.tempo:
            if change.start_seconds <= time_seconds or current is None:
                current = change.tempo_bpm
        return current

    @property
    def has_solo(self) -> bool:
        """Whether any track is soloed, so that the others are silent."""
        return any(track.soloed for track in self.tracks)
