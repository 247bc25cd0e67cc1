"""How a mix stands technically: true peak, mono, the phase of the low end, and what a lossy codec leaves of the room.

All but the codec comes from the rendering that was checked anyway. A codec is tried on the six seconds with the highest
peaks where somebody waits for it; else what services advise to leave is taken, which is said.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from actions.checking import Check
from actions.examining.finding import SessionFinding, Severity
from actions.hearing import Heard
from actions.lessons import true_peak_estimate_dbtp
from actions.mixing.desk import Desk
from actions.predicting import peak_bound
from actions.remembering import question, read_answer, write_answer
from analysis.codec import codec_overshoots_db
from analysis.measures import BANDS_HZ, ENVELOPE_STEP_SECONDS
from analysis.mixture import LOW_END_HZ, MixtureMeasures
from reaper_bridge.session.errors import MediaError
from reaper_bridge.session.model import Session

PROMISED_ABOVE_AIM_DB: Final = 1.5
"""A pass aims that much below the peak that is promised (``balance.true_peak_ceiling_dbtp``)."""
LEAST_MONO_DB: Final = -3.0
"""What two unrelated sides lose; a band that loses more cancels."""
LOW_SIDE_LIMIT_DB: Final = -20.0
CODEC_LIMIT_DBTP: Final = -1.0
"""What services ask for at most before they encode."""
RULE_OVERSHOOT_DB: Final = 1.0
"""What that leaves for the codec, taken where none was tried."""
EXCERPT_SECONDS: Final = 6.0
_HEARD_BELOW_DB: Final = 25.0
_BANDS: Final = np.array(BANDS_HZ)
_COUNTS: Final = (_BANDS >= 40.0) & (_BANDS <= 12_500.0)


@dataclass(frozen=True)
class Quality:
    """The numbers of a mix that is to leave the house.

    ``mono_loss_db`` is the power of the mono sum against the mean of both sides, over all bands and in the worst one
    that carries the mix. ``codec_overshoots_db`` is by codec and empty where none was tried.
    """

    true_peak_dbtp: float
    limit_dbtp: float
    mono_loss_db: float
    worst_band_hz: float | None
    worst_band_loss_db: float
    low_side_to_mid_db: float
    low_correlation: float
    codec_overshoots_db: Mapping[str, float]

    @property
    def codec_overshoot_db(self) -> float:
        """How far a codec lifts the peaks: the worst that was measured, at least 0, else the rule."""
        return max(0.0, *self.codec_overshoots_db.values()) if self.codec_overshoots_db else RULE_OVERSHOOT_DB

    @property
    def codec_peak_dbtp(self) -> float:
        """The true peak to be expected after a codec."""
        return self.true_peak_dbtp + self.codec_overshoot_db


def quality_of(
    heard: Heard, session: Session, desk: Desk, checked: Check, *, may_encode: bool = False
) -> Quality | None:
    """Return how a mix stands, as ``session`` plays it and ``checked`` measured it; None where it is silent.

    ``may_encode`` says that a codec may be tried, which takes a second or two; what was tried before is remembered.
    """
    mixture = checked.mixture
    peak_dbtp = true_peak_estimate_dbtp(desk, checked)
    if not math.isfinite(peak_dbtp):
        return None
    whole_db, worst_hz, worst_db = _mono(mixture)
    return Quality(
        true_peak_dbtp=peak_dbtp,
        limit_dbtp=desk.taste.balance.true_peak_ceiling_dbtp + PROMISED_ABOVE_AIM_DB,
        mono_loss_db=whole_db,
        worst_band_hz=worst_hz,
        worst_band_loss_db=worst_db,
        low_side_to_mid_db=mixture.low_side_to_mid_db,
        low_correlation=mixture.low_correlation,
        codec_overshoots_db=_overshoots(heard, session, desk, may_encode=may_encode),
    )


def _mono(mixture: MixtureMeasures) -> tuple[float, float | None, float]:
    """Return what the mix loses in mono: all of it, and the band that loses most of those that carry it."""
    power = np.asarray(mixture.band_power, np.float64)
    if power[_COUNTS].max() <= 0.0:
        return 0.0, None, 0.0
    share = 10.0 ** (np.asarray(mixture.mono_loss_db) / 10.0)
    whole_db = 10.0 * math.log10(max(float((power * share).sum() / power.sum()), 1e-10))
    carries = _COUNTS & (power >= power[_COUNTS].max() * 10.0 ** (-_HEARD_BELOW_DB / 10.0))
    worst = int(np.argmin(np.where(carries, mixture.mono_loss_db, 0.0)))
    return whole_db, float(_BANDS[worst]), float(mixture.mono_loss_db[worst])


def _overshoots(heard: Heard, session: Session, desk: Desk, *, may_encode: bool) -> dict[str, float]:
    sounds = sorted((key, sound) for key, sound in heard.audio_keys.items() if heard.sources[key].clips)
    facts = session.tracks, session.master, session.tempo, session.pan_law_linear, session.pan_taper
    name = question("codec", facts, sounds, heard.sample_rate_hz)
    known = read_answer(name)
    if isinstance(known, dict):
        return {str(key): float(value) for key, value in known.items()}
    if not may_encode:
        return {}
    from analysis.rendering.mixer import render_mix

    start = _loudest_moment(desk)
    try:
        blocks = render_mix(
            session,
            heard.sources,
            sample_rate_hz=heard.sample_rate_hz,
            start_seconds=start,
            end_seconds=start + EXCERPT_SECONDS,
        )
        master = np.concatenate([block.master for block in blocks], axis=1).astype(np.float32)
    except (MediaError, ValueError):
        return {}
    found = codec_overshoots_db(master, heard.sample_rate_hz)
    write_answer(name, found)
    return found


def _loudest_moment(desk: Desk) -> float:
    """Return where an excerpt begins that has the highest peaks in its middle."""
    bound = peak_bound(desk)
    middle = float(np.argmax(bound)) * ENVELOPE_STEP_SECONDS if len(bound) else 0.0
    last = max(0.0, len(bound) * ENVELOPE_STEP_SECONDS - EXCERPT_SECONDS)
    return min(max(0.0, middle - 0.5 * EXCERPT_SECONDS), last)


def quality_findings(quality: Quality) -> Iterator[SessionFinding]:
    """Yield what is wrong with a mix, as findings on the project as a whole."""

    def finding(kind: str, is_grave: bool, found: str, advice: str, hz: float | None = None) -> SessionFinding:
        severity: Severity = "serious" if is_grave else "worth knowing"
        return SessionFinding(kind, severity, None, found, advice, frequency_hz=hz)

    peak, after = quality.true_peak_dbtp, quality.codec_peak_dbtp
    if peak > quality.limit_dbtp:
        found = f"The mix peaks at {peak:+.1f} dBTP; {quality.limit_dbtp:+.1f} is the limit before mastering."
        yield finding("mix_peak", peak > 0.0, found, "Lower all faders together, or the master.")
    worst_hz, worst_db = quality.worst_band_hz, quality.worst_band_loss_db
    if quality.mono_loss_db < LEAST_MONO_DB or (worst_hz is not None and worst_db < LEAST_MONO_DB):
        most = f"most around {hertz(worst_hz)} ({-worst_db:.1f} dB)"
        found = f"In mono the mix loses {max(-quality.mono_loss_db, 0.0):.1f} dB, and {most}."
        advice = "Look for sides that oppose each other there: wide effects, doubles, a channel turned over."
        yield finding("mix_mono", quality.mono_loss_db < 2.0 * LEAST_MONO_DB, found, advice, worst_hz)
    if quality.low_side_to_mid_db > LOW_SIDE_LIMIT_DB:
        found = (
            f"Below {LOW_END_HZ:.0f} Hz the sides lie only {-quality.low_side_to_mid_db:.1f} dB under the middle "
            f"(correlation {quality.low_correlation:.2f})."
        )
        advice = "Bring kick and bass to the middle, and high-pass what is wide."
        yield finding("mix_low_phase", quality.low_correlation < 0.0, found, advice)
    if after > CODEC_LIMIT_DBTP and peak <= quality.limit_dbtp:
        yield finding("mix_codec", after > 0.0, codec_told(quality), "Leave more room before it is encoded.")


def codec_told(quality: Quality) -> str:
    """Say what peak is to be expected after a codec, and how that is known."""
    if not quality.codec_overshoots_db:
        return f"After a lossy codec peaks of about {quality.codec_peak_dbtp:+.1f} dBTP are to be expected, by rule."
    tried = ", ".join(f"{name} {value:+.1f} dB" for name, value in quality.codec_overshoots_db.items())
    return f"After a lossy codec it peaks at about {quality.codec_peak_dbtp:+.1f} dBTP (measured: {tried})."


def quality_told(quality: Quality) -> tuple[str, ...]:
    """Return the numbers of a mix in sentences, whether good or bad."""
    peak = f"True peak {quality.true_peak_dbtp:+.1f} dBTP, limit {quality.limit_dbtp:+.1f}."
    mono = f"In mono it loses {max(-quality.mono_loss_db, 0.0):.1f} dB"
    if quality.worst_band_hz is not None:
        mono += f", most around {hertz(quality.worst_band_hz)} ({max(-quality.worst_band_loss_db, 0.0):.1f} dB)"
    low = quality.low_side_to_mid_db
    sides = f"sides {low:.1f} dB against the middle, " if math.isfinite(low) else "no sides, "
    lows = f"Below {LOW_END_HZ:.0f} Hz: {sides}correlation {quality.low_correlation:.2f}."
    return peak, f"{mono}.", lows, codec_told(quality)


def plain_quality(quality: Quality | None) -> dict[str, Any] | None:
    """Return the numbers of a mix as JSON can hold them."""
    if quality is None:
        return None
    low = quality.low_side_to_mid_db
    return {
        "true_peak_dbtp": round(quality.true_peak_dbtp, 2),
        "limit_dbtp": round(quality.limit_dbtp, 2),
        "mono_loss_db": round(quality.mono_loss_db, 2),
        "worst_band_hz": quality.worst_band_hz,
        "worst_band_loss_db": round(quality.worst_band_loss_db, 2),
        "low_side_to_mid_db": round(low, 2) if math.isfinite(low) else None,
        "low_correlation": round(quality.low_correlation, 3),
        "codec_peak_dbtp": round(quality.codec_peak_dbtp, 2),
        "codec_overshoots_db": {name: round(value, 2) for name, value in quality.codec_overshoots_db.items()},
    }


def hertz(frequency_hz: float | None) -> str:
    """Return a frequency in words, ``4 kHz``."""
    if frequency_hz is None:
        return "–"
    return f"{frequency_hz / 1000:g} kHz" if frequency_hz >= 1000.0 else f"{frequency_hz:g} Hz"
