"""JS: Transient Controller: what starts, and what rings on, made louder or quieter.

The law was read off a public copy of the plug-in's text (LOSER's, which REAPER ships). The louder channel's magnitude
runs through three one-poles that fall by 1250, 30 and 3 nepers per second: fast, usual and slow. While the fast one is
above the usual one something starts, while the slow one is above it something ends. The gain is the first ratio to the
power of attack / 200 % times the second to the power of sustain / 100 %, neither ratio below 1. Only ratios count, so
it works at any level.
"""

import math
from typing import Final

import numba
import numpy as np
import numpy.typing as npt

from analysis.rendering.processor import Block
from reaper_bridge.session.effects import Jsfx
from reaper_bridge.session.scripts import TRANSIENTS_PATH, is_script

Wave = npt.NDArray[np.float64]
_RATES: Final = (1250.0, 30.0, 3.0)
"""Nepers per second of the fast, the usual and the slow envelope."""
_SILENCE: Final = 1e-15


def is_transient_controller(effect: Jsfx) -> bool:
    """Tell whether a JSFX is JS: Transient Controller."""
    return is_script(effect, TRANSIENTS_PATH)


def shaping(effect: Jsfx, magnitude: Wave, rate_hz: float) -> Wave:
    """Return the amplitude gain at each of some magnitudes (N,) that follow each other, its output knob included."""
    return _gains(magnitude, *_settings(effect), _poles(rate_hz), np.zeros(3))


def _settings(effect: Jsfx) -> tuple[float, float, float]:
    """Return the powers of both ratios, and the output as a factor: it doubles by 6 dB on the knob."""
    attack, sustain, output_db = (value or 0.0 for value in (*effect.sliders, None, None, None)[:3])
    return attack / 200.0, sustain / 100.0, 2.0 ** (output_db / 6.0)


def _poles(rate_hz: float) -> Wave:
    return np.array([math.exp(-each / rate_hz) for each in _RATES])


class TransientController:
    """The plug-in at work."""

    latency_samples = 0
    memory_seconds = 0.0

    def __init__(self, effect: Jsfx, sample_rate_hz: int) -> None:
        self._settings = _settings(effect)
        self._poles = _poles(sample_rate_hz)
        self._state = np.zeros(3)

    def process(self, block: Block, side_chain: Block | None = None) -> Block:
        """Shape a block (2, samples) in place."""
        block *= _gains(np.abs(block).max(axis=0), *self._settings, self._poles, self._state)
        return block

    def reset(self) -> None:
        """Forget everything heard so far."""
        self._state[:] = 0.0


@numba.njit(cache=True, nogil=True)
def _gains(magnitude: Wave, attack: float, sustain: float, output: float, poles: Wave, state: Wave) -> Wave:
    """Return the gain per sample and leave the envelopes where they end."""
    gains = np.empty(len(magnitude))
    fast, usual, slow = state[0], state[1], state[2]
    for i in range(len(magnitude)):
        fast += (1.0 - poles[0]) * (magnitude[i] - fast)
        usual += (1.0 - poles[1]) * (magnitude[i] - usual)
        slow += (1.0 - poles[2]) * (magnitude[i] - slow)
        gain = output
        if usual > _SILENCE:
            if fast > usual:
                gain *= (fast / usual) ** attack
            if slow > usual:
                gain *= (slow / usual) ** sustain
        gains[i] = gain
    state[0], state[1], state[2] = fast, usual, slow
    return gains
