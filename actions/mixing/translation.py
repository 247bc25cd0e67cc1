"""How a mix translates to a phone, mono, a car and headphones, and small corrections where that crosses a limit.

Measured on the desk, before the effect returns. What is done is bounded: a lead, bass, kick or snare that mono takes
too much of is narrowed; a bass that a phone does not play gets a bell on its own harmonics, unless something else of
ours makes harmonics for it. What stays over a limit is told.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from actions.mixing.curves import BANDS, K_POWER
from actions.mixing.desk import Desk, Strip
from actions.mixing.overlap import Picked
from actions.mixing.strip import panned
from analysis.translation import (
    Device,
    Powers,
    Stereo,
    Translated,
    bass_audibility,
    devices,
    mono_loss_db,
    translated,
)
from reaper_bridge.session.effects import EqBand
from reaper_bridge.session.identity import TrackId

FRAMES: Final = 300
HARMONICS_HZ: Final = (250.0, 315.0, 400.0, 500.0, 630.0, 800.0)
BELL_OCTAVES: Final = 1.0
STEP_DB: Final = 1.0
CRITICAL: Final = ("lead_vocal", "speech", "bass", "kick", "snare")
"""Groups that a mix in mono must not lose."""
NARROWEST: Final = 0.3
NARROWER: Final = 0.1
INVERTED_CORRELATION: Final = -0.8
"""Left and right are the same sound with opposite polarity: narrowing would silence it."""


@dataclass(frozen=True)
class Correction:
    """What was done for a device: to which track, and in words; ``is_enough`` tells whether the limit is kept now."""

    device: str
    track_id: TrackId
    text: str
    is_enough: bool


def translation_of(desk: Desk) -> tuple[Translated, ...]:
    """Return what each device leaves of the mix on a desk, the full mix in stereo first; nothing for silence."""
    frames = _frames(desk)
    if not len(frames):
        return ()
    parts = _parts(desk, frames)
    found: list[Translated] = []
    for device in devices():
        reference = found[0].lead_to_rest_db if found else None
        found.append(translated(*parts, on=device, reference_db=reference))
    return (replace(found[0], lead_change_db=None), *found[1:])


def place_translation(desk: Desk, stages: Collection[str]) -> tuple[Correction, ...]:
    """Mend what crosses the limits of the taste: by width in the stage of pan, by EQ in that of tone. Return how."""
    if not desk.taste.translation.is_on:
        return ()
    critical = [strip for strip in desk.sounding if strip.row.group in CRITICAL] if "pan" in stages else []
    found = [one for one in (_narrowed(desk, strip) for strip in critical) if one is not None]
    bass = _bass_for_phones(desk) if "tone" in stages else None
    if bass is not None:
        found.append(bass)
    if found:
        desk.refresh()
    return tuple(found)


def over_limits(desk: Desk, found: Sequence[Translated]) -> tuple[str, ...]:
    """Say which devices are still beyond a limit."""
    taste, titles = desk.taste.translation, {device.name: device.title for device in devices()}
    said = []
    for one in found[1:]:
        if one.lead_change_db is not None and one.lead_change_db < -taste.largest_lead_loss_db:
            said.append(f"{titles[one.device]}: the lead loses {-one.lead_change_db:.1f} dB against the rest")
        ratio = one.bass_audible_ratio if one.device == "phone" else None
        if ratio is not None and ratio < taste.least_bass_on_phone_ratio:
            said.append(f"{titles[one.device]}: {100.0 * ratio:.0f} % of the bass is heard")
    return tuple(said)


def stereo_of(strip: Strip, frames: Picked) -> Stereo:
    """Return what a strip adds to some frames of the mix, as its knobs stand."""
    measures = strip.measures
    inside = frames[frames < len(measures.k_power)]
    ll = measures.band_ll[inside].astype(np.float64)
    if measures.is_mono:
        rr = lr = ll
    else:
        rr, lr = measures.band_rr[inside].astype(np.float64), measures.band_lr[inside].astype(np.float64)
    gain = strip.response() * (strip.fader_power * strip.path_linear**2)
    moving = np.ones(len(inside))
    for power in (strip.insert_power, strip.moving_power):
        if power is not None:
            moving = moving * power[np.minimum(inside, len(power) - 1)]
    parts = []
    for part in panned(strip.matrix(), ll, rr, lr):
        padded = np.zeros((len(frames), len(BANDS)))
        padded[: len(inside)] = part * gain * moving[:, None]
        parts.append(padded)
    return Stereo(*parts)


def _frames(desk: Desk) -> Picked:
    """Return frames spread evenly over the energy of the mix."""
    total = np.cumsum(desk.mix_frames())
    if not len(total) or total[-1] <= 0.0:
        return np.zeros(0, np.intp)
    return np.unique(np.searchsorted(total, (np.arange(FRAMES) + 0.5) / FRAMES * total[-1]))


def _parts(desk: Desk, frames: Picked) -> tuple[list[Stereo], list[Stereo], list[Stereo]]:
    """Return lead, bass and everything else."""
    lead = {strip.id for strip in desk.lead}
    parts: tuple[list[Stereo], list[Stereo], list[Stereo]] = ([], [], [])
    for strip in desk.sounding:
        place = 0 if strip.id in lead else 1 if strip.row.group == "bass" else 2
        parts[place].append(stereo_of(strip, frames))
    return parts


# --- corrections ------------------------------------------------------------------------------------------------------


def _narrowed(desk: Desk, strip: Strip) -> Correction | None:
    """Narrow a track that the middle of a mix rests on, until mono takes no more of it than is allowed."""
    limit_db = desk.taste.translation.largest_mono_loss_db
    before_db = _mono_loss(strip)
    if before_db <= limit_db or strip.measures.is_mono or strip.row.pan in ("pair", "spread"):
        return None
    if "width" not in strip.free or strip.measures.correlation < INVERTED_CORRELATION:
        return None
    start = strip.width
    while _mono_loss(strip) > limit_db and strip.width > NARROWEST:
        strip.width = round(max(strip.width - NARROWER, NARROWEST), 2)
    if strip.width == start:
        return None
    after_db = _mono_loss(strip)
    words = f"mono took {before_db:.1f} dB of it, now {after_db:.1f} dB"
    strip.reasons["width"] = f"narrowed to {100 * strip.width:.0f} %: {words}"
    return Correction("mono", strip.id, f"width {100 * strip.width:.0f} %: {words}", after_db <= limit_db)


def _mono_loss(strip: Strip) -> float:
    ll, rr, lr = strip.band_power()
    return mono_loss_db(Stereo(ll[None], rr[None], lr[None]))


def _bass_for_phones(desk: Desk) -> Correction | None:
    """Lift the harmonics of the loudest bass a little where a phone plays too little of it, and that helps."""
    taste, tone = desk.taste.translation, desk.taste.tone
    basses = [strip for strip in desk.sounding if strip.row.group == "bass"]
    if not basses or any("saturation" in strip.inserts for strip in basses):
        return None
    phone, frames = next(device for device in devices() if device.name == "phone"), _frames(desk)
    others = _heard([strip for strip in desk.sounding if strip not in basses], frames, phone)
    before = bass_audibility(_heard(basses, frames, phone), others, phone) if len(frames) else None
    strip = max(basses, key=lambda each: (each.weight * float(each.band_power()[0] @ K_POWER), each.id))
    if before is None or before >= taste.least_bass_on_phone_ratio or not strip.may_place("eq"):
        return None
    room_db = tone.sum_of_moves_db - sum(abs(band.gain_db) for band in strip.all_bands)
    most_db = math.floor(min(taste.largest_bell_db, room_db) / STEP_DB) * STEP_DB
    kept, tried = list(strip.bands), []
    for gain_db in np.arange(STEP_DB, most_db + 0.01, STEP_DB):
        for centre_hz in HARMONICS_HZ:
            bell = EqBand("bell", centre_hz, float(gain_db), BELL_OCTAVES)
            strip.bands = [*kept, bell]
            tried.append((bass_audibility(_heard(basses, frames, phone), others, phone) or 0.0, bell))
        if max(after for after, _ in tried) >= taste.least_bass_on_phone_ratio:
            break
    strip.bands = kept
    after, bell = max(tried, key=lambda one: (one[0], -one[1].frequency_hz), default=(0.0, EqBand("bell", 1000.0)))
    if after - before < taste.least_gain_ratio:
        return None
    strip.bands = [*kept, bell]
    words = f"a phone plays {100 * before:.0f} % of the bass, now {100 * after:.0f} %"
    said = f"{bell.gain_db:+.1f} dB at {bell.frequency_hz:.0f} Hz: {words}"
    strip.reasons["eq"] = "; ".join(part for part in (strip.reasons.get("eq"), said) if part)
    return Correction("phone", strip.id, said, after >= taste.least_bass_on_phone_ratio)


def _heard(strips: Sequence[Strip], frames: Picked, on: Device) -> Powers:
    """Return (F, 31) the power of some strips on a device."""
    parts = (stereo_of(strip, frames).heard(on) for strip in strips)
    return np.asarray(sum(parts, start=np.zeros((len(frames), len(BANDS)))))
