"""What a plug-in stands at, in plain words with natural units. Numbers carry a real minus sign."""

import math
from collections.abc import Callable
from typing import Any, Final

from reaper_bridge.session.effects import (
    TRIM_PATH,
    DelayTap,
    Effect,
    EqBand,
    ForeignEffect,
    Jsfx,
    ReaComp,
    ReaDelay,
    ReaEq,
    ReaGate,
    ReaLimit,
    ReaVerbate,
)
from reaper_bridge.session.scripts import (
    DE_ESSER_PATH,
    ENHANCER_PATH,
    SATURATION_PATH,
    TRANSIENTS_PATH,
    WAVESHAPER_PATH,
)
from reaper_bridge.session.values import plugin_name

NARROW_BELOW_OCTAVES: Final = 0.5
WIDE_FROM_OCTAVES: Final = 1.0
OPEN_ABOVE_HZ: Final = 19_999.0

# The title of each band shape, and whether its gain means anything.
_SHAPES: Final[dict[str, tuple[str, bool]]] = {
    "bell": ("", True),
    "low_shelf": ("low shelf", True),
    "high_shelf": ("high shelf", True),
    "high_pass": ("high-pass", False),
    "low_pass": ("low-pass", False),
    "notch": ("notch", False),
    "all_pass": ("all-pass", False),
    "band_pass": ("band-pass", False),
    "parallel_band_pass": ("parallel band-pass", True),
}


def db(level_db: float, *, signed: bool = False, places: int = 1) -> str:
    """Return a level as ``−3.0 dB``; minus infinity is ``−∞ dB``."""
    return f"{number(level_db, places, signed=signed)} dB"


def number(value: float, places: int = 1, *, signed: bool = False) -> str:
    """Return a number with a real minus sign, ``−∞`` and ``∞``, and ``–`` for what is not a number."""
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "−∞" if value < 0 else "∞"
    rounded = round(value, places) + 0.0
    return f"{rounded:{'+' if signed and rounded else ''}.{places}f}".replace("-", "−")


def short(value: float) -> str:
    """Return a number with as few digits as it needs, at most two decimals."""
    return f"{round(value, 2) + 0.0:g}".replace("-", "−")


def hz(frequency_hz: float) -> str:
    """Return a frequency as ``80 Hz`` or ``2.5 kHz``."""
    if frequency_hz >= 1000.0:
        return f"{frequency_hz / 1000.0:.3g} kHz"
    return f"{frequency_hz:.3g} Hz"


def percent(ratio: float) -> str:
    """Return a ratio as ``72 %``."""
    return f"{number(100.0 * ratio, 0)} %"


def effect_words(effect: Effect) -> str:
    """Return a plug-in and its settings in one line: ``Compressor 3:1 at −24.5 dB, 4.0 dB make-up``."""
    return _WORDS[type(effect)](effect)


def effect_title(effect: Effect) -> str:
    """Return what a musician calls a plug-in: EQ, Compressor, Trim …"""
    if isinstance(effect, Jsfx):
        return "Trim" if is_trim(effect) else _SCRIPT_TITLES.get(effect.path.casefold(), plugin_name(effect))
    if isinstance(effect, ForeignEffect):
        return effect.plugin or "Plug-in"
    return _TITLES[type(effect)]


def is_trim(effect: Effect) -> bool:
    """Tell whether a plug-in is the pre-FX trim."""
    return isinstance(effect, Jsfx) and effect.path.casefold() == TRIM_PATH


def trim_gain_db(effect: Effect) -> float:
    """Return the gain of a trim in dB; 0 for anything else."""
    return (effect.sliders[0] or 0.0) if isinstance(effect, Jsfx) and effect.sliders else 0.0


def _eq(effect: ReaEq) -> str:
    bands = [_band(band) for band in effect.bands if band.enabled]
    if effect.gain_db:
        bands.append(f"{db(effect.gain_db, signed=True)} overall")
    return f"EQ: {', '.join(bands)}" if bands else "EQ, all bands flat"


def _band(band: EqBand) -> str:
    title, has_gain = _SHAPES[band.shape]
    if not has_gain:
        return f"{title} {hz(band.frequency_hz)}"
    text = f"{db(band.gain_db, signed=True)} at {hz(band.frequency_hz)}"
    if band.shape == "bell":
        return text + _width(band.bandwidth_octaves)
    return f"{title} {text}"


def _width(bandwidth_octaves: float) -> str:
    if bandwidth_octaves < NARROW_BELOW_OCTAVES:
        return " (narrow)"
    return " (wide)" if bandwidth_octaves >= WIDE_FROM_OCTAVES else ""


def _comp(effect: ReaComp) -> str:
    text = f"Compressor {short(effect.ratio)}:1 at {db(effect.threshold_db)}"
    if effect.auto_make_up:
        text += ", automatic make-up"
    elif effect.wet_db > 0.05:
        text += f", {db(effect.wet_db)} make-up"
    elif effect.wet_db < -0.05:
        text += f", output {db(effect.wet_db)}"
    if math.isfinite(effect.dry_db):
        text += f", dry sound mixed in at {db(effect.dry_db)}"
    return text + _side_chain(effect.side_chain)


def _side_chain(is_on: bool) -> str:
    return ", listening to the side-chain" if is_on else ""


