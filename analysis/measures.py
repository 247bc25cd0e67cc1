"""What listening to a track gives: numbers and small arrays, no opinions.

Conventions: audio is (channels, samples), full scale is 1.0. A *frame* is one hop of 50 ms. Bands are the
``BANDS_HZ`` third octaves (IEC 61260 nominal centres). Powers are mean squares of full scale, before the
track's own FX, fader and pan; mono media plays as left = right. Silence is minus infinity, never NaN.
"""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from analysis.evidence import FlawEvidence
from reaper_bridge.session.identity import TrackId

Array: TypeAlias = npt.NDArray[np.float32]
HOP_SECONDS = 0.05
ENVELOPE_STEP_SECONDS = 0.001
BANDS_HZ: tuple[float, ...] = (
    20.0, 25.0, 31.5, 40.0, 50.0, 63.0, 80.0, 100.0, 125.0, 160.0, 200.0, 250.0, 315.0, 400.0, 500.0, 630.0,
    800.0, 1000.0, 1250.0, 1600.0, 2000.0, 2500.0, 3150.0, 4000.0, 5000.0, 6300.0, 8000.0, 10000.0, 12500.0,
    16000.0, 20000.0,
)  # fmt: skip

FlawKind: TypeAlias = Literal[
    "clipped", "dc", "hum", "hiss", "room_noise", "rumble", "resonance", "boxy", "mud", "harsh", "bright",
    "dull", "thin", "sibilance", "plosives", "clicks", "imbalance", "polarity", "delay", "duplicate", "bleed",
    "silent", "not_finite",
]  # fmt: skip


@dataclass(frozen=True)
class Loudness:
    """ITU-R BS.1770-4 / EBU R 128 numbers of one programme."""

    integrated_lufs: float
    max_momentary_lufs: float
    max_short_term_lufs: float
    range_lu: float
    true_peak_dbtp: float
    sample_peak_dbfs: float


@dataclass(frozen=True)
class Flaw:
    """Something wrong with a recording: where, how much, and how sure. ``times_seconds`` lists events.

    ``severity_db`` is how far it stands above what is normal; ``confidence`` is 0 to 1.
    """

    kind: FlawKind
    severity_db: float
    confidence: float
    text: str
    frequency_hz: float | None = None
    bandwidth_octaves: float | None = None
    times_seconds: tuple[float, ...] = ()
    other_track: TrackId | None = None


@dataclass(frozen=True)
class ListeningProblem:
    """Why nothing may be decided from the sound of a track, as one sentence."""

    track_id: TrackId
    text: str


@dataclass(frozen=True, eq=False)
class TrackMeasures:
    """All that is kept of one track after listening to it once.

    Shapes: F frames of 50 ms, B = 31 bands, M milliseconds, Q bins of the fine spectrum.
    ``band_ll``, ``band_rr`` (F, B) mean power of left and right per band; ``band_lr`` (F, B) the real part of
    their cross power. For mono media the three are the same array. ``k_power`` (F,) K-weighted power summed
    over left and right. ``level_power`` (M,) mean square per millisecond, mean of left and right, and
    ``level_peak`` (M,) the largest sample magnitude. ``is_active`` (F,) whether the track plays.
    ``spectrum_power`` (Q,) long-term mean power while active per bin of ``spectrum_step_hz``, and
    ``quiet_spectrum_power`` (Q,) the same while it does not play (digital silence left out; zeros where there
    is no such stretch). ``short_term_lufs`` (F,) loudness of the 3 s that end with each frame.
    ``not_finite_count`` samples were not numbers and heard as 0.
    """

    sample_rate_hz: int
    channel_count: int
    length_seconds: float
    loudness: Loudness
    active_lufs: float
    active_seconds: float
    crest_db: float
    noise_floor_dbfs: float
    dc_offset_linear: float
    correlation: float
    side_to_mid_db: float
    band_ll: Array
    band_rr: Array
    band_lr: Array
    k_power: Array
    level_power: Array
    level_peak: Array
    is_active: npt.NDArray[np.bool_]
    spectrum_power: Array
    spectrum_step_hz: float
    short_term_lufs: Array
    onsets_per_second: float = 0.0
    notes: tuple[str, ...] = field(default=())
    evidence: FlawEvidence | None = None
    quiet_spectrum_power: Array = field(default_factory=lambda: np.zeros(0, np.float32))
    not_finite_count: int = 0

    @property
    def is_silent(self) -> bool:
        """Whether nothing on the track is louder than -70 LUFS."""
        return not np.isfinite(self.loudness.integrated_lufs)

    @property
    def is_mono(self) -> bool:
        """Whether left and right carry the same signal."""
        return self.channel_count == 1
