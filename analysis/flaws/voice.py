"""What a microphone makes of a mouth: esses that are too loud, plosives that thump."""

import numpy as np
import numpy.typing as npt

from analysis.measures import BANDS_HZ, HOP_SECONDS, Flaw, TrackMeasures

Floats = npt.NDArray[np.float64]

_BANDS = np.array(BANDS_HZ)
_ESS = (_BANDS >= 4500) & (_BANDS <= 11000)
_VOWEL = (_BANDS >= 180) & (_BANDS <= 3500)
_THUMP = _BANDS <= 90
_LOUD_ESS_DB = -5.2
_LEAST_ESS_CONTRAST_DB = 16.5
_LOUD_PLOSIVE_DB = -6.0
_LONGEST_PLOSIVE_FRAMES = 6
_MOST_TIMES = 200


def flaws_of_voice(measures: TrackMeasures) -> tuple[Flaw, ...]:
    """Return loud esses and plosives of a sung or spoken track, with their times."""
    power = 0.5 * (measures.band_ll.astype(np.float64) + measures.band_rr)
    active = measures.is_active
    if np.count_nonzero(active) < 10:
        return ()
    vowel_db = _db(power[:, _VOWEL].sum(axis=1))
    usual_db = float(_db(power[active][:, _VOWEL].sum(axis=1).mean()))
    flaws = (
        _sibilance(_db(power[:, _ESS].sum(axis=1)), vowel_db, usual_db, active),
        _plosives(_db(power[:, _THUMP].sum(axis=1)), vowel_db, usual_db),
    )
    return tuple(flaw for flaw in flaws if flaw is not None)


def _sibilance(ess_db: Floats, vowel_db: Floats, usual_db: float, active: npt.NDArray[np.bool_]) -> Flaw | None:
    """Return esses that are loud beside the vowels, and beside the highs that the vowels have themselves.

    A voice that is bright all over has loud esses, too, but wants no de-esser.
    """
    esses = (ess_db > vowel_db) & (ess_db > usual_db - 30)
    if np.count_nonzero(esses) < 4:
        return None
    loudness_db = float(np.quantile(ess_db[esses], 0.8)) - usual_db
    vowels = active & ~esses
    brightness_db = 10 * float(np.log10(np.mean(10 ** (ess_db[vowels] / 10)))) - usual_db if vowels.any() else -np.inf
    if loudness_db < _LOUD_ESS_DB or loudness_db - brightness_db < _LEAST_ESS_CONTRAST_DB:
        return None
    loud = esses & (ess_db > usual_db + _LOUD_ESS_DB - 4)
    times = _event_times(np.flatnonzero(loud))
    text = (
        f"Sharp esses, {len(times)} of them, up to {loudness_db:+.0f} dB against the sung vowels: "
        "de-ess between 5 and 10 kHz"
    )
    # Esses sit well where they lie some 9 dB under the vowels.
    return Flaw("sibilance", loudness_db + 9.0, 0.85, text, 7000.0, 1.0, times)


def _plosives(thump_db: Floats, vowel_db: Floats, usual_db: float) -> Flaw | None:
    thumps = np.flatnonzero((thump_db > vowel_db - 3) & (thump_db > usual_db + _LOUD_PLOSIVE_DB - 6))
    if thumps.size == 0:
        return None
    groups = np.split(thumps, np.flatnonzero(np.diff(thumps) > 3) + 1)
    events = [group for group in groups if group.size <= _LONGEST_PLOSIVE_FRAMES]
    loud = [group for group in events if thump_db[group].max() > usual_db + _LOUD_PLOSIVE_DB]
    if not loud:
        return None
    worst_db = max(float(thump_db[group].max()) for group in loud) - usual_db
    times = tuple(round(float(group[0]) * HOP_SECONDS, 2) for group in events)[:_MOST_TIMES]
    text = (
        f"{len(times)} popped consonants below 100 Hz, up to {worst_db:+.0f} dB against the voice: high-pass the voice"
    )
    return Flaw("plosives", worst_db - _LOUD_PLOSIVE_DB + 6, 0.85, text, 60.0, 1.5, times)


def _event_times(frames: npt.NDArray[np.intp]) -> tuple[float, ...]:
    """Return the first moment of every run of frames."""
    if frames.size == 0:
        return ()
    first = np.concatenate(([True], np.diff(frames) > 2))
    return tuple(round(float(frame) * HOP_SECONDS, 2) for frame in frames[first])[:_MOST_TIMES]


def _db(power: Floats) -> Floats:
    return np.asarray(10 * np.log10(np.maximum(power, 1e-20)))
