"""Notches against hum: as few as needed, the loudest line first, and none where the music lies.

A notch has no gain that would count as a boost or a cut of tone: it is as narrow as a note is wide, and takes
what the mains put there.
"""

from collections.abc import Sequence

import numpy as np

from actions.mixing.clean_part import CleanPart
from actions.mixing.curves import k_weighting_power
from actions.mixing.taste import Tone
from analysis.evidence import FlawEvidence
from analysis.flaws.hum import HumLine, hum_lines
from analysis.measures import Flaw
from analysis.prediction import power_response
from reaper_bridge.session.effects import EqBand, ReaEq

_NOTCH_DEPTH_DB = 20.0
"""What a notch takes from a line that is some tenths of a hertz beside it."""


def notches_against_hum(
    flaw: Flaw, evidence: FlawEvidence, tone: Tone, others: Sequence[EqBand], clean: CleanPart
) -> tuple[list[EqBand], str]:
    """Return notches against a hum beside other bands, and why, in words.

    Lines are taken in the order of what is heard of them, until the hum is weaker by what the taste asks for; a line
    whose notch would take more from the clean part than the taste allows stays.
    """
    lines = hum_lines(evidence, flaw.frequency_hz or 0.0)
    notches: list[EqBand] = []
    if not lines:
        return [], ""
    start = _audible_power(lines, others, [])
    for line in sorted(lines, key=lambda line: -_audible_power([line], others, [])):
        reduction_db = _reduction_db(start, lines, others, notches)
        if len(notches) == tone.hum_most_notches or reduction_db >= tone.hum_reduction_db:
            break
        notch = EqBand("notch", line.frequency_hz, 0.0, tone.hum_notch_octaves)
        if clean.loss_db([*others, *notches, notch]) <= tone.clean_loss_largest_db:
            notches.append(notch)
    if not notches:
        return [], ""
    notches.sort(key=lambda band: band.frequency_hz)
    places = " and ".join(", ".join(f"{band.frequency_hz:.0f}" for band in notches).rsplit(", ", 1))
    plural = "es" if len(notches) > 1 else ""
    reduction_db = _reduction_db(start, lines, others, notches)
    words = f"notch{plural} at {places} Hz: hum of the mains, {reduction_db:.0f} dB weaker by that"
    return notches, words


def _reduction_db(start: float, lines: Sequence[HumLine], others: Sequence[EqBand], notches: Sequence[EqBand]) -> float:
    return 10.0 * float(np.log10(start / _audible_power(lines, others, notches)))


def _audible_power(lines: Sequence[HumLine], others: Sequence[EqBand], notches: Sequence[EqBand]) -> float:
    """Return the K-weighted power of some lines after bands of an equaliser and notches."""
    places = np.array([line.frequency_hz for line in lines])
    power = 10.0 ** (np.array([line.level_dbfs for line in lines]) / 10.0) * k_weighting_power(places)
    if others:
        power = power * power_response(ReaEq(tuple(others)), places)
    depth = 10.0 ** (-_NOTCH_DEPTH_DB / 10.0)
    gone = np.isin(places, [band.frequency_hz for band in notches])
    return float(np.where(gone, power * depth, power).sum())
