"""Every kind of flaw is found where it was put, and clean signals have none."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from scipy import signal

from analysis.flaws import FlawCollector, flaws_of
from analysis.flaws.families import FAMILIES
from analysis.listening import measure_programme
from analysis.measures import Flaw, TrackMeasures

Audio = npt.NDArray[np.float32]
RATE = 48000
SECONDS = 16
BLOCK = 50_000


def _noise(seed: int = 1, seconds: float = SECONDS) -> npt.NDArray[np.float64]:
    return np.random.default_rng(seed).standard_normal(int(seconds * RATE))


def _pink(seed: int = 1, seconds: float = SECONDS) -> npt.NDArray[np.float64]:
    spectrum = np.fft.rfft(_noise(seed, seconds))
    frequencies = np.maximum(np.fft.rfftfreq(int(seconds * RATE), 1 / RATE), 20.0)
    shaped = np.fft.irfft(spectrum / np.sqrt(frequencies), int(seconds * RATE))
    return shaped / shaped.std()


def _time() -> npt.NDArray[np.float64]:
    return np.arange(SECONDS * RATE) / RATE


def _phrases(samples: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return two seconds of sound, one of silence, and so on, with soft edges."""
    gate = ((_time() % 3.0) < 2.0).astype(float)
    return samples * np.convolve(gate, np.hanning(960) / np.hanning(960).sum(), mode="same")


def chords() -> npt.NDArray[np.float64]:
    """Return struck chords of eight partials, a new one every second."""
    time, out = _time(), np.zeros(SECONDS * RATE)
    generator = np.random.default_rng(5)
    for start in range(SECONDS):
        inside = (time >= start) & (time < start + 1)
        since = time[inside] - start
        for midi in generator.choice(np.arange(45, 76), 4, replace=False):
            pitch = 440 * 2 ** ((int(midi) - 69) / 12)
            for partial in range(1, 9):
                tone = np.sin(2 * np.pi * pitch * partial * since + float(generator.uniform(0, 6)))
                out[inside] += tone * np.exp(-3 * since) * np.minimum(since / 0.004, 1.0) / partial**1.5
    return 0.1 * out / out.std()


