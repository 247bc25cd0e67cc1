"""Small synthetic sessions for tests: a project file as REAPER would write it, and the media beside it.

Every sound is drawn from a fixed seed, mono (frames,) at full scale 1.0 and some seconds long, so that a whole
mix takes about a second.
"""

import functools
import itertools
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

Sound = npt.NDArray[np.float64]
SECONDS = 8.0
RATE_HZ = 48_000
_NAMESPACE = uuid.UUID("5f0b9a7e-6a0e-4a8c-9a59-53a7f2f2b001")


@dataclass(frozen=True)
class TrackSpec:
    """One track: its name, what sounds on it, and where its knobs stand.

    ``sound`` is the name of a sound below, samples of one's own ((frames,) or (frames, channels)), or None for a
    track without items. ``receives`` are (track index, level) of tracks that send to this one. ``extra`` are
    lines inside the track as they stand in the file, ``fx`` the inside of its chain.
    """

    name: str
    sound: str | npt.NDArray[np.float64] | None = "guitar"
    volume: float = 1.0
    pan: float = 0.0
    recorded_db: float = 0.0
    muted: bool = False
    soloed: bool = False
    folder: str = "0 0"
    receives: tuple[tuple[int, float], ...] = ()
    fx: str = ""
    extra: str = ""
    rate_hz: int = RATE_HZ
    subtype: str = "PCM_24"
    file: str | None = None
    position_seconds: float = 0.0
    length_seconds: float | None = None
    guid: str | None = None


BAND: tuple[TrackSpec, ...] = (
    TrackSpec("Kick", "kick", recorded_db=-8.0),
    TrackSpec("Snare", "snare", recorded_db=-6.0),
    TrackSpec("HiHat", "hat", recorded_db=-14.0),
    TrackSpec("Bass", "bass", recorded_db=-4.0),
    TrackSpec("Gtr L", "guitar", recorded_db=-9.0),
    TrackSpec("Gtr R", "guitar 2", recorded_db=-10.0),
    TrackSpec("Piano", "piano", recorded_db=-7.0),
    TrackSpec("Pad", "pad", recorded_db=-3.0),
    TrackSpec("Lead Vox", "voice", recorded_db=-12.0),
)
"""A band with a quiet singer: one track of each kind the mixing brain treats in its own way."""

TRIO: tuple[TrackSpec, ...] = (
    TrackSpec("Bass", "bass", recorded_db=-4.0),
    TrackSpec("Gtr", "guitar", recorded_db=-9.0),
    TrackSpec("Lead Vox", "voice", recorded_db=-12.0),
)


def build_project(
    directory: Path,
    tracks: Sequence[TrackSpec] = BAND,
    *,
    name: str = "song.RPP",
    version: str = "7.27/win64",
    end_of_line: str = "\r\n",
    sample_rate_hz: int | None = RATE_HZ,
    tempo_bpm: float | None = 120.0,
    notes: str = "",
    tail: str = "",
) -> Path:
    """Write a project and its media into a directory; return the project's path."""
    directory.mkdir(parents=True, exist_ok=True)
    media = directory / "media"
    media.mkdir(exist_ok=True)
    files = [_write_media(media, track) for track in tracks]
    path = directory / name
    text = project_text(
        tracks, files, version=version, sample_rate_hz=sample_rate_hz, tempo_bpm=tempo_bpm, notes=notes, tail=tail
    )
    path.write_bytes(text.replace("\n", end_of_line).encode("utf-8", "surrogateescape"))
    return path


def project_text(
    tracks: Sequence[TrackSpec],
    files: Sequence[str | None],
    *,
    version: str = "7.27/win64",
    sample_rate_hz: int | None = RATE_HZ,
    tempo_bpm: float | None = 120.0,
    notes: str = "",
    tail: str = "",
) -> str:
    """Return the text of a project whose tracks play these files."""
    lines = [f'<REAPER_PROJECT 0.1 "{version}" 1734702480', "  RIPPLE 0", "  PANLAW 1", "  PANMODE 3"]
    if sample_rate_hz is not None:
        lines.append(f"  SAMPLERATE {sample_rate_hz} 1 0")
    if tempo_bpm is not None:
        lines.append(f"  TEMPO {tempo_bpm:g} 4 4")
    lines += ["  MASTERMUTESOLO 0", "  MASTER_NCH 2 2", "  MASTER_VOLUME 1 0 -1 -1 1", "  MASTER_FX 1"]
    if notes:
        lines += ["  <NOTES 0 2", *(f"    |{line}" for line in notes.split("\n")), "  >"]
    for track, file in zip(tracks, files, strict=True):
        lines += _track_lines(track, file)
    return "\n".join([*lines, *([tail] if tail else []), ">", ""])


