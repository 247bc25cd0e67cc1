"""The desk predicts loudness, bands and sides of a mix from measurements alone."""

from dataclasses import replace

import numpy as np
import pytest

from actions.mixing.desk import gated_loudness_lufs, is_loudness_steady
from analysis.listening import measure_programme
from analysis.rendering.pan import pan_gains
from tests.session_builder import RATE_HZ, Sound
from tests.unit.actions.mixing.builders import (
    BAND,
    BASS,
    KICK,
    PAD,
    PIANO,
    VOICE,
    Part,
    desk_for,
    measured,
    samples_of,
    strip_of,
)

AIR = Part("Air", "fx", "noise", -20.0)


def rendered(sound: Sound, matrix: Sound, level_db: float = 0.0) -> Sound:
    """Return a sound as a track with this pan matrix and fader plays it, (2, samples)."""
    both = sound if len(sound) == 2 else np.repeat(sound, 2, axis=0)
    return np.einsum("os,st->ot", matrix, both) * 10.0 ** (level_db / 20.0)


@pytest.mark.parametrize("part", BAND, ids=lambda part: part.name)
def test_loudness_of_a_strip_is_the_loudness_of_the_track(part: Part) -> None:
    strip = strip_of(desk_for([part, VOICE] if part is not VOICE else [VOICE]), part.name)
    wanted = measured(part.plays, part.shape, part.recorded_db).loudness.integrated_lufs
    assert gated_loudness_lufs(strip.k_frames()) == pytest.approx(wanted, abs=0.15)


@pytest.mark.parametrize("pan", [-1.0, -0.5, 0.0, 0.3])
@pytest.mark.parametrize("shape", ["as it is", "stereo", "left louder"])
@pytest.mark.parametrize(("law_linear", "taper"), [(1.0, None), (0.7079, 3), (0.5, 3)])
def test_loudness_after_pan_and_width_is_what_a_rendering_measures(
    pan: float, shape: str, law_linear: float, taper: int | None
) -> None:
    part = replace(PIANO, shape=shape, knobs={"pan": pan, "width_ratio": 0.5})
    desk = desk_for([part, VOICE], session={"pan_law_linear": law_linear, "pan_taper": taper})
    matrix = pan_gains("balance", pan, 0.5, law_linear=law_linear, taper=taper)
    audio = rendered(samples_of(part.plays, shape, part.recorded_db), matrix).astype(np.float32)
    wanted = measure_programme([audio], RATE_HZ).loudness.integrated_lufs
    assert gated_loudness_lufs(strip_of(desk, "Piano").k_frames()) == pytest.approx(wanted, abs=0.15)


def test_loudness_of_a_mix_of_independent_tracks_is_what_a_rendering_measures() -> None:
    levels = {"Kick": -3.0, "Snare": -9.0, "HiHat": -6.0, "Air": -15.0, "Lead Vox": 3.0}
    parts = [part for part in (*BAND, AIR) if part.name in levels]
    desk = desk_for(parts)
    total = np.zeros((2, samples_of("kick").shape[1]))
    for part in parts:
        strip_of(desk, part.name).fader_db = levels[part.name]
        total += rendered(samples_of(part.plays, part.shape, part.recorded_db), np.eye(2), levels[part.name])
    measures = measure_programme([total.astype(np.float32)], RATE_HZ)
    assert gated_loudness_lufs(desk.mix_frames()) == pytest.approx(measures.loudness.integrated_lufs, abs=0.15)


def test_left_against_right_and_side_against_mid_are_those_of_the_sum() -> None:
    left, right = replace(KICK, knobs={"pan": -0.5}), replace(AIR, knobs={"pan": 0.5})
    desk = desk_for([left, right])
    total = np.zeros((2, samples_of("kick").shape[1]))
    for part in (left, right):
        matrix = pan_gains("balance", part.knobs["pan"])
        total += rendered(samples_of(part.plays, part.shape, part.recorded_db), matrix)
    measures = measure_programme([total.astype(np.float32)], RATE_HZ)
    assert desk.side_to_mid_db() == pytest.approx(measures.side_to_mid_db, abs=0.5)
    sides = [float(measure_programme([one[None].astype(np.float32)], RATE_HZ).k_power.sum()) for one in total]
    assert desk.imbalance_db() == pytest.approx(10.0 * np.log10(sides[0] / sides[1]), abs=0.3)
    mirrored = desk_for([replace(left, knobs={"pan": 0.5}), replace(right, knobs={"pan": -0.5})])
    assert mirrored.imbalance_db() == pytest.approx(-desk.imbalance_db(), abs=1e-6)


def test_the_lead_stands_above_the_rest_by_what_both_measure_while_it_sings() -> None:
    desk = desk_for([KICK, BASS, VOICE])
    voice = samples_of(VOICE.plays, VOICE.shape, VOICE.recorded_db).astype(np.float32)
    rest = sum(samples_of(p.plays, p.shape, p.recorded_db) for p in (KICK, BASS)).astype(np.float32)  # type: ignore[union-attr]
    sung, played = (measure_programme([audio], RATE_HZ).k_power for audio in (voice, rest))
    sings = sung > sung.max() * 0.01
    wanted = 10.0 * np.log10(sung[sings].sum() / played[sings].sum())
    assert desk.lead_to_accompaniment_db() == pytest.approx(wanted, abs=0.15)


def test_without_a_lead_or_without_a_rest_there_is_no_ratio() -> None:
    assert desk_for([KICK, BASS]).lead_to_accompaniment_db() is None
    assert desk_for([VOICE]).lead_to_accompaniment_db() is None


def test_speech_leads_where_nobody_sings() -> None:
    speech = Part("Host", "speech", "voice")
    assert [strip.track.name for strip in desk_for([PAD, speech]).lead] == ["Host"]
    assert [strip.track.name for strip in desk_for([PAD, speech, VOICE]).lead] == ["Lead Vox"]


@pytest.mark.parametrize("count", range(1, 10))
def test_loudness_of_a_few_frames_is_a_number(count: int) -> None:
    assert gated_loudness_lufs(np.full(count, 0.1)) <= -0.691 - 10.0 + 1e-9
    assert gated_loudness_lufs(np.full(count, 0.1)) > -30.0


@pytest.mark.parametrize("frames", [np.zeros(0), np.zeros(3), np.zeros(100), np.full(100, 1e-12)])
def test_loudness_of_silence_is_minus_infinity(frames: Sound) -> None:
    assert gated_loudness_lufs(frames) == -np.inf


def test_loudness_that_hangs_by_the_gate_is_known() -> None:
    """A track that plays for 3 s of 40 and hums for the rest: a dB of hum decides over 10 LU."""
    frames = np.full(800, 0.85e-6)
    frames[:60] = 10.0**-3.9
    louder_hum = np.minimum(frames * 1.3, 10.0**-3.9)
    assert gated_loudness_lufs(frames) - gated_loudness_lufs(louder_hum) > 5.0
    assert not is_loudness_steady(frames)
    assert is_loudness_steady(np.full(800, 1e-4))
    assert is_loudness_steady(np.where(frames < 1e-5, 0.0, frames))
    assert is_loudness_steady(np.zeros(100))


def test_a_desk_without_strips_is_silent_and_balanced() -> None:
    desk = desk_for([replace(VOICE, knobs={"muted": True})])
    assert desk.strips == []
    assert (desk.imbalance_db(), desk.side_to_mid_db(), len(desk.mix_frames())) == (0.0, 0.0, 0)
