"""Make sure that a plan fits the session it is to be written into. Pure: no host is touched."""

from dataclasses import replace

from reaper_bridge.session.change import Change, MixPlan, NewTrack, same_value
from reaper_bridge.session.errors import StaleValueError
from reaper_bridge.session.model import Session
from reaper_bridge.session.values import read_value, with_plan


def checked_plan(session: Session, plan: MixPlan) -> MixPlan:
    """Return the plan, having made sure that every value is what it says it was before.

    A knob of a track that the plan adds was where a new track has it, also where the plan says nothing.

    Raises:
        StaleValueError: One is not; the message names it.
    """
    added = {c.address.track_id for c in plan if isinstance(c.after, NewTrack) and c.before is None}
    grown = with_plan(session, MixPlan(tuple(c for c in plan if isinstance(c.after, NewTrack))))
    checked = []
    for change in plan:
        is_new = change.address.track_id in added and change.address.kind != "track"
        current = read_value(grown if is_new else session, change.address)
        if not same_value(current, change.before) and not (is_new and change.before is None):
            raise StaleValueError(
                f"{place_of(session, change)} is not what the plan expects; somebody changed it. Make the plan"
                " again from the project as it is."
            )
        checked.append(replace(change, before=current) if is_new and change.before is None else change)
    return MixPlan(tuple(checked))


def place_of(session: Session, change: Change) -> str:
    """Return what people call the place of a change: The fader of “Bass”."""
    address = change.address
    track = session.track(address.track_id).name if session.has_track(address.track_id) else address.track_id
    return f"The {address.kind.replace('_', ' ')} of “{track}”"
