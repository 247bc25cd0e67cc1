"""Play one clip as REAPER would: from its file through loop, direction, rate, gain, pan, envelopes and fades.

Conventions: positions are samples of the project's rate; audio is (channels, samples). A clip gives one
channel as long as its media (after the channel mode) is mono and nothing pans it. Assumed, not documented by
Cockos: take pan is a linear balance (0 dB at the centre), a mono downmix is the mean of the channels, and
envelope points are spaced in project time. A pitch-preserving play rate is heard resampled.
"""

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import soxr

from analysis.curves import Floats, curve_values, fade_gains
from analysis.decoding import MediaFile
from analysis.measures import Array
from reaper_bridge.session.audio import Clip

HELD_FRAMES = 1 << 20
"""Loops up to this many frames are kept in memory instead of being read again and again."""
PREROLL_SAMPLES = 4096
"""How far before a point in the middle of a clip resampling starts, so that the filter has settled."""


def channels_taken(channel_mode: int, channel_count: int) -> tuple[int, ...]:
    """Return the source channels (zero-based) that a CHANMODE plays; for the mono mix, those it averages.

    Modes: 0 as is (the first two of many), 1 left and right swapped, 2 mono mix, 3 left, 4 right, 5 to 66
    one channel, 67 on two neighbours. A channel the source does not have is taken from its last one.
    """
    last = channel_count - 1
    if channel_mode == 2:
        return tuple(range(channel_count))
    if channel_count == 1:
        return (0,)
    if channel_mode == 1:
        return (1, 0)
    if 3 <= channel_mode <= 66:
        return (min(channel_mode - 3, last),)
    if channel_mode >= 67:
        return min(channel_mode - 67, last), min(channel_mode - 66, last)
    return 0, 1


