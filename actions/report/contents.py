"""Everything the report shows, as plain data: no session, no audio, no page.

Conventions: loudness in LUFS, levels in dB; silence is minus infinity and what is not known is None, or an
empty array. Band levels follow ``analysis.measures.BANDS_HZ`` in dB up to a constant. Where an array of
values has times, both are (F,) and the times are seconds from the start of the song.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from analysis.measures import BANDS_HZ, Flaw, FlawKind

Curve: TypeAlias = npt.NDArray[np.floating]
Severity: TypeAlias = Literal["serious", "notable", "minor"]


def _no_values() -> Curve:
    return np.zeros(0)


def _no_levels() -> Curve:
    return np.full(len(BANDS_HZ), -np.inf)


@dataclass(frozen=True, eq=False)
class MixPicture:
    """What the whole mix measures, before or after.

    ``vocal_clarity`` is the band audibility of the lead, 0 to 1. ``spectrum_distance_db`` is the rms distance
    from the target spectrum, level left out. ``imbalance_db`` is left minus right.
    """

    loudness_lufs: float
    true_peak_dbtp: float
    lead_to_accompaniment_db: float | None = None
    vocal_clarity: float | None = None
    spectrum_distance_db: float = float("nan")
    side_to_mid_db: float = float("nan")
    low_side_to_mid_db: float = float("nan")
    imbalance_db: float = float("nan")
    band_levels_db: Curve = field(default_factory=_no_levels)
    short_term_lufs: Curve = field(default_factory=_no_values)
    times_seconds: Curve = field(default_factory=_no_values)


@dataclass(frozen=True)
class GroupLevel:
    """How loud a group of tracks is in LU, against the lead or against the loudest group."""

    name: str
    before_lu: float
    after_lu: float
    target_lu: float | None = None


@dataclass(frozen=True)
class ChangeLine:
    """One change in words. ``importance`` orders, larger first; ``address`` is the text of its address.

    ``verified`` says what was predicted of it and what a rendering measured.
    """

    headline: str
    because: str
    stage: str = ""
    importance: float = 0.0
    address: str = ""
    verified: str = ""


@dataclass(frozen=True, eq=False)
class TrackStory:
    """What was heard on one track and what was done to it.

    ``confidence`` is 0 to 1. ``color`` is ``#rrggbb`` or None. ``unmixed_because`` says why the track was left
    alone. ``pan`` is -1 left to +1 right; ``width`` is how wide it sounds about there, from 0 for a mono track
    to 1 for a stereo one as recorded; ``energy_db`` is its level in the finished mix. ``gain_reduction`` holds
    times in seconds and reduction in dB, positive downwards.
    """

    name: str
    number: int
    guid: str
    role_title: str = "Unknown"
    confidence: float = 0.0
    evidence: tuple[str, ...] = ()
    loudness_lufs: float = float("-inf")
    true_peak_dbtp: float = float("-inf")
    color: str | None = None
    changes: tuple[ChangeLine, ...] = ()
    flaws: tuple[str, ...] = ()
    unmixed_because: str | None = None
    pan: float = 0.0
    width: float = 0.0
    energy_db: float = float("-inf")
    gain_reduction: tuple[Curve, Curve] | None = None
    mean_gain_reduction_db: float | None = None
    pan_before: float | None = None

    @property
    def importance(self) -> float:
        """How much was done to this track: the sum over its changes."""
        return sum(change.importance for change in self.changes)


@dataclass(frozen=True, eq=False)
class MaskingPicture:
    """Who hides whom: ``matrix[i, j]`` is the share, 0 to 1, of track j's sound that track i alone covers."""

    names: tuple[str, ...] = ()
    matrix: npt.NDArray[np.floating] = field(default_factory=lambda: np.zeros((0, 0)))


@dataclass(frozen=True, eq=False)
class AlignmentStory:
    """Two tracks that heard one performance; what comes in twos is before and after the pass.

    Delays are of the second, in ms. Attacks are (times in ms, values over their own peak) of the strongest one.
    """

    first: str
    second: str
    is_distance: bool
    late_ms: tuple[float, float]
    inverted: tuple[bool, bool]
    correlation: tuple[float, float]
    low_gain_db: float = 0.0
    left_because: str = ""
    first_attack: tuple[Curve, Curve] = field(default_factory=lambda: (_no_values(), _no_values()))
    second_before: tuple[Curve, Curve] = field(default_factory=lambda: (_no_values(), _no_values()))
    second_after: tuple[Curve, Curve] = field(default_factory=lambda: (_no_values(), _no_values()))

    @property
    def is_moved(self) -> bool:
        """Whether the pass changed something."""
        return self.late_ms[0] != self.late_ms[1] or self.inverted[0] != self.inverted[1]


@dataclass(frozen=True)
class PredictionLine:
    """How far predictions of a measure were off from what was rendered, without sign."""

    measure: str
    unit: str
    mean: float
    largest: float
    where: str


