"""How a mix stands is told with its numbers: peaks, mono, the low end and codecs; each limit is kept on either side."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from actions.examining.quality import (
    RULE_OVERSHOOT_DB,
    Quality,
    codec_told,
    plain_quality,
    quality_findings,
    quality_told,
)
from actions.session_doctor import Examined, examine, plain_examined
from reaper_bridge.rpp.host import ProjectFile
from tests.session_builder import RATE_HZ, SECONDS, Sound, TrackSpec, build_project, sound

TIME = np.arange(int(SECONDS * RATE_HZ)) / RATE_HZ
FINE = Quality(-4.5, -3.0, -0.5, 1000.0, -1.0, -40.0, 0.99, {"Vorbis": 0.4, "MP3": -0.1})


def examined(folder: Path, *tracks: TrackSpec) -> Examined:
    return examine(ProjectFile(build_project(folder, tracks)))


def kinds(found: Examined) -> set[str]:
    return {finding.kind for finding in found.findings if finding.kind.startswith("mix")}


def stereo(left: Sound, right: Sound) -> Sound:
    return np.stack((left, right), axis=1)


def of(quality: Quality) -> Sequence[tuple[str, str]]:
    return [(finding.kind, finding.severity) for finding in quality_findings(quality)]


def changed(**numbers: object) -> Quality:
    return Quality(**{**FINE.__dict__, **numbers})  # type: ignore[arg-type]


def test_a_quiet_mix_in_the_middle_has_nothing_wrong(tmp_path: Path) -> None:
    found = examined(
        tmp_path, TrackSpec("Gtr", "guitar", recorded_db=-14.0), TrackSpec("Bass", "bass", recorded_db=-12.0)
    )
    assert kinds(found) == set()
    assert found.quality is not None
    assert found.quality.mono_loss_db == pytest.approx(0.0, abs=0.01)
    assert found.quality.low_correlation == pytest.approx(1.0, abs=0.01)
    assert found.quality.codec_overshoots_db
    assert found.is_well


def test_a_mix_over_full_scale_is_serious(tmp_path: Path) -> None:
    found = examined(tmp_path, TrackSpec("Gtr", "guitar", volume=2.0))
    assert kinds(found) == {"mix_peak"}
    assert found.quality is not None
    assert found.quality.true_peak_dbtp == pytest.approx(5.0, abs=0.3)
    assert not found.is_well


def test_a_low_end_whose_sides_oppose_each_other_is_serious(tmp_path: Path) -> None:
    low = 0.1 * np.sin(2 * np.pi * 60.0 * TIME)
    high = 0.1 * sound("guitar")
    found = examined(tmp_path, TrackSpec("Gtr", high), TrackSpec("Sub", stereo(low, -low)))
    assert {"mix_low_phase", "mix_mono"} <= kinds(found)
    assert found.quality is not None
    assert found.quality.low_correlation < -0.9
    assert found.quality.worst_band_hz in (50.0, 63.0)


def test_nothing_is_said_of_a_mix_that_is_silent(tmp_path: Path) -> None:
    found = examined(tmp_path, TrackSpec("Spare", np.zeros_like(TIME)))
    assert found.quality is None
    assert plain_examined(found)["quality"] is None


def test_every_limit_has_two_sides() -> None:
    assert of(FINE) == []
    assert of(changed(true_peak_dbtp=-2.9)) == [("mix_peak", "worth knowing")]
    assert of(changed(true_peak_dbtp=0.1)) == [("mix_peak", "serious")]
    assert of(changed(worst_band_loss_db=-3.2)) == [("mix_mono", "worth knowing")]
    assert of(changed(mono_loss_db=-6.5)) == [("mix_mono", "serious")]
    assert of(changed(low_side_to_mid_db=-15.0)) == [("mix_low_phase", "worth knowing")]
    assert of(changed(low_side_to_mid_db=3.0, low_correlation=-0.5)) == [("mix_low_phase", "serious")]
    assert of(changed(codec_overshoots_db={"MP3": 3.7})) == [("mix_codec", "worth knowing")]
    assert of(changed(codec_overshoots_db={"MP3": 4.7})) == [("mix_codec", "serious")]


def test_a_codec_that_was_not_tried_is_taken_by_rule_and_that_is_said() -> None:
    guessed = changed(codec_overshoots_db={})
    assert guessed.codec_peak_dbtp == pytest.approx(FINE.true_peak_dbtp + RULE_OVERSHOOT_DB)
    assert "by rule" in codec_told(guessed)
    assert "measured: Vorbis +0.4 dB, MP3 -0.1 dB" in codec_told(FINE)
    assert FINE.codec_peak_dbtp == pytest.approx(-4.1)
    assert changed(codec_overshoots_db={"MP3": -0.5}).codec_peak_dbtp == FINE.true_peak_dbtp


def test_the_numbers_are_told_in_sentences_and_as_json() -> None:
    peak, mono, lows, _ = quality_told(FINE)
    assert peak == "True peak -4.5 dBTP, limit -3.0."
    assert mono == "In mono it loses 0.5 dB, most around 1 kHz (1.0 dB)."
    assert lows == "Below 120 Hz: sides -40.0 dB against the middle, correlation 0.99."
    plain = plain_quality(changed(low_side_to_mid_db=float("-inf")))
    assert plain is not None
    assert plain["low_side_to_mid_db"] is None
    assert plain_quality(None) is None
