"""Count flaws found, missed and falsely reported on sessions whose flaws are known.

    python benchmarks/quality/flaws.py SESSIONS_FOLDER [--all]

A session is a folder with ``truth.json`` (its tracks with file, role and injected flaws, and relations) beside
its media. A finding counts when its kind agrees, or is of the same group (colours; steady noises) and near in
frequency; every other finding is a false alarm. Natural facts the truth only notes are not asked for.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from analysis.audio import render_track
from analysis.flaws import flaws_of
from analysis.flaws.between import flaws_between
from analysis.listening import measure_track
from analysis.measures import Flaw, TrackMeasures
from analysis.relations import Relation, measure_relation
from reaper_bridge.session.audio import Clip, TrackAudio
from reaper_bridge.session.identity import ItemId, TrackId

COLOURS = {"mud", "boxy", "resonance", "thin", "dull", "bright", "harsh"}
SHELVES = {"thin", "dull", "bright"}
STEADY_NOISES = {"hiss", "room_noise", "bleed"}
BETWEEN_MICROPHONES = {"delay", "polarity_inverted"}
BELL_TOLERANCE_OCTAVES, SHELF_TOLERANCE_OCTAVES = 0.34, 0.8
DELAY_TOLERANCE_MS = 0.3


@dataclass
class Score:
    """What was found in one session, in words."""

    found: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    false_alarms: list[str] = field(default_factory=list)


def scores(folder: Path) -> Iterator[tuple[str, Score]]:
    """Yield the name and the score of every session in a folder."""
    for truth_path in sorted(folder.glob("*/truth.json")):
        yield truth_path.parent.name, score_session(truth_path.parent)


def score_session(session: Path) -> Score:
    """Listen to a session and compare what was found with what is known."""
    truth = json.loads((session / "truth.json").read_text(encoding="utf-8"))
    rate_hz = int(truth["sample_rate"])
    sources = {TrackId(track["track_name"]): _source(session, track) for track in truth["tracks"]}
    with ThreadPoolExecutor() as pool:
        heard = pool.map(lambda audio: measure_track(audio, rate_hz), sources.values())
    tracks = dict(zip(sources, heard, strict=True))
    roles = {TrackId(track["track_name"]): str(track["role"]) for track in truth["tracks"]}
    between = flaws_between(tracks, roles)
    score = Score()
    for track in truth["tracks"]:
        track_id = TrackId(track["track_name"])
        got = _flaws(tracks[track_id], roles[track_id], between.get(track_id, ()))
        _compare(track_id, track["flaws"], got, score)
    for relation in _asked_relations(truth):
        pair = [render_track(sources[TrackId(relation[end])], rate_hz) for end in ("a", "b")]
        _compare_relation(relation, measure_relation(pair[0], pair[1], rate_hz), score)
    return score


def _source(session: Path, track: dict[str, Any]) -> TrackAudio:
    name = str(track["track_name"])
    clip = Clip(ItemId(name), name, session / track["file"], 0.0, float(track["length_s"]))
    return TrackAudio(TrackId(name), (clip,))


def _flaws(measures: TrackMeasures, role: str, between: tuple[Flaw, ...]) -> list[Flaw]:
    return [*flaws_of(measures, measures.evidence, role), *between]


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
    score.false_alarms += [f"{track_id}: {flaw.kind} {flaw.frequency_hz or ''} - {flaw.text}" for flaw in left]


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


def main() -> int:
    """Print one line per session, and every miss and false alarm with ``--all``."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--all", action="store_true", help="list what was missed and falsely reported")
    arguments = parser.parse_args()
    totals = [0, 0, 0]
    print(f"{'session':32} {'found':>6} {'missed':>7} {'false':>6}")
    for name, score in scores(arguments.folder):
        counts = [len(score.found), len(score.missed), len(score.false_alarms)]
        totals = [total + count for total, count in zip(totals, counts, strict=True)]
        print(f"{name:32} {counts[0]:6} {counts[1]:7} {counts[2]:6}")
        if arguments.all:
            print(*(f"    missed  {line}" for line in score.missed), sep="\n")
            print(*(f"    false   {line}" for line in score.false_alarms), sep="\n")
    share = 100 * totals[0] / max(1, totals[0] + totals[1])
    print(f"{'all':32} {totals[0]:6} {totals[1]:7} {totals[2]:6}   {share:.0f} % found")
    return 0


if __name__ == "__main__":
    sys.exit(main())
