"""What may not get worse: how well the lead, kick, snare and bass are heard through everything else.

The measure is ANSI S3.5's band audibility. Processing is compared with the same mix without it, every track as loud
as it is in the mix, so that a balance that gives a kick back what belongs to it is no harm. What is responsible is
found on the desk; whether it is then better is for a rendering to say.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from actions.checking import Check, Window
from actions.mixing.brief import Withheld
from actions.mixing.curves import K_POWER
from actions.mixing.desk import Desk
from actions.mixing.masking import RHYTHM, strip_power
from actions.mixing.plan import Decision
from actions.mixing.strip import Strip
from actions.mixing.withholding import knobs_of, without
from analysis.bands import band_audibility
from analysis.singing import leads
from analysis.stems import EVERY_FRAMES
from reaper_bridge.session.identity import TrackId

LEAST_EFFECT_RATIO: Final = 0.002
"""Taking out less than this mends nothing that anybody hears."""
CLARITY_PER_DB: Final = 1.0 / 30.0
"""ANSI S3.5: a voice that is 1 dB louder is this much better heard in the bands that it is partly heard in."""

Powers = Mapping[TrackId, npt.NDArray[np.float32]]


def protected_groups(desk: Desk) -> dict[str, list[Strip]]:
    """Return the strips that shall be heard, by group: the lead's, kick, snare and bass."""
    lead = desk.lead[0].row.group if desk.lead else None
    return {group: members for group, members in desk.groups().items() if group == lead or group in RHYTHM}


def audibility(desk: Desk, powers: Powers) -> dict[str, float]:
    """Return how much of each protected group is heard, 0 to 1, from (F, 31) powers of all sounding strips.

    Over the frames within 20 dB of the group's loudest one. Effect returns are not in it.
    """
    groups = {
        group: np.sum([powers[strip.id] for strip in members], axis=0) * desk.group_band_factor(group)
        for group, members in desk.groups().items()
    }
    total = np.sum(list(groups.values()), axis=0)
    found = {}
    for group in protected_groups(desk):
        own = groups[group]
        heard = own @ K_POWER
        plays = leads(heard)
        if plays.any():
            rest = np.maximum(total[plays] - own[plays], 0.0)
            found[group] = float(band_audibility(own[plays], rest).mean())
    return found


@dataclass(frozen=True)
class Harm:
    """What processing takes from the audibility of protected groups, and what to take out to mend it."""

    lost: Mapping[str, float] = field(default_factory=dict)
    withheld: tuple[Withheld, ...] = ()


def harm_of(decision: Decision, window: Window) -> Harm:
    """Return what the processing of a decision makes harder to hear in a window, and the changes responsible."""
    desk, limits = decision.desk, decision.desk.taste.protection
    frames = np.arange(window.frames.start, min(window.frames.stop, desk.frame_count), EVERY_FRAMES)
    strips = {strip.id: strip for strip in desk.sounding}
    powers = {key: strip_power(strip, frames) for key, strip in strips.items()}
    bare = {key: _as_loud(_bare(strip), powers[key], frames) for key, strip in strips.items()}
    wanted = {group: level - limits.largest_loss_ratio for group, level in audibility(desk, bare).items()}
    now = audibility(desk, powers)
    lost = {group: wanted[group] - level for group, level in now.items() if group in wanted and level < wanted[group]}
    withheld: list[Withheld] = []
    for group in sorted(lost, key=lambda g: -lost[g]):
        for strip, knob, powered in _most_effective(desk, strips, powers, group, frames):
            if now[group] >= wanted[group] or len(withheld) >= limits.most_withheld_count:
                break
            then = audibility(desk, {**powers, strip.id: powered})
            if then[group] < now[group] + LEAST_EFFECT_RATIO or _harms_others(now, then, wanted):
                continue
            why = f"taken out: it made the {group.replace('_', ' ')} {then[group] - now[group]:.3f} harder to hear"
            withheld.append(Withheld(strip.id, knob, why))
            strips[strip.id], powers, now = without(strip, knob), {**powers, strip.id: powered}, then
    return Harm(lost, tuple(withheld))


def _bare(strip: Strip) -> Strip:
    for knob in knobs_of(strip):
        strip = without(strip, knob)
    return strip


def _as_loud(strip: Strip, power: npt.NDArray[np.float32], frames: npt.NDArray[np.intp]) -> npt.NDArray[np.float32]:
    """Return (F, 31) power of a strip, as loud on the whole as another form of it."""
    own = strip_power(strip, frames)
    before, after = (float((each @ K_POWER).sum()) for each in (power, own))
    return own * np.float32(before / after) if after > 0.0 else own


def _most_effective(
    desk: Desk, strips: Mapping[TrackId, Strip], powers: Powers, group: str, frames: npt.NDArray[np.intp]
) -> list[tuple[Strip, str, npt.NDArray[np.float32]]]:
    """Return strips with a knob to take out and the power they then have, those first that help a group most."""
    found = []
    for key, strip in strips.items():
        for knob in knobs_of(strip):
            powered = _as_loud(without(strip, knob), powers[key], frames)
            gain = audibility(desk, {**powers, key: powered}).get(group, 0.0)
            found.append((gain, strip, knob, powered))
    found.sort(key=lambda each: (-each[0], each[1].id, each[2]))
    seen: set[TrackId] = set()
    first_of_each = []
    for _, strip, knob, powered in found:
        if strip.id not in seen:
            seen.add(strip.id)
            first_of_each.append((strip, knob, powered))
    return first_of_each


def _harms_others(now: Mapping[str, float], then: Mapping[str, float], wanted: Mapping[str, float]) -> bool:
    return any(then[group] < min(level, wanted.get(group, 0.0)) - 1e-9 for group, level in now.items() if group in then)


def is_mended(harm: Harm, before: Check, after: Check, tolerance: float) -> bool:
    """Tell whether a rendering without what was withheld is better heard where it was harmed, and nowhere worse."""
    if not harm.withheld:
        return True
    was, now = before.mixture.audibility, after.mixture.audibility
    gained = sum(now.get(group, 0.0) - was.get(group, 0.0) for group in harm.lost)
    return gained > 0.0 and all(now.get(group, 0.0) >= level - tolerance for group, level in was.items())


def lead_lift_db(stood: Check, found: Check, most_db: float) -> float:
    """Return how much louder the lead should be, for the voice to be as clear as it stood before any pass."""
    was, now = stood.mixture.lead_clarity_ratio, found.mixture.lead_clarity_ratio
    if was is None or now is None or now >= was:
        return 0.0
    return round(min((was - now) / CLARITY_PER_DB, most_db), 2)
