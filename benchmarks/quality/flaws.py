"""Count flaws found, missed and falsely reported on sessions whose flaws are known, and measure their repair.

    python -m benchmarks.quality.flaws SESSIONS_FOLDER [--all] [--repairs]

A session is a folder with ``truth.json`` (its tracks with file, role and injected flaws, and relations) beside
its media. A finding counts when its kind agrees, or is of the same group (colours; steady noises) and near in
frequency; every other finding is a false alarm, a sure one where it is surer than the least that is acted upon.
Natural facts the truth only notes are not asked for. ``--repairs`` also renders every track through what a pass
puts on it against its flaws (``benchmarks.quality.repairs``) and prints a table by kind.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from actions.relating import Tracks
from actions.ringing import with_comparisons
from analysis.audio import render_track
from analysis.flaws import flaws_of
from analysis.flaws.between import flaws_between
from analysis.listening import measure_track
from analysis.measures import Flaw, TrackMeasures
from analysis.relations import Relation, measure_relation
from benchmarks.quality.repairs import KINDS, Loss, Repair, ranked, repairs_of
from benchmarks.quality.tables import table
from reaper_bridge.session.audio import Clip, TrackAudio
from reaper_bridge.session.identity import ItemId, TrackId

COLOURS = {"mud", "boxy", "resonance", "thin", "dull", "bright", "harsh"}
SHELVES = {"thin", "dull", "bright"}
STEADY_NOISES = {"hiss", "room_noise", "bleed"}
BETWEEN_MICROPHONES = {"delay", "polarity_inverted"}
BELL_TOLERANCE_OCTAVES, SHELF_TOLERANCE_OCTAVES = 0.34, 0.8
DELAY_TOLERANCE_MS = 0.3
SURE_ENOUGH = 0.5
ENOUGH_DB, MOST_LOSS_DB = 6.0, 1.0
_FOUND, _MISSED, _FALSE, _SURE = range(4)


@dataclass
class Score:
    """What was found in one session, in words, and by kind: found, missed, falsely reported, and that surely."""

    found: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    false_alarms: list[str] = field(default_factory=list)
    by_kind: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0, 0]))


@dataclass(frozen=True)
class KnownSound:
    """A session with its truth, its tracks as they were listened to, and what was found to be wrong with them."""

    name: str
    truth: dict[str, Any]
    sources: dict[TrackId, TrackAudio]
    measures: dict[TrackId, TrackMeasures]
    flaws: dict[TrackId, tuple[Flaw, ...]]


def scores(folder: Path) -> Iterator[tuple[str, Score]]:
    """Yield the name and the score of every session in a folder."""
    for truth_path in sorted(folder.glob("*/truth.json")):
        yield truth_path.parent.name, score_session(truth_path.parent)


def score_session(session: Path) -> Score:
    """Listen to a session and compare what was found with what is known."""
    return score_sound(listened(session))


def listened(session: Path) -> KnownSound:
    """Listen to a session and say what is wrong with its tracks, given their true roles."""
    truth = json.loads((session / "truth.json").read_text(encoding="utf-8"))
    rate_hz = int(truth["sample_rate"])
    sources = {TrackId(track["track_name"]): _source(session, track) for track in truth["tracks"]}
    with ThreadPoolExecutor() as pool:
        heard = pool.map(lambda audio: measure_track(audio, rate_hz), sources.values())
    tracks = dict(zip(sources, heard, strict=True))
    roles = {TrackId(track["track_name"]): str(track["role"]) for track in truth["tracks"]}
    between = flaws_between(tracks, roles)
    flaws = {
        key: (*flaws_of(measures, measures.evidence, roles[key]), *between.get(key, ()))
        for key, measures in tracks.items()
    }
    keys = {key: repr(audio) + str(audio.clips[0].path.stat().st_mtime_ns) for key, audio in sources.items()}
    flaws = with_comparisons(flaws, Tracks(sources, tracks, keys, rate_hz), roles)
    return KnownSound(session.name, truth, sources, tracks, flaws)


def score_sound(known: KnownSound) -> Score:
    """Compare what was found with what is known."""
    score = Score()
    for track in known.truth["tracks"]:
        track_id = TrackId(track["track_name"])
        _compare(track_id, track["flaws"], list(known.flaws[track_id]), score)
    rate_hz = int(known.truth["sample_rate"])
    for relation in _asked_relations(known.truth):
        pair = [render_track(known.sources[TrackId(relation[end])], rate_hz) for end in ("a", "b")]
        _compare_relation(relation, measure_relation(pair[0], pair[1], rate_hz), score)
    return score


def _source(session: Path, track: dict[str, Any]) -> TrackAudio:
    name = str(track["track_name"])
    clip = Clip(ItemId(name), name, session / track["file"], 0.0, float(track["length_s"]))
    return TrackAudio(TrackId(name), (clip,))


def _compare(track_id: TrackId, known: list[dict[str, Any]], got: list[Flaw], score: Score) -> None:
    left = list(got)
    for flaw in known:
        if flaw["type"] == "note" or flaw["type"] in BETWEEN_MICROPHONES:
            continue
        words = f"{track_id}: {flaw['type']} {flaw.get('hz', '')}".rstrip()
        match = next((one for one in left if is_the_same(flaw, one)), None)
        if match is None:
            score.missed.append(words)
        else:
            left.remove(match)
            score.found.append(words)
        score.by_kind[flaw["type"]][_FOUND if match else _MISSED] += 1
    for alarm in left:
        score.false_alarms.append(f"{track_id}: {alarm.kind} {alarm.frequency_hz or ''} - {alarm.text}")
        score.by_kind[alarm.kind][_FALSE] += 1
        score.by_kind[alarm.kind][_SURE] += alarm.confidence >= SURE_ENOUGH


def is_the_same(known: dict[str, Any], got: Flaw) -> bool:
    """Whether a finding is the known flaw."""
    kind = known["type"]
    if kind in COLOURS and got.kind in COLOURS and got.frequency_hz:
        tolerance = SHELF_TOLERANCE_OCTAVES if kind in SHELVES else BELL_TOLERANCE_OCTAVES
        return abs(float(np.log2(got.frequency_hz / known["hz"]))) < tolerance
    if kind in STEADY_NOISES:
        return got.kind in STEADY_NOISES
    if kind == "hum":
        return got.kind == "hum" and got.frequency_hz is not None and abs(got.frequency_hz - known["hz"]) < 1
    return bool(got.kind == kind)


def _asked_relations(truth: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the pairs whose repair is asked for: inverted ones, and delays that were put in."""
    return [one for one in truth["relations"] if "needs_flip" in one or not one.get("natural", False)]


