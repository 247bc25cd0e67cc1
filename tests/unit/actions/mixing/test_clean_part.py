"""Repairs take from the flaw and hardly from the rest: hum goes by a few notches, cuts keep to what may be lost."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.mixing.clean_part import clean_part
from actions.mixing.desk import Desk
from actions.mixing.taste import Tone, load_taste
from actions.mixing.tone import corrective_bands
from analysis.flaws import FlawCollector, flaws_of
from analysis.listening import measure_programme
from analysis.measures import Flaw, TrackMeasures
from analysis.prediction import power_response
from reaper_bridge.session.effects import EqBand, ReaEq
from tests.unit.actions.mixing.builders import Part, desk_for, strip_of

RATE_HZ = 48_000
SECONDS = 16
NO_TILT = {"tone": {"tilt_correction_ratio": 0.0}}
PLAYER = Part("Player", "egtr_clean")


def played(pitch_hz: float) -> np.ndarray:
    """Return two seconds of a tone with partials, one of silence, and so on."""
    time = np.arange(SECONDS * RATE_HZ) / RATE_HZ
    tone = sum(np.sin(2 * np.pi * pitch_hz * n * time) / n for n in range(1, 8))
    return 0.1 * tone * ((time % 3.0) < 2.0)


def hum(mains_hz: float, level_db: float) -> np.ndarray:
    time = np.arange(SECONDS * RATE_HZ) / RATE_HZ
    wave = sum(a * np.sin(2 * np.pi * mains_hz * n * time + n) for n, a in ((1, 1.0), (2, 0.5), (3, 0.6), (5, 0.3)))
    return 10 ** (level_db / 20) * wave


@cache
def listened(pitch_hz: float, mains_hz: float, level_db: float) -> TrackMeasures:
    audio = (played(pitch_hz) + hum(mains_hz, level_db))[None].astype(np.float32)
    collector = FlawCollector(RATE_HZ, 1)
    collector.feed(audio)
    return replace(measure_programme([audio], RATE_HZ), evidence=collector.evidence())


def desk_with(measures: TrackMeasures) -> Desk:
    desk = desk_for([PLAYER], taste=NO_TILT)
    strip_of(desk, "Player").measures = measures
    return desk


def bands_for(measures: TrackMeasures, flaws: tuple[Flaw, ...]) -> list[EqBand]:
    desk = desk_with(measures)
    return corrective_bands(desk, strip_of(desk, "Player"), flaws)


def tone() -> Tone:
    return load_taste("pop").tone


def gain_db(bands: list[EqBand], frequency_hz: float) -> float:
    return 10 * float(np.log10(power_response(ReaEq(tuple(bands)), [frequency_hz])[0] + 1e-12))


@pytest.mark.parametrize("mains_hz", [50.0, 60.0])
def test_hum_is_taken_out_by_a_few_notches_on_its_loudest_lines(mains_hz: float) -> None:
    measures = listened(330.0, mains_hz, -55.0)
    found = [flaw for flaw in flaws_of(measures, measures.evidence, "egtr_clean") if flaw.kind == "hum"]
    bands = bands_for(measures, tuple(found))
    notches = [band for band in bands if band.shape == "notch"]
    assert 1 <= len(notches) <= tone().hum_most_notches
    assert {band.frequency_hz % mains_hz for band in notches} == {0.0}
    # the fundamental may be left to a high-pass above it
    assert all(gain_db(bands, mains_hz * n) < -6.0 for n in (1, 2, 3))
    assert abs(gain_db(bands, 330.0)) < 0.5


def test_a_line_of_the_hum_that_lies_under_the_music_stays() -> None:
    measures = listened(100.0, 50.0, -55.0)
    found = Flaw("hum", 10.0, 0.9, "hum", 50.0, 0.1)
    bands = bands_for(measures, (found,))
    assert all(band.frequency_hz != 100.0 for band in bands)
    assert clean_part(measures, (found,)).loss_db(bands) <= tone().clean_loss_largest_db


def test_a_hum_of_which_nobody_is_sure_stays() -> None:
    assert bands_for(listened(330.0, 50.0, -55.0), (Flaw("hum", 10.0, 0.3, "hum", 50.0, 0.1),)) == []


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(["resonance", "mud", "boxy", "harsh"]),
    st.floats(80.0, 6000.0),
    st.floats(0.1, 2.0),
    st.floats(1.0, 30.0),
)
def test_no_cut_takes_more_from_the_clean_part_than_the_taste_allows(
    kind: str, frequency_hz: float, width: float, severity_db: float
) -> None:
    flaw = Flaw(kind, severity_db, 0.9, kind, frequency_hz, width)  # type: ignore[arg-type]
    measures = listened(330.0, 50.0, -55.0)
    bands = bands_for(measures, (flaw,))
    assert clean_part(measures, (flaw,)).loss_db(bands) <= tone().clean_loss_largest_db


def test_what_may_not_be_lost_makes_a_cut_shallower() -> None:
    measures = listened(330.0, 50.0, -55.0)
    # nobody is sure that the first partial of the notes rings at all
    flaw = Flaw("resonance", 9.0, 0.5, "rings", 330.0, 0.2)
    free = {"tone": {**NO_TILT["tone"], "clean_loss_largest_db": 6.0}}
    strict = {"tone": {**NO_TILT["tone"], "clean_loss_largest_db": 0.3}}
    cuts = []
    for taste in (free, strict):
        desk = desk_for([PLAYER], taste=taste)
        strip = strip_of(desk, "Player")
        strip.measures = measures
        cuts.append(sum(band.gain_db for band in corrective_bands(desk, strip, (flaw,))))
    assert cuts[0] < cuts[1]


def test_taking_back_a_bump_that_is_surely_there_costs_nothing() -> None:
    sure = Flaw("resonance", 9.0, 1.0, "rings", 330.0, 0.2)
    cut = [EqBand("bell", 330.0, -9.0, 0.2)]
    measures = listened(330.0, 50.0, -55.0)
    assert clean_part(measures, (sure,)).loss_db(cut) < 0.05
    assert clean_part(measures, ()).loss_db(cut) > 3.0


def test_the_clean_part_is_the_same_at_any_level() -> None:
    flaw = Flaw("hum", 10.0, 0.9, "hum", 50.0, 0.1)
    measures = listened(330.0, 50.0, -55.0)
    evidence = measures.evidence
    assert evidence is not None
    quieter = replace(
        measures,
        spectrum_power=measures.spectrum_power / 16.0,
        band_ll=measures.band_ll / 16.0,
        band_rr=measures.band_rr / 16.0,
        evidence=replace(
            evidence,
            low_active_power=evidence.low_active_power / 16.0,
            low_quiet_power=evidence.low_quiet_power / 16.0,
        ),
    )
    cut = [EqBand("bell", 300.0, -6.0, 1.0)]
    assert clean_part(quieter, (flaw,)).loss_db(cut) == pytest.approx(clean_part(measures, (flaw,)).loss_db(cut))
    assert bands_for(quieter, (flaw,)) == bands_for(measures, (flaw,))


def test_pops_are_no_part_of_what_is_clean() -> None:
    time = np.arange(SECONDS * RATE_HZ) / RATE_HZ
    thumps = np.zeros_like(time)
    moments = (1.0, 4.0, 7.0, 10.0)
    for moment in moments:
        since = time - moment
        thumps += np.where(since >= 0, np.sin(2 * np.pi * 45 * since) * np.exp(-30 * np.maximum(since, 0)), 0.0)
    audio = (played(330.0) + thumps)[None].astype(np.float32)
    measures = measure_programme([audio], RATE_HZ)
    flaw = Flaw("plosives", 10.0, 0.9, "pops", 60.0, 1.5, moments)
    assert clean_part(measures, ()).share_below(90.0) > 0.1
    assert clean_part(measures, (flaw,)).share_below(90.0) < 0.02
