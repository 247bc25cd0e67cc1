"""What REAPER is to do for a plug-in: add it, turn its knobs, drop it."""

from typing import Final

from reaper_bridge.live.knobs import Facts
from reaper_bridge.live.plugins import add_name, calibration_key, file_ident, identity, settings_of
from reaper_bridge.live.steps import UNITS, Place, Steps, wrong
from reaper_bridge.session.change import Change, PlacedEffect, same_settings
from reaper_bridge.session.effects import is_side_chained
from reaper_bridge.session.errors import PlanError
from reaper_bridge.session.identity import MASTER, FxId, TrackId

_SIDE_CHAIN_CHANNELS: Final = 4


def write_effect(steps: Steps, place: Place, change: Change) -> None:
    """Add, change or drop a plug-in.

    Raises:
        PlanError: The value does not fit, or there is no such plug-in to change.
    """
    track_id, fx_id, after = change.address.track_id, change.address.key, change.after
    standing = place.slot(track_id, fx_id)
    if standing is not None:
        steps.expected.append(["fx", track_id, standing["guid"], standing["raw"], standing.get("vst_chunk") or ""])
    if after is None:
        if standing is not None:
            steps.add("chunk", "drop_fx", track_id, standing["guid"])
    elif not isinstance(after, PlacedEffect):
        raise wrong(change)
    elif standing is None:
        _add_effect(steps, place, change, after)
    else:
        _change_effect(steps, place, change, after, standing)
    if isinstance(after, PlacedEffect):
        _listen(steps, place, track_id, fx_id, after)


def _add_effect(steps: Steps, place: Place, change: Change, after: PlacedEffect) -> None:
    track_id, fx_id = change.address.track_id, change.address.key
    facts = place.track(track_id)
    if change.before is not None:
        raise PlanError(f"There is no plug-in {fx_id} on {track_id} to change; make the plan again.")
    if facts and not facts.get("fx") and not facts.get("I_FXEN", 1):
        # with no plug-in there yet, off was nobody's wish
        steps.add("value", "value", track_id, "I_FXEN", 1.0)
    calibration = place.cache[file_ident(after.effect)]
    settings = settings_of(after.effect, place.version, calibration=calibration)
    description = {
        "id": fx_id,
        "name": add_name(after.effect),
        "identity": identity(after.effect),
        "position": after.position_index,
        "label": after.label,
        "enabled": int(after.enabled),
        **settings.plain,
    }
    steps.add("fx", "add_fx", track_id, description)
    steps.units += UNITS["turn"] * len(settings.turns)


def _change_effect(steps: Steps, place: Place, change: Change, after: PlacedEffect, standing: Facts) -> None:
    track_id, before = change.address.track_id, change.before
    if bool(standing["enabled"]) != after.enabled:
        steps.add("value", "enable_fx", track_id, standing["guid"], int(after.enabled))
    if isinstance(before, PlacedEffect) and same_settings(before.effect, after.effect):
        return
    calibration = place.cache[calibration_key(standing)]
    settings = settings_of(after.effect, place.version, standing, calibration)
    if isinstance(before, PlacedEffect) and not settings.chunk and not settings.bands:
        # a knob that stays keeps its exact value
        old = {turn.index: turn for turn in settings_of(before.effect, place.version, standing, calibration).turns}
        turns = tuple(turn for turn in settings.turns if old.get(turn.index) != turn)
        settings = type(settings)(turns)
    steps.add("chunk", "set_fx", track_id, standing["guid"], settings.plain)
    steps.units += UNITS["turn"] * len(settings.turns)


def _listen(steps: Steps, place: Place, track_id: TrackId, fx_id: str, after: PlacedEffect) -> None:
    """Give a side-chained plug-in the channels it listens to."""
    if is_side_chained(after.effect):
        if track_id != MASTER:
            steps.add("value", "channels", track_id, _SIDE_CHAIN_CHANNELS)
        steps.add("value", "listen", track_id, place.names.get(FxId(fx_id), fx_id), fx_id)
