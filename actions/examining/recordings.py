"""Findings on single recordings: the flaws that were heard, hot sources, and sides that cancel or are the same."""

from collections.abc import Iterator
from typing import Final

from actions.examining.finding import SessionFinding, Severity, clock, sentence, told_times
from actions.hearing import Heard
from analysis.measures import ENVELOPE_STEP_SECONDS, Flaw, TrackMeasures
from analysis.sides import LEAST_OPPOSED_SECONDS, are_same, mono_loss_db, opposed_stretches
from reaper_bridge.session.identity import TrackId

TONE: Final = frozenset({"resonance", "boxy", "mud", "harsh", "bright", "dull", "thin"})
"""Flaws of colour: a pass mends them, and nothing in the session is wrong."""
SERIOUS: Final = frozenset({"clipped", "not_finite", "polarity"})
HOT_ABOVE_DBTP: Final = 0.0
CANCELLING_BELOW_DB: Final = -6.0
"""A track that loses as much as this in mono is in serious trouble; 3 dB is what two unrelated sides lose."""
ONE_SIDED_DB: Final = 40.0


def flaw_findings(heard: Heard) -> Iterator[SessionFinding]:
    """Yield every flaw that is not one of colour."""
    for track_id, flaws in heard.flaws.items():
        for flaw in flaws:
            if flaw.kind not in TONE and not _is_settled(flaw, track_id, heard):
                yield _finding(flaw, track_id, heard)


def hot_findings(heard: Heard) -> Iterator[SessionFinding]:
    """Yield recordings whose peaks go over full scale without being clipped flat."""
    for track_id, measures in heard.measures.items():
        peak_dbtp = measures.loudness.true_peak_dbtp
        if peak_dbtp <= HOT_ABOVE_DBTP or any(flaw.kind == "clipped" for flaw in heard.flaws.get(track_id, ())):
            continue
        when = float(measures.level_peak.argmax()) * ENVELOPE_STEP_SECONDS
        sample_dbfs = measures.loudness.sample_peak_dbfs
        found = f"Its true peaks go {peak_dbtp:.1f} dB over full scale"
        found += f"; the highest sample ({sample_dbfs:+.1f} dBFS) is at {clock(when)}."
        advice = "Lower the item or take volume; plug-ins and converters that expect less would clip."
        yield SessionFinding("hot", severity_on(track_id, heard), track_id, found, advice, (round(when, 2),))


def side_findings(heard: Heard) -> Iterator[SessionFinding]:
    """Yield stereo recordings that cancel in mono, and those that are mono in truth."""
    for track_id, measures in heard.measures.items():
        if measures.is_mono or measures.is_silent:
            continue
        if are_same(measures):
            found = f"Both sides are the same signal (the difference lies {-measures.side_to_mid_db:.0f} dB below)."
            if measures.side_to_mid_db == float("-inf"):
                found = "Both sides are the same signal, sample for sample."
            advice = "Set the item's channel mode to mono, or replace the file by a mono one: it is a mono recording."
            yield SessionFinding("dual_mono", "worth knowing", track_id, found, advice)
            continue
        cancelling = _cancelling(track_id, measures, heard)
        if cancelling is not None:
            yield cancelling


def severity_on(track_id: TrackId, heard: Heard, severity: Severity = "worth knowing") -> Severity:
    """Return a severity, less where the track is muted and nobody hears it."""
    return "worth knowing" if heard.session.track(track_id).muted else severity


def _cancelling(track_id: TrackId, measures: TrackMeasures, heard: Heard) -> SessionFinding | None:
    loss_db = mono_loss_db(measures)
    stretches = opposed_stretches(measures)
    seconds = sum(end - start for start, end in stretches)
    if seconds < LEAST_OPPOSED_SECONDS:
        return None
    grave: Severity = "serious" if loss_db <= CANCELLING_BELOW_DB else "worth knowing"
    times = tuple(round(start, 2) for start, _ in stretches)
    found = (
        f"Its sides oppose each other for {seconds:.0f} s ({told_times(times)}); "
        f"in mono the track loses {-loss_db:.1f} dB (correlation {measures.correlation:.2f})."
    )
    advice = "Invert one channel if a cable or a plug-in turned it over, else narrow the track."
    return SessionFinding("phase", severity_on(track_id, heard, grave), track_id, found, advice, times)


def _is_settled(flaw: Flaw, track_id: TrackId, heard: Heard) -> bool:
    """Tell whether nobody hears a flaw between two tracks, as one of them is muted."""
    if flaw.other_track is None or flaw.kind not in ("duplicate", "polarity", "delay"):
        return False
    return any(heard.session.track(one).muted for one in (track_id, flaw.other_track))


def _finding(flaw: Flaw, track_id: TrackId, heard: Heard) -> SessionFinding:
    found, advice = told_apart(_named(flaw, heard))
    kind = "one_sided" if flaw.kind == "imbalance" and flaw.severity_db > ONE_SIDED_DB else str(flaw.kind)
    grave: Severity = "serious" if flaw.kind in SERIOUS else "worth knowing"
    return SessionFinding(
        kind,
        severity_on(track_id, heard, grave),
        track_id,
        sentence(found),
        sentence(advice),
        flaw.times_seconds,
        flaw.other_track,
        flaw.frequency_hz or None,
    )


def _named(flaw: Flaw, heard: Heard) -> str:
    """Return the text of a flaw with the other track by its name."""
    if flaw.other_track is None:
        return flaw.text
    other = f"“{heard.session.track(flaw.other_track).name}”"
    text = flaw.text.replace("its partner's", f"that of {other}")
    return text.replace("its partner", other).replace("another track", other)


def told_apart(text: str) -> tuple[str, str]:
    """Return what was found and what to do: a flaw says both in one sentence, in this order.

    They are parted by the last semicolon, else by the last colon.
    """
    for mark in ("; ", ": "):
        found, parted, advice = text.rpartition(mark)
        if parted:
            return found, advice
    return text, ""
