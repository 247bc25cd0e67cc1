"""The automation lanes of a track over the samples of a block.

Values are interpolated as they are stored: linear amplitude for volume. REAPER interpolates a volume lane with
fader scaling (its default for new lanes) along the fader instead: at the points there is no difference,
between two points that lie far apart there is. Volume lanes multiply the fader, width lanes the width, pan
lanes add to the pan with their sign turned (in an envelope +1 is left), a mute lane below one half is silence.
"""

import numpy as np

from analysis.curves import Floats, curve_values
from reaper_bridge.session.model import EnvelopeKind, Track

PRE_FX_KINDS: tuple[EnvelopeKind, ...] = ("pre_fx_volume", "pre_fx_pan", "pre_fx_width")
POST_FX_KINDS: tuple[EnvelopeKind, ...] = ("volume", "trim_volume", "pan", "width", "mute")


class Lanes:
    """Some lanes of a track, to be read block by block."""

    def __init__(self, track: Track, kinds: tuple[EnvelopeKind, ...], sample_rate_hz: int) -> None:
        found = {kind: track.envelope(kind) for kind in kinds}
        self._points = {kind: lane.points for kind, lane in found.items() if lane is not None}
        self._rate = sample_rate_hz

    def __bool__(self) -> bool:
        return bool(self._points)

    def values(self, start_sample: int, sample_count: int) -> dict[EnvelopeKind, Floats]:
        """Return each lane's value at every sample; lanes that the track does not have are absent."""
        times = (start_sample + np.arange(sample_count)) / self._rate
        return {kind: curve_values(points, times) for kind, points in self._points.items()}


def level(lanes: dict[EnvelopeKind, Floats]) -> Floats | float:
    """Return the gain that the volume and mute lanes ask for together."""
    gain: Floats | float = 1.0
    for kind in ("pre_fx_volume", "volume", "trim_volume"):
        if kind in lanes:
            gain = gain * lanes[kind]
    if "mute" in lanes:
        gain = np.where(lanes["mute"] >= 0.5, gain, 0.0)
    return gain


def place(
    lanes: dict[EnvelopeKind, Floats], pan: float = 0.0, width_ratio: float = 1.0
) -> tuple[Floats | float, Floats | float] | None:
    """Return pan and width over time, starting from the knobs, or None where no lane moves them."""
    pan_lane = lanes.get("pan", lanes.get("pre_fx_pan"))
    width_lane = lanes.get("width", lanes.get("pre_fx_width"))
    if pan_lane is None and width_lane is None:
        return None
    moved: Floats | float = pan
    if pan_lane is not None:
        moved = np.clip(pan - pan_lane, -1.0, 1.0)
    return moved, width_ratio if width_lane is None else width_ratio * width_lane
