"""ReaEQ as a cascade of biquads.

The laws were measured on REAPER renders by public projects: bells, shelves and high passes agree with them;
low pass, notch, band pass and all pass are assumed to follow the same pattern. The bandwidth of a band is in
octaves and is corrected for the warping of the bilinear transform as the Audio EQ Cookbook does, up to a
quarter of the sample rate and with the correction held above it.
"""

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from analysis.rendering.biquad import Cascade, Sections, response, section
from analysis.rendering.processor import Block
from reaper_bridge.session.effects import EqBand, EqShape, ReaEq
from reaper_bridge.session.units import linear_from_db

STEEPEST_SHELF = 1.2
_GAIN_FLOOR = 1e-6


def _width(w: float, bandwidth_octaves: float) -> float:
    """Return the cookbook's alpha of a bandwidth."""
    warp = w / math.sin(w) if w < math.pi / 2 else math.pi / 2
    return math.sin(w) * math.sinh(math.log(2.0) / 2.0 * bandwidth_octaves * warp)


def _bell(w: float, band: EqBand) -> tuple[float, ...]:
    gain, alpha, c = linear_from_db(band.gain_db), _width(w, band.bandwidth_octaves), math.cos(w)
    if gain < _GAIN_FLOOR:
        return _notch(w, band)
    a = math.sqrt(gain)
    return section((1 + alpha * a, -2 * c, 1 - alpha * a), (1 + alpha / a, -2 * c, 1 - alpha / a))


def _shelf(w: float, band: EqBand, sign: float) -> tuple[float, ...]:
    """Return a low (sign 1) or a high (sign -1) shelf."""
    a = math.sqrt(max(linear_from_db(band.gain_db), _GAIN_FLOOR))
    steepness = min(1.0 / max(band.bandwidth_octaves, 1e-3) ** 2, STEEPEST_SHELF)
    # a very strong shelf at full steepness would have complex width
    alpha = math.sin(w) / 2.0 * math.sqrt(max((a + 1 / a) * (1 / steepness - 1) + 2, 1e-6))
    c, edge = math.cos(w) * sign, 2.0 * math.sqrt(a) * alpha
    b = (
        a * ((a + 1) - (a - 1) * c + edge),
        sign * 2 * a * ((a - 1) - (a + 1) * c),
        a * ((a + 1) - (a - 1) * c - edge),
    )
    return section(b, ((a + 1) + (a - 1) * c + edge, -sign * 2 * ((a - 1) + (a + 1) * c), (a + 1) + (a - 1) * c - edge))


def _pass(w: float, band: EqBand, sign: float) -> tuple[float, ...]:
    """Return a high (sign 1) or a low (sign -1) pass; its gain knob does nothing."""
    alpha, c = _width(w, band.bandwidth_octaves), math.cos(w)
    edge = (1 + sign * c) / 2
    return section((edge, -sign * 2 * edge, edge), (1 + alpha, -2 * c, 1 - alpha))


def _notch(w: float, band: EqBand) -> tuple[float, ...]:
    alpha, c = _width(w, band.bandwidth_octaves), math.cos(w)
    return section((1.0, -2 * c, 1.0), (1 + alpha, -2 * c, 1 - alpha))


def _band_pass(w: float, band: EqBand) -> tuple[float, ...]:
    alpha, c = _width(w, band.bandwidth_octaves), math.cos(w)
    return section((alpha, 0.0, -alpha), (1 + alpha, -2 * c, 1 - alpha))


def _all_pass(w: float, band: EqBand) -> tuple[float, ...]:
    alpha, c = _width(w, band.bandwidth_octaves), math.cos(w)
    return section((1 - alpha, -2 * c, 1 + alpha), (1 + alpha, -2 * c, 1 - alpha))


SHAPES: dict[EqShape, Callable[[float, EqBand], tuple[float, ...]]] = {
    "bell": _bell,
    "low_shelf": lambda w, band: _shelf(w, band, 1.0),
    "high_shelf": lambda w, band: _shelf(w, band, -1.0),
    "high_pass": lambda w, band: _pass(w, band, 1.0),
    "low_pass": lambda w, band: _pass(w, band, -1.0),
    "notch": _notch,
    "band_pass": _band_pass,
    "all_pass": _all_pass,
}
"""The bands that are modelled; ``parallel_band_pass`` is not and does nothing here."""


def sections(effect: ReaEq, sample_rate_hz: float) -> Sections:
    """Return the sections (S, 5) of the bands that are on and modelled."""
    rows = [
        SHAPES[band.shape](2 * math.pi * _inside(band.frequency_hz, sample_rate_hz) / sample_rate_hz, band)
        for band in effect.bands
        if band.enabled and band.shape in SHAPES and not _is_flat(band)
    ]
    return np.array(rows, np.float64).reshape(-1, 5)


def _inside(frequency_hz: float, sample_rate_hz: float) -> float:
    return min(max(frequency_hz, 1.0), 0.499 * sample_rate_hz)


def _is_flat(band: EqBand) -> bool:
    return band.shape in ("bell", "low_shelf", "high_shelf") and band.gain_db == 0.0


def power_response(
    effect: ReaEq, frequencies_hz: npt.ArrayLike, sample_rate_hz: float = 48_000.0
) -> npt.NDArray[np.float64]:
    """Return |H|² of an equaliser, its global gain included, at some frequencies."""
    power = response(sections(effect, sample_rate_hz), frequencies_hz, sample_rate_hz)
    return power * linear_from_db(effect.gain_db) ** 2


class Equaliser:
    """ReaEQ at work."""

    latency_samples = 0
    memory_seconds = 0.0

    def __init__(self, effect: ReaEq, sample_rate_hz: int) -> None:
        self._cascade = Cascade(sections(effect, sample_rate_hz), linear_from_db(effect.gain_db))

    def process(self, block: Block, side_chain: Block | None = None) -> Block:
        """Equalise a block in place."""
        return self._cascade.process(block)

    def reset(self) -> None:
        """Forget everything heard so far."""
        self._cascade.reset()
