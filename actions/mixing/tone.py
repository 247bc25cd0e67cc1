"""Corrective EQ: a high-pass where little is lost, cuts where something rings, a gentle tilt to the role.

A high-pass is set only where the share of energy below it is small but not nothing; no boost or cut is
made blindly. All gains of one track together stay below the taste's sum, and what is cut never takes more from the
clean part of a track than the taste allows: that is predicted first (``actions.mixing.clean_part``).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from actions.mixing.clean_part import CleanPart, clean_part
from actions.mixing.curves import BANDS, TINY_POWER, Curve
from actions.mixing.desk import Desk, Strip
from actions.mixing.hum import notches_against_hum
from actions.mixing.taste import Tone
from analysis.measures import Flaw, FlawKind
from reaper_bridge.session.effects import EqBand, EqShape

HIGH_PASS_OCTAVES = 1.9
"""ReaEQ's bandwidth of a maximally flat second-order high-pass."""
MOST_BANDS = 6
_GENTLER_DB = 0.5

# How a flaw is mended: the band's shape, the sign of its gain, and whether it is a narrow fault.
REMEDIES: dict[FlawKind, tuple[EqShape, int, bool]] = {
    "resonance": ("bell", -1, True),
    "boxy": ("bell", -1, False),
    "mud": ("bell", -1, False),
    "harsh": ("bell", -1, False),
    "bright": ("high_shelf", -1, False),
    "dull": ("high_shelf", +1, False),
    "thin": ("bell", +1, False),
}


@dataclass(frozen=True)
class TiltRegion:
    """A part of the spectrum that is moved as a whole, by one band of the equaliser."""

    words: str
    shape: EqShape
    corner_hz: float
    from_hz: float
    to_hz: float


TILT_REGIONS = (
    TiltRegion("lows", "low_shelf", 160.0, 80.0, 200.0),
    TiltRegion("presence", "bell", 3000.0, 2000.0, 4000.0),
    TiltRegion("highs", "high_shelf", 7000.0, 6300.0, 12_500.0),
)
_STEM_BANDS = slice(4, 30)  # 50 Hz to 16 kHz


def place_tone(desk: Desk, flaws: dict[str, tuple[Flaw, ...]]) -> None:
    """Set the corrective bands of every strip whose chain is ours to fill."""
    for strip in desk.strips:
        if strip.may_place("eq") and strip.role.role != "unknown":
            strip.bands = corrective_bands(desk, strip, flaws.get(strip.id, ()))
    desk.refresh()


def corrective_bands(desk: Desk, strip: Strip, flaws: Sequence[Flaw]) -> list[EqBand]:
    """Return the bands a track needs, high-pass first, and note why."""
    tone = desk.taste.tone
    reasons: list[str] = []
    clean = clean_part(strip.measures, flaws)
    bands = _high_pass(strip, tone, flaws, clean, reasons)
    notches = _notches(strip, tone, flaws, bands, clean, reasons)
    bands += _repairs(tone, flaws, [*bands, *notches], clean, reasons)
    bands += _tilt(desk, strip, bands, reasons)
    spent_db = sum(abs(band.gain_db) for band in strip.masking_bands)
    bands = _within_budget(bands, tone.sum_of_moves_db - spent_db)[:MOST_BANDS] + notches
    if bands:
        strip.reasons["eq"] = "; ".join(reasons)
    return bands


def low_share(strip: Strip, corner_hz: float) -> float:
    """Return the share of a track's energy below a frequency."""
    spectrum = strip.measures.spectrum_power.astype(np.float64)
    total = float(spectrum.sum())
    bins = int(corner_hz / strip.measures.spectrum_step_hz)
    return float(spectrum[:bins].sum()) / total if total > 0.0 else 0.0


def _high_pass(strip: Strip, tone: Tone, flaws: Iterable[Flaw], clean: CleanPart, reasons: list[str]) -> list[EqBand]:
    corner = strip.row.high_pass_hz
    if corner is None:
        return []
    rumbles = any(flaw.kind in ("rumble", "plosives") for flaw in flaws)
    share = low_share(strip, corner)
    # what pops and rumble put there is no reason to keep it
    if (clean.share_below(corner) if rumbles else share) > tone.high_pass_largest_share_ratio:
        return []
    if share < tone.high_pass_least_share_ratio and not rumbles:
        return []
    band = EqBand("high_pass", corner, 0.0, HIGH_PASS_OCTAVES)
    if clean.loss_db([band]) > tone.clean_loss_largest_db:
        return []
    what = "rumble and pops" if rumbles else "the energy"
    reasons.append(f"high-pass at {corner:.0f} Hz: {100 * share:.1f} % of {what} lies below it")
    return [band]


def _notches(
    strip: Strip, tone: Tone, flaws: Iterable[Flaw], others: Sequence[EqBand], clean: CleanPart, reasons: list[str]
) -> list[EqBand]:
    evidence = strip.measures.evidence
    hum = next((flaw for flaw in flaws if flaw.kind == "hum" and flaw.confidence >= tone.least_confidence), None)
    if hum is None or evidence is None:
        return []
    notches, words = notches_against_hum(hum, evidence, tone, others, clean)
    if notches:
        reasons.append(words)
    return notches


