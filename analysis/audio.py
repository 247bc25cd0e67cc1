"""The sound of a track before its FX, fader and pan, as blocks: all its clips where REAPER would play them.

Conventions: blocks are (channels, samples) float32 from project time 0 on, without holes between them. A
track is one channel as long as every clip is mono and unpanned, else two; a mono clip then sounds in both.
Memory does not grow with length, and where no clip lies nothing is decoded.
"""

from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from analysis.clips import ClipPlayer
from analysis.decoding import MediaFile
from analysis.measures import Array
from reaper_bridge.session.audio import TrackAudio
from reaper_bridge.session.errors import MediaError

BLOCK_SECONDS = 10.0
OPEN_FILES = 8
"""How many media files of one track stay open at once."""


class TrackSound(Iterator[Array]):
    """A track being played block by block. ``notes`` are complete once the last block was taken."""

    def __init__(self, audio: TrackAudio, sample_rate_hz: int, block_samples: int, start: int, end: int | None) -> None:
        self.sample_rate_hz = sample_rate_hz
        self._files: OrderedDict[Path, MediaFile] = OrderedDict()
        self._faults: dict[Path, tuple[str, ...]] = {}
        self._not_finite_count = 0
        self._block_samples = block_samples
        try:
            self._players = [self._player(clip_index, audio) for clip_index in range(len(audio.clips))]
        except BaseException:
            self.close()
            raise
        self._players.sort(key=lambda player: player.first_sample)
        self.channel_count = 1 if all(player.is_mono for player in self._players) else 2
        self.start_sample = start
        self.end_sample = max([0, *(p.end_sample for p in self._players)]) if end is None else end
        self._at = start
        self._notes = dict.fromkeys(note for player in self._players for note in player.notes)

    def _player(self, clip_index: int, audio: TrackAudio) -> ClipPlayer:
        clip = audio.clips[clip_index]
        if not clip.play_rate > 0.0 or not np.isfinite(clip.play_rate):
            raise MediaError(f"{clip.path.name} has the play rate {clip.play_rate:g}; set it above 0.")
        return ClipPlayer(clip, self.sample_rate_hz, lambda: self._file(clip.path))

    def _file(self, path: Path) -> MediaFile:
        media = self._files.get(path)
        if media is None:
            media = self._files[path] = MediaFile(path)
            while len(self._files) > OPEN_FILES:
                self._retire(self._files.popitem(last=False)[1])
        self._files.move_to_end(path)
        return media

    @property
    def notes(self) -> tuple[str, ...]:
        """Return what was approximated, and what was wrong with the files read so far."""
        self._keep_faults(*self._files.values())
        return (*self._notes, *(fault for faults in self._faults.values() for fault in faults))

    @property
    def not_finite_count(self) -> int:
        """How many samples that are not numbers were met so far."""
        return self._not_finite_count + sum(media.not_finite_count for media in self._files.values())

    def _keep_faults(self, *files: MediaFile) -> None:
        for media in files:
            if media.faults:
                self._faults[media.path] = media.faults

    def _retire(self, media: MediaFile) -> None:
        self._keep_faults(media)
        self._not_finite_count += media.not_finite_count
        media.close()

    @property
    def length_samples(self) -> int:
        """How many samples it gives in all."""
        return max(0, self.end_sample - self.start_sample)

    def __iter__(self) -> "TrackSound":
        return self

    def __next__(self) -> Array:
        if self._at >= self.end_sample:
            self.close()
            raise StopIteration
        count = min(self._block_samples, self.end_sample - self._at)
        block = np.zeros((self.channel_count, count), np.float32)
        for player in self._players:
            if player.first_sample >= self._at + count:
                break
            player.add_to(block, self._at)
        self._at += count
        self._players = [player for player in self._players if player.end_sample > self._at]
        return block

    def close(self) -> None:
        """Close every file; what was found wrong with them is kept."""
        while self._files:
            self._retire(self._files.popitem(last=False)[1])


def open_track(audio: TrackAudio, sample_rate_hz: int, *, block_seconds: float = BLOCK_SECONDS) -> TrackSound:
    """Play a track from project time 0 to the end of its last clip, as an iterator of blocks.

    Raises:
        MediaError: A file is missing or cannot be decoded.
    """
    return TrackSound(audio, sample_rate_hz, max(1, round(block_seconds * sample_rate_hz)), 0, None)


def render_track(
    audio: TrackAudio, sample_rate_hz: int, start_seconds: float = 0.0, end_seconds: float | None = None
) -> Array:
    """Return a stretch of a track as one array (channels, samples); silence where no clip lies.

    Raises:
        MediaError: A file is missing or cannot be decoded.
    """
    start = round(start_seconds * sample_rate_hz)
    end = None if end_seconds is None else max(start, round(end_seconds * sample_rate_hz))
    sound = TrackSound(audio, sample_rate_hz, round(BLOCK_SECONDS * sample_rate_hz), start, end)
    whole = np.zeros((sound.channel_count, sound.length_samples), np.float32)
    at = 0
    for block in sound:
        whole[:, at : at + block.shape[1]] = block
        at += block.shape[1]
    return whole
