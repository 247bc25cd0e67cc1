"""Two microphones on one source are aligned; bleed and strangers are left alone."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile
from scipy import signal

from analysis.relations import NO_RELATION, is_duplicate, measure_likeness, measure_relation

Audio = npt.NDArray[np.float64]
RATE = 48000
SECONDS = 20


def struck(seed: int, ring_hz: float = 180.0) -> Audio:
    """Return irregular hits of a ringing, rattling drum."""
    generator = np.random.default_rng(seed)
    out = np.zeros(SECONDS * RATE)
    since = np.arange(RATE // 4) / RATE
    moment = 0.3
    while moment < SECONDS - 0.5:
        rattle = generator.standard_normal(since.size) * np.exp(-since * 60)
        hit = np.sin(2 * np.pi * ring_hz * since) * np.exp(-since * 18) + 0.5 * rattle
        at = int(moment * RATE)
        out[at : at + since.size] += generator.uniform(0.4, 1.0) * hit
        moment += float(generator.uniform(0.25, 0.7))
    return out


def later(samples: Audio, milliseconds: float) -> Audio:
    """Return the samples delayed by any fraction of a sample."""
    spectrum = np.fft.rfft(samples)
    frequencies = np.fft.rfftfreq(samples.size, 1 / RATE)
    return np.fft.irfft(spectrum * np.exp(-2j * np.pi * frequencies * milliseconds * 1e-3), samples.size)


def coloured(samples: Audio) -> Audio:
    """Return what another microphone might make of it."""
    numerator, denominator = signal.iirpeak(900, 1.5, fs=RATE)
    return samples + signal.lfilter(numerator, denominator, samples)


@pytest.mark.parametrize("delay_ms", [-2.4, 0.0, 0.63, 3.0])
@pytest.mark.parametrize("sign", [1, -1])
def test_delay_and_polarity_of_a_second_microphone_are_measured(delay_ms: float, sign: int) -> None:
    near = struck(1)
    noise = 0.01 * np.random.default_rng(2).standard_normal(near.size)
    far = sign * coloured(later(near, delay_ms)) + noise
    relation = measure_relation(near, far[None, :], RATE)
    assert relation.is_pair
    assert relation.delay_ms == pytest.approx(delay_ms, abs=0.06)
    assert relation.inverted == (sign < 0)


def test_levels_do_not_matter() -> None:
    near = struck(1)
    far = coloured(later(near, 1.5))
    one, other = measure_relation(near, far, RATE), measure_relation(0.01 * near, 30 * far, RATE)
    assert other.delay_ms == pytest.approx(one.delay_ms, abs=1e-6)
    assert other.prominence == pytest.approx(one.prominence, rel=1e-6)


def test_two_instruments_are_no_pair() -> None:
    assert not measure_relation(struck(1), struck(3, ring_hz=95), RATE).is_pair


def test_bleed_under_another_instrument_is_no_pair() -> None:
    drum, other = struck(1), struck(4, ring_hz=330)
    assert not measure_relation(drum, other + 0.1 * later(drum, 2.5), RATE).is_pair


def test_silence_is_related_to_nothing() -> None:
    assert measure_relation(np.zeros(RATE), struck(1), RATE) == NO_RELATION
    assert measure_relation(struck(1)[:100], struck(1)[:100], RATE) == NO_RELATION


def test_the_same_audio_at_another_level_is_a_duplicate() -> None:
    drum = struck(1)
    assert is_duplicate(drum, -0.3 * drum)
    assert measure_likeness(drum, drum) == pytest.approx(1)
    assert not is_duplicate(drum, later(drum, 0.5))
    assert not is_duplicate(drum, np.zeros(drum.size))


@pytest.mark.shared
def test_the_microphone_pairs_of_the_reference_sessions_are_told_right(shared: Path) -> None:
    band = shared / "sessions" / "02_band_multimic_flawed" / "media"
    folk = shared / "sessions" / "03_folk_trio_quiet_vocal" / "media"

    def read(path: Path) -> Audio:
        return soundfile.read(path, always_2d=True)[0].T

    snare = measure_relation(read(band / "SN top.flac"), read(band / "sn btm.flac"), 44100)
    assert (snare.is_pair, snare.inverted) == (True, True)
    bass = measure_relation(read(band / "Bass DI.flac"), read(band / "bs amp_02.flac"), 44100)
    assert (bass.is_pair, bass.inverted) == (True, True)
    assert bass.delay_ms == pytest.approx(1.9, abs=0.2)
    guitar = measure_relation(read(folk / "ac gtr pickup.flac"), read(folk / "Ac Gtr MIC.flac"), 44100)
    assert (guitar.is_pair, guitar.inverted) == (True, False)
    assert guitar.delay_ms == pytest.approx(1.3, abs=0.2)
    for one, other in (("SN top", "HH"), ("Kick In", "SN top"), ("Gtr L 57", "gtr R"), ("Kick In", "Bass DI")):
        assert not measure_relation(read(band / f"{one}.flac"), read(band / f"{other}.flac"), 44100).is_pair
