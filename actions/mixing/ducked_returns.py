"""Returns that make room for the lead: while it sings they are a little quieter, and bloom when it stops.

Off unless taste asks for it. A ReaComp at the end of the return listens to the lead on channels 3/4.
"""

from dataclasses import replace
from typing import Final

from actions.mixing.brief import Brief
from actions.mixing.desk import Desk
from actions.mixing.detection import active_steps
from actions.mixing.side_chain import key_level, send_mode
from actions.mixing.space import MOST_RETURN_EFFECTS, Return, return_fx_id
from analysis.prediction import solve_threshold
from reaper_bridge.session.change import PlacedEffect, side_chain_level
from reaper_bridge.session.effects import ReaComp

KINDS: Final = ("plate", "delay")
"""A room stands for the place where all of them play; it stays."""
LABEL: Final = "First Pass Ducker"
RATIO: Final = 3.0
ATTACK_MS, RELEASE_MS = 15.0, 250.0


def duck_returns(desk: Desk, brief: Brief, returns: dict[str, Return]) -> dict[str, Return]:
    """Return the returns with a ducker on those that taste wants ducked by the lead."""
    wanted_db = desk.taste.space.ducked_by_lead_db
    keys = [strip for strip in desk.lead if "side_chain" in strip.free]
    if wanted_db <= 0.0 or not keys:
        return returns
    key = max(keys, key=lambda strip: (float(desk.k_frames(strip).sum()) * strip.fader_power, strip.id))
    send = side_chain_level(mode=send_mode(key, key.id in brief.heard_fx))
    level = key_level(desk.session, key, send)
    comp = ReaComp(
        ratio=RATIO,
        attack_ms=ATTACK_MS,
        release_ms=RELEASE_MS,
        knee_db=desk.taste.dynamics.knee_db,
        rms_ms=desk.taste.dynamics.rms_ms,
        side_chain=True,
    )
    sings = active_steps(key)[: len(level)]
    threshold = round(solve_threshold(comp, level[: len(sings)], sings, wanted_db), 1)
    placed = replace(comp, threshold_db=threshold)
    found = dict(returns)
    for kind in KINDS:
        unit = returns.get(kind)
        if unit is None or unit.is_engineers:
            continue
        if not unit.effects:
            if _is_ducked(desk, unit):
                key.side_chains[unit.track_id] = send
            continue
        ducker = PlacedEffect(placed, LABEL, len(unit.effects))
        found[kind] = replace(unit, effects=(*unit.effects, ducker), channel_count=4)
        key.side_chains[unit.track_id] = send
        key.reasons[f"side_chain {unit.track_id}"] = (
            f"{unit.name} is {wanted_db:.1f} dB quieter while it sings, threshold {threshold:.1f} dB"
        )
    return found


def _is_ducked(desk: Desk, unit: Return) -> bool:
    """Tell whether a return that keeps its sound has a ducker of ours, which needs its send."""
    ours = {return_fx_id(unit.kind, index) for index in range(MOST_RETURN_EFFECTS)}
    effects = [slot.effect for slot in desk.session.track(unit.track_id).fx if slot.id in ours]
    return any(isinstance(effect, ReaComp) and effect.side_chain for effect in effects)
