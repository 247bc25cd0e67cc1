"""Decode media files: random access to float32 samples of what libsndfile reads, or ffmpeg where installed.

Conventions: audio is (channels, samples), full scale is 1.0. What lies outside a file is silence. Samples
that are not finite become 0 and are counted; a file that breaks off is silent from there on, and says so.
"""

import contextlib
import functools
import hashlib
import re
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

import numpy as np
import soundfile

from analysis.measures import Array
from reaper_bridge.session.errors import MediaError

FFMPEG_TIMEOUT_SECONDS = 600.0
_CAN_HOLD_NAN = frozenset({"FLOAT", "DOUBLE"})
_SALVAGE_FRAMES = 1024
_CUT_CHUNK = re.compile(r"^\s*(?:data|SSND)\s*:\s*(\d+) \(should be (\d+)\)", re.MULTILINE)
_UNKNOWN_SIZES = range(0xFFFFFF00, 0x1_0000_0000)
"""What programs that stream a file write for a size they do not know yet."""


class MediaFile:
    """An open media file, read from anywhere.

    Raises:
        MediaError: It is missing, empty, or neither libsndfile nor ffmpeg can read it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = _opened(path)
        self.sample_rate_hz = int(self._file.samplerate)
        self.channel_count = int(self._file.channels)
        self.frame_count = max(0, int(self._file.frames))
        self.not_finite_count = 0
        self.broken_at_seconds = _declared_but_missing(self._file)
        self._position = 0
        self._may_hold_nan = self._file.subtype in _CAN_HOLD_NAN

    def __enter__(self) -> "MediaFile":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; closing twice is harmless."""
        self._file.close()

    @property
    def faults(self) -> tuple[str, ...]:
        """Return what was found wrong with it so far, as sentences."""
        faults = []
        if self.frame_count == 0:
            faults.append(f"{self.path.name} holds no samples; it is silent.")
        if self.broken_at_seconds is not None:
            faults.append(
                f"{self.path.name} is damaged or cut off at {self.broken_at_seconds:.2f} s; "
                "it was heard as silence from there."
            )
        if self.not_finite_count:
            faults.append(
                f"{self.path.name} holds samples that are not numbers ({self.not_finite_count} met); "
                "they were heard as silence."
            )
        return tuple(faults)

    def read(self, start: int, count: int) -> Array:
        """Return ``count`` samples from ``start`` as (channels, count); silence outside the file."""
        lead = min(count, max(0, -start))
        wanted = max(0, min(count - lead, self.frame_count - (start + lead)))
        frames = np.empty((count, self.channel_count), np.float32)
        frames[:lead] = 0.0
        got = self._read_into(frames[lead : lead + wanted], start + lead) if wanted else 0
        frames[lead + got :] = 0.0
        return frames.T

    def _read_into(self, frames: Array, start: int) -> int:
        if self.broken_at_seconds is not None:
            unbroken = round(self.broken_at_seconds * self.sample_rate_hz) - start
            frames = frames[: max(0, unbroken)]
        got = self._decoded(frames, start) if len(frames) else 0
        if got < len(frames):
            got = self._salvaged(frames, start)
            self.broken_at_seconds = (start + got) / self.sample_rate_hz
        if self._may_hold_nan:
            self._silence_not_finite(frames[:got])
        return got

    def _decoded(self, frames: Array, start: int) -> int:
        """Read as much as there is; 0 where the decoder stumbles."""
        try:
            if self._position != start:
                self._position = int(self._file.seek(start))
            got = len(self._file.read(len(frames), dtype="float32", out=frames))
        except (RuntimeError, OSError):
            self._position = -1
            return 0
        self._position = start + got
        return got

    def _salvaged(self, frames: Array, start: int) -> int:
        """Read in small pieces up to where the decoder stumbles."""
        got = 0
        with contextlib.suppress(RuntimeError, OSError):
            self._file.close()
            self._file = soundfile.SoundFile(str(self._file.name))
            self._position = 0
            while got < len(frames):
                piece = self._decoded(frames[got : got + _SALVAGE_FRAMES], start + got)
                if not piece:
                    break
                got += piece
        return got

    def _silence_not_finite(self, frames: Array) -> None:
        flat = frames.reshape(-1)
        with np.errstate(over="ignore", invalid="ignore"):
            quick = np.dot(flat, flat)
        if np.isfinite(quick):
            return
        bad = ~np.isfinite(frames)
        self.not_finite_count += int(np.count_nonzero(bad))
        frames[bad] = 0.0


