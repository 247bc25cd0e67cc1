"""What a track's pan and width do to left and right, as (2, 2) gains ``out = gains @ in``.

Measured on REAPER renders by public projects: the 0 dB law of projects without PANLAWFLAGS (sine taper), and
the 0 and -3 dB laws with PANLAWFLAGS 3 (hybrid taper); width acts before the pan and gives each side
(1 + width) / 2 of itself. Laws between and below those are interpolated here so that the centre stands at the
law and the edges at 0 dB; they have not been measured. A law above 0 dB raises the edges instead.
"""

import math

import numpy as np
import numpy.typing as npt

from reaper_bridge.session.model import PanMode, Session, Track

Gains = npt.NDArray[np.float64]
SINE_TAPERS = (None, 0)
LINEAR_TAPER = 2
_ROOT = math.sqrt(2.0)


def law_gains(pan: npt.ArrayLike, law_linear: float = 1.0, taper: int | None = None) -> Gains:
    """Return the gains of left and right, shape (2, …), of pans from -1 to 1.

    ``law_linear`` is the gain at the centre; ``taper`` is the project's PANLAWFLAGS, None where it has none.
    """
    p = np.clip(np.asarray(pan, np.float64), -1.0, 1.0)
    if law_linear > 1.0:
        return law_linear * law_gains(p, 1.0 / law_linear, taper)
    if taper in SINE_TAPERS:
        return _sine(p, law_linear)
    if taper == LINEAR_TAPER:
        return _linear(p, law_linear)
    return _hybrid(p, law_linear)


def _sine(p: Gains, law: float) -> Gains:
    turn = (1.0 + p) * math.pi / 4.0
    swell = (_ROOT - 1.0 / np.cos(np.abs(p) * math.pi / 4.0)) / (_ROOT - 1.0)
    k = 1.0 + (_ROOT * law - 1.0) * swell
    return np.stack((k * np.cos(turn), k * np.sin(turn)))


def _linear(p: Gains, law: float) -> Gains:
    near, far = law + (1.0 - law) * np.abs(p), law * (1.0 - np.abs(p))
    return np.stack((np.where(p <= 0.0, near, far), np.where(p >= 0.0, near, far)))


def _hybrid(p: Gains, law: float) -> Gains:
    """Blend from the linear balance (0 dB) over sine and cosine (-3 dB) to the linear fade (-6 dB) in dB."""
    turn = (1.0 + p) * math.pi / 4.0
    circle = np.stack((np.cos(turn), np.sin(turn)))
    depth = min(-math.log2(max(law, 1e-6)) * 2.0, 2.0)  # 0, 1, 2 at 0, -3, -6 dB
    other = _linear(p, 1.0) if depth <= 1.0 else _linear(p, 0.5)
    share = depth if depth <= 1.0 else 2.0 - depth
    tiny = 1e-15
    return np.where(
        np.minimum(other, circle) <= tiny,
        0.0,
        np.maximum(other, tiny) ** (1.0 - share) * np.maximum(circle, tiny) ** share,
    )


def width_gains(width_ratio: npt.ArrayLike) -> Gains:
    """Return the crossfeed (2, 2, …) of a width from -1 (swapped) over 0 (mono) to 1 (as it is)."""
    own = (1.0 + np.clip(np.asarray(width_ratio, np.float64), -1.0, 1.0)) / 2.0
    return np.array([[own, 1.0 - own], [1.0 - own, own]])


def pan_gains(
    mode: PanMode,
    pan: npt.ArrayLike,
    width_ratio: npt.ArrayLike = 1.0,
    *,
    dual_pan: tuple[float, float] = (-1.0, 1.0),
    law_linear: float = 1.0,
    taper: int | None = None,
) -> Gains:
    """Return the gains (2, 2, …) from in to out of a pan mode; ``pan`` and width may be arrays over time.

    Dual pan places each channel by its own pan and ignores the two knobs. The REAPER 3 balance has no width.
    """
    pans, widths = np.broadcast_arrays(np.asarray(pan, np.float64), np.asarray(width_ratio, np.float64))
    if mode == "dual":
        left, right = (law_gains(np.full(pans.shape, side), law_linear, taper) for side in dual_pan)
        return np.stack((left, right), axis=1)
    balance = law_gains(pans, law_linear, taper)
    width = width_gains(np.ones(widths.shape) if mode == "balance_v3" else widths)
    return np.asarray(balance[:, None] * width)


def track_gains(session: Session, track: Track) -> Gains:
    """Return the pan, width, fader and polarity of a track, lanes aside, as gains (2, 2)."""
    law = session.pan_law_linear if track.pan_law_linear is None else track.pan_law_linear
    gains = pan_gains(
        track.pan_mode,
        track.pan,
        track.width_ratio,
        dual_pan=track.dual_pan,
        law_linear=law,
        taper=session.pan_taper,
    )
    return gains * track.volume_linear * (-1.0 if track.polarity_inverted else 1.0)
