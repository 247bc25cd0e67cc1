"""One mixer strip: what REAPER does to a track between its items and its outputs.

Order: items + folder children + receives, pre-FX lanes, (pre-FX sends), FX, (pre-fader sends), width and pan,
fader, polarity and the lanes of those, (post-fader sends and the parent).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from analysis.curves import Floats
from analysis.rendering.chain import Chain
from analysis.rendering.envelopes import POST_FX_KINDS, PRE_FX_KINDS, Lanes, level, place
from analysis.rendering.pan import Gains, pan_gains, track_gains
from analysis.rendering.patch import Patch, Taps
from analysis.rendering.processor import Block, DelayLine
from analysis.rendering.routing import Edge
from analysis.rendering.sources import Feed
from reaper_bridge.session.audio import TrackAudio
from reaper_bridge.session.identity import FxId
from reaper_bridge.session.model import SendMode, Session, Track

SILENT_PEAK = 1e-7
"""-140 dBFS: below this a strip without input may rest."""


@dataclass
class Meter:
    """The largest sample magnitudes a strip has seen, and what its dynamics did, since the rendering began."""

    input_peak: float = 0.0
    output_peak: float = 0.0
    fx_peaks: Mapping[FxId, float] = field(default_factory=dict)


class Strip:
    """A track, or the master, at work. Its output is late by ``latency_samples``.

    What stands in ``audio.rendered_fx`` is in its sound already and is not run again.
    """

    def __init__(
        self,
        session: Session,
        track: Track,
        sample_rate_hz: int,
        feed: Feed | None,
        inputs: list[tuple[Edge, "Strip"]],
        modes: frozenset[SendMode],
        audio: TrackAudio | None = None,
    ) -> None:
        self.track = track
        self.meter = Meter()
        self.taps = Taps()
        self._session, self._rate, self._feed, self._modes = session, sample_rate_hz, feed, modes
        tempo_bpm = session.tempo_bpm_at(0.0) or 120.0
        rendered = audio.rendered_fx if audio is not None else None
        already_heard = rendered or frozenset()
        slots = [slot for slot in track.fx if slot.id not in already_heard] if track.fx_enabled else []
        self.chain = Chain(slots, sample_rate_hz, tempo_bpm=tempo_bpm)
        self._input_latency = max((source.latency_for(edge) for edge, source in inputs), default=0)
        self.latency_samples = self._input_latency + self.chain.latency_samples
        self._own_delay = DelayLine(self._input_latency)
        self._inputs = [
            (Patch(session, edge), source, DelayLine(self._input_latency - source.latency_for(edge)))
            for edge, source in inputs
        ]
        self._side_delay = DelayLine(self.chain.latency_samples)
        self._gains = track_gains(session, track)
        self._pre_fx_lanes = Lanes(track, () if rendered is not None else PRE_FX_KINDS, sample_rate_hz)
        self._lanes = Lanes(track, POST_FX_KINDS, sample_rate_hz)
        self._mute_lane = Lanes(track, ("mute",), sample_rate_hz)
        self._silent_samples = 0
        self._last_peak = 0.0
        self._is_fresh = True

    def latency_for(self, edge: Edge) -> int:
        """Return how late the sound on a way out of this strip is, in samples."""
        is_before_fx = edge.send is not None and edge.send.mode == "pre_fx"
        return self._input_latency if is_before_fx else self.latency_samples

    def run(self, start_sample: int, sample_count: int) -> None:
        """Work off one block; ``taps`` holds the result until the next."""
        main, side = self._gathered(sample_count)
        self.taps = Taps(side=None if side is None else self._side_delay.process(side))
        if main is None and side is None and self._may_rest(sample_count):
            return
        if main is None:
            main = np.zeros((2, sample_count))
        self._is_fresh = False
        self.meter.input_peak = max(self.meter.input_peak, _peak(main))
        main = self._with_pre_fx_lanes(main, start_sample - self._input_latency)
        if "pre_fx" in self._modes:
            self.taps.pre_fx = self._unmuted(main, start_sample - self._input_latency)
        main = self.chain.process(main, side)
        self.meter.fx_peaks = self.chain.peaks
        self._last_peak = _peak(main)
        if "pre_fader" in self._modes:
            self.taps.pre_fader = self._unmuted(main, start_sample - self.latency_samples)
        self.taps.output = self._faded(main, start_sample - self.latency_samples)
        self.meter.output_peak = max(self.meter.output_peak, _peak(self.taps.output))

    def close(self) -> None:
        """Let its files go."""
        if self._feed is not None:
            self._feed.close()

    def _may_rest(self, sample_count: int) -> bool:
        """Tell whether, without input, there is nothing left to hear; then the plug-ins start afresh."""
        self._silent_samples += sample_count
        memory = self.chain.memory_seconds * self._rate + self.chain.latency_samples + sample_count
        if not self.chain.is_empty and (self._last_peak >= SILENT_PEAK or self._silent_samples <= memory):
            return False
        if not self._is_fresh:
            self.chain.reset()
            self._is_fresh = True
        return True

    def _gathered(self, sample_count: int) -> tuple[Block | None, Block | None]:
        """Return the sum of everything that flows in: channels 1/2 and 3/4."""
        own = self._feed.read(sample_count) if self._feed is not None else None
        if self._feed is not None and self._input_latency:
            own = self._own_delay.process(np.zeros((2, sample_count)) if own is None else own)
        total = np.zeros((4, sample_count)) if self._inputs else None
        is_heard = own is not None and bool(own.any())
        if total is None or own is None:
            main = own
        else:
            total[:2] += own
            main = total[:2]
        side_is_used = False
        for patch, source, delay in self._inputs:
            block = patch.taken(source.taps)
            if delay.delay_samples:
                block = delay.process(np.zeros((2, sample_count)) if block is None else block)
            if block is None or total is None:
                continue
            patch.add_to(total, block)
            is_heard = is_heard or patch.place < 2
            side_is_used = side_is_used or patch.place >= 1
            main = total[:2]
        if is_heard:
            self._silent_samples = 0
        side = total[2:] if total is not None and side_is_used else None
        return (main if is_heard else None), side

    def _with_pre_fx_lanes(self, block: Block, start_sample: int) -> Block:
        if not self._pre_fx_lanes:
            return block
        lanes = self._pre_fx_lanes.values(start_sample, block.shape[1])
        moved = place(lanes)
        if moved is not None:
            block = _through(self._panned(*moved), block)
        return np.asarray(block * level(lanes))

    def _unmuted(self, block: Block, start_sample: int) -> Block:
        """Return a copy of the block, silent where the mute lane mutes the track and with it all its sends."""
        return np.asarray(block * level(self._mute_lane.values(start_sample, block.shape[1])))

    def _faded(self, block: Block, start_sample: int) -> Block:
        """Return the block after width, pan, fader, polarity and the lanes of those."""
        if not self._lanes:
            return _through(self._gains, block)
        track = self.track
        lanes = self._lanes.values(start_sample, block.shape[1])
        moved = place(lanes, track.pan, track.width_ratio)
        if moved is None:
            return np.asarray(_through(self._gains, block) * level(lanes))
        fader = -track.volume_linear if track.polarity_inverted else track.volume_linear
        return np.asarray(_through(self._panned(*moved), block) * (fader * level(lanes)))

    def _panned(self, pan: Floats | float, width_ratio: Floats | float) -> Gains:
        track, session = self.track, self._session
        law = session.pan_law_linear if track.pan_law_linear is None else track.pan_law_linear
        return pan_gains(
            track.pan_mode,
            pan,
            width_ratio,
            dual_pan=track.dual_pan,
            law_linear=law,
            taper=session.pan_taper,
        )


def _through(gains: Gains, block: Block) -> Block:
    """Return ``gains @ block``; the gains may change over time."""
    if gains.ndim == 2 and gains[0, 1] == 0.0 and gains[1, 0] == 0.0:
        return np.asarray(block * np.diag(gains)[:, None])
    return np.stack((gains[0, 0] * block[0] + gains[0, 1] * block[1], gains[1, 0] * block[0] + gains[1, 1] * block[1]))


def _peak(block: Block) -> float:
    return max(float(block.max()), -float(block.min())) if block.size else 0.0
