"""What each pass wrote, so that we know what is still ours. It travels inside the project.

A value is *ours* while the session shows what we last wrote at its address. A value that differs was
moved by a human: it is *theirs*, and no later pass changes it. A lock says so beforehand.

A pass written into a running REAPER can be undone there without our knowing. So it leaves a mark in a place
that undo takes back (``Pass.mark``); where the mark cannot be seen, its values tell (``Ledger.standing``).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from reaper_bridge.session.address import Address
from reaper_bridge.session.change import Change, MixPlan, NewTrack, SendLevel, Value, same_value
from reaper_bridge.session.effects import is_side_chained
from reaper_bridge.session.identity import FxId, TrackId
from reaper_bridge.session.model import SIDE_CHAIN_INDEX, Session
from reaper_bridge.session.revision import Revision
from reaper_bridge.session.values import read_value, with_plan

LOCKABLE = (
    "all", "fader", "pan", "width", "polarity", "mute", "main_send", "channels", "fx", "send", "side_chain", "envelope",
    "play_offset",
)  # fmt: skip
_LIVE: Final = "live:"


@dataclass(frozen=True)
class Landed:
    """A change and what the host reported after writing it."""

    change: Change
    value: Value

    @property
    def has_landed(self) -> bool:
        """Whether the host shows what was asked."""
        return same_value(self.change.after, self.value)


@dataclass(frozen=True)
class Pass:
    """One entry of the ledger: one undo step.

    ``context`` tells under which taste and with which audio each track was mixed, so that a later pass
    knows what is new. ``restore`` is the host's own note for putting its exact state back, ``memo`` that of whoever
    decided the pass, for a later one. ``landed`` stays the full pass, whatever a ``revision`` made of it.
    """

    id: int
    label: str
    written_at: str
    landed: tuple[Landed, ...]
    taste: str = ""
    audio_keys: Mapping[TrackId, str] = field(default_factory=dict)
    restore: str = ""
    revision: Revision | None = None
    memo: str = ""

    @cached_property
    def full(self) -> MixPlan:
        """What it changed when it was written, from before to what landed."""
        return MixPlan(tuple(replace(item.change, after=item.value) for item in self.landed))

    @cached_property
    def plan(self) -> MixPlan:
        """What it changed, from before to how it stands, revised or not."""
        if self.revision is None or not self.revision.stands:
            return self.full
        stands = {change.address: change for change in self.revision.stands}
        kept = (replace(c, after=stands.pop(c.address).after) if c.address in stands else c for c in self.full)
        return MixPlan((*kept, *stands.values()))

    def revised(self, revision: Revision, written: MixPlan, after: Session) -> "Pass":
        """Return this pass as a revision left it; ``after`` is the session with what was ``written`` for it."""
        stood = {change.address: change for change in self.plan}
        for change in written:
            earlier = stood.get(change.address, replace(change, because=""))
            stood[change.address] = replace(earlier, after=read_value(after, change.address))
        full = {change.address: change.after for change in self.full}
        stands = tuple(
            replace(change, because="") for a, change in stood.items()
            if not same_value(change.after, full.get(a, change.before))
        )  # fmt: skip
        return replace(self, revision=replace(revision, stands=stands))

    @property
    def mark(self) -> str:
        """What a pass in a running REAPER left where undo takes it back; empty for a pass in a file."""
        return self.restore.removeprefix(_LIVE).partition("@")[0] if self.restore.startswith(_LIVE) else ""

    @property
    def run(self) -> str:
        """In which run of REAPER it was written; empty for a pass in a file."""
        return self.restore.partition("@")[2] if self.mark else ""


def live_note(mark: str, run: str = "") -> str:
    """Return the note (``Pass.restore``) of a pass in a running REAPER, the reverse of ``mark`` and ``run``."""
    return f"{_LIVE}{mark}@{run}"


@dataclass(frozen=True)
class Ledger:
    """All passes that stand in a project, oldest first, and the engineer's locks.

    ``fx_names`` are the plug-ins (and tracks) to which REAPER gave another id than our plan had: planned to real.
    """

    passes: tuple[Pass, ...] = ()
    locks: Mapping[TrackId, frozenset[str]] = field(default_factory=dict)
    fx_names: Mapping[FxId, FxId] = field(default_factory=dict)

    @property
    def next_id(self) -> int:
        """The number of the next pass."""
        return max((entry.id for entry in self.passes), default=0) + 1

    @property
    def written(self) -> dict[Address, Change]:
        """For each address, one change from before our first pass to what we last wrote."""
        merged: dict[Address, Change] = {}
        for entry in self.passes:
            for change in entry.plan:
                earlier = merged.get(change.address)
                merged[change.address] = change if earlier is None else replace(change, before=earlier.before)
        return merged

    def ours(self, session: Session) -> dict[Address, Change]:
        """Return what we wrote that still stands as we wrote it; not what is as it was before us."""
        moved = ((a, c) for a, c in self.written.items() if not same_value(c.before, c.after))
        return {a: c for a, c in moved if same_value(read_value(session, a), c.after)}

    def theirs(self, session: Session) -> frozenset[Address]:
        """Return the addresses we wrote that a human has changed since."""
        return frozenset(a for a, c in self.written.items() if not same_value(read_value(session, a), c.after))

    def is_locked(self, address: Address) -> bool:
        """Tell whether the engineer locked this."""
        locked = self.locks.get(address.track_id, frozenset())
        return "all" in locked or address.kind in locked

    def standing(self, session: Session, marks: Collection[str] = ()) -> "Ledger":
        """Return this ledger less the passes that were undone inside REAPER.

        ``marks`` are those found in the project. Where there are none at all (a file does not show them), the
        last live passes are undone if everything they wrote stands as it did before them.
        """
        if marks:
            return replace(self, passes=tuple(p for p in self.passes if not p.mark or p.mark in marks))
        for count in range(len(self.passes)):
            undone = replace(self, passes=self.passes[count:])
            if all(later.mark for later in undone.passes) and undone._is_undone(session):
                return replace(self, passes=self.passes[:count])
        return self

    def _is_undone(self, session: Session) -> bool:
        """Tell whether everything stands as before these passes; tracks that are gone by now say nothing.

        Passes that are revised to nothing stand all the same.
        """
        moved = {a: change for a, change in self.written.items() if not same_value(change.before, change.after)}
        return (bool(moved) or not self.written) and all(
            same_value(read_value(session, address), change.before)
            for address, change in moved.items()
            if address.kind == "track" or session.has_track(address.track_id)
        )

    def take_back(self, session: Session, entry: Pass) -> MixPlan:
        """Plan to take a pass back: the values that are still ours, and nothing else.

        A track we added stays when the engineer put something on it or sends to it, and channels that he uses stay.
        """
        plan = entry.plan.without_idle.inverse
        still_ours = MixPlan(tuple(c for c in plan if same_value(read_value(session, c.address), c.before)))
        whole = without_torn_routing(session, entry.plan, still_ours)
        return without_channels_in_use(session, without_tracks_in_use(session, whole))

    def before_our_work(self, session: Session) -> Session:
        """Return the session as it was before our passes, with everything of the engineer's as it is now.

        Tracks that we added stay: they are returns that a later pass reuses.
        """
        changes = [c.inverse for c in self.ours(session).values() if c.address.kind != "track"]
        written = MixPlan(tuple(self.written.values()))
        return with_plan(session, without_torn_routing(session, written, MixPlan(tuple(changes))))


def without_tracks_in_use(session: Session, plan: MixPlan) -> MixPlan:
    """Return a plan that removes no track that the engineer put something on, or sends to."""
    removed = (c for c in plan if c.after is None and isinstance(c.before, NewTrack))
    return plan.without({c.address for c in removed if _is_in_use(session, c.address.track_id, plan)})


def without_torn_routing(session: Session, written: MixPlan, plan: MixPlan) -> MixPlan:
    """Return a plan that leads no track back to its folder or the master while it still goes through a bus of ours.

    It would sound twice. ``written`` is what our work led there, ``plan`` what takes it back.
    """
    torn = set()
    for address, group in written.routed.items():
        stays = (read_value(session, a) for a in group if a.kind == "send" and plan.at(a) is None)
        if address.kind == "main_send" and any(isinstance(send, SendLevel) and not send.muted for send in stays):
            torn.add(address)
    return plan.without(torn)


def without_channels_in_use(session: Session, plan: MixPlan) -> MixPlan:
    """Return a plan that takes no channels from a track at which a send arrives, or where a plug-in listens."""
    lowered = {
        c.address: c.after
        for c in plan
        if c.address.kind == "channels"
        and isinstance(c.after, int)
        and isinstance(c.before, int)
        and c.after < c.before
    }
    after = with_plan(session, plan.without(lowered)) if lowered else session
    used = {address for address, count in lowered.items() if count < _channels_used(after, address.track_id)}
    return plan.without(used)


def _channels_used(session: Session, track_id: TrackId) -> int:
    """Return how many channels of a track the sends to it and the side-chained plug-ins on it need."""
    if not session.has_track(track_id):
        return 0
    arriving = [s.destination_channel_index for t in session.tracks for s in t.sends if s.destination == track_id]
    listening = [SIDE_CHAIN_INDEX for slot in session.track(track_id).fx if is_side_chained(slot.effect)]
    return max((index + 2 for index in (*arriving, *listening)), default=0)


def _is_in_use(session: Session, track_id: TrackId, plan: MixPlan) -> bool:
    track = session.track(track_id)
    after = with_plan(session, plan.without({Address(track_id, "track")}))
    receives = any(send.destination == track_id for t in after.tracks if t.id != track_id for send in t.sends)
    return bool(track.item_count or after.track(track_id).fx or receives or session.children(track_id))