@dataclass(frozen=True, eq=False)
class RideStory:
    """The automation lane of one track. ``kind`` is lead, solo or bed.

    ``spread_db`` is how far its level over 1 s wanders against the rest, without and with the lane; ``range_db`` the
    lowest and the highest point. ``lane`` are times in seconds and dB of its points, ``wave`` times and peaks over the
    largest one.
    """

    name: str
    kind: str
    spread_db: tuple[float, float] | None
    range_db: tuple[float, float]
    lift_db: float = 0.0
    drop_db: float = 0.0
    lane: tuple[Curve, Curve] = field(default_factory=lambda: (_no_values(), _no_values()))
    wave: tuple[Curve, Curve] = field(default_factory=lambda: (_no_values(), _no_values()))


@dataclass(frozen=True)
class RemedyLine:
    """One remedy in words. ``covered_ratio`` is what is still covered after it, 0 to 1, None where it was not tried."""

    title: str
    because: str
    covered_ratio: float | None = None
    is_chosen: bool = False


@dataclass(frozen=True)
class RoomStory:
    """A track and those that covered it; ratios are of its power, before and after, and how much may be covered."""

    track: str
    others: tuple[str, ...]
    low_hz: float
    high_hz: float
    covered: tuple[float, float]
    limit_ratio: float
    remedies: tuple[RemedyLine, ...] = ()


@dataclass(frozen=True)
class DeviceLine:
    """What other loudspeakers leave of the mix, before and after: the lead over the rest in dB, and how much of the
    bass is heard, 0 to 1; None where there is none. Limits are what it shall not fall below, None for none.
    """

    title: str
    lead_db: tuple[float | None, float | None]
    bass_ratio: tuple[float | None, float | None]
    lead_limit_db: float | None = None
    bass_limit_ratio: float | None = None


@dataclass(frozen=True)
class SectionMark:
    """A part of the song; parts of one letter are alike. ``name`` is the project's or a guess, or empty."""

    letter: str
    name: str
    start_seconds: float
    end_seconds: float


@dataclass(frozen=True)
class Problem:
    """Something wrong with the session, and what the engineer can do about it where the sentence does not say."""

    severity: Severity
    track: str
    sentence: str
    advice: str = ""


@dataclass(frozen=True, eq=False)
class ReportContents:
    """One pass, ready to be shown.

    ``dropped`` are changes that were wanted but not made, ``not_landed`` those the host reports otherwise,
    ``quality`` says how the mix stands technically, a sentence each,
    ``not_modelled`` the plug-ins passed through as if they were not there, ``approximated`` what was heard
    only roughly. ``previews`` are audio files by what they hold ("before", "after", "after_raw" …), as paths
    relative to the page.
    """

    title: str
    project: str
    written_at: str
    label: str
    genre: str
    genre_because: str
    taste_title: str
    mix_before: MixPicture
    mix_after: MixPicture
    amount_percent: float = 100.0
    is_dry_run: bool = False
    groups: tuple[GroupLevel, ...] = ()
    tracks: tuple[TrackStory, ...] = ()
    masking_before: MaskingPicture = field(default_factory=MaskingPicture)
    masking_after: MaskingPicture = field(default_factory=MaskingPicture)
    problems: tuple[Problem, ...] = ()
    dropped: tuple[str, ...] = ()
    not_landed: tuple[str, ...] = ()
    not_modelled: tuple[str, ...] = ()
    approximated: tuple[str, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    previews: Mapping[str, str] = field(default_factory=dict)
    target_levels_db: Curve = field(default_factory=_no_levels)
    lead_target_db: float | None = None
    true_peak_limit_dbtp: float = -3.0
    alignments: tuple[AlignmentStory, ...] = ()
    rooms: tuple[RoomStory, ...] = ()
    devices: tuple[DeviceLine, ...] = ()
    device_notes: tuple[str, ...] = ()
    sections: tuple[SectionMark, ...] = ()
    rides: tuple[RideStory, ...] = ()
    quality: tuple[str, ...] = ()
    predictions: tuple[PredictionLine, ...] = ()
    played: tuple[str, ...] = ()


# How much a kind of flaw matters to the engineer; what can be done stands in the flaw's own text.
FLAW_SEVERITIES: Final[Mapping[FlawKind, Severity]] = {
    "clipped": "serious",
    "not_finite": "serious",
    "polarity": "serious",
    "dc": "notable",
    "hum": "notable",
    "sibilance": "notable",
    "clicks": "notable",
    "delay": "notable",
    "duplicate": "notable",
    "silent": "notable",
    "hiss": "minor",
    "room_noise": "minor",
    "rumble": "minor",
    "resonance": "minor",
    "boxy": "minor",
    "mud": "minor",
    "harsh": "minor",
    "bright": "minor",
    "dull": "minor",
    "thin": "minor",
    "plosives": "minor",
    "imbalance": "minor",
    "bleed": "minor",
}


def problem_of(flaw: Flaw, track_name: str) -> Problem:
    """Return a flaw as a line of the problems found."""
    return Problem(FLAW_SEVERITIES[flaw.kind], track_name, flaw.text)


def css_color(red: int, green: int, blue: int) -> str:
    """Return a colour of 0 to 255 per channel as ``#rrggbb``."""
    return f"#{red & 255:02x}{green & 255:02x}{blue & 255:02x}"
