"""What only several tracks together show: bleed into a voice, and a double that differs from its twin.

Polarity, delay and duplicates need audio and are in `analysis.relations`; here measures suffice.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from analysis.flaws.families import family_named, is_voice
from analysis.flaws.tone import bumps_against, levels_db
from analysis.measures import BANDS_HZ, Flaw, TrackMeasures
from reaper_bridge.session.identity import TrackId

Floats = npt.NDArray[np.float64]

_BANDS = np.array(BANDS_HZ)
_HEARD = (_BANDS >= 160) & (_BANDS <= 5000)
_PAUSE_BELOW_DB = 22.0
_FEWEST_PAUSE_FRAMES = 60
_LEAST_BLEED_CORRELATION = 0.25
_BLEED_BELOW_TRACK_DB = 55.0
_TWIN_ROLES = frozenset({"egtr_rhythm", "egtr"})
_TWIN_SIGMA = 2.0


def flaws_between(
    tracks: Mapping[TrackId, TrackMeasures], roles: Mapping[TrackId, str]
) -> dict[TrackId, tuple[Flaw, ...]]:
    """Return what comparing the tracks of a session adds to the flaws of each."""
    sounding = {track_id: measures for track_id, measures in tracks.items() if not measures.is_silent}
    found: dict[TrackId, tuple[Flaw, ...]] = {}
    for track_id, measures in sounding.items():
        role = roles.get(track_id)
        flaws: list[Flaw] = []
        if is_voice(role):
            others = [other for other_id, other in sounding.items() if other_id != track_id]
            flaws += _bleed(measures, others)
        if role in _TWIN_ROLES:
            twins = [other for other in sounding if other != track_id and roles.get(other) == role]
            if len(twins) == 1:
                flaws += _unlike_twin(measures, sounding[twins[0]], str(role), twins[0])
        if flaws:
            found[track_id] = tuple(flaws)
    return found


def _bleed(measures: TrackMeasures, others: list[TrackMeasures]) -> list[Flaw]:
    """Return whether the pauses of a track breathe with the other tracks, band by band."""
    power = _band_power(measures)
    total = 10 * np.log10(power.sum(axis=1) + 1e-20)
    usual_db = 10 * float(np.log10(power[measures.is_active].sum(axis=1).mean() + 1e-20))
    # Whatever is quieter than this would not be noticed.
    pauses = (total < usual_db - _PAUSE_BELOW_DB) & (total > usual_db - _BLEED_BELOW_TRACK_DB)
    band = np.zeros(power.shape)
    for other in others:
        if not other.is_active.any():
            continue
        played = _band_power(other)
        count = min(len(played), len(band))
        band[:count] += played[:count] / (played[other.is_active].sum(axis=1).mean() + 1e-20)
    pauses &= band.sum(axis=1) > 1e-6
    if np.count_nonzero(pauses) < _FEWEST_PAUSE_FRAMES:
        return []
    here = 10 * np.log10(power[pauses] + 1e-16)
    there = 10 * np.log10(band[pauses] + 1e-6)
    moving = (here.std(axis=0) > 0.3) & (there.std(axis=0) > 0.3)
    if np.count_nonzero(moving) < 5:
        return []
    here, there = here[:, moving] - here[:, moving].mean(axis=0), there[:, moving] - there[:, moving].mean(axis=0)
    correlations = (here * there).mean(axis=0) / (here.std(axis=0) * there.std(axis=0))
    correlation = float(np.median(correlations))
    if correlation < _LEAST_BLEED_CORRELATION:
        return []
    level_db = float(np.median(total[pauses]))
    text = (
        f"The band bleeds into this track at {level_db:.0f} dBFS in the pauses "
        f"(correlation {correlation:.2f}): mute or gate the pauses"
    )
    severity_db = level_db - usual_db + _BLEED_BELOW_TRACK_DB
    return [Flaw("bleed", severity_db, float(min(0.9, 0.4 + correlation)), text)]


def _band_power(measures: TrackMeasures) -> Floats:
    return 0.5 * (measures.band_ll[:, _HEARD].astype(np.float64) + measures.band_rr[:, _HEARD])


def _unlike_twin(measures: TrackMeasures, twin: TrackMeasures, role: str, twin_id: TrackId) -> list[Flaw]:
    """Return the mud that one of two guitars playing the same part has and the other has not."""
    usual, family = levels_db(twin), family_named(role)
    if usual is None or family is None:
        return []
    found = bumps_against(measures, usual, (("mud", 180.0, 360.0),), _TWIN_SIGMA)
    return [
        replace(flaw, text=flaw.text.replace("than usual", "than on its twin"), other_track=twin_id) for flaw in found
    ]
