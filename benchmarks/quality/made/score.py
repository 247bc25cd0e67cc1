"""Count how well roles and flaws of known sessions are recognised, kind by kind.

    python -m benchmarks.quality.made.score SESSIONS_FOLDER [--only made_1] [--all]

Flaws are asked for with the true roles, so that both are counted apart. Prints markdown.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.flaws import flaws_of
from analysis.flaws.between import flaws_between
from analysis.listening import measure_track
from analysis.measures import Flaw, TrackMeasures
from analysis.roles import family_of, recognise
from benchmarks.quality.flaws import BETWEEN_MICROPHONES, SURE_ENOUGH, is_the_same
from benchmarks.quality.tables import table
from reaper_bridge.session.audio import Clip, TrackAudio
from reaper_bridge.session.identity import ItemId, TrackId
from reaper_bridge.session.model import Session, Track


@dataclass(frozen=True)
class Heard:
    """A session with its truth and what listening to its tracks gave, in the same order."""

    name: str
    tracks: list[dict[str, Any]]
    measures: list[TrackMeasures]


@dataclass
class RoleCount:
    """Answers about roles. ``wrong`` are those that name another family."""

    asked: int = 0
    exact: int = 0
    family: int = 0
    wrong: list[str] = field(default_factory=list)


@dataclass
class FlawCount:
    """Flaws of one kind, in words."""

    found: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    false_alarms: list[str] = field(default_factory=list)
    sure_false_alarms: list[str] = field(default_factory=list)


def heard_sessions(folder: Path, only: str = "") -> Iterator[Heard]:
    """Listen to every session in a folder whose name begins so."""
    for path in sorted(folder.glob(f"{only}*/truth.json")):
        truth = json.loads(path.read_text("utf-8"))
        rate_hz = int(truth["sample_rate"])

        def heard(track: dict[str, Any], folder: Path = path.parent, rate_hz: int = rate_hz) -> TrackMeasures:
            name = str(track["track_name"])
            clip = Clip(ItemId(name), name, folder / track["file"], 0.0, float(track["length_s"]))
            return measure_track(TrackAudio(TrackId(name), (clip,)), rate_hz)

        with ThreadPoolExecutor() as pool:
            yield Heard(path.parent.name, truth["tracks"], list(pool.map(heard, truth["tracks"])))


def count_roles(sessions: Iterable[Heard], *, by_sound: bool) -> RoleCount:
    """Count the roles of all tracks, with their names or with names that say nothing."""
    count = RoleCount()
    for session in sessions:
        names = [f"Audio {n:02d}" if by_sound else t["track_name"] for n, t in enumerate(session.tracks)]
        keys = [TrackId(str(number)) for number in range(len(names))]
        tracks = tuple(Track(key, name, n, item_count=1) for n, (key, name) in enumerate(zip(keys, names, strict=True)))
        found = recognise(Session(session.name, tracks), dict(zip(keys, session.measures, strict=True)), {})
        for key, track in zip(keys, session.tracks, strict=True):
            role, told = str(track["role"]), found.of(key)
            is_family = family_of(role) == family_of(told) and (family_of(role) != "none" or role == told)
            count.asked += 1
            count.exact += role == told
            count.family += is_family
            if told != "unknown" and not is_family:
                sure = found.tracks[key].confidence
                count.wrong.append(f"{session.name} {track['track_name']}: {role} taken for {told} ({sure:.2f})")
    return count


def count_flaws(sessions: Iterable[Heard]) -> dict[str, FlawCount]:
    """Count the flaws of single tracks by kind."""
    counts: dict[str, FlawCount] = defaultdict(FlawCount)
    for session in sessions:
        ids = [TrackId(str(track["track_name"])) for track in session.tracks]
        roles = {key: str(track["role"]) for key, track in zip(ids, session.tracks, strict=True)}
        between = flaws_between(dict(zip(ids, session.measures, strict=True)), roles)
        for key, track, measures in zip(ids, session.tracks, session.measures, strict=True):
            got = [*flaws_of(measures, measures.evidence, roles[key]), *between.get(key, ())]
            _compare(f"{session.name} {key} ({roles[key]})", track["flaws"], got, counts)
    return dict(counts)


def _compare(where: str, known: list[dict[str, Any]], got: list[Flaw], counts: dict[str, FlawCount]) -> None:
    left = list(got)
    for flaw in known:
        if flaw["type"] == "note" or flaw["type"] in BETWEEN_MICROPHONES:
            continue
        match = next((one for one in left if is_the_same(flaw, one)), None)
        size = " ".join(f"{key} {flaw[key]}" for key in ("hz", "q", "db", "dbfs") if key in flaw)
        if match is None:
            counts[flaw["type"]].missed.append(f"{where} {size}")
        else:
            left.remove(match)
            counts[flaw["type"]].found.append(f"{where} {size}: {match.severity_db:.1f} dB, {match.confidence:.2f}")
    for one in left:
        words = f"{where}: {one.frequency_hz or ''} {one.confidence:.2f} {one.text}"
        counts[one.kind].false_alarms.append(words)
        if one.confidence >= SURE_ENOUGH:
            counts[one.kind].sure_false_alarms.append(words)


def told(sessions: list[Heard], *, is_long: bool) -> str:
    """Return all counts as markdown."""
    rows, lines = [], []
    for title, by_sound in (("name and sound", False), ("sound only", True)):
        roles = count_roles(sessions, by_sound=by_sound)
        share = [f"{100 * part / max(1, roles.asked):.1f} %" for part in (roles.exact, roles.family)]
        rows.append([title, str(roles.asked), *share, str(len(roles.wrong))])
        lines += [f"- {title}: {text}" for text in roles.wrong]
    parts = [table(("roles by", "tracks", "exact", "family", "wrong family"), rows)]
    counts = count_flaws(sessions)
    rows = [[kind, *(str(len(group)) for group in _groups(count))] for kind, count in sorted(counts.items())]
    totals = [str(sum(len(_groups(count)[i]) for count in counts.values())) for i in range(4)]
    parts.append(table(("flaw", "found", "missed", "false alarms", "surer than 0.5"), [*rows, ["all", *totals]]))
    lines += [f"- missed {kind}: {text}" for kind, count in sorted(counts.items()) for text in count.missed]
    lines += [f"- false {kind}: {text}" for kind, count in sorted(counts.items()) for text in count.false_alarms]
    return "\n\n".join([*parts, *(["\n".join(lines)] if is_long else [])])


def _groups(count: FlawCount) -> tuple[list[str], ...]:
    return count.found, count.missed, count.false_alarms, count.sure_false_alarms


def main() -> None:
    """Print the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="sessions whose folder begins like this")
    parser.add_argument("--all", action="store_true", help="list what was missed, wrong and falsely reported")
    chosen = parser.parse_args()
    print(told(list(heard_sessions(chosen.folder, chosen.only)), is_long=chosen.all))


if __name__ == "__main__":
    main()