def _declared_but_missing(file: soundfile.SoundFile) -> float | None:
    """Return where a WAV or AIFF file breaks off before the size in its header, in seconds; None if it does not."""
    sizes = _CUT_CHUNK.search(file.extra_info)
    if sizes is None or int(sizes[1]) <= int(sizes[2]) or int(sizes[1]) in _UNKNOWN_SIZES:
        return None
    return float(file.frames / file.samplerate)


def _opened(path: Path) -> soundfile.SoundFile:
    if not path.is_file():
        raise MediaError(f"{path.name} is missing (looked in {path.parent}); put it back or relink it in REAPER.")
    try:
        size = path.stat().st_size
        if size == 0:
            raise MediaError(f"{path.name} is empty (0 bytes); restore it from a backup.")
        return soundfile.SoundFile(str(path))
    except (soundfile.LibsndfileError, RuntimeError, OSError) as error:
        status = path.stat()
        with _one_conversion:
            converted = _converted(path, status.st_size, status.st_mtime_ns, str(error))
        return soundfile.SoundFile(str(converted))


# tracks are heard in parallel, and several may use the same film
_one_conversion = threading.Lock()


@functools.lru_cache(maxsize=1)
def _conversion_folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="first-pass-", ignore_cleanup_errors=True)


@functools.lru_cache(maxsize=512)
def _converted(path: Path, size: int, mtime_ns: int, reason: str) -> Path:
    """Let ffmpeg write the first audio stream of a file as float samples; kept until the program ends."""
    program = shutil.which("ffmpeg")
    if program is None:
        raise MediaError(
            f"{path.name} is not a sound file that can be read ({_short(reason)}); "
            "if it is a video or a rare format, install ffmpeg or convert it to WAV."
        )
    name = hashlib.sha256(f"{path}|{size}|{mtime_ns}".encode()).hexdigest()[:32]
    target = Path(_conversion_folder().name) / f"{name}.wav"
    command = [program, "-nostdin", "-v", "error", "-y", "-i", str(path), "-map", "0:a:0", "-vn"]
    command += ["-c:a", "pcm_f32le", "-f", "wav", "-rf64", "auto", str(target)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=FFMPEG_TIMEOUT_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        target.unlink(missing_ok=True)
        minutes = FFMPEG_TIMEOUT_SECONDS / 60.0
        raise MediaError(f"ffmpeg did not finish {path.name} in {minutes:.0f} minutes; convert it to WAV.") from None
    except OSError as error:
        raise MediaError(f"ffmpeg could not be started for {path.name} ({error}).") from error
    if done.returncode != 0 or not target.is_file() or target.stat().st_size == 0:
        target.unlink(missing_ok=True)
        said = _short(done.stderr.decode("utf-8", "replace")) or _short(reason)
        raise MediaError(f"{path.name} cannot be decoded, not even by ffmpeg ({said}); convert it to WAV.")
    return target


def _short(text: str) -> str:
    line = text.strip().splitlines()[-1].strip() if text.strip() else ""
    return line.rpartition(": ")[2].rstrip(".") or line


class MediaForm(NamedTuple):
    """What the header of a media file says."""

    sample_rate_hz: int
    channel_count: int
    frame_count: int


def sample_rate_of(path: Path) -> int | None:
    """Return the sample rate of a media file in Hz from its header, or None where libsndfile cannot tell."""
    form = media_form(path)
    return None if form is None else form.sample_rate_hz


def media_form(path: Path) -> MediaForm | None:
    """Return what the header of a media file says, or None where libsndfile cannot tell."""
    try:
        return _form_of(path, path.stat().st_mtime_ns)
    except (soundfile.LibsndfileError, RuntimeError, OSError):
        return None


@functools.lru_cache(maxsize=4096)
def _form_of(path: Path, mtime_ns: int) -> MediaForm:
    info = soundfile.info(str(path))
    return MediaForm(int(info.samplerate), int(info.channels), int(info.frames))
