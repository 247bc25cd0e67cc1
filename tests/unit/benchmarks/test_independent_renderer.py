"""Two renderers that share no code say the same about what we write into a project."""

import ast
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

import benchmarks.quality.independent as independent
from analysis.rendering.mixer import end_seconds_of, render_mix, rendered
from benchmarks.quality.independent.mixer import render
from benchmarks.quality.independent.project import read_project
from benchmarks.stress import RATE_HZ, write_stress_session
from reaper_bridge.rpp.host import ProjectFile
from reaper_bridge.session.address import Address
from reaper_bridge.session.change import Change, MixPlan, NewTrack, PlacedEffect, SendLevel
from reaper_bridge.session.effects import DelayTap, Effect, EqBand, ReaComp, ReaDelay, ReaEq, ReaVerbate, trim
from reaper_bridge.session.identity import TrackId, guid_from_words
from reaper_bridge.session.model import Session

RETURN = TrackId(guid_from_words("a return"))


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_stress_session(tmp_path_factory.mktemp("song"), 4, 6.0)


def knobs(session: Session) -> list[Change]:
    faders = [Change(Address(t.id, "fader"), 1.0, 0.3 + 0.2 * t.index, "") for t in session.tracks]
    pans = [Change(Address(t.id, "pan"), 0.0, 0.9 - 0.5 * t.index, "") for t in session.tracks]
    return [*faders, *pans, Change(Address(session.tracks[0].id, "width"), 1.0, 0.5, "")]


def on_every_track(session: Session, effect: Effect) -> list[Change]:
    return [
        Change(Address(t.id, "fx", guid_from_words(t.id, "fx")), None, PlacedEffect(effect, "one"), "")
        for t in session.tracks
    ]


def on_a_return(session: Session, effect: Effect) -> list[Change]:
    send = SendLevel(0.4)
    return [
        Change(Address(RETURN, "track"), None, NewTrack("Return"), ""),
        Change(Address(RETURN, "fx", guid_from_words("wet")), None, PlacedEffect(effect, "wet"), ""),
        *(Change(Address(t.id, "send", RETURN), None, send, "") for t in session.tracks),
    ]


def both_renderings(song: Path, tmp_path: Path, changes: Sequence[Change]) -> tuple[np.ndarray, np.ndarray]:
    host = ProjectFile(song, tmp_path / "mixed.RPP")
    host.snapshot()
    host.write(MixPlan(tuple(changes)), label="for a test")
    session = host.snapshot()
    sources = host.sources([track.id for track in session.tracks])
    end = end_seconds_of(sources)
    ours, _ = rendered(render_mix(session, sources, sample_rate_hz=RATE_HZ, end_seconds=end))
    other = render(read_project(tmp_path / "mixed.RPP"))
    assert other.sample_rate_hz == RATE_HZ
    assert other.notes == ()
    return ours, other.master


def residual_db(ours: np.ndarray, other: np.ndarray) -> float:
    return float(10.0 * np.log10(np.sum((ours - other) ** 2) / np.sum(ours**2)))


def level_difference_db(ours: np.ndarray, other: np.ndarray) -> float:
    return float(10.0 * np.log10(np.sum(other.astype(np.float64) ** 2) / np.sum(ours**2)))


EQ = ReaEq(
    (
        EqBand("high_pass", 90.0, 0.0, 1.9),
        EqBand("low_shelf", 200.0, 4.0, 0.9),
        EqBand("bell", 900.0, -7.0, 0.6),
        EqBand("high_shelf", 6000.0, -5.0, 1.3),
    ),
    -1.5,
)


def test_faders_pans_and_widths_sound_the_same(song: Path, tmp_path: Path) -> None:
    session = ProjectFile(song).snapshot()
    assert residual_db(*both_renderings(song, tmp_path, knobs(session))) < -110.0


@pytest.mark.parametrize("offset_seconds", [-0.002, 0.003])
def test_polarity_and_offsets_sound_the_same(song: Path, tmp_path: Path, offset_seconds: float) -> None:
    session = ProjectFile(song).snapshot()
    first, second = session.tracks[0].id, session.tracks[1].id
    changes = [
        *knobs(session),
        Change(Address(first, "polarity"), False, True, ""),
        Change(Address(second, "play_offset"), 0.0, offset_seconds, ""),
    ]
    ours, other = both_renderings(song, tmp_path, changes)
    count = min(ours.shape[1], other.shape[1])
    assert residual_db(ours[:, :count], other[:, :count]) < -60.0


@pytest.mark.parametrize("effect", [EQ, trim(-4.5)], ids=["ReaEQ", "trim"])
def test_linear_plugins_sound_the_same(song: Path, tmp_path: Path, effect: Effect) -> None:
    session = ProjectFile(song).snapshot()
    assert residual_db(*both_renderings(song, tmp_path, on_every_track(session, effect))) < -100.0


def test_a_tempo_delay_on_a_return_sounds_the_same(song: Path, tmp_path: Path) -> None:
    tap = DelayTap(length_beats=0.5, feedback_db=-9.0, low_pass_hz=5000.0, high_pass_hz=300.0)
    changes = on_a_return(ProjectFile(song).snapshot(), ReaDelay((tap,), wet_db=-3.0))
    assert residual_db(*both_renderings(song, tmp_path, changes)) < -80.0


def test_a_reverb_on_a_return_is_as_loud(song: Path, tmp_path: Path) -> None:
    changes = on_a_return(ProjectFile(song).snapshot(), ReaVerbate(room_size_ratio=0.6, pre_delay_ms=30.0, wet_db=3.0))
    ours, other = both_renderings(song, tmp_path, changes)
    assert level_difference_db(ours, other) == pytest.approx(0.0, abs=0.05)
    assert residual_db(ours, other) < -10.0


def test_compressors_of_two_makers_agree_to_a_decibel_and_a_half(song: Path, tmp_path: Path) -> None:
    effect = ReaComp(threshold_db=-32.0, ratio=3.0, attack_ms=10.0, release_ms=120.0, knee_db=6.0)
    session = ProjectFile(song).snapshot()
    ours, other = both_renderings(song, tmp_path, on_every_track(session, effect))
    dry, _ = both_renderings(song, tmp_path, knobs(session)[:0])
    assert level_difference_db(dry, ours) < -3.0
    assert level_difference_db(ours, other) == pytest.approx(0.0, abs=1.5)


def test_the_independent_renderer_uses_none_of_our_rooms() -> None:
    folder = Path(independent.__file__).parent
    imported = set()
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                imported.add((node.module or "").partition(".")[0])
            elif isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
    assert "rpp" in imported
    assert not imported & {"reaper_bridge", "analysis", "actions"}
