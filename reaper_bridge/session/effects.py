"""What the knobs of the plug-ins we know stand at, in the units of their own displays.

A plug-in we do not know is a ``ForeignEffect``: never altered, passed through by the model, and named.
Minus infinity in a ``_db`` field is a closed knob.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

EqShape: TypeAlias = Literal[
    "low_shelf",
    "high_shelf",
    "bell",
    "low_pass",
    "high_pass",
    "all_pass",
    "notch",
    "band_pass",
    "parallel_band_pass",
]
NO_LEVEL_DB = float("-inf")


@dataclass(frozen=True)
class EqBand:
    """One band of ReaEQ. The gain of a pass filter is ignored by REAPER."""

    shape: EqShape
    frequency_hz: float
    gain_db: float = 0.0
    bandwidth_octaves: float = 2.0
    enabled: bool = True


@dataclass(frozen=True)
class ReaEq:
    """Cockos ReaEQ."""

    bands: tuple[EqBand, ...]
    gain_db: float = 0.0


@dataclass(frozen=True)
class ReaComp:
    """Cockos ReaComp. ``side_chain`` listens to track channels 3/4 instead of the main input."""

    threshold_db: float = 0.0
    ratio: float = 4.0
    attack_ms: float = 3.0
    release_ms: float = 100.0
    knee_db: float = 0.0
    rms_ms: float = 5.0
    pre_comp_ms: float = 0.0
    wet_db: float = 0.0
    dry_db: float = NO_LEVEL_DB
    detector_low_pass_hz: float = 20_000.0
    detector_high_pass_hz: float = 0.0
    side_chain: bool = False
    auto_make_up: bool = False
    auto_release: bool = False


@dataclass(frozen=True)
class ReaGate:
    """Cockos ReaGate. A threshold of minus infinity leaves it open."""

    threshold_db: float = NO_LEVEL_DB
    hysteresis_db: float = 0.0
    attack_ms: float = 3.0
    release_ms: float = 100.0
    hold_ms: float = 0.0
    pre_open_ms: float = 0.0
    rms_ms: float = 0.0
    wet_db: float = 0.0
    dry_db: float = NO_LEVEL_DB
    detector_low_pass_hz: float = 20_000.0
    detector_high_pass_hz: float = 0.0
    side_chain: bool = False


@dataclass(frozen=True)
class ReaLimit:
    """Cockos ReaLimit (REAPER 6.37 and later)."""

    threshold_db: float = 0.0
    ceiling_db: float = 0.0
    true_peak: bool = True
    release_db_per_second: float = 15.0


@dataclass(frozen=True)
class ReaVerbate:
    """Cockos ReaVerbate."""

    wet_db: float = 0.0
    dry_db: float = NO_LEVEL_DB
    room_size_ratio: float = 0.5
    dampening_ratio: float = 0.5
    width_ratio: float = 1.0
    pre_delay_ms: float = 0.0
    low_pass_hz: float = 20_000.0
    high_pass_hz: float = 0.0


@dataclass(frozen=True)
class DelayTap:
    """One tap of ReaDelay. Its length is the sum of the time and of the musical length."""

    length_ms: float = 0.0
    length_beats: float = 0.0
    feedback_db: float = NO_LEVEL_DB
    low_pass_hz: float = 20_000.0
    high_pass_hz: float = 0.0
    width_ratio: float = 1.0
    level_db: float = 0.0
    pan: float = 0.0
    enabled: bool = True


@dataclass(frozen=True)
class ReaDelay:
    """Cockos ReaDelay."""

    taps: tuple[DelayTap, ...]
    wet_db: float = 0.0
    dry_db: float = NO_LEVEL_DB


@dataclass(frozen=True)
class Jsfx:
    """A JSFX by its path below Effects/; slider n stands at ``sliders[n - 1]``, None where it has none."""

    path: str
    sliders: tuple[float | None, ...]


@dataclass(frozen=True)
class ForeignEffect:
    """A plug-in whose state we do not understand. ``digest`` tells whether it changed."""

    plugin: str
    digest: str


Effect: TypeAlias = ReaEq | ReaComp | ReaGate | ReaLimit | ReaVerbate | ReaDelay | Jsfx | ForeignEffect


def is_side_chained(effect: Effect) -> bool:
    """Tell whether a plug-in listens to channels 3/4 of its track."""
    return isinstance(effect, ReaComp | ReaGate) and effect.side_chain


TRIM_PATH = "utility/volume"
"""JS: Volume Adjustment, shipped with every REAPER; slider 1 the gain in dB, slider 2 a ceiling in dB."""


def trim(gain_db: float) -> Jsfx:
    """Return a pre-FX trim: JS: Volume Adjustment with its ceiling out of the way."""
    return Jsfx(TRIM_PATH, (gain_db, 150.0))
