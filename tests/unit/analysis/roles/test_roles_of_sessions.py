"""Roles of whole sessions against what they are known to be."""

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from analysis.listening import measure_track
from analysis.measures import TrackMeasures
from analysis.roles import family_of, recognise
from reaper_bridge.session.audio import Clip, TrackAudio
from reaper_bridge.session.identity import ItemId, TrackId
from reaper_bridge.session.model import Session, Track

pytestmark = [pytest.mark.shared, pytest.mark.slow]


@dataclass(frozen=True)
class Truth:
    """The tracks of one session: names, true roles and measures."""

    title: str
    names: Mapping[TrackId, str]
    roles: Mapping[TrackId, str]
    measures: Mapping[TrackId, TrackMeasures]


def _measured(folder: Path, track: Mapping[str, object]) -> TrackMeasures:
    import soundfile

    path = folder / str(track["file"])
    facts = soundfile.info(str(path))
    clip = Clip(ItemId("item"), path.name, path, 0.0, facts.duration)
    return measure_track(TrackAudio(TrackId("t"), (clip,)), facts.samplerate)


@pytest.fixture(scope="module")
def truths(shared: Path) -> list[Truth]:
    found = []
    with ThreadPoolExecutor(2) as pool:
        for file in sorted((shared / "sessions").glob("*/truth.json")):
            tracks = json.loads(file.read_text(encoding="utf-8"))["tracks"]
            keys = [TrackId(f"{file.parent.name}/{number}") for number in range(len(tracks))]
            measures = pool.map(lambda track, folder=file.parent: _measured(folder, track), tracks)
            found.append(
                Truth(
                    file.parent.name,
                    {key: track["track_name"] for key, track in zip(keys, tracks, strict=True)},
                    {key: track["role"] for key, track in zip(keys, tracks, strict=True)},
                    dict(zip(keys, measures, strict=True)),
                )
            )
    return found


def _answers(truth: Truth, names: Mapping[TrackId, str]) -> Iterator[tuple[str, str, str]]:
    """Yield name, true role and the role found for each track."""
    tracks = tuple(Track(key, names[key], number, item_count=1) for number, key in enumerate(truth.roles))
    found = recognise(Session(truth.title, tracks), truth.measures, {})
    for key, role in truth.roles.items():
        yield truth.names[key], role, found.of(key)


def _is_family(role: str, found: str) -> bool:
    return family_of(role) == family_of(found) and (family_of(role) != "none" or role == found)


def test_most_tracks_are_found_and_none_is_surely_wrong(truths: list[Truth]) -> None:
    answers = [answer for truth in truths for answer in _answers(truth, truth.names)]
    exact = sum(role == found for _, role, found in answers)
    family = sum(_is_family(role, found) for _, role, found in answers)
    wrong = [answer for answer in answers if answer[2] != "unknown" and not _is_family(*answer[1:])]
    assert wrong == []
    assert exact >= 0.8 * len(answers)
    assert family >= 0.9 * len(answers)


def test_without_names_most_families_are_still_heard(truths: list[Truth]) -> None:
    answers = []
    for truth in truths:
        generic = {key: f"Audio {number:02d}" for number, key in enumerate(truth.names)}
        answers += list(_answers(truth, generic))
    family = sum(_is_family(role, found) for _, role, found in answers)
    wrong = [answer for answer in answers if answer[2] != "unknown" and not _is_family(*answer[1:])]
    assert family >= 0.65 * len(answers)
    # bright ticks: a tambourine and a hi-hat are hard to tell apart by sound alone
    assert {(role, found) for _, role, found in wrong} <= {("percussion", "hihat")}


def test_one_voice_leads_in_every_session(truths: list[Truth]) -> None:
    for truth in truths:
        leads = [(role, found) for _, role, found in _answers(truth, truth.names) if found == "lead_vocal"]
        assert leads == [("lead_vocal", "lead_vocal")]


def test_click_and_junk_are_left_out(truths: list[Truth]) -> None:
    answers = [answer for truth in truths for answer in _answers(truth, truth.names)]
    assert {found for _, role, found in answers if role == "click"} == {"click"}
    assert {found for _, role, found in answers if role == "junk"} == {"junk"}
