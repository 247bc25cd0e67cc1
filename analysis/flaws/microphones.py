"""Bumps that one microphone has and another one, which heard the same, has not.

What an instrument rings by itself, every microphone hears: one track alone cannot tell a drum's own note from a fault
of its recording, as these stand out alike. The way from a close microphone to one further off can: it is smooth, and a
bell on the close one is a dip in it. So this way is estimated where both are coherent, and a bell is fitted to it
beside a parabola.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.flaws.tone import bell_db
from analysis.measures import Flaw, FlawKind
from analysis.relations import as_mono
from reaper_bridge.session.identity import TrackId

Floats = npt.NDArray[np.float64]
Audio = npt.NDArray[np.floating[Any]]

_MOST_WINDOWS, _FEWEST_WINDOWS = 300, 20
_BELOW_LOUDEST_DB = 20.0
_PLACES_PER_OCTAVE = 24
_BAND_OCTAVES = 1 / 12
_CORRELATED_PLACES = 3.0
"""Neighbouring places share their bins: so many count as one."""
_WIDER_RATIO = 1.25
"""Told a little wider than it fits, as where it is is known to a twentieth."""
_LEAST_SIGMA, _LEAST_COHERENCE = 4.2, 0.4
_LEAST_HEIGHT_DB, _MOST_HEIGHT_DB = 4.0, 14.0
_MOST_ROUGHNESS_DB = 1.4
_SURELY_NONE_DB, _SURE_COHERENCE = 2.5, 0.6


@dataclass(frozen=True)
class Searched:
    """A kind of bump to look for on one kind of track: where, how wide, how far around, and beside whom."""

    word: str
    kind: FlawKind
    lowest_hz: float
    highest_hz: float
    qs: tuple[float, float]
    span_octaves: float
    window_seconds: float
    partners: str


_RINGS, _BOXES, _HARSH = (5.0, 8.0), (1.6, 2.6), (2.0, 3.0)
_LONG_SECONDS, _SHORT_SECONDS = 0.35, 0.09
_SEARCHED = (
    Searched("kick", "resonance", 50.0, 250.0, _RINGS, 0.9, _LONG_SECONDS, "overhead"),
    Searched("kick", "boxy", 330.0, 600.0, _BOXES, 1.4, _LONG_SECONDS, "overhead"),
    Searched("snare", "resonance", 300.0, 1200.0, _RINGS, 0.9, _LONG_SECONDS, "overhead"),
    Searched("snare", "boxy", 360.0, 620.0, _BOXES, 1.4, _LONG_SECONDS, "overhead"),
    Searched("tom", "resonance", 80.0, 320.0, _RINGS, 0.9, _LONG_SECONDS, "overhead"),
    Searched("tom", "boxy", 340.0, 600.0, _BOXES, 1.4, _LONG_SECONDS, "overhead"),
    Searched("hihat", "harsh", 5200.0, 9800.0, _HARSH, 1.0, _SHORT_SECONDS, "overhead"),
    Searched("ride", "harsh", 5200.0, 9800.0, _HARSH, 1.0, _SHORT_SECONDS, "overhead"),
    Searched("cymbal", "harsh", 5200.0, 9800.0, _HARSH, 1.0, _SHORT_SECONDS, "overhead"),
    Searched("bass_di", "resonance", 60.0, 280.0, _RINGS, 0.9, _LONG_SECONDS, "bass_amp"),
    Searched("bass_amp", "resonance", 60.0, 280.0, _RINGS, 0.9, _LONG_SECONDS, "bass_di"),
    Searched("agtr_mic", "resonance", 110.0, 320.0, _RINGS, 0.9, _LONG_SECONDS, "agtr_di"),
    Searched("agtr_di", "resonance", 110.0, 320.0, _RINGS, 0.9, _LONG_SECONDS, "agtr_mic"),
)
_WORDS: Mapping[FlawKind, str] = {"resonance": "A resonance", "boxy": "Boxy", "harsh": "Harsh"}
_UNSEARCHED = frozenset({"snare_bottom", "kick_out", "kick_sub"})


@dataclass(frozen=True)
class Comparison:
    """Which tracks a close one is compared with, and for what."""

    close: TrackId
    far: tuple[TrackId, ...]
    searched: Searched


@dataclass(frozen=True)
class Bump:
    """A bell in the way from one microphone to others.

    ``sigma`` is its height over the height's own standard deviation, ``roughness_db`` what the fit leaves.
    """

    frequency_hz: float
    q: float
    height_db: float
    sigma: float
    roughness_db: float
    coherence: float

    @property
    def is_told(self) -> bool:
        """Whether it stands out and both microphones are sure enough of each other there."""
        return (
            self.sigma >= _LEAST_SIGMA
            and _LEAST_HEIGHT_DB <= self.height_db <= _MOST_HEIGHT_DB
            and self.roughness_db <= _MOST_ROUGHNESS_DB
            and self.coherence >= _LEAST_COHERENCE
        )


@dataclass(frozen=True, eq=False)
class Way:
    """The way from a close microphone to others further off, in places of 1/24 octave.

    ``loss_db`` is how much weaker they hear it, ``coherence`` how far they hear the same, 0 to 1.
    """

    frequencies_hz: Floats
    loss_db: Floats
    coherence: Floats

    def bump_at(self, frequency_hz: float, searched: Searched) -> Bump:
        """Return the bell that fits best at a frequency."""
        near = np.flatnonzero(np.abs(np.log2(self.frequencies_hz / frequency_hz)) <= searched.span_octaves)
        weights = np.sqrt(np.clip(self.coherence[near], 0.02, 1.0))
        octaves = np.log2(self.frequencies_hz[near] / frequency_hz)
        at_it = np.abs(octaves) < 0.15
        coherence = float(self.coherence[near][at_it].mean())
        best: Bump | None = None
        for q in searched.qs:
            shapes = np.stack((np.ones(near.size), octaves, octaves**2, bell_db(octaves, q)), axis=1)
            normal = np.linalg.inv((shapes * weights[:, None] ** 2).T @ shapes)
            sizes = normal @ (shapes.T @ (weights**2 * self.loss_db[near]))
            rest = (self.loss_db[near] - shapes @ sizes) * weights
            roughness = float(np.sqrt((rest**2).sum() / (weights**2).sum()))
            deviation = max(roughness, 0.05) * float(np.sqrt(_CORRELATED_PLACES * normal[3, 3]))
            found = Bump(frequency_hz, q, float(sizes[3]), float(sizes[3]) / deviation, roughness, coherence)
            best = found if best is None or found.sigma > best.sigma else best
        assert best is not None
        return best

    def surest_bump(self, searched: Searched) -> Bump:
        """Return the bump that is surest where one is searched."""
        places = (self.frequencies_hz >= searched.lowest_hz) & (self.frequencies_hz <= searched.highest_hz)
        bumps = (self.bump_at(float(hz), searched) for hz in self.frequencies_hz[places])
        return max(bumps, key=lambda bump: bump.sigma)


def comparisons(roles: Mapping[TrackId, str]) -> Iterator[Comparison]:
    """Yield what may be compared in a session of these roles."""
    for close, role in sorted(roles.items()):
        for searched in _SEARCHED:
            if not role.startswith(searched.word) or role in _UNSEARCHED:
                continue
            partners = [key for key, other in roles.items() if other.startswith(searched.partners) and key != close]
            # two amplifiers on one direct signal may be of two players
            if partners and (searched.partners == "overhead" or len(partners) == 1):
                yield Comparison(close, tuple(sorted(partners)), searched)


def way_between(close: Audio, far: Iterable[Audio], sample_rate_hz: int, searched: Searched) -> Way | None:
    """Measure the way from a close microphone to others, around where is searched; None for too little.

    Excerpts are (channels, n) of the same stretch at one rate; every far channel counts for itself.
    """
    from scipy.fft import rfft

    one = as_mono(close)
    channels = [np.asarray(channel, np.float64) for audio in far for channel in np.atleast_2d(audio)]
    size = 2 ** round(np.log2(searched.window_seconds * sample_rate_hz))
    length = min([one.size, *(channel.size for channel in channels)])
    if length < size or not channels:
        return None
    starts = np.arange((length - size) // (size // 4) + 1) * (size // 4)
    window = np.hanning(size + 1)[:-1]
    energy = np.array([float(np.square(one[start : start + size] * window).sum()) for start in starts])
    loud = np.flatnonzero(energy > energy.max() * 10 ** (-_BELOW_LOUDEST_DB / 10))
    if loud.size < _FEWEST_WINDOWS or energy.max() <= 0.0:
        return None
    loud = np.sort(loud[np.argsort(-energy[loud], kind="stable")[:_MOST_WINDOWS]])
    bins = min(size // 2 + 1, int(2.2**searched.span_octaves * searched.highest_hz * size / sample_rate_hz) + 2)
    own = np.stack([rfft(one[start : start + size] * window)[:bins] for start in starts[loud]])
    power = np.square(np.abs(own)).sum(axis=0)
    transfer, coherence = np.zeros(bins), np.zeros(bins)
    for channel in channels:
        other = np.stack([rfft(channel[start : start + size] * window)[:bins] for start in starts[loud]])
        cross = np.square(np.abs((other * np.conj(own)).sum(axis=0)))
        transfer += cross / np.maximum(power**2, 1e-300)
        heard = np.maximum(power * np.square(np.abs(other)).sum(axis=0), 1e-300)
        coherence = np.maximum(coherence, cross / heard)
    step_hz = sample_rate_hz / size
    places = _places(searched)
    places = places[places < (bins - 1) * step_hz]
    levels = _weighted_mean(transfer, power, places, step_hz)
    return Way(places, -10 * np.log10(levels + 1e-30), _weighted_mean(coherence, power, places, step_hz))


def told_bump(bump: Bump, kind: FlawKind) -> Flaw:
    """Return a bump as a flaw of the close track."""
    text = (
        f"{_WORDS[kind]} around {bump.frequency_hz:.0f} Hz: {bump.height_db:.0f} dB more than the other microphones "
        "hear; cut a bell by about that much"
    )
    confidence = float(np.clip(0.5 + 0.05 * bump.sigma, 0.5, 0.95))
    width = _WIDER_RATIO * float(2 / np.log(2) * np.arcsinh(1 / (2 * bump.q)))
    return Flaw(kind, bump.height_db, confidence, text, bump.frequency_hz, width)


def compared_flaws(flaws: tuple[Flaw, ...], way: Way, searched: Searched) -> tuple[Flaw, ...]:
    """Return the flaws of a close track with what the other microphones say: found, confirmed, or refuted."""
    bump = way.surest_bump(searched)
    kept = tuple(flaw for flaw in flaws if not _is_refuted(flaw, way, searched))
    if not bump.is_told:
        return kept
    found = told_bump(bump, searched.kind)
    rivals = [flaw for flaw in kept if _are_one(flaw, found)]
    if any(flaw.confidence > found.confidence for flaw in rivals):
        return kept
    return (*(flaw for flaw in kept if flaw not in rivals), found)


def _is_refuted(flaw: Flaw, way: Way, searched: Searched) -> bool:
    """Whether the microphones agree where a bump is told: then it is the sound of the instrument."""
    if flaw.kind != searched.kind or flaw.frequency_hz is None:
        return False
    if not searched.lowest_hz <= flaw.frequency_hz <= searched.highest_hz:
        return False
    bump = way.bump_at(flaw.frequency_hz, searched)
    return bump.height_db < _SURELY_NONE_DB and bump.coherence >= _SURE_COHERENCE


def _are_one(flaw: Flaw, other: Flaw) -> bool:
    is_bump = flaw.kind in ("resonance", "boxy", "mud", "harsh")
    return bool(is_bump and abs(np.log2((flaw.frequency_hz or 1.0) / (other.frequency_hz or 1.0))) < 0.4)


@lru_cache(maxsize=32)
def _places(searched: Searched) -> Floats:
    lowest_hz = searched.lowest_hz * 2.0**-searched.span_octaves
    octaves = np.log2(searched.highest_hz / lowest_hz) + searched.span_octaves
    return np.asarray(lowest_hz * 2.0 ** (np.arange(int(octaves * _PLACES_PER_OCTAVE) + 1) / _PLACES_PER_OCTAVE))


def _weighted_mean(values: Floats, weights: Floats, places_hz: Floats, step_hz: float) -> Floats:
    """Return the means of bins around places, weighted."""
    out = np.empty(places_hz.size)
    frequencies = np.arange(values.size) * step_hz
    for index, place in enumerate(places_hz):
        half = max(place * (2 ** (_BAND_OCTAVES / 2) - 1), 0.8 * step_hz)
        first, last = np.searchsorted(frequencies, (place - half, place + half))
        near = slice(int(first), max(int(last), int(first) + 1))
        out[index] = float((values[near] * weights[near]).sum()) / max(float(weights[near].sum()), 1e-300)
    return out
