"""Plain models of the plug-ins a first pass writes, on whole signals (2, samples).

Filters follow published measurements of ReaEQ; ReaVerbate and ReaDelay are the networks that are known of them,
worked as one convolution and as a sum of echoes. The compressor is a textbook one with a branching detector:
ReaComp's own timing is not published, so that two models of it may differ by a decibel or two.
"""

import math
import struct
from collections.abc import Callable

import numba
import numpy as np
import numpy.typing as npt
from scipy.signal import butter, oaconvolve, sosfilt

from benchmarks.quality.independent.project import Plugin

Sound = npt.NDArray[np.float32]
REAEQ, REACOMP, REAVERBATE, READELAY = 1919247729, 1919247213, 1920361016, 1919247468
_HALF_LN_2 = math.log(2.0) / 2.0
_COMBS = (1116, 1188, 1277, 1356, 1422, 1491, 1557, 1617, 1685, 1748)
_ALL_PASSES = (556, 441, 341, 225, 180, 153)


def processed(sound: Sound, plugin: Plugin, sample_rate_hz: int, tempo_bpm: float) -> tuple[Sound, str | None]:
    """Return what comes out of a plug-in, and a note where it is not modelled."""
    model = MODELS.get(plugin.kind.casefold() if isinstance(plugin.kind, str) else plugin.kind)
    if model is None:
        return sound, f"{plugin.label} is passed through"
    return model(sound, plugin, sample_rate_hz, tempo_bpm), None


def volume(sound: Sound, plugin: Plugin, sample_rate_hz: int, tempo_bpm: float) -> Sound:
    """JS: Volume Adjustment: slider 1 is the gain in dB, slider 2 a ceiling in dB."""
    ceiling = 10.0 ** (plugin.numbers[1] / 20.0)
    return np.asarray(np.clip(sound * 10.0 ** (plugin.numbers[0] / 20.0), -ceiling, ceiling), np.float32)


def equaliser(sound: Sound, plugin: Plugin, sample_rate_hz: int, tempo_bpm: float) -> Sound:
    """ReaEQ: a cascade of biquads and a gain."""
    size, count = struct.unpack_from("<II", plugin.state)
    sections = []
    for index in range(count):
        kind, is_on, hertz, gain, octaves = struct.unpack_from("<iiddd", plugin.state, 8 + index * size)
        if is_on:
            sections.append(_biquad(kind, hertz, gain, octaves, sample_rate_hz))
    gain = struct.unpack_from("<d", plugin.state, 8 + count * size + 8)[0]
    shaped = sosfilt(np.array(sections), sound, axis=1) if sections else sound
    return np.asarray(shaped * gain, np.float32)


def _biquad(kind: int, hertz: float, gain: float, octaves: float, sample_rate_hz: int) -> list[float]:
    w = 2.0 * math.pi * min(hertz / sample_rate_hz, 0.4999)
    sine, cosine = math.sin(w), math.cos(w)
    warp = w / sine if w < math.pi / 2.0 else math.pi / 2.0
    alpha = sine * math.sinh(_HALF_LN_2 * octaves * warp)
    a = math.sqrt(max(gain, 1e-6))
    if kind in (0, 1):
        slope = min(1.0 / octaves**2, 1.2)
        alpha = sine / 2.0 * math.sqrt(max((a + 1.0 / a) * (1.0 / slope - 1.0) + 2.0, 0.0))
        root, sign = 2.0 * math.sqrt(a) * alpha, 1.0 if kind == 0 else -1.0
        b = [
            a * ((a + 1) - sign * (a - 1) * cosine + root),
            sign * 2.0 * a * ((a - 1) - sign * (a + 1) * cosine),
            a * ((a + 1) - sign * (a - 1) * cosine - root),
        ]
        over = [
            (a + 1) + sign * (a - 1) * cosine + root,
            -sign * 2.0 * ((a - 1) + sign * (a + 1) * cosine),
            (a + 1) + sign * (a - 1) * cosine - root,
        ]
    else:
        over = [1.0 + alpha, -2.0 * cosine, 1.0 - alpha]
        b = {
            3: [(1.0 - cosine) / 2.0, 1.0 - cosine, (1.0 - cosine) / 2.0],
            4: [(1.0 + cosine) / 2.0, -(1.0 + cosine), (1.0 + cosine) / 2.0],
            5: [1.0 - alpha, -2.0 * cosine, 1.0 + alpha],
            6: [1.0, -2.0 * cosine, 1.0],
            7: [alpha, 0.0, -alpha],
        }.get(kind, [])
        if not b:
            b = [1.0 + alpha * a, -2.0 * cosine, 1.0 - alpha * a]
            over = [1.0 + alpha / a, -2.0 * cosine, 1.0 - alpha / a]
    return [value / over[0] for value in (*b, *over)]


@numba.njit(cache=True, nogil=True)
def _reduction(power, threshold_db, slope, knee_db, rms, attack, release):  # type: ignore[no-untyped-def]
    """Return the gain reduction in dB of every sample."""
    out = np.empty(len(power), np.float32)
    mean, now = 0.0, 0.0
    for i in range(len(power)):
        mean += rms * (power[i] - mean)
        over = 10.0 * math.log10(max(mean, 1e-12)) - threshold_db
        if knee_db > 0.0 and abs(over) < knee_db / 2.0:
            over = (over + knee_db / 2.0) ** 2 / (2.0 * knee_db)
        wanted = slope * max(over, 0.0)
        now += (attack if wanted > now else release) * (wanted - now)
        out[i] = now
    return out


