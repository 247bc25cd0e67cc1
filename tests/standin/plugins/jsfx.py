"""JSFX: scripts with sliders, whose raw values are the sliders' own units.

Conventions: the block holds 64 values, ``-`` where the script has no slider of that number, and perhaps the name of
a preset. Values are 64-bit here; a saved project keeps as many decimals as it needs. A script nobody here knows
shows the sliders its block has values for, from 0 to 1 or as far as the values go.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import rpp

from tests.standin.plugins.instance import Instance, Parameter
from tests.standin.plugins.laws import Choice, Law, Linear

SLIDER_COUNT = 64
_NONE = "-"


@dataclass(frozen=True)
class Slider:
    """One slider as the script declares it; sliders with names for their steps count from their minimum."""

    name: str
    default: float
    minimum: float
    maximum: float
    step: float = 0.0
    steps: tuple[str, ...] = ()

    def parameter(self, number: int) -> Parameter:
        middle = (self.minimum + self.maximum) / 2.0
        law: Law = Choice(self.steps) if self.steps else Linear(decimals=_decimals(self.step), unit=_unit(self.name))
        return Parameter(self.name, law, self.minimum, self.maximum, middle, f"{number - 1}:slider{number}")


@dataclass(frozen=True)
class Script:
    """A JSFX that ships with REAPER."""

    path: str
    name: str
    sliders: Mapping[int, Slider]


def _script(path: str, name: str, *sliders: Slider) -> Script:
    return Script(path, f"JS: {name}", dict(enumerate(sliders, start=1)))


SCRIPTS = (
    _script(
        "utility/volume",
        "Volume Adjustment",
        Slider("Adjustment (dB)", 6.0, -150.0, 150.0, 0.1),
        Slider("Max Volume (dB)", 0.0, -150.0, 150.0, 0.1),
    ),
    _script(
        "utility/volume_pan",
        "Volume/Pan Smoother",
        Slider("Volume (dB)", 0.0, -60.0, 12.0, 0.1),
        Slider("Pan", 0.0, -100.0, 100.0, 0.1),
        Slider("Pan Law (dB)", 0.0, -6.0, 6.0, 0.5),
    ),
    _script(
        "utility/phase_adjust",
        "Phase Rotator",
        Slider("Phase Adjustment", 0.0, -180.0, 180.0, 1.0),
        Slider("FFT Size", 2.0, 0.0, 4.0, 1.0, ("1024", "2048", "4096", "8192")),
    ),
    _script(
        "delay/time_adjustment",
        "Time Adjustment Delay",
        Slider("Delay Amount (ms)", 0.0, -1000.0, 1000.0, 1.0),
        Slider("Wet Mix (dB)", 0.0, -120.0, 12.0, 1.0),
        Slider("Dry Mix (dB)", -120.0, -120.0, 12.0, 1.0),
        Slider("Additional Delay Amount (spls)", 0.0, -40000.0, 40000.0, 1.0),
    ),
    _script("filters/dc_remove", "DC Filter"),
    _script("loser/waveShapingDstr", "Waveshaping Distortion", Slider("Distortion (%)", 0.0, 0.0, 100.0, 0.1)),
    _script("loser/Saturation", "Saturation", Slider("Amount (%)", 0.0, 0.0, 100.0, 1.0)),
    _script(
        "loser/stereoEnhancer",
        "Stereo Enhancer",
        Slider("Width Low (%)", 100.0, 0.0, 200.0, 1.0),
        Slider("Crossover (Hz)", 500.0, 0.0, 20000.0, 1.0),
        Slider("Width High (%)", 100.0, 0.0, 200.0, 1.0),
    ),
    _script(
        "loser/TransientController",
        "Transient Controller",
        Slider("Attack (%)", 0.0, -100.0, 100.0, 1.0),
        Slider("Sustain (%)", 0.0, -100.0, 100.0, 1.0),
        Slider("Output (dB)", 0.0, -12.0, 6.0, 0.1),
    ),
    _script(
        "loser/3BandEQ",
        "3-Band EQ",
        Slider("Low (dB)", 0.0, -24.0, 24.0, 1.0),
        Slider("Frequency (Hz)", 200.0, 0.0, 22000.0, 1.0),
        Slider("Mid (dB)", 0.0, -24.0, 24.0, 1.0),
        Slider("Frequency (Hz)", 2000.0, 0.0, 22000.0, 1.0),
        Slider("High (dB)", 0.0, -24.0, 24.0, 1.0),
        Slider("Output (dB)", 0.0, -24.0, 24.0, 1.0),
    ),
    _script(
        "loser/masterLimiter",
        "Master Limiter",
        Slider("Threshold (dB)", -3.0, -20.0, -0.1, 0.1),
        Slider("Look Ahead (\N{MICRO SIGN}s)", 200.0, 0.0, 1000.0, 1.0),
        Slider("Attack (\N{MICRO SIGN}s)", 100.0, 0.0, 1000.0, 1.0),
        Slider("Hold (ms)", 0.0, 0.0, 10.0, 0.1),
        Slider("Release (ms)", 250.0, 0.0, 1000.0, 1.0),
        Slider("Limit (dB)", -0.1, -6.0, 0.0, 0.01),
        Slider("Reduction", 0.0, -20.0, 0.0, 1.0),
    ),
    _script(
        "sstillwell/1175",
        "1175 Compressor",
        Slider("Threshold (dB)", 0.0, -60.0, 0.0, 0.1),
        Slider(
            "Ratio",
            5.0,
            0.0,
            9.0,
            1.0,
            (
                *(f"Blown Capacitor {ratio} (Deprecated)" for ratio in ("4", "8", "12", "20", "All")),
                *("4", "8", "12", "20", "All"),
            ),
        ),
        Slider("Gain (dB)", 0.0, -20.0, 20.0, 0.1),
        Slider("Attack (uS)", 20.0, 20.0, 2000.0, 10.0),
        Slider("Release (mS)", 250.0, 20.0, 1000.0, 1.0),
        Slider("Mix (%)", 100.0, 0.0, 100.0, 0.1),
    ),
    _script(
        "Liteon/deesser",
        "De-esser",
        Slider("Processing", 1.0, 0.0, 1.0, 1.0, ("Stereo", "Mono")),
        Slider("Target Type", 1.0, 0.0, 1.0, 1.0, ("Bandpass", "Hipass")),
        Slider("Monitor", 0.0, 0.0, 1.0, 1.0, ("Off", "On")),
        Slider("Frequency (Hz)", 4000.0, 1500.0, 12000.0, 1.0),
        Slider("Bandwidth (Oct)", 1.5, 0.1, 3.1, 0.0005),
        Slider("Threshold (dB)", -25.0, -80.0, 0.0, 0.01),
        Slider("Ratio", 4.0, 1.0, 20.0, 0.01),
        Slider("Time Constants", 0.0, 0.0, 2.0, 1.0, ("A", "B", "C")),
        Slider("Gain (-inf/+24dB)", 0.0, -24.0, 24.0, 0.001),
    ),
    _script(
        "schwa/soft_clipper",
        "Soft Clipper/Limiter",
        Slider("Boost (dB)", 0.0, 0.0, 9.0, 0.1),
        Slider("Output Brickwall (dB)", 0.0, -3.0, 1.0, 0.1),
    ),
)


class Jsfx(Instance):
    """A JSFX with its sliders."""

    fx_type = "JS"

    def __init__(self, script: Script, names: Sequence[str], words: Sequence[str]) -> None:
        super().__init__(script.name, names[0])
        self.renamed_name = names[1] if len(names) > 1 else ""
        # REAPER 1 to 3 wrote no name where the user gave none
        self._names_itself = len(names) > 1
        self._sliders = dict(sorted(script.sliders.items()))
        self._parameters = tuple(slider.parameter(number) for number, slider in self._sliders.items())
        self._words = [*words]
        self._values = [self._loaded(number, slider.default) for number, slider in self._sliders.items()]

    def parameters(self) -> Sequence[Parameter]:
        return self._parameters

    def value(self, index: int) -> float:
        return self._values[index]

    def store(self, index: int, value: float) -> None:
        self._values[index] = value

    def slider(self, number: int) -> float:
        """Return a slider's value by its number, for the renderer."""
        return self._values[list(self._sliders).index(number)]

    def step_sizes(self, index: int) -> tuple[bool, float, float, float, int]:
        slider = list(self._sliders.values())[index]
        step = slider.step
        return (step > 0.0, step, step, step, int(step > 0.0 and slider.maximum - slider.minimum == step))

    def shows_units(self) -> bool:
        """Tell that a slider's text carries the unit its name has in brackets."""
        return True

    def _text(self, index: int, raw: float) -> str:
        slider = list(self._sliders.values())[index]
        return super()._text(index, raw - slider.minimum if slider.steps else raw)

    def block(self) -> Any:
        most = max(self._sliders, default=0)
        words = self._words + [_NONE] * max(0, most - len(self._words))
        for (number, slider), value in zip(self._sliders.items(), self._values, strict=True):
            if words[number - 1] == _NONE or self._loaded(number, slider.default) != value:
                words[number - 1] = _decimal(value)
        named = [self.renamed_name] if self._names_itself or self.renamed_name else []
        return rpp.Element("JS", (self.ident, *named), [words])

    def _loaded(self, number: int, default: float) -> float:
        word = self._words[number - 1] if number <= len(self._words) else _NONE
        try:
            return float(word)
        except ValueError:
            return default


