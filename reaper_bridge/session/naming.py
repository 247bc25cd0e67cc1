"""Things under two ids: the one a plan made up, and the one REAPER gave. Pure: no host is touched.

Plans name new plug-ins and tracks by GUIDs made from words; a running REAPER names plug-ins itself, and tracks too
where it does not take the GUID it is given. A session always shows the planned id where there is one
(``Ledger.fx_names``), so that everybody above the hosts knows one id only.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace

from reaper_bridge.session.address import Address
from reaper_bridge.session.change import MixPlan
from reaper_bridge.session.identity import FxId, TrackId
from reaper_bridge.session.model import Session, Track


def with_planned_ids(session: Session, names: Mapping[FxId, FxId]) -> Session:
    """Return a session with what is ours under its planned ids; ``names`` is planned to real."""
    planned = {str(real): str(name) for name, real in names.items()}
    if not planned:
        return session
    tracks = tuple(_renamed(track, planned) for track in session.tracks)
    return replace(session, tracks=tracks, master=_renamed(session.master, planned))


def with_real_ids(plan: MixPlan, names: Mapping[FxId, FxId]) -> MixPlan:
    """Return a plan with REAPER's ids in its addresses, as a host writes it."""
    if not names:
        return plan
    real = {str(name): str(its) for name, its in names.items()}
    return MixPlan(tuple(replace(change, address=_real_address(change.address, real)) for change in plan))


def real_tracks(track_ids: Collection[TrackId], names: Mapping[FxId, FxId]) -> dict[TrackId, TrackId]:
    """Return the planned id of each track by REAPER's own."""
    return {TrackId(names.get(FxId(track_id), FxId(track_id))): track_id for track_id in track_ids}


def _real_address(address: Address, real: Mapping[str, str]) -> Address:
    track_id = TrackId(real.get(address.track_id, address.track_id))
    return Address(track_id, address.kind, real.get(address.key, address.key))


def _renamed(track: Track, planned: Mapping[str, str]) -> Track:
    return replace(
        track,
        id=_track_id(track.id, planned),
        parent=None if track.parent is None else _track_id(track.parent, planned),
        fx=tuple(replace(slot, id=FxId(planned.get(slot.id, slot.id))) for slot in track.fx),
        sends=tuple(
            replace(send, source=_track_id(send.source, planned), destination=_track_id(send.destination, planned))
            for send in track.sends
        ),
    )


def _track_id(track_id: TrackId, planned: Mapping[str, str]) -> TrackId:
    return TrackId(planned.get(track_id, track_id))
