"""Microphones of one session are compared from their files, and what came of it is remembered."""

from pathlib import Path

import numpy as np
import soundfile

from actions.relating import Tracks
from actions.ringing import with_comparisons
from analysis.listening import measure_programme
from analysis.measures import Flaw
from reaper_bridge.session.audio import Clip, TrackAudio
from reaper_bridge.session.identity import ItemId, TrackId
from tests.unit.analysis.test_flaws_microphones import RATE_HZ, SECONDS, Audio, bell, far_off, hits

ROLES = {TrackId("tom"): "tom_floor", TrackId("over"): "overheads"}


def tracks_of(folder: Path, sounds: dict[str, Audio]) -> Tracks:
    sources, measures = {}, {}
    for name, samples in sounds.items():
        path = folder / f"{name}.wav"
        soundfile.write(path, samples, RATE_HZ, subtype="FLOAT")
        clip = Clip(ItemId(name), name, path, 0.0, len(samples) / RATE_HZ)
        sources[TrackId(name)] = TrackAudio(TrackId(name), (clip,))
        measures[TrackId(name)] = measure_programme([samples[None].astype(np.float32)], RATE_HZ)
    return Tracks(sources, measures, {key: f"{folder}/{key}" for key in sources}, RATE_HZ)


def none_of(tracks: Tracks) -> dict[TrackId, tuple[Flaw, ...]]:
    return dict.fromkeys(tracks.sources, ())


def test_a_tom_that_rings_beside_its_overheads_is_told_so(tmp_path: Path) -> None:
    drum = hits()
    tracks = tracks_of(tmp_path, {"tom": bell(drum, 165.0, 8.0, 9.0), "over": far_off(drum)})
    found = with_comparisons(none_of(tracks), tracks, ROLES)
    assert [flaw.kind for flaw in found[TrackId("tom")]] == ["resonance"]
    assert found[TrackId("over")] == ()


def test_the_answer_of_last_time_is_the_same(tmp_path: Path) -> None:
    drum = hits()
    tracks = tracks_of(tmp_path, {"tom": bell(drum, 165.0, 8.0, 9.0), "over": far_off(drum)})
    first = with_comparisons(none_of(tracks), tracks, ROLES)
    for path in tmp_path.glob("*.wav"):
        path.unlink()
    assert with_comparisons(none_of(tracks), tracks, ROLES) == first


def test_a_microphone_that_cannot_be_read_says_nothing(tmp_path: Path) -> None:
    drum = hits()
    tracks = tracks_of(tmp_path, {"tom": bell(drum, 165.0, 8.0, 9.0), "over": far_off(drum)})
    (tmp_path / "over.wav").unlink()
    assert with_comparisons(none_of(tracks), tracks, ROLES) == none_of(tracks)


def test_a_session_without_overheads_stays_as_it_was_heard(tmp_path: Path) -> None:
    tracks = tracks_of(tmp_path, {"tom": hits()[: RATE_HZ * SECONDS // 2]})
    flaws = {TrackId("tom"): (Flaw("resonance", 9.0, 0.7, "rings", 165.0, 0.3),)}
    assert with_comparisons(flaws, tracks, {TrackId("tom"): "tom"}) == flaws
