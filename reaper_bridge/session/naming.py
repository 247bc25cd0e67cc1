"""Plug-ins under two ids: the one a plan made up, and the one REAPER gave. Pure: no host is touched.

Plans name new plug-ins by GUIDs made from words; a running REAPER names them itself. A session always shows the
planned id where there is one (``Ledger.fx_names``), so that everybody above the hosts knows one id only.
"""

from collections.abc import Mapping
from dataclasses import replace

from reaper_bridge.session.address import Address
from reaper_bridge.session.change import MixPlan
from reaper_bridge.session.identity import FxId
from reaper_bridge.session.model import Session, Track


def with_planned_ids(session: Session, names: Mapping[FxId, FxId]) -> Session:
    """Return a session with our plug-ins under their planned ids; ``names`` is planned to real."""
    planned = {real: name for name, real in names.items()}
    if not planned:
        return session
    tracks = tuple(_renamed(track, planned) for track in session.tracks)
    return replace(session, tracks=tracks, master=_renamed(session.master, planned))


def with_real_ids(plan: MixPlan, names: Mapping[FxId, FxId]) -> MixPlan:
    """Return a plan with REAPER's ids in the addresses of plug-ins, as a host writes it."""
    if not names:
        return plan
    changes = []
    for change in plan:
        real = names.get(FxId(change.address.key)) if change.address.kind == "fx" else None
        address = change.address if real is None else Address(change.address.track_id, "fx", real)
        changes.append(replace(change, address=address))
    return MixPlan(tuple(changes))


def _renamed(track: Track, planned: Mapping[FxId, FxId]) -> Track:
    if not any(slot.id in planned for slot in track.fx):
        return track
    return replace(track, fx=tuple(replace(slot, id=planned.get(slot.id, slot.id)) for slot in track.fx))
