"""What the numbers of a pass say, as one sentence each: the verdicts at the top and the captions of pictures.

A sentence states what was found, never what the picture is. Where a number is missing the sentence says less,
or there is none.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from actions.report.contents import MaskingPicture, MixPicture, ReportContents, TrackStory
from actions.report.effect_words import db, number, percent
from actions.report.pictures import SPECTRUM_TOLERANCE_DB, mean_reduction_db
from analysis.measures import BANDS_HZ

Verdict = Literal["good", "fair", "poor"]
LEAD_TOLERANCE_DB: Final = 1.0
GROUP_TOLERANCE_LU: Final = 1.5
IMBALANCE_TOLERANCE_DB: Final = 0.5
LOW_SIDE_LIMIT_DB: Final = -20.0
SMALL_CHANGE_DB: Final = 0.1


@dataclass(frozen=True)
class HeadlineNumber:
    """One number of the mix before and after, ready to print, with what it means."""

    title: str
    before: str
    after: str
    unit: str
    verdict: Verdict
    sentence: str


def headline_numbers(contents: ReportContents) -> tuple[HeadlineNumber, ...]:
    """Return what is known of the mix as numbers with verdicts, most telling first."""
    found = (build(contents) for build in (_lead, _clarity, _spectrum, _peak, _sides, _lows, _loudness))
    return tuple(line for line in found if line is not None)


def _lead(contents: ReportContents) -> HeadlineNumber | None:
    before, after = contents.mix_before.lead_to_accompaniment_db, contents.mix_after.lead_to_accompaniment_db
    if after is None or not math.isfinite(after):
        return None
    target = contents.lead_target_db
    verdict: Verdict = "good" if target is None or abs(after - target) <= LEAD_TOLERANCE_DB else "fair"
    if target is None:
        sentence = f"The lead stands {_above(after)} the rest of the band."
    elif verdict == "good":
        sentence = f"The lead stands where {contents.genre} wants it, {_above(target)} the band."
    else:
        side = "in front of" if after > target else "behind"
        sentence = f"The lead stands {side} where {contents.genre} wants it ({db(target, signed=True)})."
    before_text = "–" if before is None else number(before, signed=True)
    return HeadlineNumber("Lead against the band", before_text, number(after, signed=True), "dB", verdict, sentence)


def _above(level_db: float) -> str:
    if abs(level_db) < 0.25:
        return "level with"
    return f"{db(abs(level_db))} {'above' if level_db > 0 else 'below'}"


def _clarity(contents: ReportContents) -> HeadlineNumber | None:
    before, after = contents.mix_before.vocal_clarity, contents.mix_after.vocal_clarity
    if after is None or not math.isfinite(after):
        return None
    gain = after - before if before is not None and math.isfinite(before) else 0.0
    verdict: Verdict = "good" if gain > 0.005 else "fair" if gain > -0.02 or _was_too_loud(contents) else "poor"
    if verdict == "good":
        sentence = "More of the lead is heard over everything else."
    elif gain > -0.02:
        sentence = "The lead is about as easy to follow as it was."
    elif verdict == "fair":
        sentence = f"Less of the lead is heard, because it stood further in front than {contents.genre} wants."
    else:
        sentence = "The lead is harder to follow than it was."
    before_text = "–" if before is None else number(100 * before, 0)
    return HeadlineNumber("Clarity of the lead", before_text, number(100 * after, 0), "%", verdict, sentence)


def _was_too_loud(contents: ReportContents) -> bool:
    """Tell whether the lead stood so far above its target that bringing it there must cost clarity."""
    before, target = contents.mix_before.lead_to_accompaniment_db, contents.lead_target_db
    return before is not None and target is not None and before > target + LEAD_TOLERANCE_DB


def _spectrum(contents: ReportContents) -> HeadlineNumber | None:
    before, after = contents.mix_before.spectrum_distance_db, contents.mix_after.spectrum_distance_db
    if not math.isfinite(after):
        return None
    is_nearer = not math.isfinite(before) or after < before - SMALL_CHANGE_DB
    if after <= SPECTRUM_TOLERANCE_DB:
        verdict: Verdict = "good"
        sentence = "As a whole, lows, mids and highs lie close to those of finished mixes."
    elif is_nearer:
        verdict, sentence = "fair", "Nearer to the tone of finished mixes, with some way left to go."
    else:
        is_same = abs(after - before) <= SMALL_CHANGE_DB
        verdict = "fair" if is_same else "poor"
        sentence = "As far from the tone of finished mixes as it was." if is_same else "Farther from finished mixes."
    return HeadlineNumber("Tone, off the target by", number(before), number(after), "dB", verdict, sentence)


def _peak(contents: ReportContents) -> HeadlineNumber | None:
    before, after = contents.mix_before.true_peak_dbtp, contents.mix_after.true_peak_dbtp
    if not math.isfinite(after):
        return None
    limit = contents.true_peak_limit_dbtp
    if after <= limit:
        verdict: Verdict = "good"
        sentence = f"Nothing clips, and there is {db(-after)} of room for mastering."
    elif after <= 0.0:
        verdict, sentence = "fair", f"Nothing clips, but the peaks stand above {db(limit)}."
    else:
        verdict, sentence = "poor", "The mix clips: lower the master, or all faders together."
    return HeadlineNumber("Highest peak", number(before), number(after), "dBTP", verdict, sentence)


def _sides(contents: ReportContents) -> HeadlineNumber | None:
    before, after = contents.mix_before.imbalance_db, contents.mix_after.imbalance_db
    if not math.isfinite(after):
        return None
    is_even = abs(after) <= IMBALANCE_TOLERANCE_DB
    side = "left" if after > 0 else "right"
    sentence = "Left and right weigh the same." if is_even else f"The {side} side weighs more."
    return HeadlineNumber(
        "Left against right",
        number(before, signed=True),
        number(after, signed=True),
        "dB",
        "good" if is_even else "fair",
        sentence,
    )


def _lows(contents: ReportContents) -> HeadlineNumber | None:
    before, after = contents.mix_before.low_side_to_mid_db, contents.mix_after.low_side_to_mid_db
    if math.isnan(after) or after == math.inf:
        return None
    is_central = after <= LOW_SIDE_LIMIT_DB
    sentence = "The low end stands in the middle." if is_central else "The low end leans out of the middle."
    verdict: Verdict = "good" if is_central else "fair"
    return HeadlineNumber("Lows at the sides", number(before), number(after), "dB", verdict, sentence)


def _loudness(contents: ReportContents) -> HeadlineNumber | None:
    before, after = contents.mix_before.loudness_lufs, contents.mix_after.loudness_lufs
    if not math.isfinite(after):
        return None
    sentence = "A working level: mastering makes it loud, not the mix."
    return HeadlineNumber("Loudness", number(before), number(after), "LUFS", "good", sentence)


def spectrum_finding(contents: ReportContents) -> str:
    """Say where the mix still differs most from the target tone, and how near it is."""
    after, target = contents.mix_after.band_levels_db, contents.target_levels_db
    bands = np.array(BANDS_HZ)
    used = (bands >= 60.0) & (bands <= 13_000.0)
    known = after.shape == bands.shape == target.shape and np.isfinite(after[used]).all()
    if not known or not np.isfinite(target[used]).all():
        return "There is no spectrum to compare."
    difference = after[used] - target[used]
    difference = difference - difference.mean()
    worst = int(np.argmax(np.abs(difference)))
    rest, worst_hz = float(difference[worst]), float(bands[used][worst])
    nearest = _nearer(contents.mix_before, contents.mix_after)
    if abs(rest) < SPECTRUM_TOLERANCE_DB:
        return f"{nearest} Every part of it lies within {db(SPECTRUM_TOLERANCE_DB, places=0)} of the target."
    more = "more" if rest > 0 else "less"
    return f"{nearest} What differs most is {_region(worst_hz)}: {db(abs(rest))} {more} than the target."


def _nearer(before: MixPicture, after: MixPicture) -> str:
    start, end = before.spectrum_distance_db, after.spectrum_distance_db
    if not (math.isfinite(start) and math.isfinite(end)):
        return "The finished mix against the target tone."
    if end < start - SMALL_CHANGE_DB:
        return f"The tone came {db(start - end)} nearer to that of finished mixes."
    if end > start + SMALL_CHANGE_DB:
        return f"The tone went {db(end - start)} away from that of finished mixes."
    return "The tone is as near to that of finished mixes as before."


_REGIONS: Final = (
    (60.0, "the deepest bass"),
    (120.0, "the bass"),
    (300.0, "the low mids"),
    (1_000.0, "the mids"),
    (3_000.0, "the upper mids"),
    (7_000.0, "the presence"),
    (math.inf, "the air on top"),
)


def _region(frequency_hz: float) -> str:
    return next(name for top, name in _REGIONS if frequency_hz <= top)


def levels_finding(contents: ReportContents) -> str:
    """Say how many groups sit where they should, and which moved most."""
    groups = [g for g in contents.groups if math.isfinite(g.after_lu)]
    if not groups:
        return "No group of tracks can be heard."
    aimed = [g for g in groups if g.target_lu is not None and math.isfinite(g.target_lu)]
    met = [g for g in aimed if abs(g.after_lu - (g.target_lu or 0.0)) <= GROUP_TOLERANCE_LU]
    text = ""
    if aimed:
        within = f"within {number(GROUP_TOLERANCE_LU)} LU of"
        some = f"{len(met)} of {len(aimed)} groups sit {within} where they should. "
        text = f"Every group sits {within} where it should. " if len(met) == len(aimed) else some
    moved = max(groups, key=lambda g: abs(g.after_lu - g.before_lu) if math.isfinite(g.before_lu) else 0.0)
    by = moved.after_lu - moved.before_lu
    if not math.isfinite(by) or abs(by) < SMALL_CHANGE_DB:
        return text + "No group moved against the others."
    return f"{text}{moved.name} moved most: {number(abs(by))} LU {'up' if by > 0 else 'down'}."


def masking_finding(before: MaskingPicture, after: MaskingPicture) -> str:
    """Say who hid whom most before, and how that stands now."""
    pair = _worst_pair(before)
    if pair is None:
        rest = _worst_pair(after)
        if rest is None:
            return "No track hides another."
        hiding, hidden = rest
        share = percent(float(after.matrix[hiding, hidden]))
        return f"{after.names[hiding]} hides {share} of {after.names[hidden]}; nothing hides more."
    hiding, hidden = pair
    start = float(before.matrix[hiding, hidden])
    names = before.names[hiding], before.names[hidden]
    text = f"{names[0]} hid {percent(start)} of {names[1]}, more than any other"
    if before.names != after.names or after.matrix.shape != before.matrix.shape:
        return f"{text}."
    now = percent(float(after.matrix[hiding, hidden]))
    return f"{text}; now it is {now}." if now != percent(start) else f"{text}, and still does."


def _worst_pair(masking: MaskingPicture) -> tuple[int, int] | None:
    count = len(masking.names)
    if masking.matrix.shape != (count, count) or count < 2:
        return None
    shares = np.nan_to_num(np.asarray(masking.matrix, dtype=np.float64))
    hiding, hidden = np.unravel_index(int(np.argmax(shares)), shares.shape)
    return (int(hiding), int(hidden)) if shares[hiding, hidden] > 0.0 else None


def stereo_finding(contents: ReportContents) -> str:
    """Say how the tracks are spread, and whether the sides weigh the same."""
    heard = [t for t in contents.tracks if math.isfinite(t.energy_db)]
    if not heard:
        return "No track can be heard."
    counts = [sum(1 for t in heard if test(t)) for test in _PLACES]
    spread = f"{_tracks(counts[0])} left, {counts[1]} in the middle, {counts[2]} right"
    imbalance = contents.mix_after.imbalance_db
    if not math.isfinite(imbalance):
        return f"{spread}."
    if abs(imbalance) <= IMBALANCE_TOLERANCE_DB:
        return f"{spread}; the two sides weigh the same within {db(max(abs(imbalance), 0.1))}."
    return f"{spread}; the {'left' if imbalance > 0 else 'right'} side is {db(abs(imbalance))} heavier."


_PLACES: Final[Sequence[Callable[[TrackStory], bool]]] = (
    lambda track: track.pan < -0.05,
    lambda track: abs(track.pan) <= 0.05,
    lambda track: track.pan > 0.05,
)


def _tracks(count: int) -> str:
    return f"{count} track{'' if count == 1 else 's'}"


def loudness_finding(contents: ReportContents) -> str:
    """Say between what levels the song moves."""
    levels = contents.mix_after.short_term_lufs
    finite = levels[np.isfinite(levels)]
    if len(finite) == 0:
        return "The mix is silent."
    quiet, loud = (float(np.quantile(finite, q)) for q in (0.1, 0.95))
    return (
        f"The song lies at {number(contents.mix_after.loudness_lufs)} LUFS as a whole and moves between "
        f"{number(quiet)} in its quieter parts and {number(loud)} in its loudest."
    )


def reduction_finding(contents: ReportContents) -> str:
    """Say how many compressors work, and which works hardest."""
    working = [t for t in contents.tracks if mean_reduction_db(t) > 0.0]
    if not working:
        return "No compressor is at work."
    hardest = max(working, key=mean_reduction_db)
    subject = "One compressor works" if len(working) == 1 else f"{len(working)} compressors work"
    return f"{subject}, hardest on {hardest.name}: {db(mean_reduction_db(hardest))} on average while it plays."
