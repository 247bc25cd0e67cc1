"""The curves REAPER draws: fades of items and lines between envelope points.

Fade shapes 0 to 6 (and 7, equal power) with curvature follow formulas that REAPER users fitted to its fades
and published (forum thread 262260, also in the ReaTeam scripts); nobody at Cockos has confirmed them. Where a
project keeps curvature 0 for the shapes that are nothing but a curvature (2, 3, 4), the shape's own is meant.
Envelope shapes 2 to 4 follow the SWS extension; bezier segments are an approximation.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from reaper_bridge.session.audio import CurvePoint, Fade

Floats = npt.NDArray[np.float64]
_QUARTER = np.pi / 4.0


def _bent(x: Floats, curvature: float, power: int) -> Floats:
    """Blend a line with a fast start (curvature -1) or a slow one (+1)."""
    if curvature < 0.0:
        return (1.0 + curvature) * x - curvature * (1.0 - (1.0 - x) ** power)
    return (1.0 - curvature) * x + curvature * x**power


def _parabola(x: Floats, curvature: float) -> Floats:
    middle = x * (2.0 - x)
    if curvature < 0.0:
        return (1.0 + curvature) * middle - curvature * np.sqrt(1.0 - (1.0 - x) ** 8)
    return (1.0 - curvature) * middle + curvature * x**4


def _warped(x: Floats, middle: float) -> Floats:
    """Move the centre of an S-curve; 0.5 leaves it in the middle."""
    if middle == 0.5:
        return x
    g = (np.sqrt(x * (1.0 - 2.0 * middle) + middle * middle) - middle) / (1.0 - 2.0 * middle)
    return (2.0 * middle - 1.0) * g * g + (2.0 - 2.0 * middle) * g


def _s_curve(x: Floats, curvature: float) -> Floats:
    w = _warped(x, 0.25 * (curvature + 2.0))
    return (3.0 - 2.0 * w) * w * w


def _steep_s_curve(x: Floats, curvature: float) -> Floats:
    w = _warped(x, (5.0 * curvature + 8.0) / 16.0)
    return np.where(w <= 0.5, 8.0 * w**4, 1.0 - 8.0 * (1.0 - w) ** 4)


def _equal_power(x: Floats, curvature: float) -> Floats:
    def law(u: Floats) -> Floats:
        return 1.0 - u * u * (2.0 - _QUARTER - (1.0 - _QUARTER) * u * u)

    if curvature < 0.0:
        other = (curvature + 1.0) * law(x) - curvature * (1.0 - x) ** 4
        return np.sqrt(np.maximum(0.0, 1.0 - other * other))
    return curvature * x**4 + (1.0 - curvature) * law(1.0 - x)


FADES: Mapping[int, tuple[Callable[[Floats, float], Floats], float]] = {
    0: (lambda x, c: _bent(x, c, 4), 0.0),
    1: (_parabola, 0.0),
    2: (lambda x, c: _bent(x, c, 2), 1.0),
    3: (lambda x, c: _bent(x, c, 4), -1.0),
    4: (lambda x, c: _bent(x, c, 4), 1.0),
    5: (_s_curve, 0.0),
    6: (_steep_s_curve, 0.0),
    7: (_equal_power, 0.0),
}
"""Shape: its rising curve of (progress, curvature), and the curvature meant by 0."""


def fade_gains(fade: Fade, progress: npt.ArrayLike, *, fades_out: bool = False) -> Floats:
    """Return the linear gain of a fade where ``progress`` runs from 0 (silent end) to 1 (loud end).

    A fade out is the fade in played backwards with its curvature turned round. Unknown shapes count as 1.
    """
    x = np.clip(np.asarray(progress, np.float64), 0.0, 1.0)
    curve, own = FADES.get(fade.shape, FADES[1])
    curvature = max(-1.0, min(1.0, -fade.curvature if fades_out else fade.curvature))
    return np.clip(curve(x, curvature or own), 0.0, 1.0)


def curve_values(points: Sequence[CurvePoint], times_seconds: npt.ArrayLike) -> Floats:
    """Return the value of an envelope at each time; before the first and after the last point it is flat."""
    times = np.asarray(times_seconds, np.float64)
    ordered = sorted(points, key=lambda point: point.time_seconds)
    stops = np.array([point.time_seconds for point in ordered])
    levels = np.array([point.value for point in ordered])
    left = np.clip(np.searchsorted(stops, times, side="right") - 1, 0, len(ordered) - 1)
    right = np.minimum(left + 1, len(ordered) - 1)
    span = stops[right] - stops[left]
    x = np.clip(np.divide(times - stops[left], span, out=np.zeros_like(times), where=span > 0.0), 0.0, 1.0)
    for index in np.unique(left):
        here = left == index
        x[here] = _progress(x[here], ordered[index])
    return np.asarray(levels[left] + (levels[right] - levels[left]) * x)


def _progress(x: Floats, point: CurvePoint) -> Floats:
    if point.shape == 1:
        return np.zeros_like(x)
    if point.shape == 2:
        return x * x * (3.0 - 2.0 * x)
    if point.shape == 3:
        return 1.0 - (1.0 - x) ** 3
    if point.shape == 4:
        return x**3
    if point.shape == 5:
        return _bent(x, max(-1.0, min(1.0, point.tension)), 4)
    return x