def compressor(sound: Sound, plugin: Plugin, sample_rate_hz: int, tempo_bpm: float) -> Sound:
    """ReaComp with its main input as detector."""
    v = plugin.numbers
    threshold_db = 20.0 * math.log10(max(v[0], 1e-8))
    slope = 1.0 - 1.0 / (1.0 + 99.0 * v[1])

    def rate(ms: float) -> float:
        return 1.0 - math.exp(-1000.0 / (max(ms, 0.01) * sample_rate_hz))

    power = ((sound[0] ** 2 + sound[1] ** 2) / 2.0).astype(np.float64)
    reduction = _reduction(power, threshold_db, slope, 24.0 * v[14], rate(100.0 * v[13]), rate(500.0 * v[2]), rate(5000.0 * v[3]))  # fmt: skip  # noqa: E501
    make_up_db = -threshold_db * slope / 2.0 if v[15] > 0.5 else 0.0
    wet = v[11] * 10.0 ** ((make_up_db - reduction) / 20.0)
    return np.asarray(sound * (wet + v[10]), np.float32)


@numba.njit(cache=True, nogil=True)
def _room(length, combs, all_passes, feedback, damp):  # type: ignore[no-untyped-def]
    """Return the impulse response of parallel combs with damping, and all-passes after them."""
    out = np.zeros(length)
    for size in combs:
        buffer, store, place = np.zeros(size), 0.0, 0
        for i in range(length):
            value = buffer[place]
            store = value * (1.0 - damp) + store * damp
            buffer[place] = (1.0 if i == 0 else 0.0) + store * feedback
            out[i] += value
            place = (place + 1) % size
    for size in all_passes:
        buffer, place = np.zeros(size), 0
        for i in range(length):
            value = buffer[place]
            buffer[place] = out[i] + 0.5 * value
            out[i] = value - out[i]
            place = (place + 1) % size
    return out


def reverb(sound: Sound, plugin: Plugin, sample_rate_hz: int, tempo_bpm: float) -> Sound:
    """ReaVerbate as one convolution a side."""
    wet, dry, size, dampening, width, delay, low_pass, high_pass = plugin.numbers[:8]
    scale = sample_rate_hz / 44100.0
    feedback = 0.30 + 0.68 * size
    length = int(sample_rate_hz * min(12.0, 0.3 - 3.0 * _COMBS[-1] / 44100.0 / math.log10(feedback)))
    sent = _band_limited(sound, 20000.0 * low_pass, 20000.0 * high_pass, sample_rate_hz)
    pre_delay = round(0.5 * delay * sample_rate_hz)
    wets = []
    for side, spread in zip(sent, (0, 23), strict=True):
        combs = np.array([round((n + spread) * scale) for n in _COMBS])
        passes = np.array([round((n + spread) * scale) for n in _ALL_PASSES])
        response = _room(length, combs, passes, feedback, (0.4 * dampening) ** (1.0 / scale)).astype(np.float32)
        tail = oaconvolve(side, response)[: len(side)] * 0.015
        wets.append(np.concatenate((np.zeros(pre_delay), tail))[: len(side)])
    own, other = (1.0 + width) / 2.0, (1.0 - width) / 2.0
    both = np.stack((own * wets[0] + other * wets[1], own * wets[1] + other * wets[0]))
    return np.asarray(wet * both + dry * sound, np.float32)


def _band_limited(sound: Sound, low_pass_hz: float, high_pass_hz: float, sample_rate_hz: int) -> Sound:
    if 0.0 < low_pass_hz < 0.49 * sample_rate_hz and low_pass_hz < 19999.0:
        sound = _filtered(sound, butter(1, low_pass_hz, fs=sample_rate_hz, output="sos"))
    if high_pass_hz > 1.0:
        sound = _filtered(sound, butter(1, high_pass_hz, "highpass", fs=sample_rate_hz, output="sos"))
    return sound


def _filtered(sound: Sound, sections: npt.NDArray[np.float64]) -> Sound:
    return np.asarray(sosfilt(sections, sound, axis=1), np.float32)


def delay(sound: Sound, plugin: Plugin, sample_rate_hz: int, tempo_bpm: float) -> Sound:
    """ReaDelay as a sum of echoes, each filtered once more than the one before."""
    _, _, count, size, _, _, wet, dry = struct.unpack_from("<6i2f", plugin.state)
    total = np.zeros_like(sound)
    for index in range(count):
        _, is_on, time, musical, feedback, low, high, _, width, level, pan = struct.unpack_from(
            "<11f", plugin.state, 32 + index * size
        )
        step = round(sample_rate_hz * (10.0 * time + 128.0 * musical * 60.0 / tempo_bpm))
        if not is_on or step <= 0:
            continue
        own = (1.0 + (2.0 * width - 1.0)) / 2.0
        balance = np.array([min(1.0, 2.0 - 2.0 * pan), min(1.0, 2.0 * pan)])[:, None]
        echo, gain, at = sound, level, step
        while at < sound.shape[1] and gain > 1e-4 * level:
            echo = _band_limited(echo, 20000.0 * low, 20000.0 * high, sample_rate_hz)
            mixed = own * echo + (1.0 - own) * echo[::-1]
            total[:, at:] += (gain * balance * mixed[:, : sound.shape[1] - at]).astype(np.float32)
            gain, at = gain * feedback, at + step
    return np.asarray(wet * total + dry * sound, np.float32)


MODELS: dict[int | str, Callable[[Sound, Plugin, int, float], Sound]] = {
    REAEQ: equaliser,
    REACOMP: compressor,
    REAVERBATE: reverb,
    READELAY: delay,
    "utility/volume": volume,
}