def guid_of(name: str, kind: str = "track") -> str:
    """Return the GUID that the builder gives a thing of that name."""
    return "{" + str(uuid.uuid5(_NAMESPACE, f"{kind} {name}")).upper() + "}"


def _track_lines(track: TrackSpec, file: str | None) -> list[str]:
    guid = track.guid or guid_of(track.name)
    solo = 2 if track.soloed else 0
    lines = [
        f"  <TRACK {guid}",
        f'    NAME "{track.name}"',
        "    PEAKCOL 16576",
        f"    VOLPAN {track.volume:.14g} {track.pan:.14g} -1 -1 1",
        f"    MUTESOLO {int(track.muted)} {solo} 0",
        "    IPHASE 0",
        f"    ISBUS {track.folder}",
        "    NCHAN 2",
        "    FX 1",
        f"    TRACKID {guid}",
        *(f"    AUXRECV {source} 0 {level:g} 0 0 0 0 0 0 -1:U 0 -1 ''" for source, level in track.receives),
        "    MAINSEND 1 0",
    ]
    lines += [line for line in track.extra.split("\n") if line]
    if track.fx:
        lines += ["    <FXCHAIN", "      SHOW 0", "      LASTSEL 0", "      DOCKED 0"]
        lines += [line for line in track.fx.split("\n") if line] + ["    >"]
    if file is not None:
        length = SECONDS if track.length_seconds is None else track.length_seconds
        lines += [
            "    <ITEM",
            f"      POSITION {track.position_seconds:g}",
            f"      LENGTH {length:g}",
            "      LOOP 0",
            "      FADEIN 1 0 0 1 0 0 0",
            "      FADEOUT 1 0 0 1 0 0 0",
            f"      IGUID {guid_of(track.name, 'item')}",
            f'      NAME "{Path(file).name}"',
            "      VOLPAN 1 0 1 -1",
            "      SOFFS 0",
            "      PLAYRATE 1 1 0 -1 0 0.0025",
            "      CHANMODE 0",
            "      <SOURCE WAVE",
            f'        FILE "{file}"',
            "      >",
            "    >",
        ]
    return [*lines, "  >"]


def _write_media(media: Path, track: TrackSpec) -> str | None:
    if track.sound is None:
        return track.file
    samples = sound(track.sound) if isinstance(track.sound, str) else track.sound
    file = track.file or f"media/{''.join(c if c.isalnum() else '_' for c in track.name)[:60] or 'audio'}.wav"
    target = media.parent / file
    if not target.exists():
        gain = 10.0 ** (track.recorded_db / 20.0)
        soundfile.write(target, resampled(samples, track.rate_hz) * gain, track.rate_hz, subtype=track.subtype)
    return file


def resampled(samples: Sound, rate_hz: int) -> Sound:
    """Return samples at another rate, by linear interpolation: good enough for made-up sounds."""
    if rate_hz == RATE_HZ:
        return samples
    at = np.arange(int(len(samples) * rate_hz / RATE_HZ)) * (RATE_HZ / rate_hz)
    columns = samples if samples.ndim == 2 else samples[:, None]
    moved = np.stack([np.interp(at, np.arange(len(samples)), column) for column in columns.T], axis=1)
    return moved if samples.ndim == 2 else moved[:, 0]


# --- sounds ---------------------------------------------------------------------------------------------


@functools.cache
def sound(name: str) -> Sound:
    """Return the samples of a made-up instrument at -1 dBFS; the same name gives the same samples."""
    kind, _, variant = name.partition(" ")
    samples = SOUNDS[kind](np.random.default_rng(sum(name.encode())), int(variant or 0))
    # a recording never is digitally silent
    samples += 1e-5 * np.random.default_rng(len(name)).standard_normal(samples.shape)
    return samples * (10.0 ** (-1.0 / 20.0) / np.abs(samples).max())


def _time() -> Sound:
    return np.arange(int(SECONDS * RATE_HZ)) / RATE_HZ


def _hits(hit: Sound, times: Sequence[float]) -> Sound:
    track = np.zeros(int(SECONDS * RATE_HZ))
    for time in times:
        first = int(time * RATE_HZ)
        part = hit[: len(track) - first]
        track[first : first + len(part)] += part
    return track


def _filtered_noise(draw: np.random.Generator, count: int, low_hz: float, high_hz: float) -> Sound:
    spectrum = np.fft.rfft(draw.standard_normal(count))
    hz = np.fft.rfftfreq(count, 1.0 / RATE_HZ)
    spectrum[(hz < low_hz) | (hz > high_hz)] = 0.0
    shaped = np.fft.irfft(spectrum, count)
    return shaped / np.abs(shaped).max()


