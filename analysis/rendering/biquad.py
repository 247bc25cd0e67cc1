"""Second-order sections: the coefficients of R. Bristow-Johnson's Audio EQ Cookbook, and a fast cascade.

A section is five numbers b0 b1 b2 a1 a2 with a0 = 1.
"""

import math

import numba
import numpy as np
import numpy.typing as npt

from analysis.rendering.processor import Block

Sections = npt.NDArray[np.float64]
_FLUSH = 1e-30


def section(b: tuple[float, float, float], a: tuple[float, float, float]) -> tuple[float, ...]:
    """Return one section with a0 divided out."""
    return (b[0] / a[0], b[1] / a[0], b[2] / a[0], a[1] / a[0], a[2] / a[0])


def one_pole_sections(low_pass_hz: float, high_pass_hz: float, sample_rate_hz: float) -> Sections:
    """Return first-order (6 dB per octave) filters by the bilinear transform; knobs at their ends give none."""
    rows = []
    nyquist_hz = 0.5 * sample_rate_hz
    if 0.0 < low_pass_hz < min(19_999.0, 0.98 * nyquist_hz):
        k = math.tan(math.pi * low_pass_hz / sample_rate_hz)
        rows.append(section((k, k, 0.0), (1.0 + k, k - 1.0, 0.0)))
    if high_pass_hz > 0.5:
        k = math.tan(math.pi * min(high_pass_hz, 0.98 * nyquist_hz) / sample_rate_hz)
        rows.append(section((1.0, -1.0, 0.0), (1.0 + k, k - 1.0, 0.0)))
    return np.array(rows, np.float64).reshape(-1, 5)


def butterworth_low_pass(cutoff_hz: float, order: int, sample_rate_hz: float) -> Sections:
    """Return a Butterworth low-pass of even order by the bilinear transform: -3 dB at the cutoff."""
    k = math.tan(math.pi * cutoff_hz / sample_rate_hz)
    rows = []
    for pair in range(order // 2):
        damping = 2.0 * math.sin(math.pi * (2 * pair + 1) / (2 * order))
        rows.append(
            section(
                (k * k, 2.0 * k * k, k * k), (1.0 + damping * k + k * k, 2.0 * (k * k - 1.0), 1.0 - damping * k + k * k)
            )
        )
    return np.array(rows, np.float64)


def response(sections: Sections, frequencies_hz: npt.ArrayLike, sample_rate_hz: float) -> npt.NDArray[np.float64]:
    """Return |H|² of a cascade at some frequencies, the same shape as those."""
    z = np.exp(-2j * np.pi * np.asarray(frequencies_hz, np.float64) / sample_rate_hz)
    power = np.ones(z.shape)
    for b0, b1, b2, a1, a2 in sections:
        power *= np.abs((b0 + b1 * z + b2 * z * z) / (1.0 + a1 * z + a2 * z * z)) ** 2
    return power


class Cascade:
    """Sections at work on both channels of a stream."""

    def __init__(self, sections: Sections, gain_linear: float = 1.0) -> None:
        # the kernel runs two sections at once, so an odd one gets a neutral partner
        if len(sections) % 2:
            sections = np.vstack((sections, (1.0, 0.0, 0.0, 0.0, 0.0)))
        self._sections = np.ascontiguousarray(sections, np.float64).reshape(-1, 5)
        self._gain_linear = gain_linear
        self.reset()

    def process(self, block: Block) -> Block:
        """Filter a block in place."""
        if self._gain_linear != 1.0:
            block *= self._gain_linear
        if len(self._sections):
            _filter(block, self._sections, self._state)
            self._state[np.abs(self._state) < _FLUSH] = 0.0  # no denormal numbers in silence
        return block

    def reset(self) -> None:
        """Forget everything heard so far."""
        self._state = np.zeros((len(self._sections), 2, 2))


@numba.njit(cache=True, nogil=True, fastmath={"contract"})
def _filter(block: Block, sections: Sections, state: npt.NDArray[np.float64]) -> None:
    """Run transposed direct form II in place, two sections of both channels at a time."""
    left, right = block[0], block[1]
    for s in range(0, len(sections), 2):
        b0, b1, b2, a1, a2 = sections[s]
        d0, d1, d2, c1, c2 = sections[s + 1]
        l1, l2, r1, r2 = state[s, 0, 0], state[s, 0, 1], state[s, 1, 0], state[s, 1, 1]
        m1, m2, q1, q2 = state[s + 1, 0, 0], state[s + 1, 0, 1], state[s + 1, 1, 0], state[s + 1, 1, 1]
        for n in range(block.shape[1]):
            x, u = left[n], right[n]
            y = b0 * x + l1
            v = b0 * u + r1
            l1 = b1 * x + l2 - a1 * y
            r1 = b1 * u + r2 - a1 * v
            l2 = b2 * x - a2 * y
            r2 = b2 * u - a2 * v
            x = d0 * y + m1
            u = d0 * v + q1
            m1 = d1 * y + m2 - c1 * x
            q1 = d1 * v + q2 - c1 * u
            m2 = d2 * y - c2 * x
            q2 = d2 * v - c2 * u
            left[n], right[n] = x, u
        state[s, 0, 0], state[s, 0, 1], state[s, 1, 0], state[s, 1, 1] = l1, l2, r1, r2
        state[s + 1, 0, 0], state[s + 1, 0, 1], state[s + 1, 1, 0], state[s + 1, 1, 1] = m1, m2, q1, q2