def script_of(path: str) -> Script | None:
    """Return the shipped script of a path, which here, as on Windows and macOS, may differ in case."""
    return next((script for script in SCRIPTS if script.path.lower() == path.lower()), None)


def jsfx_from_block(element: Any) -> Jsfx | None:
    """Read a <JS block."""
    if not element.attrib:
        return None
    path = element.attrib[0]
    words = next((line if isinstance(line, list) else [line] for line in element.children), [])
    return Jsfx(script_of(path) or _unknown_script(path, words), element.attrib, words)


def new_jsfx(script: Script) -> Jsfx:
    """Make a fresh instance of a shipped script."""
    return Jsfx(script, (script.path, ""), [_NONE] * SLIDER_COUNT)


def _unknown_script(path: str, words: Sequence[str]) -> Script:
    sliders = {}
    for number, word in enumerate(words[:SLIDER_COUNT], start=1):
        try:
            value = float(word)
        except ValueError:
            continue
        sliders[number] = Slider(f"Slider {number}", value, min(0.0, value), max(1.0, value), 0.001)
    return Script(path, f"JS: {path}", sliders)


def _decimals(step: float) -> int:
    if step <= 0.0:
        return 2
    return max(0, min(4, len(f"{step:.6f}".rstrip("0").partition(".")[2])))


def _unit(name: str) -> str:
    inside = name.rpartition("(")[2]
    return inside[:-1] if inside.endswith(")") and "/" not in inside else ""


def _decimal(value: float) -> str:
    return f"{value:.12f}".rstrip("0").rstrip(".") or "0"