def _kick(draw: np.random.Generator, variant: int) -> Sound:
    t = np.arange(int(0.35 * RATE_HZ)) / RATE_HZ
    phase = 2 * np.pi * np.cumsum(48.0 + 90.0 * np.exp(-t / 0.02)) / RATE_HZ
    click = _filtered_noise(draw, len(t), 2000.0, 6000.0) * np.exp(-t / 0.004)
    return _hits(np.sin(phase) * np.exp(-t / 0.09) + 0.3 * click, np.arange(0.0, SECONDS - 0.4, 0.5))


def _snare(draw: np.random.Generator, variant: int) -> Sound:
    t = np.arange(int(0.3 * RATE_HZ)) / RATE_HZ
    rattle = _filtered_noise(draw, len(t), 400.0, 9000.0) * np.exp(-t / 0.06)
    body = np.sin(2 * np.pi * 190.0 * t) * np.exp(-t / 0.05)
    return _hits(body + 0.8 * rattle, np.arange(0.5, SECONDS - 0.4, 1.0))


def _hat(draw: np.random.Generator, variant: int) -> Sound:
    t = np.arange(int(0.1 * RATE_HZ)) / RATE_HZ
    return _hits(_filtered_noise(draw, len(t), 6500.0, 15000.0) * np.exp(-t / 0.02), np.arange(0, SECONDS - 0.2, 0.25))


def _notes(sequence: Sequence[float], note_seconds: float, partials: int, slope: float, decay_seconds: float) -> Sound:
    t = np.arange(int(note_seconds * RATE_HZ)) / RATE_HZ
    envelope = np.minimum(t / 0.01, 1.0) * np.exp(-t / decay_seconds) * np.minimum((note_seconds - t) / 0.02, 1.0)
    track = np.zeros(int(SECONDS * RATE_HZ))
    for index, hz in zip(range(int(SECONDS / note_seconds)), itertools.cycle(sequence), strict=False):
        tone = sum(
            np.sin(2 * np.pi * hz * k * t + 0.7 * k) / k**slope for k in range(1, partials + 1) if hz * k < 15000.0
        )
        track[index * len(t) : (index + 1) * len(t)] += envelope * tone
    return track


def _bass(draw: np.random.Generator, variant: int) -> Sound:
    return _notes((55.0, 55.0, 73.4, 65.4), 0.5, 8, 1.5, 0.4)


def _guitar(draw: np.random.Generator, variant: int) -> Sound:
    shift = 1.0 + 0.003 * variant
    chord = [_notes([hz * r * shift for hz in (110.0, 146.8, 130.8)], 1.0, 14, 1.1, 0.8) for r in (1.0, 1.5, 2.0)]
    return np.roll(np.sum(chord, axis=0), 300 * variant)


def _piano(draw: np.random.Generator, variant: int) -> Sound:
    return _notes((261.6, 329.6, 392.0, 523.2), 0.5, 10, 1.6, 0.5) + _notes((130.8, 146.8), 1.0, 8, 1.6, 0.8)


def _pad(draw: np.random.Generator, variant: int) -> Sound:
    t = _time()
    tones = [np.sin(2 * np.pi * hz * t + draw.uniform(0, 6)) / n for n, hz in enumerate((220, 277, 330, 440, 660), 1)]
    return np.sum(tones, axis=0) * (0.7 + 0.3 * np.sin(2 * np.pi * 0.2 * t))


def _voice(draw: np.random.Generator, variant: int) -> Sound:
    t = _time()
    steps = np.array([220.0, 246.9, 261.6, 293.7, 246.9, 220.0, 196.0, 220.0])
    hz = steps[np.minimum((t / 0.5).astype(int) % len(steps), len(steps) - 1)]
    phase = 2 * np.pi * np.cumsum(hz * (1.0 + 0.01 * np.sin(2 * np.pi * 5.5 * t))) / RATE_HZ
    formants = ((700.0, 120.0, 1.0), (1200.0, 150.0, 0.6), (2800.0, 250.0, 0.35), (3500.0, 300.0, 0.2))
    tone = np.zeros_like(t)
    for k in range(1, 30):
        weight = sum(level / (1.0 + ((k * hz - centre) / width) ** 2) for centre, width, level in formants)
        tone += weight * np.sin(k * phase)
    sung = ((t % 2.0) < 1.7) * np.minimum(((t % 0.5) / 0.03), 1.0) * np.minimum((0.5 - t % 0.5) / 0.05, 1.0)
    breath = _filtered_noise(draw, len(t), 5000.0, 10000.0) * ((t % 1.0) < 0.06)
    return tone * sung + 0.3 * breath


def _noise(draw: np.random.Generator, variant: int) -> Sound:
    return _filtered_noise(draw, len(_time()), 100.0, 12000.0)


SOUNDS: dict[str, Callable[[np.random.Generator, int], Sound]] = {
    "kick": _kick,
    "snare": _snare,
    "hat": _hat,
    "bass": _bass,
    "guitar": _guitar,
    "piano": _piano,
    "pad": _pad,
    "voice": _voice,
    "noise": _noise,
}
