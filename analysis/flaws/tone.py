"""Colour that is too much: mud, boxiness, harshness, resonances, dull and bright tracks.

A bump is found as a likelihood ratio: the spectrum, less the usual one of the family, is taken for a smooth
deviation (recordings differ) plus roughness (notes, modes); what a bell of given frequency and Q explains
beyond both is its height, and the height over its own standard deviation is its evidence. A source without
a family is judged against itself: it must be smooth all over but at one place, as noise with one bump is and
music is not.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from analysis.evidence import FlawEvidence
from analysis.flaws.families import Blemish, Family, family_named
from analysis.measures import BANDS_HZ, Flaw, FlawKind, TrackMeasures

Floats = npt.NDArray[np.float64]

_BANDS = np.array(BANDS_HZ)
_OCTAVES = np.log2(_BANDS / 1000.0)
_FLOOR_DB = 45.0
_FEWEST_BANDS = 8
_SMOOTH_DB, _SMOOTH_OCTAVES, _ROUGH_DB = 6.0, 2.0, 1.5
_OFFSET_DB, _TILT_DB = 30.0, 5.0
_BELL_QS = (1.3, 3.0)
# third octaves do not show how narrow a resonance is; Q = 6
_RESONANCE_OCTAVES = 0.24
_LEAST_BUMP_DB, _MOST_BUMP_DB = 3.5, 9.0
_STEEPEST_SIDE_DB = 30.0
_LOUD_FRAMES_DB = 25.0
_MOST_MISFIT = 5.0
_MOST_DULL_DB, _MOST_BRIGHT_DB = 7.0, 8.0
_PERSISTENT_SHARE = 0.6
_ADVICE: dict[FlawKind, str] = {
    "mud": "Muddy",
    "boxy": "Boxy",
    "harsh": "Harsh",
    "resonance": "A resonance",
}
_FINE_PER_OCTAVE = 12
_FINE_HZ = 63.0 * 2.0 ** (np.arange(int(_FINE_PER_OCTAVE * np.log2(12000 / 63)) + 1) / _FINE_PER_OCTAVE)


def flaws_of_tone(measures: TrackMeasures, evidence: FlawEvidence | None, role: str | None) -> tuple[Flaw, ...]:
    """Return what is wrong with the colour of a track of this role."""
    levels = levels_db(measures)
    if levels is None:
        return ()
    family = family_named(role)
    fine = _fine_db(measures, evidence)
    if family is None:
        found = _lone_bump(fine)
        return (found,) if found is not None else ()
    usual = family.usual_at(_BANDS)
    flaws: list[Flaw] = []
    if _is_of_the_family(levels, usual, measures.sample_rate_hz):
        flaws += [flaw for blemish in family.blemishes if (flaw := _bump(levels, fine, usual, blemish, measures))]
    lone = _lone_bump(fine)
    if lone is not None and not flaws:
        flaws.append(lone)
    flaws += _tilted(levels, family)
    return tuple(flaws)


def _is_of_the_family(levels: Floats, usual: Floats, sample_rate_hz: int) -> bool:
    """Whether the usual spectrum describes a track at all: an instrument unlike its family is not therefore flawed.

    The squared Mahalanobis distance per band is about 1 where recordings differ as they are taken to.
    """
    bands = _heard_bands(levels, sample_rate_hz)
    if bands.size < _FEWEST_BANDS:
        return True
    deviation = (levels - usual)[bands]
    distance = float(deviation @ _inverse_covariance(tuple(int(band) for band in bands)) @ deviation)
    return distance / bands.size < _MOST_MISFIT


def _heard_bands(levels: Floats, sample_rate_hz: int) -> npt.NDArray[np.intp]:
    highest_hz = min(13000.0, sample_rate_hz * 0.45)
    return np.flatnonzero((levels > levels.max() - _FLOOR_DB) & _within(50.0, highest_hz))


def bumps_against(
    measures: TrackMeasures, usual: Floats, places: tuple[tuple[FlawKind, float, float], ...], least_sigma: float
) -> list[Flaw]:
    """Return the bumps of a track over any usual third-octave levels, one at most per (kind, from, to)."""
    levels = levels_db(measures)
    if levels is None or not _is_of_the_family(levels, usual, measures.sample_rate_hz):
        return []
    fine = _fine_db(measures, measures.evidence)
    found = (_bump(levels, fine, usual, Blemish(*place, least_sigma), measures) for place in places)
    return [flaw for flaw in found if flaw is not None]


def levels_db(measures: TrackMeasures) -> Floats | None:
    """Return the long-term third-octave levels while the track plays, or None for silence."""
    active = measures.is_active
    if not active.any():
        return None
    power = 0.5 * (measures.band_ll[active].mean(axis=0) + measures.band_rr[active].mean(axis=0))
    levels = 10 * np.log10(np.maximum(power.astype(np.float64), 1e-18))
    return np.asarray(np.maximum(levels, levels.max() - 60.0))


def bell_db(octaves: Floats, q: float) -> Floats:
    """Return how a peaking filter lifts at distances from its middle, over its height (analogue prototype of 6 dB)."""
    ratio = 2.0**octaves
    gain = 10 ** (6.0 / 40)
    detune = (1 - ratio**2) ** 2
    return np.asarray(10 / 6.0 * np.log10((detune + (ratio * gain / q) ** 2) / (detune + (ratio / gain / q) ** 2)))


@lru_cache(maxsize=64)
def _inverse_covariance(bands: tuple[int, ...]) -> Floats:
    octaves = _OCTAVES[list(bands)]
    apart = octaves[:, None] - octaves
    covariance = (
        _OFFSET_DB**2
        + _TILT_DB**2 * np.outer(octaves, octaves)
        + _SMOOTH_DB**2 * np.exp(-(apart**2) / (2 * _SMOOTH_OCTAVES**2))
        + _ROUGH_DB**2 * np.eye(octaves.size)
    )
    return np.asarray(np.linalg.inv(covariance))


def _bump(levels: Floats, fine: Floats, usual: Floats, blemish: Blemish, measures: TrackMeasures) -> Flaw | None:
    bands = _heard_bands(levels, measures.sample_rate_hz)
    if bands.size < _FEWEST_BANDS:
        return None
    weights = _inverse_covariance(tuple(int(band) for band in bands))
    pull = weights @ (levels - usual)[bands]
    best = (0.0, 0.0, 0.0, 1.0)
    centre_hz = blemish.lowest_hz
    while centre_hz <= blemish.highest_hz:
        for q in _BELL_QS:
            shape = bell_db(np.log2(_BANDS[bands] / centre_hz), q)
            certainty = float(np.sqrt(shape @ weights @ shape))
            height = float(shape @ pull) / certainty**2
            best = max(best, (height * certainty, height, centre_hz, q))
        centre_hz *= 2 ** (1 / 6)
    sigma, height_db, centre_hz, q = best
    if sigma < blemish.least_sigma or height_db < _LEAST_BUMP_DB or not _has_both_sides(levels, centre_hz):
        return None
    peak_hz, narrow_db = _peak_near(fine, usual, centre_hz, blemish)
    is_inside = blemish.lowest_hz <= peak_hz <= blemish.highest_hz
    if not is_inside or not _persists(measures, peak_hz):
        return None
    if blemish.kind == "resonance":
        height_db = max(height_db, narrow_db)
    height_db = min(height_db, _MOST_BUMP_DB)
    text = (
        f"{_ADVICE[blemish.kind]} around {peak_hz:.0f} Hz: {height_db:.0f} dB more than usual there; "
        "cut a bell by about that much"
    )
    return Flaw(
        blemish.kind,
        height_db,
        float(np.clip(0.12 + 0.12 * sigma, 0.2, 0.9)),
        text,
        frequency_hz=peak_hz,
        bandwidth_octaves=_RESONANCE_OCTAVES if blemish.kind == "resonance" else _octaves_from_q(q),
    )


def _octaves_from_q(q: float) -> float:
    return float(2 / np.log(2) * np.arcsinh(1 / (2 * q)))


def _has_both_sides(levels: Floats, centre_hz: float) -> bool:
    """Whether the track has sound an octave below and above: the edge of a spectrum is not a bump."""
    here, below, above = np.interp(np.log2([centre_hz, centre_hz / 2, centre_hz * 2]), np.log2(_BANDS), levels)
    return bool(here - below < _STEEPEST_SIDE_DB and here - above < _STEEPEST_SIDE_DB)


def _persists(measures: TrackMeasures, centre_hz: float) -> bool:
    """Whether the band stands above its wider surroundings in most of the frames that play."""
    band = int(np.argmin(np.abs(np.log2(_BANDS / centre_hz))))
    power = measures.band_ll[measures.is_active] + measures.band_rr[measures.is_active]
    above = [b for b in (band + 3, band + 4) if b < _BANDS.size]
    here = power[:, max(0, band - 1) : band + 2].max(axis=1)
    below = power[:, [max(0, band - 4), max(0, band - 3)]].mean(axis=1)
    around = np.sqrt(below.astype(np.float64) * power[:, above].mean(axis=1)) if above else below
    # Struck sounds fade, and their fundamental fades last: only the louder frames say what the filter does.
    loud = here > here.max() * 10 ** (-_LOUD_FRAMES_DB / 10)
    return bool(np.mean(here[loud] > around[loud]) > _PERSISTENT_SHARE)


def _fine_db(measures: TrackMeasures, evidence: FlawEvidence | None) -> Floats:
    """Return sixth-octave levels at ``_FINE_HZ``, the low end from the long windows where there are some."""
    high = _smoothed(measures.spectrum_power, measures.spectrum_step_hz)
    if evidence is not None and evidence.low_frame_count > 0:
        low = _smoothed(evidence.low_active_power, evidence.low_step_hz)
        joint = (_FINE_HZ > 400) & (_FINE_HZ < 1000)
        low *= high[joint].sum() / max(float(low[joint].sum()), 1e-30)
        high = np.where(_FINE_HZ < 700, low, high)
    levels = 10 * np.log10(np.maximum(high, 1e-20))
    return np.asarray(np.maximum(levels, levels.max() - 60.0))


def _smoothed(power: npt.NDArray[np.float32], step_hz: float) -> Floats:
    """Return the power in sixth octaves around ``_FINE_HZ``."""
    total = np.concatenate(([0.0], np.cumsum(power, dtype=np.float64)))
    edges = (np.arange(total.size) - 0.5) * step_hz
    half = 2 ** (1 / 12)
    upper, lower = np.interp(_FINE_HZ * half, edges, total), np.interp(_FINE_HZ / half, edges, total)
    return np.asarray(np.maximum(upper - lower, 0.0))


def _peak_near(fine: Floats, usual: Floats, centre_hz: float, blemish: Blemish) -> tuple[float, float]:
    """Return where, within a third of an octave, the fine spectrum lies highest over the usual, and how high."""
    lowest_hz = max(centre_hz * 2**-0.34, blemish.lowest_hz * 0.9)
    highest_hz = min(centre_hz * 2**0.34, blemish.highest_hz * 1.1)
    places = np.flatnonzero(np.abs(np.log2(_FINE_HZ**2 / (lowest_hz * highest_hz))) <= np.log2(highest_hz / lowest_hz))
    over = fine - np.interp(np.log2(_FINE_HZ), np.log2(_BANDS), usual)
    peak = (over - _baseline(over))[places]
    weights = 10 ** ((peak - peak.max()) / 5)
    return float(2 ** (np.sum(weights * np.log2(_FINE_HZ[places])) / weights.sum())), float(peak.max())


def _baseline(fine: Floats, inner: int = 8, outer: int = 16) -> Floats:
    """Return the mean of the medians on both sides, two thirds to one and a third octaves away."""
    places = np.arange(fine.size)[:, None]
    away = np.arange(inner, outer + 1)
    below, above = places - away, places + away
    # beyond an end of the spectrum its last value stands for what is missing
    below[:, 0] = np.maximum(below[:, 0], 0)
    above[:, 0] = np.minimum(above[:, 0], fine.size - 1)
    return 0.5 * (_medians(fine, below) + _medians(fine, above))


def _medians(values: Floats, places: npt.NDArray[np.int64]) -> Floats:
    """Return the median of every row of places, those outside left out."""
    is_inside = (places >= 0) & (places < values.size)
    ordered = np.sort(np.where(is_inside, values[np.clip(places, 0, values.size - 1)], np.inf), axis=1)
    count = is_inside.sum(axis=1)
    rows = np.arange(len(places))
    return np.asarray(0.5 * (ordered[rows, (count - 1) // 2] + ordered[rows, count // 2]))


_LONE_SIGMA, _LONE_DB, _LONE_ROUGHNESS_DB = 4.5, 4.5, 1.0


def _lone_bump(fine: Floats) -> Flaw | None:
    """Return the one bump of a spectrum that is smooth everywhere else."""
    lifted = fine - _baseline(fine)
    inside = np.zeros(fine.size, bool)
    inside[10:-10] = True
    inside &= fine > fine.max() - 40
    if np.count_nonzero(inside) < 24:
        return None
    place = int(np.argmax(np.where(inside, lifted, -np.inf)))
    away = inside & (np.abs(np.arange(fine.size) - place) > 14)
    if np.count_nonzero(away) < 12:
        return None
    rest = lifted[away]
    roughness = 1.48 * float(np.median(np.abs(rest - np.median(rest))))
    worst = float(np.max(rest)) if rest.size else 0.0
    height_db = float(lifted[place])
    if (
        height_db < _LONE_DB
        or roughness > _LONE_ROUGHNESS_DB
        or height_db < _LONE_SIGMA * max(roughness, 0.3)
        or worst > 0.5 * height_db
    ):
        return None
    half = np.flatnonzero(lifted > height_db / 2)
    half = half[np.abs(half - place) <= 14]
    width = max(1.0, float(half.max() - half.min())) / _FINE_PER_OCTAVE
    frequency_hz = float(_FINE_HZ[place])
    kind = _kind_of_bump(frequency_hz, width)
    text = (
        f"{_ADVICE[kind]} at {frequency_hz:.0f} Hz: {height_db:.0f} dB above what lies around it; "
        "cut a bell by about that much"
    )
    return Flaw(kind, height_db, 0.7, text, frequency_hz=frequency_hz, bandwidth_octaves=width)


def _kind_of_bump(frequency_hz: float, width_octaves: float) -> FlawKind:
    if width_octaves < 0.35:
        return "resonance"
    if 170 <= frequency_hz < 350:
        return "mud"
    if 350 <= frequency_hz < 700:
        return "boxy"
    return "harsh" if frequency_hz >= 2500 else "resonance"


def _tilted(levels: Floats, family: Family) -> list[Flaw]:
    """Return whether the top is far under or over what the family usually has, but not as in another instrument."""
    deviation = levels - family.usual_at(_BANDS)
    flaws = []
    if family.dull_below_db is not None:
        lack = _mean(deviation, 2000, 5000) - _mean(deviation, 8000, 14000)
        if family.dull_below_db < lack < _MOST_DULL_DB:
            text = f"Dull: above 8 kHz {lack:.0f} dB less than usual; lift a high shelf at 8 kHz by half of that"
            flaws.append(Flaw("dull", lack, _sureness(lack, family.dull_below_db), text, frequency_hz=8000.0))
    if family.bright_above_db is not None:
        excess = _mean(deviation, 5000, 8000) - _mean(deviation, 1600, 3150)
        if family.bright_above_db < excess < _MOST_BRIGHT_DB:
            text = f"Bright: above 5 kHz {excess:.0f} dB more than usual; lower a high shelf at 5 kHz by half of that"
            flaws.append(Flaw("bright", excess, _sureness(excess, family.bright_above_db), text, frequency_hz=5000.0))
    return flaws


def _mean(values: Floats, lowest_hz: float, highest_hz: float) -> float:
    return float(values[_within(lowest_hz, highest_hz)].mean())


def _within(lowest_hz: float, highest_hz: float) -> npt.NDArray[np.bool_]:
    return np.array([lowest_hz <= band_hz <= highest_hz for band_hz in BANDS_HZ])


def _sureness(value: float, limit: float) -> float:
    return float(np.clip(0.5 + 0.1 * (value - limit), 0.5, 0.9))