def drums() -> npt.NDArray[np.float64]:
    """Return a kick and a snare in turn, half a second apart."""
    out = np.zeros(SECONDS * RATE)
    since = np.arange(RATE // 2) / RATE
    rasp = np.random.default_rng(7).standard_normal(RATE // 2)
    for hit in range(2 * SECONDS):
        at = hit * RATE // 2
        if hit % 2 == 0:
            pitch = 55 + 120 * np.exp(-since * 60)
            sound = np.sin(2 * np.pi * np.cumsum(pitch) / RATE) * np.exp(-since * 12)
        else:
            sound = 0.5 * np.sin(2 * np.pi * 200 * since) * np.exp(-since * 25) + 0.4 * rasp * np.exp(-since * 20)
        out[at : at + since.size] += 0.5 * sound * np.minimum(since / 0.001, 1.0)
    return out


def voice() -> npt.NDArray[np.float64]:
    """Return sung vowels of changing pitch in phrases."""
    time = _time()
    pitch = 190 * 2 ** (np.round(4 * np.sin(time * 1.7)) / 12) * (1 + 0.01 * np.sin(2 * np.pi * 5.5 * time))
    phase = np.cumsum(pitch) / RATE
    pulses = signal.sawtooth(2 * np.pi * phase)
    out = np.zeros_like(pulses)
    for formant_hz, q, gain in ((620, 5, 1.0), (1150, 8, 0.5), (2600, 10, 0.2), (3400, 12, 0.1)):
        numerator, denominator = signal.iirpeak(formant_hz, q, fs=RATE)
        out += gain * signal.lfilter(numerator, denominator, pulses)
    return _phrases(0.1 * out / out.std())


CLEAN: dict[str, Callable[[], npt.NDArray[np.float64]]] = {
    "pink noise": lambda: _phrases(0.1 * _pink()),
    "white noise": lambda: _phrases(0.05 * _noise()),
    "chords": chords,
    "drums": drums,
    "voice": voice,
}


def listened(samples: npt.NDArray[np.float64]) -> TrackMeasures:
    """Measure (n,) or (channels, n) samples and keep the evidence of flaws."""
    audio = np.atleast_2d(samples).astype(np.float32)
    collector = FlawCollector(RATE, audio.shape[0])
    for start in range(0, audio.shape[1], BLOCK):
        collector.feed(audio[:, start : start + BLOCK])
    clean = np.nan_to_num(audio, posinf=0.0, neginf=0.0)
    return replace(measure_programme([clean], RATE), evidence=collector.evidence())


def flaws(samples: npt.NDArray[np.float64], role: str | None = None) -> tuple[Flaw, ...]:
    measures = listened(samples)
    return flaws_of(measures, measures.evidence, role)


def the(kind: str, found: tuple[Flaw, ...]) -> Flaw:
    """Return the one flaw of a kind, and fail when there is none."""
    matching = [flaw for flaw in found if flaw.kind == kind]
    assert matching, f"no {kind} among {[flaw.kind for flaw in found]}"
    return matching[0]


def bell(samples: npt.NDArray[np.float64], hz: float, q: float, db: float) -> npt.NDArray[np.float64]:
    """Return the samples through a peaking filter (Bristow-Johnson cookbook)."""
    gain, turn = 10 ** (db / 40), 2 * np.pi * hz / RATE
    slope = np.sin(turn) / (2 * q)
    numerator = [1 + slope * gain, -2 * np.cos(turn), 1 - slope * gain]
    return signal.lfilter(numerator, [1 + slope / gain, -2 * np.cos(turn), 1 - slope / gain], samples)


def like(family: str) -> npt.NDArray[np.float64]:
    """Return phrases of noise with the usual third-octave spectrum of a family."""
    count = SECONDS * RATE
    spectrum = np.fft.rfft(_noise(11))
    frequencies = np.maximum(np.fft.rfftfreq(count, 1 / RATE), 20.0)
    usual = FAMILIES[family].usual_at(frequencies)
    shaped = np.fft.irfft(spectrum * 10 ** (usual / 20) / np.sqrt(frequencies), count)
    return _phrases(0.1 * shaped / shaped.std())


@pytest.mark.parametrize("name", CLEAN)
@pytest.mark.parametrize("role", [None, "unknown"])
def test_a_clean_signal_has_no_flaws(name: str, role: str | None) -> None:
    assert flaws(CLEAN[name](), role) == ()


@pytest.mark.parametrize("family", FAMILIES)
def test_what_sounds_as_its_family_usually_does_has_no_flaws_of_colour(family: str) -> None:
    role = {"voices": "backing_vocal", "electric guitars": "egtr_rhythm"}.get(family, FAMILIES[family].words[0])
    assert not [flaw for flaw in flaws(like(family), role) if flaw.frequency_hz]


def test_a_clean_voice_has_no_flaws_as_a_voice() -> None:
    assert not [flaw for flaw in flaws(voice(), "lead_vocal") if flaw.kind in ("sibilance", "plosives", "rumble")]


@pytest.mark.parametrize("mains_hz", [50.0, 60.0])
@pytest.mark.parametrize("name", ["pink noise", "chords", "voice"])
def test_hum_is_found_with_its_frequency_and_level(mains_hz: float, name: str) -> None:
    level_dbfs = -52.0
    hum = sum(np.sin(2 * np.pi * mains_hz * k * _time() + k) / k**1.2 for k in (1, 2, 3, 4))
    hum = hum / np.sqrt(np.mean(hum**2)) * 10 ** (level_dbfs / 20)
    found = the("hum", flaws(CLEAN[name]() + hum))
    assert found.frequency_hz == mains_hz
    assert f"{mains_hz:.0f} Hz" in found.text
    heard_dbfs = float(found.text.split("Hz, ")[1].split(" dBFS")[0])
    assert heard_dbfs == pytest.approx(level_dbfs, abs=3)


def test_a_drone_beside_the_mains_frequency_is_no_hum() -> None:
    drone = sum(0.01 * np.sin(2 * np.pi * 55.0 * k * _time()) / k for k in (1, 2, 3))
    assert "hum" not in {flaw.kind for flaw in flaws(CLEAN["pink noise"]() + drone)}


@pytest.mark.parametrize("name", ["chords", "voice", "pink noise"])
def test_hiss_is_white_and_the_noise_of_a_room_is_not(name: str) -> None:
    music = _phrases(CLEAN[name]())
    assert the("hiss", flaws(music + 10 ** (-60 / 20) * _noise(3))).severity_db > 10
    assert the("room_noise", flaws(music + 10 ** (-60 / 20) * _pink(3))).severity_db > 5


def test_the_tail_of_a_note_is_no_noise() -> None:
    decay = np.exp(-1.5 * (_time() % 4.0))
    assert flaws(0.1 * _pink() * decay) == ()


def test_rumble_is_found_below_forty_hertz() -> None:
    low = signal.sosfilt(signal.butter(4, [12, 35], "bandpass", fs=RATE, output="sos"), _noise(4))
    found = the("rumble", flaws(voice() + low / low.std() * 10 ** (-50 / 20), "lead_vocal"))
    assert float(found.text.split("at ")[1].split(" dBFS")[0]) == pytest.approx(-50, abs=3)


def test_clipping_is_found_even_after_the_recording_was_turned_down() -> None:
    loud = voice()
    ceiling = 0.6 * np.abs(loud).max()
    for gain in (1.0, 0.25):
        found = the("clipped", flaws(gain * np.clip(loud, -ceiling, ceiling)))
        assert f"{20 * np.log10(gain * ceiling):.1f} dBFS" in found.text
        assert found.times_seconds


def test_a_square_wave_that_is_not_at_the_ceiling_is_no_clipping() -> None:
    assert "clipped" not in {flaw.kind for flaw in flaws(CLEAN["chords"]() + 0.02 * signal.square(200 * _time()))}


def test_clicks_are_found_at_their_moments() -> None:
    clicked = CLEAN["voice"]().copy()
    moments = (2.4, 5.5, 8.6)
    for moment in moments:
        place = int(moment * RATE)
        clicked[place : place + 3] += np.array([0.1, -0.08, 0.03])
    found = the("clicks", flaws(clicked))
    assert found.times_seconds == pytest.approx(moments, abs=0.002)


def test_notes_that_begin_at_once_are_no_clicks() -> None:
    time = np.arange(int(SECONDS * RATE)) / RATE
    tone = 0.2 * np.cos(2 * np.pi * 110 * time)
    is_on = (time % 0.5) < 0.25
    assert "clicks" not in {flaw.kind for flaw in flaws(tone * is_on, "synth_bass")}


def test_an_instrument_unlike_its_family_has_no_bump_to_cut() -> None:
    strange = bell(bell(bell(like("bass"), 230, 1.4, 8), 700, 1.0, 18), 2500, 1.0, 18)
    assert not {flaw.kind for flaw in flaws(strange, "bass")} & {"mud", "boxy", "harsh", "resonance"}
    assert "mud" in {flaw.kind for flaw in flaws(bell(like("bass"), 230, 1.4, 8), "bass")}


def test_samples_that_are_no_numbers_are_counted() -> None:
    broken = CLEAN["chords"]().copy()
    broken[1000:1005] = np.nan
    broken[2000] = np.inf
    found = the("not_finite", flaws(broken))
    assert "6 samples" in found.text


def test_a_waveform_off_centre_is_found() -> None:
    found = the("dc", flaws(CLEAN["chords"]() + 0.1))
    assert "-20 dBFS" in found.text


def test_imbalance_names_the_louder_side_and_by_how_much() -> None:
    middle, side = CLEAN["chords"](), 0.2 * CLEAN["pink noise"]()
    found = the("imbalance", flaws(np.stack((middle + side, 10 ** (-5 / 20) * (middle - side)))))
    assert found.severity_db == pytest.approx(5, abs=1)
    assert "left" in found.text


def test_wide_stereo_that_is_balanced_is_no_imbalance() -> None:
    assert flaws(np.stack((_phrases(0.1 * _pink(1)), _phrases(0.1 * _pink(2))))) == ()


def test_a_silent_track_says_so() -> None:
    assert [flaw.kind for flaw in flaws(np.zeros(RATE * 2))] == ["silent"]


def test_esses_are_found_where_they_are() -> None:
    sung = voice()
    hiss = signal.sosfilt(signal.butter(4, [5000, 10000], "bandpass", fs=RATE, output="sos"), _noise(8))
    moments = tuple(float(t) for t in np.arange(2.15, SECONDS - 1, 3.0))
    for moment in moments:
        place = slice(int(moment * RATE), int((moment + 0.12) * RATE))
        sung[place] += 0.12 * hiss[place] / hiss.std()
    found = the("sibilance", flaws(sung, "lead_vocal"))
    assert len(found.times_seconds) == len(moments)
    assert found.times_seconds == pytest.approx(moments, abs=0.1)
    assert "sibilance" not in {flaw.kind for flaw in flaws(sung, "hihat")}


def test_plosives_are_found_where_they_are() -> None:
    sung = voice()
    since = np.arange(int(0.12 * RATE)) / RATE
    moments = (3.1, 9.1)
    for moment in moments:
        place = int(moment * RATE)
        sung[place : place + since.size] += 0.5 * np.sin(2 * np.pi * 55 * since) * np.hanning(since.size)
    found = the("plosives", flaws(sung, "lead_vocal"))
    assert found.times_seconds == pytest.approx(moments, abs=0.1)


@pytest.mark.parametrize(
    ("role", "family", "kind", "hz", "q", "db"),
    [
        ("kick", "kick", "boxy", 420, 3, 9),
        ("hihat", "cymbals", "harsh", 7000, 2.5, 9),
        ("bass", "bass", "mud", 240, 1.2, 7),
        ("egtr_rhythm", "electric guitars", "harsh", 3400, 3.5, 9),
        ("piano", "keys", "mud", 290, 1.2, 7),
        ("agtr", "acoustic guitars", "resonance", 200, 5, 12),
        ("snare", "snare", "resonance", 700, 5, 12),
    ],
)
def test_a_bump_where_its_family_has_none_is_found(
    role: str, family: str, kind: str, hz: float, q: float, db: float
) -> None:
    found = the(kind, flaws(bell(like(family), hz, q, db), role))
    assert found.frequency_hz == pytest.approx(hz, rel=0.1)
    assert found.severity_db == pytest.approx(db, abs=3)
    assert found.bandwidth_octaves


@pytest.mark.parametrize(
    ("hz", "q", "db", "kind"), [(1250, 8, 9, "resonance"), (280, 2, 8, "mud"), (5000, 2, 8, "harsh")]
)
def test_a_lone_bump_is_found_without_knowing_the_role(hz: float, q: float, db: float, kind: str) -> None:
    found = the(kind, flaws(bell(CLEAN["pink noise"](), hz, q, db)))
    assert found.frequency_hz == pytest.approx(hz, rel=0.1)
    assert found.severity_db == pytest.approx(db, abs=3)


def test_dull_overheads_and_bright_guitars_are_found() -> None:
    lowpass = signal.butter(1, 6000, fs=RATE, output="sos")
    assert the("dull", flaws(signal.sosfilt(lowpass, like("overheads")), "overheads")).severity_db > 3
    top = signal.sosfilt(signal.butter(2, 5000, "highpass", fs=RATE, output="sos"), like("electric guitars"))
    assert the("bright", flaws(like("electric guitars") + 1.5 * top, "egtr_rhythm")).severity_db > 3


@pytest.mark.parametrize("gain_db", [-12.0, 12.0])
def test_the_recording_level_changes_nothing_but_levels_in_words(gain_db: float) -> None:
    hum = 0.002 * sum(np.sin(2 * np.pi * 50 * k * _time()) / k for k in (1, 2, 3))
    flawed = bell(_phrases(0.05 * _pink()), 1250, 8, 9) + hum + 0.0005 * _noise(9)
    here, there = flaws(flawed), flaws(10 ** (gain_db / 20) * flawed)
    assert [flaw.kind for flaw in here] == [flaw.kind for flaw in there]
    assert len(here) >= 3
    for one, other in zip(here, there, strict=True):
        assert one.severity_db == pytest.approx(other.severity_db, abs=0.1)
        assert one.frequency_hz == other.frequency_hz


def test_evidence_does_not_depend_on_how_the_track_is_cut_into_blocks() -> None:
    audio = np.atleast_2d(CLEAN["voice"]()).astype(np.float32)[:, : 6 * RATE]
    results = []
    for size in (997, 48_000, audio.shape[1]):
        collector = FlawCollector(RATE, 1)
        for start in range(0, audio.shape[1], size):
            collector.feed(audio[:, start : start + size])
        results.append(collector.evidence())
    for other in results[1:]:
        np.testing.assert_allclose(other.low_active_power, results[0].low_active_power, rtol=1e-3)
        assert other.low_frame_count == results[0].low_frame_count
        assert other.dc_linear == pytest.approx(results[0].dc_linear, abs=1e-6)


@pytest.mark.parametrize("rate_hz", [8000, 22050, 44100, 96000, 192000])
@pytest.mark.parametrize("length", [0, 1, 100, 20_000])
def test_any_rate_and_any_length_give_evidence(rate_hz: int, length: int) -> None:
    collector = FlawCollector(rate_hz, 2)
    collector.feed(np.full((2, length), 0.1, np.float32))
    evidence = collector.evidence()
    assert evidence.low_active_power.shape == evidence.low_quiet_power.shape
    assert evidence.low_step_hz > 0
    assert evidence.not_finite_count == 0


def test_hum_is_found_at_any_rate() -> None:
    time = np.arange(10 * 96000) / 96000
    hum = 0.003 * sum(np.sin(2 * np.pi * 60 * k * time) / k for k in (1, 2, 3))
    audio = (hum + 1e-4 * np.random.default_rng(1).standard_normal(time.size)).astype(np.float32)[None]
    collector = FlawCollector(96000, 1)
    collector.feed(audio)
    assert "hum" in {flaw.kind for flaw in flaws_of(measure_programme([audio], 96000), collector.evidence(), None)}


@pytest.mark.parametrize("role", [None, "synth", "lead_vocal", "a role nobody knows"])
def test_a_very_short_track_is_judged_without_failing(role: str | None) -> None:
    for length in (1, 500, 3000):
        assert isinstance(flaws(0.1 * _noise()[:length], role), tuple)


def test_a_long_track_keeps_its_evidence_small() -> None:
    collector = FlawCollector(RATE, 1)
    minute = (0.1 * _noise(1, 60)).astype(np.float32)[None]
    for _ in range(12):
        collector.feed(minute)
    assert 300 <= collector.evidence().low_frame_count <= 640
