"""Macro moves: the vocal a little louder, the drums, more space, brighter. One value from -1 to 1 each, 0 for none.

A nudge is a state, not a step: it is reckoned from the pass as it stands with its amounts, so that the same value twice
does nothing and 0 gives back what was. It moves what an engineer would reach for:

* vocal, drums, bass, guitars, keys: the faders of these tracks, up to 6 dB, all of them by the same;
* space: the sends that the pass made, up to 6 dB;
* brightness, low end: one equaliser, first on the master, with a shelf at each end, up to 3 dB: the two knobs on which
  one would lay a hand for "a bit brighter". So a single plug-in is to be found, changed or thrown out, where shelves
  on every track would have to be undone one by one; first in the chain, so that a limiter of the engineer's still is
  the last word.
* width: the pans and widths that the pass set, by up to 30 %; narrower takes in stereo tracks at their full width, too.

What somebody moved since the pass, locked, automated or tied to a VCA stays. A fader goes no higher than a pass may set
it, and the group stops together, so that its own balance stands. Where the peaks of the mix would come too high, the
master comes down by as much.
"""

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final

from actions.mixing.brief import CLOSED_LINEAR
from analysis.roles import ROLES, Roles
from reaper_bridge.session.address import Address
from reaper_bridge.session.change import PlacedEffect, SendLevel, Value
from reaper_bridge.session.effects import EqBand, ReaEq
from reaper_bridge.session.identity import MASTER, FxId, TrackId, guid_from_words
from reaper_bridge.session.ledger import Ledger
from reaper_bridge.session.limits import LOUDEST_LINEAR
from reaper_bridge.session.model import EnvelopeKind, Session, Track
from reaper_bridge.session.units import db_from_linear, linear_from_db
from reaper_bridge.session.values import read_value

MOST_LEVEL_DB: Final = 6.0
MOST_SEND_DB: Final = 6.0
MOST_SHELF_DB: Final = 3.0
MOST_WIDTH_RATIO: Final = 0.3
LARGEST_FADER_DB: Final = 11.5
CEILING_DBTP: Final = -1.0
"""How far up nudges may bring the true peak of the mix."""
MOST_LOWERING_DB: Final = 12.0
MASTER_FADER: Final = Address(MASTER, "fader")

FAMILIES: Final[Mapping[str, frozenset[str]]] = {
    "vocal": frozenset({"lead vocals"}),
    "drums": frozenset({"drums", "percussion"}),
    "bass": frozenset({"bass"}),
    "guitars": frozenset({"guitars"}),
    "keys": frozenset({"keys", "synths"}),
}
NUDGES: Final = (*FAMILIES, "space", "brightness", "low_end", "width")
SHELVES: Final = {"low_end": "lows", "brightness": "highs"}
"""Which region of the whole mix each tonal nudge moves, in the words of ``actions.mixing.blend``."""
MASTER_EQ: Final = Address(MASTER, "fx", FxId(guid_from_words("first pass nudge", "eq")))
_LABEL: Final = "First Pass Nudge"
_LANES: Final[tuple[EnvelopeKind, ...]] = ("pre_fx_pan", "pan", "pre_fx_width", "width")


@dataclass(frozen=True)
class Reach:
    """What each nudge moves: faders by its name, and the addresses of sends, pans and widths."""

    faders: Mapping[str, tuple[Address, ...]]
    sends: tuple[Address, ...] = ()
    pans: tuple[Address, ...] = ()
    widths: tuple[Address, ...] = ()

    def of(self, name: str) -> int:
        """Return how many knobs a nudge moves."""
        if name in SHELVES:
            return 1
        return len({"space": self.sends, "width": (*self.pans, *self.widths)}.get(name, self.faders.get(name, ())))


def reach_of(session: Session, ledger: Ledger, roles: Roles, stereo: Collection[TrackId] = ()) -> Reach:
    """Return what the nudges may move. ``stereo`` are tracks that are known to sound in stereo."""
    written = ledger.written
    faders = {
        name: tuple(Address(t.id, "fader") for t in session.tracks if _is_movable(t, roles.of(t.id), families))
        for name, families in FAMILIES.items()
    }
    pans = tuple(a for a in written if a.kind == "pan")
    widths = [a for a in written if a.kind == "width"]
    for track in session.tracks:
        address = Address(track.id, "width")
        is_free = track.id in stereo and track.width_ratio == 1.0 and not track.muted
        is_fixed = track.pan_mode == "balance_v3" or any(track.envelope(lane) for lane in _LANES)
        if is_free and not is_fixed and address not in written and ROLES[roles.of(track.id)].is_mixable:
            widths.append(address)
    # a send into a bus carries the sound itself, not the space around it
    sends = tuple(a for a, change in written.items() if a.kind == "send" and change.stage in ("space", ""))
    return Reach(faders, sends, pans, tuple(widths))


