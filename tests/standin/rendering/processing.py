"""What plug-ins do to sound: honest and simple. A plug-in that is not here lets everything through.

Conventions: sound is (frames, channels) float64 at full scale 1.0; plug-ins act on the first two channels, channels
three and four are ReaComp's auxiliary input.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from tests.standin.plugins.float_list import ReaComp
from tests.standin.plugins.jsfx import Jsfx
from tests.standin.plugins.opaque import CHANNEL_STRIP, Opaque
from tests.standin.plugins.reaeq import (
    ALL_PASS,
    BAND_PASS,
    HIGH_PASS,
    HIGH_SHELF,
    LOW_PASS,
    LOW_SHELF,
    NOTCH,
    PARALLEL,
    EqBand,
    ReaEq,
)

Sound = npt.NDArray[np.float64]
STRIP_GAIN = 0.5
"""What the invented channel strip does, so that a stem can be told from its source."""
_RING_SECONDS = 2.0
_STEP = 32
_CLIP_OFF_DB = 150.0


def process(plugin: Any, sound: Sound, rate_hz: int) -> Sound:
    """Return what comes out of a plug-in."""
    for kind, function in _PROCESSES.items():
        if isinstance(plugin, kind):
            out = sound.copy()
            out[:, :2] = function(plugin, sound, rate_hz)
            return out
    return sound


# ReaEQ


def equalise(plugin: ReaEq, sound: Sound, rate_hz: int) -> Sound:
    """Filter by the product of all bands' responses; what rings beyond the padding is lost."""
    frames = len(sound)
    padded = 1 << math.ceil(math.log2(frames + _RING_SECONDS * rate_hz))
    w = np.linspace(0.0, math.pi, padded // 2 + 1)
    response = np.full(len(w), plugin.gain, dtype=complex)
    for band in plugin.bands:
        if band.enabled:
            response *= band_response(band, w, rate_hz)
    spectrum = np.fft.rfft(sound[:, :2], n=padded, axis=0) * response[:, None]
    filtered: Sound = np.fft.irfft(spectrum, n=padded, axis=0)[:frames]
    return filtered


def band_response(band: EqBand, w: Sound, rate_hz: int) -> npt.NDArray[np.complex128]:
    """Return a band's complex response at angular frequencies w (0 to pi)."""
    numerator, denominator = coefficients(band, rate_hz)
    z = np.exp(-1j * w)
    top = numerator[0] + numerator[1] * z + numerator[2] * z * z
    bottom = denominator[0] + denominator[1] * z + denominator[2] * z * z
    response: npt.NDArray[np.complex128] = top / bottom
    return response


def coefficients(band: EqBand, rate_hz: int) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """Return the biquad of a band: numerator and denominator."""
    w = 2.0 * math.pi * min(band.frequency_hz, 0.4999 * rate_hz) / rate_hz
    cosine, sine = math.cos(w), math.sin(w)
    stretch = w / sine if w < math.pi / 2.0 else math.pi / 2.0
    alpha = sine * math.sinh(math.log(2.0) / 2.0 * band.octaves * stretch)
    a = math.sqrt(max(band.gain, 0.0))
    if band.kind in (LOW_SHELF, HIGH_SHELF):
        return _shelf(band, max(a, 1e-4), cosine, sine)
    if band.kind == HIGH_PASS:
        return ((1 + cosine) / 2, -(1 + cosine), (1 + cosine) / 2), (1 + alpha, -2 * cosine, 1 - alpha)
    if band.kind == LOW_PASS:
        return ((1 - cosine) / 2, 1 - cosine, (1 - cosine) / 2), (1 + alpha, -2 * cosine, 1 - alpha)
    if band.kind == ALL_PASS:
        return (1 - alpha, -2 * cosine, 1 + alpha), (1 + alpha, -2 * cosine, 1 - alpha)
    if band.kind == NOTCH or a == 0.0:
        return (1.0, -2 * cosine, 1.0), (1 + alpha, -2 * cosine, 1 - alpha)
    if band.kind == PARALLEL:
        return (1.0, 0.0, 0.0), (1.0, 0.0, 0.0)  # what it adds is not known
    if band.kind == BAND_PASS:
        return (alpha, 0.0, -alpha), (1 + alpha, -2 * cosine, 1 - alpha)
    return (1 + alpha * a, -2 * cosine, 1 - alpha * a), (1 + alpha / a, -2 * cosine, 1 - alpha / a)


def _shelf(
    band: EqBand, a: float, cosine: float, sine: float
) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    slope = min(1.0 / max(band.octaves, 0.01) ** 2, 1.2)
    alpha = sine / 2.0 * math.sqrt(max((a + 1 / a) * (1 / slope - 1) + 2, 0.0))
    root = 2.0 * math.sqrt(a) * alpha
    sign = 1.0 if band.kind == LOW_SHELF else -1.0
    up, down = (a + 1) + sign * (a - 1) * cosine, (a + 1) - sign * (a - 1) * cosine
    return (
        (a * (down + root), sign * 2 * a * ((a - 1) - sign * (a + 1) * cosine), a * (down - root)),
        (up + root, -sign * 2 * ((a - 1) + sign * (a + 1) * cosine), up - root),
    )


# ReaComp


def compress(plugin: ReaComp, sound: Sound, rate_hz: int) -> Sound:
    """Turn down what is louder than the threshold, by a gain that moves in steps of 32 samples."""
    listens_to_aux = plugin.value(8) > 1e-6 and sound.shape[1] >= 4
    detected = sound[:, 2:4] if listens_to_aux else sound[:, :2]
    gain_db = _smoothed(_wanted_db(plugin, _levels_db(plugin, detected, rate_hz)), plugin, rate_hz)
    make_up_db = 0.0
    if plugin.value(15) >= 0.5:
        make_up_db = -plugin.number("Threshold") * (1.0 - 1.0 / plugin.number("Ratio")) / 2.0
    places = (np.arange(len(gain_db)) + 0.5) * _STEP
    gain = 10.0 ** ((np.interp(np.arange(len(sound)), places, gain_db) + make_up_db) / 20.0)
    wet, dry = plugin.value(11), plugin.value(10)
    compressed: Sound = sound[:, :2] * (wet * gain + dry)[:, None]
    return compressed


def _levels_db(plugin: ReaComp, detected: Sound, rate_hz: int) -> Sound:
    """Return the louder channel's peak, or RMS over the plug-in's window, per step."""
    steps = math.ceil(len(detected) / _STEP)
    padded = np.zeros((steps * _STEP, detected.shape[1]))
    padded[: len(detected)] = detected
    blocks = padded.reshape(steps, _STEP, -1)
    window = max(1, round(plugin.number("RMS size") / 1000.0 * rate_hz / _STEP))
    if plugin.number("RMS size") > 0.0:
        power = np.mean(blocks**2, axis=1)
        summed = np.cumsum(np.vstack([np.zeros((window, power.shape[1])), power]), axis=0)
        level = np.sqrt(np.maximum(summed[window:] - summed[:-window], 0.0) / window).max(axis=1)
    else:
        level = np.abs(blocks).max(axis=(1, 2))
    levels_db: Sound = 20.0 * np.log10(np.maximum(level, 1e-9))
    return levels_db


def _wanted_db(plugin: ReaComp, levels_db: Sound) -> Sound:
    knee_db, slope = plugin.number("Knee"), 1.0 - 1.0 / max(plugin.number("Ratio"), 1.0)
    over_db = levels_db - plugin.number("Threshold")
    hard = -slope * np.maximum(over_db, 0.0)
    if knee_db <= 0.0:
        return hard
    soft = -slope * (over_db + knee_db / 2.0) ** 2 / (2.0 * knee_db)
    return np.where(np.abs(over_db) < knee_db / 2.0, soft, hard)


def _smoothed(wanted_db: Sound, plugin: ReaComp, rate_hz: int) -> Sound:
    step_ms = 1000.0 * _STEP / rate_hz
    down = math.exp(-step_ms / max(plugin.number("Attack"), 0.01))
    up = math.exp(-step_ms / max(plugin.number("Release"), 0.01))
    state = 0.0
    moved = np.empty(len(wanted_db))
    for step, wanted in enumerate(wanted_db.tolist()):
        keep = down if wanted < state else up
        state = keep * state + (1.0 - keep) * wanted
        moved[step] = state
    return moved


# the others


def adjust(plugin: Jsfx, sound: Sound, rate_hz: int) -> Sound:
    """Do what JS: Volume Adjustment does; other scripts let everything through."""
    if plugin.ident.lower() != "utility/volume":
        return sound[:, :2]
    out: Sound = sound[:, :2] * 10.0 ** (plugin.slider(1) / 20.0)
    most_db = plugin.slider(2)
    return out if most_db >= _CLIP_OFF_DB else np.clip(out, -(10.0 ** (most_db / 20.0)), 10.0 ** (most_db / 20.0))


def strip(plugin: Opaque, sound: Sound, rate_hz: int) -> Sound:
    """Do what the invented channel strip does: it halves."""
    return sound[:, :2] * (STRIP_GAIN if plugin.original_name == CHANNEL_STRIP.name else 1.0)


_PROCESSES: dict[type, Callable[[Any, Sound, int], Sound]] = {
    ReaEq: equalise,
    ReaComp: compress,
    Jsfx: adjust,
    Opaque: strip,
}