def _gate(effect: ReaGate) -> str:
    if not math.isfinite(effect.threshold_db):
        return "Gate, always open"
    range_text = f", {db(-effect.dry_db)} down when shut" if math.isfinite(effect.dry_db) else ""
    return f"Gate opening at {db(effect.threshold_db)}" + range_text + _side_chain(effect.side_chain)


def _limit(effect: ReaLimit) -> str:
    peaks = "true peaks" if effect.true_peak else "sample peaks"
    return f"Limiter from {db(effect.threshold_db)}, {peaks} held below {db(effect.ceiling_db)}"


def _reverb(effect: ReaVerbate) -> str:
    text = f"Reverb: room size {percent(effect.room_size_ratio)}"
    if effect.pre_delay_ms:
        text += f", {short(effect.pre_delay_ms)} ms before it starts"
    return text + _dry(effect.dry_db) + _range(effect.high_pass_hz, effect.low_pass_hz)


def _delay(effect: ReaDelay) -> str:
    taps = [_tap(tap) for tap in effect.taps if tap.enabled]
    return (f"Delay: {'; '.join(taps)}" if taps else "Delay, no taps") + _dry(effect.dry_db)


def _tap(tap: DelayTap) -> str:
    lengths = []
    if tap.length_beats:
        lengths.append(f"{short(tap.length_beats)} beat{'' if tap.length_beats == 1.0 else 's'}")
    if tap.length_ms or not lengths:
        lengths.append(f"{short(tap.length_ms)} ms")
    text = " + ".join(lengths)
    if math.isfinite(tap.feedback_db):
        text += f", repeats {db(tap.feedback_db)}"
    return text + _range(tap.high_pass_hz, tap.low_pass_hz)


def _dry(dry_db: float) -> str:
    return f", dry sound at {db(dry_db)}" if math.isfinite(dry_db) else ""


def _range(high_pass_hz: float, low_pass_hz: float) -> str:
    low = hz(high_pass_hz) if high_pass_hz > 0.0 else ""
    high = hz(low_pass_hz) if low_pass_hz < OPEN_ABOVE_HZ else ""
    if low and high:
        return f", {low} to {high}"
    if low or high:
        return f", above {low}" if low else f", below {high}"
    return ""


def _jsfx(effect: Jsfx) -> str:
    if is_trim(effect):
        return f"Trim {db(trim_gain_db(effect), signed=True)} before the plug-ins"
    words = _SCRIPT_WORDS.get(effect.path.casefold())
    if words is not None and None not in effect.sliders:
        try:
            return words(*effect.sliders)
        except TypeError:
            pass  # it stands there with other sliders than the ones we know
    set_to = [short(value) for value in effect.sliders if value is not None]
    return f"{plugin_name(effect)}" + (f" ({', '.join(set_to)})" if set_to else "")


def _de_esser(
    _stereo: float, is_high_pass: float, _monitor: float, frequency_hz: float, _octaves: float, threshold_db: float,
    ratio: float, _times: float, gain_db: float,
) -> str:  # fmt: skip
    where = f"{'above' if is_high_pass else 'around'} {hz(frequency_hz)}"
    text = f"De-esser {short(ratio)}:1 {where} at {db(threshold_db)}"
    return text + (f", output {db(gain_db, signed=True)}" if gain_db else "")


def _saturation(amount_percent: float) -> str:
    return f"Saturation {short(amount_percent)} %"


def _transients(attack_percent: float, sustain_percent: float, output_db: float) -> str:
    parts = {"attack": attack_percent, "sustain": sustain_percent}
    said = [f"{name} {number(value, 0, signed=True)} %" for name, value in parts.items() if value]
    if output_db:
        said.append(f"output {db(output_db, signed=True)}")
    return f"Transients: {', '.join(said) or 'as they are'}"


def _enhancer(low_percent: float, crossover_hz: float, high_percent: float) -> str:
    low, high = number(low_percent, 0), number(high_percent, 0)
    return f"Stereo width {low} % below {hz(crossover_hz)}, {high} % above"


def _foreign(effect: ForeignEffect) -> str:
    return effect.plugin or "Plug-in"


_WORDS: Final[dict[type, Callable[[Any], str]]] = {
    ReaEq: _eq,
    ReaComp: _comp,
    ReaGate: _gate,
    ReaLimit: _limit,
    ReaVerbate: _reverb,
    ReaDelay: _delay,
    Jsfx: _jsfx,
    ForeignEffect: _foreign,
}
_SCRIPT_WORDS: Final[dict[str, Callable[..., str]]] = {
    DE_ESSER_PATH.casefold(): _de_esser,
    SATURATION_PATH.casefold(): _saturation,
    WAVESHAPER_PATH.casefold(): _saturation,
    TRANSIENTS_PATH.casefold(): _transients,
    ENHANCER_PATH.casefold(): _enhancer,
}
"""Each takes the values of its sliders."""
_SCRIPT_TITLES: Final = {
    DE_ESSER_PATH.casefold(): "De-esser",
    SATURATION_PATH.casefold(): "Saturation",
    WAVESHAPER_PATH.casefold(): "Saturation",
    TRANSIENTS_PATH.casefold(): "Transient shaper",
    ENHANCER_PATH.casefold(): "Stereo width",
}
_TITLES: Final[dict[type, str]] = {
    ReaEq: "EQ",
    ReaComp: "Compressor",
    ReaGate: "Gate",
    ReaLimit: "Limiter",
    ReaVerbate: "Reverb",
    ReaDelay: "Delay",
}