def _repairs(
    tone: Tone, flaws: Iterable[Flaw], others: Sequence[EqBand], clean: CleanPart, reasons: list[str]
) -> list[EqBand]:
    bands: list[EqBand] = []
    for flaw in sorted(flaws, key=_urgency):
        remedy = REMEDIES.get(flaw.kind)
        if remedy is None or flaw.frequency_hz is None or flaw.confidence < tone.least_confidence:
            continue
        shape, sign, is_narrow = remedy
        ratio = tone.resonance_correction_ratio if is_narrow else tone.shape_correction_ratio
        largest = tone.resonance_largest_cut_db if is_narrow else tone.shape_largest_move_db
        move = min(flaw.severity_db * ratio, largest)
        near = any(abs(np.log2(band.frequency_hz / flaw.frequency_hz)) < 0.4 for band in bands if band.shape == shape)
        width = round(min(max(flaw.bandwidth_octaves or (0.3 if is_narrow else 1.2), 0.1), 3.0), 2)
        if near:
            continue
        band = EqBand(shape, _nice_hz(flaw.frequency_hz), round(sign * move, 1), width)
        band = _gentle(band, [*others, *bands], tone, clean)
        if abs(band.gain_db) < tone.smallest_move_db:
            continue
        bands.append(band)
        reasons.append(
            f"{band.gain_db:+.1f} dB at {flaw.frequency_hz:.0f} Hz: {flaw.kind}, "
            f"{flaw.severity_db:.1f} dB beyond normal"
        )
    return bands


def _urgency(flaw: Flaw) -> tuple[bool, float, float]:
    """Return what flaws are sorted by: what rings first, as a narrow cut costs least, then by size and sureness."""
    is_narrow = flaw.kind in REMEDIES and REMEDIES[flaw.kind][2]
    return not is_narrow, -flaw.severity_db * flaw.confidence, flaw.frequency_hz or 0.0


def _gentle(band: EqBand, others: Sequence[EqBand], tone: Tone, clean: CleanPart) -> EqBand:
    """Return a cut as deep as it may be without taking too much from the clean part; boosts as they are."""
    while band.gain_db < 0.0 and clean.loss_db([*others, band]) > tone.clean_loss_largest_db:
        band = replace(band, gain_db=round(min(band.gain_db + _GENTLER_DB, 0.0), 1))
    return band


def _tilt(desk: Desk, strip: Strip, bands: Sequence[EqBand], reasons: list[str]) -> list[EqBand]:
    """Shelve gently towards the mean spectrum of the role's kind of stem."""
    tone = desk.taste.tone
    stem = desk.taste.stem_spectrum_db(strip.row.spectrum)
    if stem is None or tone.tilt_correction_ratio <= 0.0:
        return []
    ll, rr, _ = strip.mean_bands()
    power = (ll + rr)[_STEM_BANDS] * strip.response()[_STEM_BANDS]
    levels = 10.0 * np.log10(np.maximum(power, TINY_POWER))
    target = np.array(stem)
    centres = BANDS[_STEM_BANDS]
    heard = levels > levels.max() - 45.0
    if heard.sum() < 8:
        return []
    error = target - levels
    error -= _mean(error, heard & (centres >= 250.0) & (centres <= 1600.0))
    moves: list[EqBand] = []
    for region in TILT_REGIONS:
        part = heard & (centres >= region.from_hz) & (centres <= region.to_hz)
        is_passed = any(b.shape == "high_pass" and b.frequency_hz > region.corner_hz for b in bands)
        distance = _mean(error, part)
        if not part.any() or is_passed or abs(distance) > tone.tilt_largest_distance_db:
            continue  # so far off it is not a tilted recording but another kind of sound
        wanted = distance * tone.tilt_correction_ratio
        move = float(np.clip(wanted, -tone.tilt_largest_move_db, tone.tilt_largest_move_db))
        if abs(move) < tone.tilt_smallest_move_db:
            continue
        moves.append(EqBand(region.shape, region.corner_hz, round(move, 1), 1.5))
        reasons.append(
            f"{region.words} {move:+.1f} dB: {abs(distance):.1f} dB "
            f"{'below' if move > 0 else 'above'} what {strip.row.spectrum} stems usually have"
        )
    return moves


def _mean(values: Curve, mask: Curve) -> float:
    return float(values[mask.astype(bool)].mean()) if mask.any() else 0.0


def _within_budget(bands: list[EqBand], sum_db: float) -> list[EqBand]:
    """Keep the most wanted bands until their gains add up to the sum allowed."""
    kept: list[EqBand] = []
    spent = 0.0
    for band in bands:
        if spent + abs(band.gain_db) <= sum_db:
            kept.append(band)
            spent += abs(band.gain_db)
    return kept


def _nice_hz(frequency_hz: float) -> float:
    """Round a frequency to three digits, as people would type it."""
    return float(f"{frequency_hz:.3g}")
