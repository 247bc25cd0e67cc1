"""Say in the port's own errors why REAPER did not take a plan."""

from dataclasses import replace

from reaper_bridge.live.connection import BridgeRefusal
from reaper_bridge.live.reading import Picture
from reaper_bridge.session.change import MixPlan, same_value
from reaper_bridge.session.checking import place_of
from reaper_bridge.session.errors import FirstPassError, PlanError, StaleValueError
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.model import Session
from reaper_bridge.session.values import read_value

_AGAIN = "while we worked; nothing was written. Run it again."


def translated(refusal: BridgeRefusal, picture: Picture) -> FirstPassError:
    """Return the error for a refusal of the agent."""
    if refusal.kind == "moved":
        track_id = TrackId(str(refusal.details.get("track", "")))
        name = picture.session.track(track_id).name if picture.session.has_track(track_id) else track_id
        return StaleValueError(f"Something on “{name}” was moved {_AGAIN}")
    if refusal.kind == "failed":
        return PlanError(f"{refusal} Nothing was written.")
    return refusal


def moved(earlier: Session, now: Session, plan: MixPlan) -> StaleValueError | None:
    """Return the error that names what moved between two looks; None where a session shows no difference."""
    if replace(earlier, ext_state={}) == replace(now, ext_state={}):
        return None
    for change in plan:
        if change.before is not None and not same_value(read_value(now, change.address), change.before):
            return StaleValueError(f"{place_of(earlier, change)} was moved {_AGAIN}")
    before = {track.id: track for track in (*earlier.tracks, earlier.master)}
    names = [track.name for track in (*now.tracks, now.master) if before.get(track.id) != track]
    return StaleValueError(f"{f'“{names[0]}”' if names else 'The project'} changed {_AGAIN}")