def _compare_relation(known: dict[str, Any], got: Relation, score: Score) -> None:
    words = f"{known['a']} and {known['b']}: {known['kind']}"
    agrees = got.is_pair and got.inverted == ("needs_flip" in known)
    if "delay_ms" in known:
        agrees = agrees and abs(got.delay_ms - float(known["delay_ms"])) < DELAY_TOLERANCE_MS
    parts = max(1, known["kind"].count("+") + 1)
    (score.found if agrees else score.missed).extend([words] * parts)


def told(scored: dict[str, Score]) -> str:
    """Return all sessions by kind as markdown, those first that were asked for by number."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for score in scored.values():
        for kind, four in score.by_kind.items():
            counts[kind] = [total + count for total, count in zip(counts[kind], four, strict=True)]
    order = [kind for kind in KINDS if kind in counts] + sorted(set(counts) - set(KINDS))
    rows = [[kind, *_row(counts[kind], len(scored))] for kind in order]
    asked = [sum(counts[kind][i] for kind in KINDS if kind in counts) for i in range(4)]
    every = [sum(four[i] for four in counts.values()) for i in range(4)]
    rows += [["**these four**", *_row(asked, len(scored))], ["**all**", *_row(every, len(scored))]]
    return table(("flaw", "found", "false alarms per session", "of these acted upon"), rows)


def _row(four: list[int], session_count: int) -> list[str]:
    alarms = [f"{four[which] / max(1, session_count):.2f}" for which in (_FALSE, _SURE)]
    return [f"{four[_FOUND]} of {four[_FOUND] + four[_MISSED]}", *alarms]


def repaired(known: KnownSound) -> tuple[list[Repair], list[Loss]]:
    """Return what a pass makes of the flaws of a session."""
    is_found: dict[tuple[TrackId, str], bool] = {}
    for track in known.truth["tracks"]:
        key = TrackId(track["track_name"])
        for flaw in track["flaws"]:
            is_found[key, flaw["type"]] = any(is_the_same(flaw, one) for one in known.flaws[key])
    rate_hz = int(known.truth["sample_rate"])
    return repairs_of(known.truth["tracks"], known.sources, known.measures, known.flaws, rate_hz, is_found)


def told_repairs(repairs: list[Repair], losses: list[Loss]) -> str:
    """Return the repairs by kind, and the largest loss, as markdown."""
    rows = []
    for kind, all_of_kind in ranked(repairs):
        sizes = sorted(repair.reduction_db for repair in all_of_kind if repair.is_found)
        if all_of_kind:
            enough = sum(repair.reduction_db >= ENOUGH_DB for repair in all_of_kind)
            middle, worst = (f"{median(sizes):.1f}", f"{sizes[0]:.1f}") if sizes else ("–", "–")
            rows.append([kind, str(len(all_of_kind)), str(len(sizes)), middle, worst, str(enough)])
    parts = [table(("flaw", "there", "found", "reduced by dB, median", "worst", "by 6 dB or more"), rows)]
    for words, lost in (
        ("the equaliser", [(loss.loss_by_eq_db, loss.where) for loss in losses]),
        ("equaliser and de-esser", [(loss.loss_db, loss.where) for loss in losses]),
    ):
        worst_db, where = max(lost, default=(0.0, "none"))
        over = sum(size > MOST_LOSS_DB for size, _ in lost)
        typical_db = median([size for size, _ in lost] or [0.0])
        parts.append(
            f"By {words} the clean part of {len(lost)} tracks lost {typical_db:.2f} dB "
            f"in the median, {worst_db:.2f} dB at most ({where}), more than 1 dB on {over}."
        )
    return "\n\n".join(parts)


def main() -> int:
    """Print one line per session, the table by kind, and more where asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="sessions whose folder begins like this")
    parser.add_argument("--all", action="store_true", help="list what was missed and falsely reported")
    parser.add_argument("--repairs", action="store_true", help="also render what a pass makes of the flaws")
    arguments = parser.parse_args()
    scored: dict[str, Score] = {}
    repairs: list[Repair] = []
    losses: list[Loss] = []
    print(f"{'session':32} {'found':>6} {'missed':>7} {'false':>6}")
    for path in sorted(arguments.folder.glob(f"{arguments.only}*/truth.json")):
        known = listened(path.parent)
        score = scored[known.name] = score_sound(known)
        print(f"{known.name:32} {len(score.found):6} {len(score.missed):7} {len(score.false_alarms):6}", flush=True)
        if arguments.all:
            print(*(f"    missed  {line}" for line in score.missed), sep="\n")
            print(*(f"    false   {line}" for line in score.false_alarms), sep="\n")
        if arguments.repairs:
            mended, lost = repaired(known)
            repairs += mended
            losses += lost
            if arguments.all:
                print(*(f"    {one.kind} of {one.where}: -{one.reduction_db:.1f} dB" for one in mended), sep="\n")
                print(
                    *(
                        f"    {one.where} lost {one.loss_by_eq_db:.2f} dB, {one.loss_db:.2f} dB with the de-esser"
                        for one in lost
                    ),
                    sep="\n",
                )
    found, missed = (sum(len(getattr(score, what)) for score in scored.values()) for what in ("found", "missed"))
    print(f"all: {found} of {found + missed} found, relations between microphones among them\n\n{told(scored)}")
    if arguments.repairs:
        print(f"\n{told_repairs(repairs, losses)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
