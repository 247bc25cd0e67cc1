"""The JSFX we write besides the trim: all ship with every REAPER from 6.0 on, with these sliders.

Every slider is set, also one that stands at its default: a project keeps no number for a slider nobody touched, and a
running REAPER shows one for each. Paths are written as REAPER's own folders are; on Linux their case matters.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from reaper_bridge.session.effects import TRIM_PATH, Jsfx

DE_ESSER_PATH: Final = "Liteon/deesser"
SATURATION_PATH: Final = "loser/Saturation"
WAVESHAPER_PATH: Final = "loser/waveShapingDstr"
TRANSIENTS_PATH: Final = "loser/TransientController"
ENHANCER_PATH: Final = "loser/stereoEnhancer"

DE_ESSER_THRESHOLD, DE_ESSER_RATIO, DE_ESSER_GAIN = 5, 6, 8
"""Where these stand in ``Jsfx.sliders``, counted from 0."""
DE_ESSER_KNOB_PER_DB: Final = 2.0
"""Its threshold moves by half of what the knob says: -80 is a peak of -40 dBFS."""
_WIDTH_AS_IT_IS: Final = 100.0


def de_esser(
    frequency_hz: float,
    threshold_db: float,
    ratio: float,
    *,
    bandwidth_octaves: float = 1.5,
    high_pass: bool = True,
    stereo: bool = True,
    time_constants_index: int = 0,
    gain_db: float = 0.0,
) -> Jsfx:
    """Return JS: De-esser: what lies above a frequency (or in a band around it) is compressed by itself.

    Frequency 1,500 to 12,000 Hz, threshold -80 to 0 dB, ratio 1 (nothing) to 20, bandwidth 0.1 to 3.1 octaves, gain
    -24 to +24 dB. Time constants are pairs of attack and release: 0 is 3 µs and 50 ms, 1 is 30 µs and 100 ms, 2 is
    100 µs and 300 ms.
    """
    sliders = (
        0.0 if stereo else 1.0,
        float(high_pass),
        0.0,  # monitor
        frequency_hz,
        bandwidth_octaves,
        threshold_db,
        ratio,
        float(time_constants_index),
        gain_db,
    )
    return Jsfx(DE_ESSER_PATH, sliders)


def saturation(amount_percent: float) -> Jsfx:
    """Return JS: Saturation by an amount of 0 (nothing) to 100 percent; a pass does not write it."""
    return Jsfx(SATURATION_PATH, (amount_percent,))


def waveshaper(distortion_percent: float) -> Jsfx:
    """Return JS: Waveshaping Distortion by 0 (nothing) to 100 percent."""
    return Jsfx(WAVESHAPER_PATH, (distortion_percent,))


def transient_controller(attack_percent: float, sustain_percent: float = 0.0, output_db: float = 0.0) -> Jsfx:
    """Return JS: Transient Controller; attack and sustain -100 to +100 percent, output -12 to +6 dB."""
    return Jsfx(TRANSIENTS_PATH, (attack_percent, sustain_percent, output_db))


def stereo_enhancer(width_low_percent: float, crossover_hz: float, width_high_percent: float) -> Jsfx:
    """Return JS: Stereo Enhancer; widths 0 to 200 percent below and above a crossover, 100 as it is."""
    return Jsfx(ENHANCER_PATH, (width_low_percent, crossover_hz, width_high_percent))


def is_script(effect: object, path: str) -> bool:
    """Tell whether a plug-in is the JSFX of a path; most systems ignore its case."""
    return isinstance(effect, Jsfx) and effect.path.casefold() == path.casefold()


def with_slider(effect: Jsfx, index: int, value: float) -> Jsfx:
    """Return a JSFX with one slider at another value, counted from 0."""
    return replace(effect, sliders=(*effect.sliders[:index], value, *effect.sliders[index + 1 :]))


def scaled_script(effect: Jsfx, amount: float) -> Jsfx:
    """Return a JSFX that does its work by an amount from 0 (nothing) to 1 (all); one that we do not write as it is."""
    law = _LAWS.get(effect.path.casefold(), {})
    sliders = tuple(
        value if value is None or index not in law else law[index](value, amount)
        for index, value in enumerate(effect.sliders)
    )
    return replace(effect, sliders=sliders)


def _from_zero(value: float, amount: float) -> float:
    return value * amount


def _from_one(value: float, amount: float) -> float:
    return 1.0 + (value - 1.0) * amount


def _from_full_width(value: float, amount: float) -> float:
    return _WIDTH_AS_IT_IS + (value - _WIDTH_AS_IT_IS) * amount


_LAWS: Final[Mapping[str, Mapping[int, Callable[[float, float], float]]]] = {
    TRIM_PATH: {0: _from_zero},
    DE_ESSER_PATH.casefold(): {DE_ESSER_RATIO: _from_one, DE_ESSER_GAIN: _from_zero},
    SATURATION_PATH.casefold(): {0: _from_zero},
    WAVESHAPER_PATH.casefold(): {0: _from_zero},
    TRANSIENTS_PATH.casefold(): {0: _from_zero, 1: _from_zero, 2: _from_zero},
    ENHANCER_PATH.casefold(): {0: _from_full_width, 2: _from_full_width},
}
"""Which sliders of a script carry what it does, and where they do nothing."""