def _is_movable(track: Track, role: str, families: frozenset[str]) -> bool:
    """Tell whether a fader belongs to a nudge, and stays where it is put."""
    if ROLES[role].family not in families or track.muted or track.is_locked or track.follows_vca:
        return False
    is_ridden = track.envelope("volume") is not None and track.automation_mode != "trim_read"
    return not is_ridden and track.volume_linear > CLOSED_LINEAR


def offsets_of(nudges: Mapping[str, float]) -> dict[str, float]:
    """Return what nudges ask for: levels, sends and shelves in dB, the width as a factor less 1."""
    most = {"space": MOST_SEND_DB, "width": MOST_WIDTH_RATIO, **dict.fromkeys(SHELVES, MOST_SHELF_DB)}
    return {name: most.get(name, MOST_LEVEL_DB) * min(max(v, -1.0), 1.0) for name, v in nudges.items() if v}


def lowering_db(
    offsets: Mapping[str, float], peak_of: Callable[[Mapping[str, float]], float | None]
) -> float:  # fmt: skip
    """Return by how much the master must come down for the true peak to stay below the ceiling, 0 for not at all.

    So nothing clips and what was asked for is had all the same, against the rest. A mix whose peaks are above the
    ceiling without any nudge gets no higher.
    """
    rising = {name for name, value in offsets.items() if value > 0.0 and name != "width"}
    without = peak_of({name: value for name, value in offsets.items() if name not in rising}) if rising else None
    peak = peak_of(offsets) if rising else None
    if without is None or peak is None:
        return 0.0
    return min(max(peak - max(CEILING_DBTP, without), 0.0), MOST_LOWERING_DB)


def moves_of(
    session: Session, reach: Reach, offsets: Mapping[str, float]
) -> Callable[[Mapping[Address, Value]], dict[Address, Value]]:  # fmt: skip
    """Return what nudges make of knobs that stand somewhere; one that is not among them is as the session has it."""

    def moved(values: Mapping[Address, Value]) -> dict[Address, Value]:
        def now(address: Address) -> Value:
            return values[address] if address in values else read_value(session, address)

        found: dict[Address, Value] = {}
        for name in FAMILIES:
            if offsets.get(name):
                found.update(_levels(reach.faders.get(name, ()), now, offsets[name]))
        if offsets.get("space"):
            found.update(_sends(reach.sends, now, offsets["space"]))
        if offsets.get("width"):
            found.update(_widths(reach, now, 1.0 + offsets["width"]))
        equaliser = master_equaliser(offsets)
        if equaliser is not None:
            found[MASTER_EQ] = equaliser
        return found

    return moved


def master_equaliser(offsets: Mapping[str, float]) -> PlacedEffect | None:
    """Return the equaliser of the tonal nudges, None where they are at 0."""
    from actions.mixing.blend import REGIONS

    regions = {region.words: region for region in REGIONS}
    bands = tuple(
        EqBand(
            regions[words].shape, regions[words].corner_hz, round(offsets[name], 2), regions[words].bandwidth_octaves
        )
        for name, words in SHELVES.items()
        if offsets.get(name)
    )
    return PlacedEffect(ReaEq(bands), _LABEL, 0) if bands else None


def _levels(
    addresses: Collection[Address], now: Callable[[Address], Value], offset_db: float
) -> dict[Address, Value]:  # fmt: skip
    faders = {a: v for a in addresses if isinstance(v := now(a), float) and v > CLOSED_LINEAR}
    if not faders:
        return {}
    top_db = db_from_linear(max(faders.values()))
    offset_db = min(offset_db, max(LARGEST_FADER_DB - top_db, 0.0))
    return {a: linear_from_db(db_from_linear(v) + offset_db) for a, v in faders.items()}


def _sends(
    addresses: Collection[Address], now: Callable[[Address], Value], offset_db: float
) -> dict[Address, Value]:  # fmt: skip
    found: dict[Address, Value] = {}
    for address in addresses:
        send = now(address)
        if isinstance(send, SendLevel) and send.level_linear > 0.0:
            level = min(send.level_linear * linear_from_db(offset_db), LOUDEST_LINEAR)
            found[address] = replace(send, level_linear=level)
    return found


def _widths(reach: Reach, now: Callable[[Address], Value], factor: float) -> dict[Address, Value]:
    found: dict[Address, Value] = {}
    for address in (*reach.pans, *reach.widths):
        value = now(address)
        if isinstance(value, float) and math.isfinite(value):
            found[address] = min(max(value * factor, -1.0), 1.0)
    return found


def nudge_words(name: str, offset: float) -> str:
    """Return a nudge in words: ``vocal +3.0 dB``, ``width −30 %``."""
    said = name.replace("_", " ")
    if not offset:
        return f"{said} as the pass left it"
    number = f"{100.0 * offset:+.0f} %" if name == "width" else f"{offset:+.1f} dB"
    return f"{said} {number.replace('-', '−')}"
