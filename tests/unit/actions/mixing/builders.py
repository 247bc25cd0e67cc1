"""Briefs for the mixing brain without any disk: made-up sounds, really measured, and a session around them.

A ``Part`` is one track: what it plays, what it is taken for and where its knobs stand. The sounds are those of
``tests.session_builder``, 8 s each; what was measured once is kept for the whole run.
"""

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from actions.mixing.brief import STAGES, Brief
from actions.mixing.desk import Desk, Strip
from actions.mixing.patching import desk_of
from actions.mixing.plan import Decision, decide
from actions.mixing.taste import Taste, load_taste
from analysis.alignment import Pair, PairKind, measure_together
from analysis.listening import measure_programme
from analysis.measures import Flaw, TrackMeasures
from analysis.relations import measure_relation
from analysis.roles import Group, Roles, TrackRole, family_of
from analysis.roles.groups import GroupKind
from analysis.roles.names import Side
from reaper_bridge.session.address import Address
from reaper_bridge.session.change import Change
from reaper_bridge.session.identity import TrackId, guid_from_words
from reaper_bridge.session.model import Session, TempoChange, Track
from tests.session_builder import RATE_HZ, Sound
from tests.session_builder import sound as made_up

Shape = Callable[[Sound], Sound]


@dataclass(frozen=True)
class Part:
    """One track. ``plays`` names a made-up sound; ``shape`` turns its samples into others, by name in ``SHAPES``.

    ``knobs`` are fields of ``Track`` to set.
    """

    name: str
    role: str
    plays: str = "guitar"
    recorded_db: float = -9.0
    side: Side | None = None
    confidence: float = 0.95
    shape: str = "as it is"
    flaws: tuple[Flaw, ...] = ()
    knobs: Mapping[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> TrackId:
        """The id its track has."""
        return TrackId(guid_from_words("test track", self.name))


def with_esses(voice: Sound, level: float = 1.0) -> Sound:
    """Return a voice that sings noise between 5 and 10 kHz for 120 ms of every 0.8 s."""
    spectrum = np.fft.rfft(np.random.default_rng(8).standard_normal(len(voice)))
    frequencies = np.fft.rfftfreq(len(voice), 1.0 / RATE_HZ)
    noise = np.fft.irfft(spectrum * ((frequencies > 5000.0) & (frequencies < 10000.0)), len(voice))
    hisses = (np.arange(len(voice)) / RATE_HZ + 0.4) % 0.8 < 0.12
    return np.asarray(np.where(hisses, level * noise / np.abs(noise).max(), voice))


def bare_sub(count: int) -> Sound:
    """Return a tone of 62 Hz, struck anew every second, and nothing beside it."""
    seconds = np.arange(count) / RATE_HZ
    return np.asarray(0.8 * np.exp(-1.5 * (seconds % 1.0)) * np.sin(2 * np.pi * 62.0 * seconds))


def with_side(middle: Sound, ratio: float) -> Sound:
    """Return left and right with a side that is the middle by a ratio, a quarter of a turn late at every frequency."""
    turned = np.fft.irfft(-1j * np.fft.rfft(middle), len(middle))
    return np.stack([middle + ratio * turned, middle - ratio * turned])


SHAPES: dict[str, Shape] = {
    "as it is": lambda x: x,
    "stereo": lambda x: np.stack([x + 0.4 * np.roll(x, 400), x - 0.4 * np.roll(x, 400)]),
    "narrow": lambda x: with_side(x, 0.2),
    "nearly mono": lambda x: with_side(x, 0.01),
    "wide": lambda x: with_side(x, 0.5),
    "left only": lambda x: np.stack([x, np.zeros_like(x)]),
    "left louder": lambda x: np.stack([x, 0.6 * x]),
    "out of phase": lambda x: np.stack([x, -x]),
    "squashed": lambda x: np.tanh(20.0 * x),
    "silent": np.zeros_like,
    "one frame": lambda x: x[:2400],
    "30 ms": lambda x: x[:1440],
    "0.3 s": lambda x: x[: int(0.3 * RATE_HZ)],
    "first half": lambda x: x * (np.arange(len(x)) < len(x) // 2),
    "second half": lambda x: x * (np.arange(len(x)) >= len(x) // 2),
    "with esses": with_esses,
    "with soft esses": lambda x: with_esses(x, 0.12),
    "wandering": lambda x: x * 10.0 ** (0.3 * np.sin(2 * np.pi * np.arange(len(x)) / (5.0 * RATE_HZ))),
    "wandering from the middle": lambda x: np.where(np.arange(len(x)) < len(x) // 2, 0.0, SHAPES["wandering"](x)),
    "bare sub": lambda x: bare_sub(len(x)),
    "with rumble": lambda x: x + 0.09 * np.sin(2 * np.pi * 33.0 * np.arange(len(x)) / RATE_HZ),
    "with boom": lambda x: x + 0.8 * np.sin(2 * np.pi * 50.0 * np.arange(len(x)) / RATE_HZ),
}


def samples_of(plays: str, shape: str = "as it is", recorded_db: float = 0.0) -> Sound:
    """Return (channels, samples) of a sound, its highest peak at ``recorded_db`` - 1 before it is shaped."""
    x = SHAPES[shape](made_up(plays).copy()) * 10.0 ** (recorded_db / 20.0)
    return x if x.ndim == 2 else x[None, :]


@functools.cache
def measured(plays: str, shape: str = "as it is", recorded_db: float = 0.0) -> TrackMeasures:
    """Return what listening to a sound gives."""
    return measure_programme([samples_of(plays, shape, recorded_db).astype(np.float32)], RATE_HZ)


def brief_for(
    parts: Sequence[Part],
    genre: str = "pop",
    *,
    groups: Iterable[tuple[GroupKind, Sequence[str]]] = (),
    extra_tracks: Sequence[Track] = (),
    session: Mapping[str, Any] | None = None,
    taste: Mapping[str, Mapping[str, Any]] | None = None,
    **wishes: Any,
) -> Brief:
    """Return the brief of a session of these parts, every track free; ``wishes`` are fields of ``Brief``.

    ``groups`` name the parts that belong together; ``session`` are fields of ``Session``; ``taste`` are settings
    that differ from the genre's, by section.
    """
    tracks = tuple(
        replace(Track(part.id, part.name, index, item_count=1), **part.knobs) for index, part in enumerate(parts)
    )
    settings = {"tempo": (TempoChange(0.0, 120.0),), "sample_rate_hz": RATE_HZ, **(session or {})}
    whole = Session("song", (*tracks, *extra_tracks), **settings)
    ids = {part.name: part.id for part in parts}
    roles = Roles(
        {p.id: TrackRole(p.id, p.role, p.confidence, (), p.side, family_of(p.role)) for p in parts},
        tuple(Group(kind, tuple(ids[name] for name in names), 0.9) for kind, names in groups),
    )
    brief = Brief(
        session=whole,
        base=whole,
        measures={part.id: measured(part.plays, part.shape, part.recorded_db) for part in parts},
        roles=roles,
        flaws={part.id: part.flaws for part in parts if part.flaws},
        taste=with_settings(load_taste(genre), taste or {}),
        free_tracks=frozenset(part.id for part in parts),
    )
    if wishes.pop("has_rough_balance", False):
        wishes["rough"] = whole
    return replace(brief, **wishes)


def pair_of(
    first: Part,
    second: Part,
    delay_ms: float = 1.0,
    *,
    inverted: bool = True,
    kind: PairKind = "mic_pair",
    bleed: bool = False,
) -> Pair:
    """Return how two parts relate that heard the same snare, the second late or the other way up.

    With ``bleed`` the second plays something else, louder.
    """
    near = samples_of("snare")[0]
    far = 0.5 * np.roll(near, round(delay_ms * RATE_HZ / 1000.0)) * (-1.0 if inverted else 1.0)
    if bleed:
        far = 0.2 * far + samples_of("guitar")[0]
    noise = 0.002 * np.random.default_rng(3).standard_normal((2, len(near)))
    near, far = near + noise[0], far + noise[1]
    relation, together = measure_relation(near, far, RATE_HZ), measure_together(near, far, RATE_HZ)
    return Pair(first.id, second.id, kind, relation, together)


def with_settings(taste: Taste, settings: Mapping[str, Mapping[str, Any]]) -> Taste:
    """Return a taste with some numbers changed, by section."""
    changed = {name: getattr(taste, name).model_copy(update=dict(values)) for name, values in settings.items()}
    return taste.model_copy(update=changed)


def desk_for(parts: Sequence[Part], genre: str = "pop", **wishes: Any) -> Desk:
    """Return the desk of a session of these parts, every knob where the session has it."""
    return desk_of(brief_for(parts, genre, **wishes))


def decided(parts: Sequence[Part], genre: str = "pop", **wishes: Any) -> Decision:
    """Return the decision on a session of these parts."""
    return decide(brief_for(parts, genre, **wishes))


def only(*stages: str) -> frozenset[str]:
    """Return stages as a brief has them."""
    assert set(stages) <= set(STAGES)
    return frozenset(stages)


def strip_of(where: Desk | Decision, name: str) -> Strip:
    """Return the strip of the part of that name."""
    desk = where.desk if isinstance(where, Decision) else where
    return next(strip for strip in desk.strips if strip.track.name == name)


def change_at(decision: Decision, part: Part, kind: str, key: str = "") -> Change | None:
    """Return the planned change at an address of a part, or None."""
    address = Address(part.id, kind, key)  # type: ignore[arg-type]
    return next((change for change in decision.plan if change.address == address), None)


KICK = Part("Kick", "kick", "kick", -8.0)
SNARE = Part("Snare", "snare", "snare", -6.0)
HAT = Part("HiHat", "hihat", "hat", -14.0)
BASS = Part("Bass", "bass", "bass", -4.0)
GUITAR_L = Part("Gtr L", "egtr_rhythm", "guitar", -9.0, side="left")
GUITAR_R = Part("Gtr R", "egtr_rhythm", "guitar 2", -10.0, side="right")
PIANO = Part("Piano", "piano", "piano", -7.0)
PAD = Part("Pad", "synth_pad", "pad", -3.0)
VOICE = Part("Lead Vox", "lead_vocal", "voice", -12.0)
BAND = (KICK, SNARE, HAT, BASS, GUITAR_L, GUITAR_R, PIANO, PAD, VOICE)
