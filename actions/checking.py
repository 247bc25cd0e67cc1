"""Render what a decision would sound like, and say where the prediction was off."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from actions.hearing import Heard
from actions.mixing.curves import Curve, target_levels_db
from actions.mixing.desk import Desk, Frames, Strip
from actions.mixing.masking import RHYTHM
from actions.mixing.plan import Decision
from actions.mixing.taste import Taste
from actions.remembering import question, read_answer, write_answer
from analysis.measures import HOP_SECONDS, Loudness
from reaper_bridge.session.identity import FxId, TrackId
from reaper_bridge.session.model import Send, Session
from reaper_bridge.session.units import db_from_linear
from reaper_bridge.session.values import with_plan

if TYPE_CHECKING:
    from analysis.mixture import MixtureMeasures, MixtureMeter
    from analysis.rendering.mixer import Mixdown
    from analysis.stems import Stem, StemsMeter

WHOLE_TRACK_SECONDS = 2500.0
EXCERPT_TRACK_SECONDS = 900.0
PROBE_TRACK_SECONDS = 1500.0
WAITED_TRACK_SECONDS = 480.0
"""Of a pass over some of the tracks, which somebody waits for."""
LEAST_EXCERPT_SECONDS, MOST_EXCERPT_SECONDS = 12.0, 60.0


@dataclass(frozen=True)
class Window:
    """The part of a session that is rendered for checking."""

    start_seconds: float
    end_seconds: float
    is_whole: bool

    @property
    def frames(self) -> slice:
        """The frames of 50 ms in it."""
        return slice(round(self.start_seconds / HOP_SECONDS), round(self.end_seconds / HOP_SECONDS))


@dataclass(frozen=True)
class Check:
    """What a rendering measured. ``groups`` and ``returns`` are integrated loudness of stems in LUFS.

    ``tracks`` are the tracks of the groups, as loud as they arrive at the master; ``reductions_db`` is the
    gain reduction of every plug-in that tells one, each moment by the power that its detector heard.
    """

    window: Window
    mixture: "MixtureMeasures"
    groups: Mapping[str, float]
    returns: Mapping[str, float]
    peaks_dbfs: Mapping[TrackId, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    tracks: Mapping[TrackId, "Stem"] = field(default_factory=dict)
    reductions_db: Mapping[FxId, float] = field(default_factory=dict)


def window_for(desk: Desk) -> Window:
    """Return what the numbers of the report come from: all of the session where that is quick to render."""
    length = desk.frame_count * HOP_SECONDS
    if length * len(desk.strips) <= WHOLE_TRACK_SECONDS:
        return Window(0.0, length, True)
    return _densest(desk, EXCERPT_TRACK_SECONDS)


def probe_for(desk: Desk) -> Window:
    """Return the part that corrections are drawn from.

    Where not everything is rendered it is the part of the report, so that the last one drawn from is the report's.
    """
    length = desk.frame_count * HOP_SECONDS
    if length * len(desk.strips) <= PROBE_TRACK_SECONDS:
        return Window(0.0, length, True)
    return _densest(desk, EXCERPT_TRACK_SECONDS)


def shortened(window: Window, desk: Desk) -> Window:
    """Return what of a window a pass over some of the tracks is measured on, which somebody waits for.

    All of a session where that takes no longer than the part that is rendered of a large one, else its densest part;
    of a large one less than for a whole pass.
    """
    if not window.is_whole:
        return _densest(desk, WAITED_TRACK_SECONDS)
    is_quick = (window.end_seconds - window.start_seconds) * len(desk.strips) <= EXCERPT_TRACK_SECONDS
    return window if is_quick else _densest(desk, EXCERPT_TRACK_SECONDS)


def part_of(window: Window, desk: Desk, strips: Iterable[Strip], most_seconds: float) -> Window:
    """Return the part of a window where most of some strips play, ``most_seconds`` long at most."""
    frames = round(most_seconds / HOP_SECONDS)
    energy = _played(strips, desk.frame_count)[window.frames]
    if len(energy) <= frames:
        return window
    total = np.concatenate(([0.0], np.cumsum(energy)))
    start = window.start_seconds + int(np.argmax(total[frames:] - total[:-frames])) * HOP_SECONDS
    return Window(start, start + most_seconds, False)


def _densest(desk: Desk, track_seconds: float) -> Window:
    """Return the part where most of what there is plays, the lead above all, as long as the work allows.

    Every track counts by its own loudness, so that each pass over the same music looks at the same part.
    """
    length = desk.frame_count * HOP_SECONDS
    affordable = track_seconds / max(len(desk.strips), 1)
    seconds = min(max(affordable, LEAST_EXCERPT_SECONDS), MOST_EXCERPT_SECONDS, length)
    frames = int(seconds / HOP_SECONDS)
    energy = _played(desk.sounding, desk.frame_count)
    if desk.lead:
        energy = energy / max(energy.mean(), 1e-20)
        lead = _played(desk.lead, desk.frame_count)
        energy += 2.0 * lead / max(lead.mean(), 1e-20)
    total = np.concatenate(([0.0], np.cumsum(energy)))
    first = int(np.argmax(total[frames:] - total[:-frames])) if len(total) > frames else 0
    return Window(first * HOP_SECONDS, (first + frames) * HOP_SECONDS, False)


def _played(strips: Iterable[Strip], frame_count: int) -> Frames:
    """Return (F,) the K-weighted power of strips before any knob, each over its own mean while it plays."""
    total = np.zeros(frame_count)
    for strip in strips:
        power, active = strip.measures.k_power, strip.measures.is_active
        if active.any():
            total[: len(power)] += power / float(power[active].mean())
    return total


def check(
    heard: Heard,
    session: Session,
    desk: Desk,
    window: Window,
    taste: Taste,
    return_tracks: Mapping[str, TrackId],
) -> Check:
    """Render a part of a session and measure the mix, its groups and its returns.

    What was rendered before, with the same knobs and the same sound, is remembered.
    """
    return check_versions(heard, [(session, desk)], window, taste, return_tracks)[0]


def check_versions(
    heard: Heard,
    versions: Sequence[tuple[Session, Desk]],
    window: Window,
    taste: Taste,
    return_tracks: Mapping[str, TrackId],
) -> list[Check]:
    """Render the same part of several versions of a session, as ``check`` does; what is common to them once."""
    target = target_levels_db(taste.target_spectrum)
    # tracks without sound come and go, the returns of an earlier pass among them
    sounds = sorted((key, sound) for key, sound in heard.audio_keys.items() if heard.sources[key].clips)
    asked = [_Version.of(session, desk, return_tracks) for session, desk in versions]
    names = [
        question(
            "check", _facts(one.session), sounds, window, one.groups, one.returns, target.tolist(), one.paths_linear
        )
        for one in asked
    ]
    found = {name: known for name in names if (known := _parse_check(read_answer(name), window)) is not None}
    unknown = {name: one for name, one in zip(names, asked, strict=True) if name not in found}
    if unknown:
        for name, new in zip(unknown, _rendered(heard, list(unknown.values()), window, target), strict=True):
            write_answer(name, _plain_check(new))
            found[name] = new
    return [found[name] for name in names]


@dataclass(frozen=True)
class _Version:
    """A session with the groups and returns it is measured in. ``lead`` is the group of the lead voice.

    ``paths_linear`` is the gain from the fader of each track to the master.
    """

    session: Session
    groups: Mapping[str, list[TrackId]]
    returns: Mapping[str, TrackId]
    lead: str | None
    paths_linear: Mapping[TrackId, float]

    @classmethod
    def of(cls, session: Session, desk: Desk, return_tracks: Mapping[str, TrackId]) -> "_Version":
        """Return a session as a desk groups it."""
        groups = {group: [s.id for s in members] for group, members in desk.groups().items()}
        returns = {kind: track for kind, track in return_tracks.items() if session.has_track(track)}
        paths = {strip.id: strip.path_linear for strip in desk.sounding}
        return cls(session, groups, returns, desk.lead[0].row.group if desk.lead else None, paths)

    @property
    def measured_in(self) -> tuple[object, ...]:
        """What the numbers depend on besides the sound."""
        return self.groups, self.returns, sorted(self.paths_linear.items())

    @property
    def stems(self) -> list[TrackId]:
        """The tracks that are measured apart."""
        return [*(track for members in self.groups.values() for track in members), *self.returns.values()]


def _facts(session: Session) -> tuple[object, ...]:
    """Return what of a session a rendering depends on, as exactly as a project file keeps it."""
    tracks = tuple(replace(track, sends=tuple(sorted(track.sends, key=_way))) for track in session.tracks)
    facts = tracks, session.master, session.tempo, session.pan_law_linear, session.pan_taper
    return tuple(rounded(fact, 9) for fact in facts)


def _way(send: Send) -> tuple[str, int]:
    """Order sends: a project lists them by where they arrive, a plan as they were decided."""
    return send.destination, send.destination_channel_index


def rounded(thing: object, digits: int) -> object:
    """Return something with every number in it cut to so many digits, so that it can be told again."""
    if isinstance(thing, float):
        return float(f"{thing:.{digits}g}") + 0.0
    if isinstance(thing, list | tuple):
        return tuple(rounded(part, digits) for part in thing)
    if is_dataclass(thing):
        parts = [getattr(thing, f.name) for f in fields(thing) if f.compare]
        return type(thing).__name__, tuple(rounded(part, digits) for part in parts)
    return thing


def _rendered(heard: Heard, versions: Sequence[_Version], window: Window, target: Curve) -> list[Check]:
    from analysis.rendering.mixer import render_mix, side_by_side

    meters = [_Meters.of(one, heard.sample_rate_hz, target) for one in versions]
    mixdowns = [
        render_mix(
            one.session,
            heard.sources,
            sample_rate_hz=heard.sample_rate_hz,
            start_seconds=window.start_seconds,
            end_seconds=window.end_seconds,
            stems=one.stems,
        )
        for one in versions
    ]
    for blocks in side_by_side(*mixdowns):
        for one, block, meter in zip(versions, blocks, meters, strict=True):
            stems = {key: _scaled(stem, one.paths_linear.get(key, 1.0)) for key, stem in block.stems.items()}
            sums = {group: _summed(stems, members) for group, members in one.groups.items()}
            sums.update({f"return {kind}": stems[track] for kind, track in one.returns.items()})
            meter.mixture.feed(block.master, sums)
            meter.tracks.feed(stems, block.master.shape[1])
    return [_measured(*all_of_it, window) for all_of_it in zip(versions, mixdowns, meters, strict=True)]


@dataclass(frozen=True)
class _Meters:
    """What listens to one version while it is rendered."""

    mixture: "MixtureMeter"
    tracks: "StemsMeter"

    @classmethod
    def of(cls, version: _Version, sample_rate_hz: int, target: Curve) -> "_Meters":
        """Return fresh meters for a version."""
        from analysis.mixture import MixtureMeter
        from analysis.stems import StemsMeter

        names = [*version.groups, *(f"return {kind}" for kind in version.returns)]
        members = [track for tracks in version.groups.values() for track in tracks]
        mixture = MixtureMeter(sample_rate_hz, names, version.lead, target, RHYTHM)
        return cls(mixture, StemsMeter(sample_rate_hz, members))


def _measured(version: _Version, mixdown: "Mixdown", meters: _Meters, window: Window) -> Check:
    mixture = meters.mixture.measures()
    peaks = {
        key: db_from_linear(max([*value.fx_peaks.values(), value.output_peak])) for key, value in mixdown.meters.items()
    }
    reductions = {
        fx: float(found)
        for strip in mixdown.strips.values()
        for fx, plugin in strip.chain.processors.items()
        if (found := getattr(plugin, "heard_gain_reduction_db", None)) is not None
    }
    return Check(
        window,
        mixture,
        {group: mixture.stem_lufs[group] for group in version.groups},
        {kind: mixture.stem_lufs[f"return {kind}"] for kind in version.returns},
        peaks,
        mixdown.notes,
        meters.tracks.measures(),
        reductions,
    )


def _plain_check(found: Check) -> dict[str, Any]:
    mixture = {
        f.name: value.tolist() if isinstance(value := getattr(found.mixture, f.name), np.ndarray) else value
        for f in fields(found.mixture)
    }
    mixture["loudness"] = asdict(found.mixture.loudness)
    mixture["stem_band_power"] = {name: power.tolist() for name, power in found.mixture.stem_band_power.items()}
    return {
        "mixture": mixture,
        "groups": dict(found.groups),
        "returns": dict(found.returns),
        "peaks_dbfs": dict(found.peaks_dbfs),
        "notes": list(found.notes),
        "tracks": {key: [stem.loudness_lufs, stem.band_power.tolist()] for key, stem in found.tracks.items()},
        "reductions_db": dict(found.reductions_db),
    }


def _parse_check(plain: Any, window: Window) -> Check | None:
    """Read a check back, the reverse of ``_plain_check``; None for what is none."""
    from analysis.mixture import MixtureMeasures
    from analysis.stems import Stem

    try:
        told = dict(plain["mixture"])
        told["loudness"] = Loudness(**told["loudness"])
        for name, kind in (("short_term_lufs", np.float32), ("band_power", float), ("mono_loss_db", float)):
            told[name] = np.array(told[name], dtype=kind)
        told["stem_band_power"] = {name: np.array(power) for name, power in told["stem_band_power"].items()}
        peaks = {TrackId(key): float(value) for key, value in plain["peaks_dbfs"].items()}
        tracks = {TrackId(key): Stem(lufs, np.array(power)) for key, (lufs, power) in plain["tracks"].items()}
        reductions = {FxId(key): float(value) for key, value in plain["reductions_db"].items()}
        notes = tuple(plain["notes"])
        mixture = MixtureMeasures(**told)
        return Check(window, mixture, plain["groups"], plain["returns"], peaks, notes, tracks, reductions)
    except (TypeError, KeyError, ValueError):
        return None


def planned_session(decision: Decision, session: Session) -> Session:
    """Return the session as the decision would leave it."""
    return with_plan(session, decision.plan)


def _scaled(stem: np.ndarray, gain: float) -> np.ndarray:
    return stem if gain == 1.0 else stem * gain


def _summed(stems: Mapping[TrackId, np.ndarray], members: Collection[TrackId]) -> np.ndarray:
    first, *rest = members
    total = stems[first].copy() if rest else stems[first]
    for track in rest:
        total += stems[track]
    return total


__all__ = ["Check", "Window", "check", "db_from_linear", "planned_session", "window_for"]