class ClipPlayer:
    """One clip, ready to be mixed into blocks of its track, best from start to end.

    ``open_media`` is asked whenever samples are needed, so that files are open only while they sound.
    """

    def __init__(self, clip: Clip, sample_rate_hz: int, open_media: Callable[[], MediaFile]) -> None:
        media = open_media()
        self.clip = clip
        self.first_sample = round(clip.position_seconds * sample_rate_hz)
        self.end_sample = round((clip.position_seconds + clip.length_seconds) * sample_rate_hz)
        self._open_media = open_media
        self._rate_hz = sample_rate_hz
        self._taken = channels_taken(clip.channel_mode, media.channel_count)
        self._is_mix = clip.channel_mode == 2
        self._source_rate_hz = media.sample_rate_hz
        self._step = Fraction(media.sample_rate_hz) * Fraction(clip.play_rate) / sample_rate_hz
        self._offset_frames = round(clip.source_offset_seconds * media.sample_rate_hz)
        self._section_first = round((clip.section_start_seconds or 0.0) * media.sample_rate_hz)
        if clip.section_length_seconds:
            self._source_frames = round(clip.section_length_seconds * media.sample_rate_hz)
        else:
            self._source_frames = max(0, media.frame_count - self._section_first)
        self._held: Array | None = None
        self._next = -1
        self._ready: list[Array] = []
        self._resampler: soxr.ResampleStream | None = None
        self._fed_frame = 0

    @property
    def is_mono(self) -> bool:
        """Whether it gives one channel."""
        pans = self.clip.pan != 0.0 or any(point.value != 0.0 for point in self.clip.pan_points)
        return (self._is_mix or len(self._taken) == 1) and not pans

    @property
    def notes(self) -> tuple[str, ...]:
        """Return what is only approximated, as sentences."""
        clip, name, notes = self.clip, self.clip.path.name, []
        if clip.preserves_pitch and abs(clip.play_rate - 1.0) > 1e-9:
            notes.append(f"{name} plays at {clip.play_rate:g} times its speed; it was heard without pitch correction.")
        if clip.pitch_semitones:
            notes.append(f"{name} is shifted by {clip.pitch_semitones:g} semitones; it was heard unshifted.")
        if clip.channel_mode == 0 and self._open_media().channel_count > 2:
            count = self._open_media().channel_count
            notes.append(f"{name} has {count} channels; only the first two were heard.")
        return tuple(notes)

    def add_to(self, block: Array, block_start: int) -> None:
        """Mix what sounds of this clip into a block (channels, samples) that begins at ``block_start``."""
        begin = max(self.first_sample, block_start)
        end = min(self.end_sample, block_start + block.shape[1])
        if begin >= end:
            return
        sound = self._played(begin - self.first_sample, end - begin)
        place = block[:, begin - block_start : end - block_start]
        gains = self._gains(begin, end)
        sides = self._side_gains(begin, end)
        if sides is None:
            is_plain = isinstance(gains, float) and gains == 1.0
            place += sound if is_plain else sound * np.asarray(gains, np.float32)
            return
        for channel, side in enumerate(sides):
            place[channel] += sound[min(channel, len(sound) - 1)] * np.asarray(gains * side, np.float32)

    # what the clip plays, before its gains

    def _played(self, start: int, count: int) -> Array:
        """Return samples of the clip at the project's rate; ``start`` counts from the clip's beginning."""
        if self._step == 1:
            return self._source(self._offset_frames + start, count)
        if start != self._next:
            self._restart(start)
        self._next = start + count
        return self._pulled(count)

    def _restart(self, start: int) -> None:
        """Begin resampling a little before ``start``, where input and output samples coincide."""
        step = self._step.limit_denominator(1_000_000)
        grid = step.denominator if step.denominator <= PREROLL_SAMPLES * 16 else 1
        begin = max(0, (start - PREROLL_SAMPLES) // grid * grid)
        in_rate_hz = self._source_rate_hz * self.clip.play_rate
        channels = 1 if self._is_mix else len(self._taken)
        self._resampler = soxr.ResampleStream(in_rate_hz, self._rate_hz, channels, dtype="float32", quality="HQ")
        self._fed_frame = self._offset_frames + round(begin * self._step)
        self._ready = [np.zeros((channels, 0), np.float32)]
        self._pulled(start - begin)

    def _pulled(self, count: int) -> Array:
        assert self._resampler is not None
        have = sum(part.shape[1] for part in self._ready)
        while have < count:
            chunk = max(4096, min(1 << 19, int((count - have) * self._step) + 1024))
            frames = np.ascontiguousarray(self._source(self._fed_frame, chunk).T)
            self._fed_frame += chunk
            out = self._resampler.resample_chunk(frames[:, 0] if frames.shape[1] == 1 else frames)
            self._ready.append(out.reshape(len(out), -1).T)
            have += len(out)
        joined = np.concatenate(self._ready, axis=1)
        self._ready = [joined[:, count:]]
        return np.asarray(joined[:, :count])

    def _source(self, start: int, count: int) -> Array:
        """Return (channels, count) in playing order: section, direction, loop and channels done."""
        length = self._source_frames
        if length <= 0:
            return np.zeros((1 if self._is_mix else len(self._taken), count), np.float32)
        if not self.clip.loops or (start >= 0 and start + count <= length):
            return self._straight(start, count)
        if length <= HELD_FRAMES:
            if self._held is None:
                self._held = self._straight(0, length).copy()
            return np.take(self._held, np.arange(start, start + count), axis=1, mode="wrap")
        parts = []
        while count > 0:
            at = start % length
            size = min(count, length - at)
            parts.append(self._straight(at, size))
            start, count = start + size, count - size
        return np.concatenate(parts, axis=1)

    def _straight(self, start: int, count: int) -> Array:
        """Return one pass through the section; silence before its start and after its end."""
        length = self._source_frames
        low, high = max(0, min(start, length)), max(0, min(start + count, length))
        if self.clip.reversed:
            first = self._section_first + length - high
            sound = self._chosen(self._open_media().read(first, high - low)[:, ::-1])
        else:
            sound = self._chosen(self._open_media().read(self._section_first + low, high - low))
        if high - low == count:
            return sound
        whole = np.zeros((len(sound), count), np.float32)
        whole[:, low - start : high - start] = sound
        return whole

    def _chosen(self, channels: Array) -> Array:
        if self._is_mix:
            return np.asarray(channels.mean(axis=0, keepdims=True, dtype=np.float32))
        if self._taken == tuple(range(len(channels))):
            return channels
        return np.asarray(channels[list(self._taken)])

    # its gains

    def _gains(self, begin: int, end: int) -> float | Floats:
        """Return gain, volume and mute envelopes and fades multiplied; one number where nothing moves."""
        clip = self.clip
        gains: float | Floats = clip.gain_linear
        if clip.volume_points or clip.mute_points:
            times = self._times(begin, end)
            if clip.volume_points:
                gains = gains * np.maximum(0.0, curve_values(clip.volume_points, times))
            if clip.mute_points:
                gains = gains * (curve_values(clip.mute_points, times) >= 0.5).astype(np.float64)
        return self._faded(gains, begin, end)

    def _faded(self, gains: float | Floats, begin: int, end: int) -> float | Floats:
        """Return gains with both fades multiplied in, reckoned only where they are."""
        clip = self.clip
        inside = math.ceil(self.first_sample + clip.fade_in.length_seconds * self._rate_hz) - begin
        outside = math.floor(self.end_sample - clip.fade_out.length_seconds * self._rate_hz) - begin
        fades_in = clip.fade_in.length_seconds > 0.0 and inside > 0
        fades_out = clip.fade_out.length_seconds > 0.0 and outside < end - begin
        if not (fades_in or fades_out):
            return gains
        whole = np.full(end - begin, gains) if isinstance(gains, float) else np.array(gains)
        if fades_in:
            part = self._times(begin, min(end, begin + inside))
            whole[: len(part)] *= fade_gains(clip.fade_in, part / clip.fade_in.length_seconds)
        if fades_out:
            first = max(0, outside)
            left = clip.length_seconds - self._times(begin + first, end)
            whole[first:] *= fade_gains(clip.fade_out, left / clip.fade_out.length_seconds, fades_out=True)
        return whole

    def _side_gains(self, begin: int, end: int) -> tuple[float | Floats, float | Floats] | None:
        """Return the gains of left and right, or None where nothing pans."""
        clip = self.clip
        if clip.pan_points:
            # in an envelope +1 is left, at a knob it is right
            pan = np.clip(clip.pan - curve_values(clip.pan_points, self._times(begin, end)), -1.0, 1.0)
            return np.minimum(1.0, 1.0 - pan), np.minimum(1.0, 1.0 + pan)
        if clip.pan != 0.0:
            return min(1.0, 1.0 - clip.pan), min(1.0, 1.0 + clip.pan)
        return None

    def _times(self, begin: int, end: int) -> Floats:
        return (np.arange(begin, end) - self.first_sample) / self._rate_hz
