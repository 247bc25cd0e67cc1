"""Duplicates and microphones out of polarity or time are found, on the second track of each pair."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from actions import relating
from actions.relating import Tracks, flaws_of_relations, pairs_of
from analysis.listening import measure_programme
from analysis.measures import Flaw
from analysis.roles import Group, Roles, TrackRole, family_of
from analysis.roles.groups import GroupKind
from reaper_bridge.session.audio import Clip, TrackAudio
from reaper_bridge.session.identity import ItemId, TrackId
from reaper_bridge.session.model import Session, Track
from tests.session_builder import RATE_HZ, Sound, sound

NOISE = 0.003 * np.random.default_rng(5).standard_normal((2, 8 * RATE_HZ))


def late(x: Sound, milliseconds: float) -> Sound:
    count = round(milliseconds * RATE_HZ / 1000.0)
    return np.concatenate((np.zeros(count), x[: len(x) - count]))


def tracks_of(folder: Path, sounds: Mapping[str, Sound]) -> Tracks:
    sources = {}
    for name, samples in sounds.items():
        path = folder / f"{name}.wav"
        soundfile.write(path, samples, RATE_HZ, subtype="FLOAT")
        clip = Clip(ItemId(name), name, path, 0.0, len(samples) / RATE_HZ)
        sources[TrackId(name)] = TrackAudio(TrackId(name), (clip,))
    measures = {
        TrackId(name): measure_programme([samples[None].astype(np.float32)], RATE_HZ)
        for name, samples in sounds.items()
    }
    return Tracks(sources, measures, {key: f"{folder}/{key}" for key in sources}, RATE_HZ)


def roles_of(roles: Mapping[str, str], *groups: tuple[GroupKind, Sequence[str]]) -> Roles:
    return Roles(
        {TrackId(k): TrackRole(TrackId(k), role, 0.9, family=family_of(role)) for k, role in roles.items()},
        tuple(Group(kind, tuple(TrackId(name) for name in members), 0.9) for kind, members in groups),
    )


def session_of(tracks: Tracks, **knobs: Mapping[str, Any]) -> Session:
    """Return a session of these tracks; ``knobs`` are fields of a track, by its name."""
    plain = (Track(key, str(key), index) for index, key in enumerate(tracks.sources))
    return Session("song", tuple(replace(track, **knobs.get(track.name, {})) for track in plain))


def flaws_among(tracks: Tracks, roles: Roles, **knobs: Mapping[str, Any]) -> dict[str, list[Flaw]]:
    flaws = flaws_of_relations(tracks, roles, pairs_of(tracks, roles), session_of(tracks, **knobs))
    return {str(key): list(value) for key, value in flaws.items()}


def found(folder: Path, sounds: Mapping[str, Sound], roles: Roles, **knobs: Mapping[str, Any]) -> dict[str, list[Flaw]]:
    return flaws_among(tracks_of(folder, sounds), roles, **knobs)


SNARES = roles_of({"top": "snare_top", "bottom": "snare_bottom"}, ("mic_pair", ("bottom", "top")))


@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("delay_ms", [0.0, 0.8, 1.5])
def test_a_second_microphone_is_found_late_and_inverted(tmp_path: Path, inverted: bool, delay_ms: float) -> None:
    top = sound("snare")
    bottom = 0.5 * late(top, delay_ms) * (-1.0 if inverted else 1.0) + NOISE[0]
    flaws = found(tmp_path, {"top": top + NOISE[1], "bottom": bottom}, SNARES)
    kinds = {"polarity"} if inverted else set()
    kinds |= {"delay"} if delay_ms else set()
    assert {flaw.kind for flaw in flaws.get("bottom", [])} == kinds
    assert "top" not in flaws
    for flaw in flaws.get("bottom", []):
        assert flaw.other_track == "top"
        if flaw.kind == "delay":
            told = re.search(r"is (.*) ms late", flaw.text)
            assert told is not None
            assert float(told[1]) == pytest.approx(delay_ms, abs=0.03)


def test_tracks_that_nothing_puts_together_are_not_compared(tmp_path: Path) -> None:
    top = sound("snare")
    apart = roles_of({"top": "snare_top", "bottom": "snare_bottom"}, ("drum_kit", ("bottom", "top")))
    assert found(tmp_path, {"top": top + NOISE[0], "bottom": -0.5 * late(top, 1.0) + NOISE[1]}, apart) == {}


def test_different_sounds_that_a_name_puts_together_are_no_pair(tmp_path: Path) -> None:
    assert found(tmp_path, {"top": sound("snare"), "bottom": sound("guitar")}, SNARES) == {}


def test_what_the_session_sets_right_already_is_no_flaw(tmp_path: Path) -> None:
    sounds = {"top": sound("snare") + NOISE[0], "bottom": -0.5 * late(sound("snare"), 0.8) + NOISE[1]}
    right = {"polarity_inverted": True, "play_offset_seconds": -0.0008}
    assert found(tmp_path, sounds, SNARES, bottom=right) == {}
    assert {flaw.kind for flaw in found(tmp_path, sounds, SNARES, top=right)["bottom"]} == {"delay"}


def test_a_lower_snare_microphone_may_be_as_late_as_the_shell_is_deep(tmp_path: Path) -> None:
    sounds = {"top": sound("snare") + NOISE[0], "bottom": 0.5 * late(sound("snare"), 0.5) + NOISE[1]}
    assert found(tmp_path, sounds, SNARES) == {}


def test_every_microphone_is_related_to_the_first_of_its_drum(tmp_path: Path) -> None:
    kick = sound("kick")
    sounds = {"in": kick + NOISE[0], "out": 0.5 * late(kick, 1.2) + NOISE[1], "sub": -0.7 * kick + NOISE[0][::-1]}
    roles = roles_of({"in": "kick_in", "out": "kick_out", "sub": "kick_sub"}, ("mic_pair", ("sub", "out", "in")))
    pairs = pairs_of(tracks_of(tmp_path, sounds), roles)
    assert [(pair.first, pair.second) for pair in pairs] == [("in", "out"), ("in", "sub")]


def test_overheads_and_rooms_are_told_from_where_they_hear_the_snare(tmp_path: Path) -> None:
    snare = sound("snare")
    sounds = {
        "top": snare + NOISE[0],
        "oh": 0.3 * late(snare, 4.0) + NOISE[1],
        "room": 0.3 * late(snare, 12.0) + NOISE[0][::-1],
        "vox": sound("voice"),
    }
    roles = roles_of({"top": "snare_top", "oh": "overheads", "room": "room", "vox": "lead_vocal"})
    pairs = {str(pair.second): pair for pair in pairs_of(tracks_of(tmp_path, sounds), roles)}
    assert {key: pair.kind for key, pair in pairs.items()} == {"oh": "distance", "room": "distance"}
    assert pairs["oh"].relation.delay_ms == pytest.approx(4.0, abs=0.1)
    assert pairs["room"].relation.delay_ms == pytest.approx(12.0, abs=0.1)
    assert found(tmp_path, sounds, roles) == {}


@pytest.mark.parametrize("gain", [1.0, 0.2])
def test_the_same_audio_twice_is_a_duplicate_at_any_level(tmp_path: Path, gain: float) -> None:
    flaws = found(tmp_path, {"a": sound("piano"), "b": gain * sound("piano")}, roles_of({"a": "piano", "b": "piano"}))
    assert [(key, flaw.kind, flaw.other_track) for key, all_ in flaws.items() for flaw in all_] == [
        ("b", "duplicate", "a")
    ]


def test_two_takes_of_a_part_are_no_duplicate(tmp_path: Path) -> None:
    sounds = {"a": sound("guitar"), "b": sound("guitar 2"), "c": sound("voice")}
    assert found(tmp_path, sounds, roles_of(dict.fromkeys(sounds, "egtr"))) == {}


def test_silent_tracks_are_no_duplicates_of_each_other(tmp_path: Path) -> None:
    silence = np.zeros(2 * RATE_HZ)
    assert found(tmp_path, {"a": silence, "b": silence}, roles_of({"a": "piano", "b": "piano"})) == {}


def test_a_track_that_cannot_be_read_any_more_has_no_relation(tmp_path: Path) -> None:
    tracks = tracks_of(tmp_path, {"top": sound("snare"), "bottom": -sound("snare")})
    (tmp_path / "bottom.wav").unlink()
    assert flaws_among(tracks, SNARES) == {}


def test_what_was_compared_once_is_remembered(tmp_path: Path) -> None:
    sounds = {"top": sound("snare") + NOISE[0], "bottom": -0.5 * late(sound("snare"), 0.8) + NOISE[1]}
    tracks = tracks_of(tmp_path, sounds)
    first = flaws_among(tracks, SNARES)
    for name in sounds:
        (tmp_path / f"{name}.wav").unlink()
    assert flaws_among(tracks, SNARES) == first != {}
    other = replace(tracks, audio_keys={key: f"{value} edited" for key, value in tracks.audio_keys.items()})
    assert flaws_among(other, SNARES) == {}


def test_the_excerpt_is_where_the_first_is_loudest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relating, "EXCERPT_SECONDS", 2.0)
    burst = np.zeros(8 * RATE_HZ)
    burst[5 * RATE_HZ : 6 * RATE_HZ] = 0.5 * np.random.default_rng(1).standard_normal(RATE_HZ)
    excerpts = tracks_of(tmp_path, {"a": burst, "b": burst}).excerpts(TrackId("a"), TrackId("b"))
    assert excerpts is not None
    assert np.asarray(excerpts[0]).shape[-1] == 2 * RATE_HZ
    assert float((excerpts[0] ** 2).sum()) == pytest.approx(float((burst**2).sum()), rel=0.01)
