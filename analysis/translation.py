"""What is left of a mix on other loudspeakers, in the band domain: phone, mono, a car, headphones with crossfeed.

Conventions: tracks are powers (F, 31) of left and right and the real part of their cross power, on some frames of
50 ms; tracks are taken to be independent of each other. A device is what it does to these, not a measured
product: the phone plays 300 Hz to 6 kHz on one small driver; the car lifts what lies about 125 Hz and is never quiet,
its noise falling with frequency; crossfeed gives each ear the other side too, by default of Bauer's stereophonic-to-
binaural circuit (bs2b: 4.5 dB below, from 700 Hz down). The numbers of phone and car are judgement.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from analysis.bands import BANDS, K_POWER, TINY_POWER, Curve, band_audibility, spread_matrix

Powers: TypeAlias = npt.NDArray[np.floating]
CROSSFEED_HZ: Final = 700.0
CROSSFEED_DB: Final = -4.5
BASS_HZ: Final = (40.0, 1250.0)
"""Where a bass is recognised by: its fundamental, and on small loudspeakers the harmonics that imply it."""
_PHONE_LOW_HZ, _PHONE_HIGH_HZ = 300.0, 6000.0
_CAR_HZ, _CAR_DB, _CAR_OCTAVES = 125.0, 5.0, 1.0
_CAR_NOISE_DB: Final = -18.0
"""All of the noise, K-weighted, against the music."""
_CAR_NOISE_PER_OCTAVE_DB: Final = -6.0
_LEAST_HEARD_DB: Final = -15.0
"""A band that a device plays this much quieter than its loudest ones implies no bass."""


@dataclass(frozen=True, eq=False)
class Stereo:
    """One track, or several, at the master: powers of left, right, and of both together, each (F, 31)."""

    ll: Powers
    rr: Powers
    lr: Powers

    def heard(self, device: "Device") -> Powers:
        """Return (F, 31) the power that both ears get of it."""
        own, cross = device.own, device.cross
        straight = (own**2 + cross**2) * (self.ll + self.rr)
        return np.asarray(np.maximum((straight + 4.0 * own * cross * self.lr) * device.power, 0.0))


@dataclass(frozen=True, eq=False)
class Device:
    """What plays a mix. ``power`` (31,) is its response; ``own`` and ``cross`` (31,) are what each ear gets of its own
    side and of the other one, as amplitudes. ``noise_db`` is the noise around it against the music, None for none.
    """

    name: str
    title: str
    power: Curve
    own: Curve
    cross: Curve
    noise_db: float | None = None


@dataclass(frozen=True)
class Translated:
    """What is left on a device: the lead over the rest in dB and how much of it is heard, 0 to 1; the same of the bass.

    ``lead_change_db`` is the first against the full mix in stereo. None where there is no lead, or no bass.
    """

    device: str
    lead_to_rest_db: float | None
    lead_change_db: float | None
    lead_audible_ratio: float | None
    bass_audible_ratio: float | None


def devices() -> tuple[Device, ...]:
    """Return the devices; the first is the full mix in stereo, which the others are compared with."""
    flat, none, half = np.ones(len(BANDS)), np.zeros(len(BANDS)), np.full(len(BANDS), 0.5)
    low, high = np.log2(_PHONE_LOW_HZ / BANDS), np.log2(BANDS / _PHONE_HIGH_HZ)
    phone = 10.0 ** ((-24.0 * np.maximum(low, 0.0) - 12.0 * np.maximum(high, 0.0)) / 10.0)
    lift = 10.0 ** (_CAR_DB * np.exp(-((np.log2(BANDS / _CAR_HZ) / _CAR_OCTAVES) ** 2)) / 10.0)
    cross = 10.0 ** (CROSSFEED_DB / 20.0) / np.sqrt(1.0 + (BANDS / CROSSFEED_HZ) ** 2)
    own = 1.0 / np.sqrt(1.0 + cross**2)
    return (
        Device("stereo", "Stereo, full range", flat, flat, none),
        Device("phone", "Phone", phone, half, half),
        Device("mono", "Mono", flat, half, half),
        Device("car", "Car", lift, flat, none, _CAR_NOISE_DB),
        Device("headphones", "Headphones", flat, own, cross * own),
    )


def translated(
    lead: Sequence[Stereo], bass: Sequence[Stereo], rest: Sequence[Stereo], *, on: Device, reference_db: float | None
) -> Translated:
    """Return what a device leaves of a mix. ``lead`` and ``bass`` are judged against everything else.

    ``reference_db`` is the lead over the rest in the full mix, None where not known.
    """
    parts = {"lead": _sum(lead, on), "bass": _sum(bass, on), "rest": _sum(rest, on)}
    total = sum((part for part in parts.values() if part is not None), start=np.zeros((1, len(BANDS))))
    noise = _noise(total, on)
    lead_db = lead_audible = bass_audible = None
    if (own := parts["lead"]) is not None:
        sings = _sounding(own)
        others = np.maximum(total - own, 0.0) + noise
        above, below = (float((part[sings] @ K_POWER).sum()) for part in (own, others))
        lead_db = 10.0 * float(np.log10(above / below)) if above > 0.0 and below > 0.0 else None
        lead_audible = float(band_audibility(own[sings], others[sings]).mean()) if sings.any() else None
    if (own := parts["bass"]) is not None:
        bass_audible = bass_audibility(own, np.maximum(total - own, 0.0) + noise, on)
    change_db = lead_db - reference_db if lead_db is not None and reference_db is not None else None
    return Translated(on.name, lead_db, change_db, lead_audible, bass_audible)


def bass_audibility(own: Powers, others: Powers, on: Device) -> float | None:
    """Return how much of a bass is heard, 0 to 1: over the bands that a device plays of it, as speech is judged.

    A band counts by how much the device plays of it, and is heard fully 15 dB above what masks it. None for silence.
    """
    plays = _sounding(own)
    if not plays.any():
        return None
    level_db = 10.0 * np.log10(np.maximum(on.power / on.power.max(), TINY_POWER))
    is_low = (BASS_HZ[0] * 0.99 <= BANDS) & (BASS_HZ[1] * 1.01 >= BANDS)
    weights = np.where(is_low, np.clip(1.0 - level_db / _LEAST_HEARD_DB, 0.0, 1.0), 0.0)
    masker = others[plays] @ spread_matrix().T
    ratio_db = 10.0 * np.log10((own[plays] + TINY_POWER) / (masker + TINY_POWER))
    heard = np.clip((ratio_db + 15.0) / 30.0, 0.0, 1.0)
    return float((heard @ weights).mean() / weights.sum())


def mono_loss_db(track: Stereo) -> float:
    """Return how much quieter a track is in mono than in stereo, K-weighted; 0 for a track in the middle, 3 at a side.

    A wide one of independent sides loses 3 dB, one whose sides cancel more.
    """
    both = float(((track.ll + track.rr) @ K_POWER).sum())
    mono = float(((track.ll + track.rr + 2.0 * track.lr) @ K_POWER).sum()) / 2.0
    return 10.0 * float(np.log10(max(both, TINY_POWER) / max(mono, TINY_POWER)))


def _sum(tracks: Sequence[Stereo], on: Device) -> Powers | None:
    heard = [track.heard(on) for track in tracks]
    total = np.asarray(sum(heard, start=np.zeros((1, len(BANDS))))) if heard else None
    return total if total is not None and float(total.sum()) > 0.0 else None


def _noise(total: Powers, on: Device) -> Curve:
    """Return (31,) the noise around a device."""
    if on.noise_db is None:
        return np.zeros(len(BANDS))
    shape = 10.0 ** (_CAR_NOISE_PER_OCTAVE_DB * np.log2(BANDS / 1000.0) / 10.0)
    music = float((total @ K_POWER).mean())
    return np.asarray(shape * music * 10.0 ** (on.noise_db / 10.0) / float((shape * K_POWER).sum()))


def _sounding(own: Powers) -> npt.NDArray[np.bool_]:
    power = own @ K_POWER
    return np.asarray(power > power.max(initial=0.0) * 0.01)
