"""Measure what the tone of a first pass takes from known flaws, and from what was sound beside them.

Every track is rendered through the plug-ins that repair it, tilt, blend and masking left out, for these are taste. The
*reduction* is how much weaker the flaw is then: of hum its lines in the quietest windows, of a resonance
the band of its own width, of plosives what lies below 100 Hz around each, of sibilance 4.5 to 11 kHz where these
outweigh the vowels. The *loss* is what the K-weighted level of the clean part loses: of the frames that play and hold
no pop or ess, the bells that were put in taken back exactly. Where more than that is left nothing is gained by it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from actions.mixing.brief import LABELS, Brief
from actions.mixing.plan import decide
from actions.mixing.taste import load_taste
from analysis.audio import render_track
from analysis.bands import k_weighting_power
from analysis.flaws import FlawCollector
from analysis.measures import Flaw, TrackMeasures
from analysis.rendering.chain import processor
from analysis.rendering.equaliser import power_response as equaliser_response
from analysis.rendering.processor import Block, as_block
from analysis.roles import Roles, TrackRole, family_of
from reaper_bridge.session.audio import TrackAudio
from reaper_bridge.session.change import PlacedEffect
from reaper_bridge.session.effects import Effect, EqBand, ReaEq
from reaper_bridge.session.identity import TrackId, guid_from_words
from reaper_bridge.session.model import Session, Track

KINDS = ("hum", "resonance", "sibilance", "plosives")
STAGES = frozenset({"tone", "deessing"})
REPAIRING = (LABELS["eq"], LABELS["deess"])
LONG_WINDOW, SHORT_WINDOW = 8192, 2048
_THUMP_HZ, _ESS_HZ = (25.0, 100.0), (4500.0, 11_000.0)
_BEFORE_EVENT_SECONDS, _AFTER_EVENT_SECONDS = 0.03, 0.1
_PLAYING_BELOW_LOUDEST_DB = 40.0
_HARMONICS, _LINE_HZ = 6, 4.0
_USUAL_Q = 1.2
_QUIETEST_POWER = 1e-20

Floats = npt.NDArray[np.float64]
Known = Mapping[str, Any]


@dataclass(frozen=True)
class Repair:
    """What was done about one known flaw. ``is_found`` tells whether it had been found."""

    where: str
    kind: str
    is_found: bool
    reduction_db: float


@dataclass(frozen=True)
class Loss:
    """What the clean part of one repaired track lost, and what by the equaliser alone."""

    where: str
    loss_db: float
    loss_by_eq_db: float


@dataclass(frozen=True)
class Spectra:
    """Short-time power spectra (frames, bins) of both channels together, and when each frame is in the middle."""

    power: Floats
    frequencies_hz: Floats
    times_seconds: Floats


def repairs_of(
    tracks: Sequence[Known],
    sources: Mapping[TrackId, TrackAudio],
    measures: Mapping[TrackId, TrackMeasures],
    flaws: Mapping[TrackId, tuple[Flaw, ...]],
    rate_hz: int,
    is_found: Mapping[tuple[TrackId, str], bool],
) -> tuple[list[Repair], list[Loss]]:
    """Return what became of every known flaw of ``KINDS``, and what every track lost that was repaired."""
    roles = {TrackId(str(track["track_name"])): str(track["role"]) for track in tracks}
    chains = repairing_effects(measures, roles, flaws)
    repairs: list[Repair] = []
    losses: list[Loss] = []
    for track in tracks:
        key = TrackId(str(track["track_name"]))
        known = [flaw for flaw in track["flaws"] if flaw["type"] in KINDS]
        effects = chains.get(key, ())
        if not effects:
            repairs += [Repair(key, flaw["type"], is_found[key, flaw["type"]], 0.0) for flaw in known]
            continue
        before = as_block(render_track(sources[key], rate_hz))
        after = rendered(before, effects, rate_hz)
        for flaw in known:
            told = next((one.times_seconds for one in flaws[key] if one.kind == flaw["type"]), ())
            reduction = reduction_db(before, after, flaw, told, rate_hz)
            repairs.append(Repair(key, flaw["type"], is_found[key, flaw["type"]], reduction))
        by_eq = rendered(before, [effect for effect in effects if isinstance(effect, ReaEq)], rate_hz)
        lost = [loss_db(before, sound, track["flaws"], flaws[key], rate_hz) for sound in (after, by_eq)]
        losses.append(Loss(key, lost[0], lost[1]))
    return repairs, losses


def repairing_effects(
    measures: Mapping[TrackId, TrackMeasures], roles: Mapping[TrackId, str], flaws: Mapping[TrackId, tuple[Flaw, ...]]
) -> dict[TrackId, tuple[Effect, ...]]:
    """Return what a pass with nothing but repairs puts on each track, in the order of its chain."""
    taste = load_taste("pop")
    tone = taste.tone.model_copy(update={"tilt_correction_ratio": 0.0, "blend_largest_move_db": 0.0})
    ids = {key: TrackId(guid_from_words("known track", key)) for key in measures}
    tracks = tuple(Track(ids[key], key, number, item_count=1) for number, key in enumerate(measures))
    session = Session("known", tracks)
    told = {ids[key]: TrackRole(ids[key], roles[key], 1.0, (), None, family_of(roles[key])) for key in measures}
    brief = Brief(
        session=session,
        base=session,
        measures={ids[key]: value for key, value in measures.items()},
        roles=Roles(told, ()),
        flaws={ids[key]: flaws[key] for key in measures},
        taste=taste.model_copy(update={"tone": tone}),
        free_tracks=frozenset(ids.values()),
        stages=STAGES,
    )
    placed: dict[TrackId, list[PlacedEffect]] = {}
    names = {value: key for key, value in ids.items()}
    for change in decide(brief).plan:
        if isinstance(change.after, PlacedEffect) and change.after.label in REPAIRING:
            placed.setdefault(names[change.address.track_id], []).append(change.after)
    return {
        key: tuple(one.effect for one in sorted(chain, key=lambda placed: placed.position_index))
        for key, chain in placed.items()
    }


def rendered(sound: Block, effects: Sequence[Effect], rate_hz: int) -> Block:
    """Return (2, n) through the plug-ins, their latency made up for."""
    block = sound.copy()
    for effect in effects:
        modelled = processor(effect, rate_hz)
        assert modelled is not None, f"{effect} is not modelled"
        late = modelled.latency_samples
        out = modelled.process(np.ascontiguousarray(np.pad(block, ((0, 0), (0, late)))))
        block = np.ascontiguousarray(out[:, late:])
    return block


def reduction_db(before: Block, after: Block, flaw: Known, told: Sequence[float], rate_hz: int) -> float:
    """Return by how much a known flaw is weaker afterwards; ``told`` are the events where the truth names none."""
    if flaw["type"] == "hum":
        return _hum_db(before, float(flaw["hz"]), rate_hz) - _hum_db(after, float(flaw["hz"]), rate_hz)
    if flaw["type"] == "resonance":
        half_octaves = 0.5 / (float(flaw.get("q", 6)) * np.log(2.0))
        edges = float(flaw["hz"]) * 2.0**-half_octaves, float(flaw["hz"]) * 2.0**half_octaves
        levels = [_level_db(_spectra(sound, rate_hz, 4 * LONG_WINDOW), edges) for sound in (before, after)]
        return levels[0] - levels[1]
    first, second = (_spectra(sound, rate_hz, SHORT_WINDOW) for sound in (before, after))
    if flaw["type"] == "plosives":
        frames = _around(first, tuple(flaw.get("times_s", told)))
        return _level_db(first, _THUMP_HZ, frames) - _level_db(second, _THUMP_HZ, frames)
    frames = _esses(first)
    return _level_db(first, _ESS_HZ, frames) - _level_db(second, _ESS_HZ, frames)


def loss_db(before: Block, after: Block, known: Sequence[Known], told: Sequence[Flaw], rate_hz: int) -> float:
    """Return what the K-weighted level of the clean part loses."""
    has_events = any(flaw["type"] in ("plosives", "sibilance") for flaw in known)
    window = SHORT_WINDOW if has_events else LONG_WINDOW
    first, second = (_spectra(sound, rate_hz, window) for sound in (before, after))
    total = first.power.sum(axis=1)
    frames = total > total.max() * 10 ** (-_PLAYING_BELOW_LOUDEST_DB / 10)
    if has_events:
        pops = [time for flaw in known if flaw["type"] == "plosives" for time in flaw.get("times_s", ())]
        pops += [time for flaw in told if flaw.kind == "plosives" for time in flaw.times_seconds]
        frames &= ~_around(first, pops) & ~_esses(first)
    heard = first.frequencies_hz >= 20.0
    weight = k_weighting_power(first.frequencies_hz) * heard * ~_is_hum(known, first.frequencies_hz)
    was, now = (spectra.power[frames].sum(axis=0) for spectra in (first, second))
    clean = was / _put_in(known, first.frequencies_hz, rate_hz)
    kept = np.minimum(now, clean)
    return float(10 * np.log10(float(clean @ weight) / max(float(kept @ weight), _QUIETEST_POWER)))


def _is_hum(known: Sequence[Known], frequencies_hz: Floats) -> npt.NDArray[np.bool_]:
    """Return which bins hold a line of a hum that was put in."""
    found = np.zeros(frequencies_hz.size, np.bool_)
    for flaw in known:
        if flaw["type"] == "hum":
            for harmonic in range(1, _HARMONICS + 1):
                found |= np.abs(frequencies_hz - harmonic * float(flaw["hz"])) < _LINE_HZ
    return found


def _put_in(known: Sequence[Known], frequencies_hz: Floats, rate_hz: int) -> Floats:
    """Return the power gain of the bells and shelves that were put in, at least 1."""
    bands = []
    for flaw in known:
        if flaw["type"] in ("resonance", "boxy", "mud", "harsh"):
            octaves = 2 / np.log(2) * np.arcsinh(1 / (2 * float(flaw.get("q", _USUAL_Q))))
            bands.append(EqBand("bell", float(flaw["hz"]), float(flaw["db"]), float(octaves)))
        if flaw["type"] == "bright":
            bands.append(EqBand("high_shelf", float(flaw["hz"]), float(flaw["db"]), 1.2))
    return np.asarray(np.maximum(equaliser_response(ReaEq(tuple(bands)), frequencies_hz, rate_hz), 1.0))


def _hum_db(sound: Block, mains_hz: float, rate_hz: int) -> float:
    collector = FlawCollector(rate_hz, 2)
    for start in range(0, sound.shape[1], rate_hz):
        collector.feed(np.ascontiguousarray(sound[:, start : start + rate_hz], np.float32))
    evidence = collector.evidence()
    total = 0.0
    for harmonic in range(1, _HARMONICS + 1):
        place = round(mains_hz * harmonic / evidence.low_step_hz)
        power = evidence.low_quiet_power.astype(np.float64)
        around = np.concatenate((power[max(1, place - 12) : place - 3], power[place + 4 : place + 13]))
        total += max(float(power[place - 2 : place + 3].sum() - 5.0 * np.median(around)), 0.0)
    return 10 * float(np.log10(total + _QUIETEST_POWER))


def _spectra(sound: Block, rate_hz: int, window: int) -> Spectra:
    from scipy.fft import rfft

    hop = window // 2
    count = max(1, (sound.shape[1] - window) // hop + 1)
    padded = np.pad(sound, ((0, 0), (0, max(0, window - sound.shape[1]))))
    shape = np.hanning(window + 1)[:-1]
    power = np.zeros((count, window // 2 + 1))
    for channel in padded:
        frames = np.lib.stride_tricks.sliding_window_view(channel, window)[::hop][:count]
        for start in range(0, count, 256):
            power[start : start + 256] += np.abs(rfft(frames[start : start + 256] * shape, axis=1)) ** 2
    times = (np.arange(count) * hop + window / 2) / rate_hz
    return Spectra(power, np.arange(window // 2 + 1) * rate_hz / window, times)


def _level_db(spectra: Spectra, edges_hz: tuple[float, float], frames: npt.NDArray[np.bool_] | None = None) -> float:
    band = (spectra.frequencies_hz >= edges_hz[0]) & (spectra.frequencies_hz <= edges_hz[1])
    power = spectra.power if frames is None else spectra.power[frames]
    return 10 * float(np.log10(float(power[:, band].sum()) + _QUIETEST_POWER))


def _around(spectra: Spectra, times_seconds: Sequence[float]) -> npt.NDArray[np.bool_]:
    found = np.zeros(spectra.times_seconds.size, np.bool_)
    for time in times_seconds:
        since = spectra.times_seconds - time
        found |= (since > -_BEFORE_EVENT_SECONDS) & (since < _AFTER_EVENT_SECONDS)
    return found


def _esses(spectra: Spectra) -> npt.NDArray[np.bool_]:
    def sums(low_hz: float, high_hz: float) -> Floats:
        band = (spectra.frequencies_hz >= low_hz) & (spectra.frequencies_hz <= high_hz)
        return np.asarray(spectra.power[:, band].sum(axis=1))

    ess, rest = sums(*_ESS_HZ), sums(180.0, 3500.0)
    return np.asarray((ess > rest) & (ess > rest.max() * 1e-3))


def ranked(repairs: Sequence[Repair]) -> Iterator[tuple[str, list[Repair]]]:
    """Yield the repairs by kind."""
    for kind in KINDS:
        yield kind, [repair for repair in repairs if repair.kind == kind]
