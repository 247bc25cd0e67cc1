"""Write audio files of the offline model: a mix, its stems, and before and after to compare."""

import os
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from actions.hearing import Heard
from actions.progress import QUIET, Course
from reaper_bridge.session.audio import TrackAudio
from reaper_bridge.session.errors import MediaError, NothingToMixError, ProjectWriteError
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.model import Session

TAIL_SECONDS = 3.0


def playable(sources: Mapping[TrackId, TrackAudio]) -> tuple[dict[TrackId, TrackAudio], tuple[str, ...]]:
    """Return the tracks all of whose media can be read, and what is wrong with the others."""
    from analysis.decoding import MediaFile

    found: dict[TrackId, TrackAudio] = {}
    problems: list[str] = []
    for track_id, audio in sources.items():
        problems += audio.problems
        if not audio.is_complete:
            continue
        try:
            for path in dict.fromkeys(clip.path for clip in audio.clips):
                MediaFile(path).close()
        except MediaError as error:
            problems.append(str(error))
        else:
            found[track_id] = audio
    return found, tuple(problems)


def write_mix(
    session: Session,
    sources: dict[TrackId, TrackAudio],
    sample_rate_hz: int,
    path: Path,
    *,
    stems_directory: Path | None = None,
    course: Course = QUIET,
) -> tuple[float, tuple[str, ...]]:
    """Render a session into a 32-bit float WAV file, and its tracks beside it if wanted.

    Returns the integrated loudness in LUFS and what the model left out.

    Raises:
        ProjectWriteError: The files cannot be written.
        NothingToMixError: No track has sound.
    """
    from analysis.listening import ProgrammeMeter
    from analysis.rendering.mixer import end_seconds_of, render_mix

    end_seconds = end_seconds_of(sources)
    if end_seconds <= 0.0:
        raise NothingToMixError("No track has sound to render; record or import audio first.")
    tail = TAIL_SECONDS if any(track.sends for track in session.tracks) else 0.0
    stem_ids = [t.id for t in session.tracks if not t.muted] if stems_directory else []
    mixdown = render_mix(
        session,
        sources,
        sample_rate_hz=sample_rate_hz,
        end_seconds=end_seconds,
        tail_seconds=tail,
        stems=stem_ids,
    )
    meter = ProgrammeMeter(sample_rate_hz, 2)
    course.stage("rendering")
    with ExitStack() as files:
        master = files.enter_context(_sound_file(path, sample_rate_hz))
        outputs = {
            stem: files.enter_context(_sound_file(target, sample_rate_hz))
            for stem, target in _stem_paths(session, stem_ids, stems_directory).items()
        }
        for block in mixdown:
            master.write(block.master.T.astype(np.float32))
            meter.feed(block.master.astype(np.float32))
            for stem, sound in outputs.items():
                sound.write(block.stems[stem].T.astype(np.float32))
            course.watcher.track("the mix", min(block.start_seconds / (end_seconds + tail), 1.0))
    return meter.finished().loudness.integrated_lufs, tuple(mixdown.notes)


def write_previews(heard: Heard, mixed: Session, directory: Path, *, course: Course = QUIET) -> dict[str, Path]:
    """Write before.wav and after.wav at the same loudness, and after_raw.wav as it leaves the master.

    Raises:
        ProjectWriteError: The directory cannot be written.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ProjectWriteError(f"{directory}: the previews cannot be written there: {error.strerror}.") from error
    paths = {name: directory / f"{name}.wav" for name in ("before", "after", "after_raw")}
    sources = dict(heard.sources)
    before_lufs, _ = write_mix(heard.session, sources, heard.sample_rate_hz, paths["before"], course=course)
    after_lufs, _ = write_mix(mixed, sources, heard.sample_rate_hz, paths["after_raw"], course=course)
    quieter = min(before_lufs, after_lufs)
    gains = {"before": 0.0, "after": 0.0}
    if np.isfinite(quieter):
        gains = {"before": quieter - before_lufs, "after": quieter - after_lufs}
    _copy_with_gain(paths["before"], paths["before"], gains["before"])
    _copy_with_gain(paths["after_raw"], paths["after"], gains["after"])
    return paths


def _copy_with_gain(source: Path, target: Path, gain_db: float) -> None:
    import soundfile

    factor = np.float32(10.0 ** (gain_db / 20.0))
    with soundfile.SoundFile(source) as reading, _sound_file(target, reading.samplerate) as writing:
        for block in reading.blocks(blocksize=1 << 18, dtype="float32", always_2d=True):
            writing.write(block * factor)


@contextmanager
def _sound_file(path: Path, sample_rate_hz: int) -> Iterator[Any]:
    """Open a WAV file that appears only when it is complete."""
    import soundfile

    handle, name = -1, ""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".first-pass-", suffix=".wav")
        os.close(handle)
        with soundfile.SoundFile(
            name, "w", samplerate=sample_rate_hz, channels=2, format="WAV", subtype="FLOAT"
        ) as sound:
            yield sound
        Path(name).replace(path)
    except (OSError, soundfile.LibsndfileError) as error:
        raise ProjectWriteError(f"{path}: cannot be written: {getattr(error, 'strerror', None) or error}.") from error
    finally:
        if name:
            Path(name).unlink(missing_ok=True)


def _stem_paths(session: Session, stems: Collection[TrackId], directory: Path | None) -> dict[TrackId, Path]:
    if directory is None:
        return {}
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ProjectWriteError(f"{directory}: the stems cannot be written there: {error.strerror}.") from error
    paths: dict[TrackId, Path] = {}
    for stem in stems:
        track = session.track(stem)
        safe = "".join(c if c.isalnum() or c in " ._-()" else "_" for c in track.name).strip(" .") or "track"
        paths[stem] = directory / f"{track.index + 1:02d} {safe[:80]}.wav"
    return paths
