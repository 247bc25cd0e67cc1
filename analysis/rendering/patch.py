"""What a way between two tracks does to the sound: where it is picked up, its gain and pan, where it arrives.

Measured on REAPER renders by a public project: the pan of a send is a balance that follows the project's law,
a mono send sums to (left + right) / 2 before it, a send of one channel ignores it, and a send into one channel
arrives as (gain of left * left + gain of right * right) / 2.
"""

from dataclasses import dataclass

import numpy as np

from analysis.rendering.pan import Gains, law_gains
from analysis.rendering.processor import Block
from analysis.rendering.routing import Edge
from reaper_bridge.session.model import Send, SendMode, Session

ONE_CHANNEL = 1024
"""The bit of a send's channel number that means one channel instead of a pair."""
CHANNEL_BITS = ONE_CHANNEL - 1


@dataclass
class Taps:
    """A strip's outputs for one block, all (2, n); None is silence. ``side`` is channels 3/4 after the FX."""

    output: Block | None = None
    pre_fader: Block | None = None
    pre_fx: Block | None = None
    side: Block | None = None


class Patch:
    """What a way between two tracks does to the sound, and on which channels it arrives."""

    def __init__(self, session: Session, edge: Edge) -> None:
        send = edge.send
        self._mode: SendMode = send.mode if send is not None else "post_fader"
        self._first = (send.source_channel_index & CHANNEL_BITS) if send is not None else 0
        self.place = (send.destination_channel_index & CHANNEL_BITS) if send is not None else 0
        self._matrix = np.eye(2) if send is None else _send_gains(session, send)
        self._is_plain = send is None

    def taken(self, taps: Taps) -> Block | None:
        """Return what is picked up at the source, before the send's own knobs."""
        block = {"post_fader": taps.output, "pre_fader": taps.pre_fader, "pre_fx": taps.pre_fx}[self._mode]
        if self._first == 0:
            return block
        pair = taps.side
        if self._first == 1 and (block is not None or pair is not None):
            second = np.zeros_like(pair[0]) if block is None and pair is not None else block[1]  # type: ignore[index]
            return np.stack((second, np.zeros_like(second) if pair is None else pair[0]))
        return pair if self._first == 2 else None

    def add_to(self, channels: Block, block: Block) -> None:
        """Add a block to the channels (4, n) of the destination."""
        if self._is_plain:
            channels[:2] += block
            return
        arrived = self._matrix @ block
        end = min(self.place + len(arrived), len(channels))
        if self.place < end:
            channels[self.place : end] += arrived[: end - self.place]


def _send_gains(session: Session, send: Send) -> Gains:
    """Return the gains (1 or 2, 2) of a send. A send of one channel ignores the pan."""
    level = send.level_linear * (-1.0 if send.polarity_inverted else 1.0)
    to_one = bool(send.destination_channel_index & ONE_CHANNEL)
    if send.source_channel_index >> 10 == 1:
        alone = np.array([[level, 0.0]])
        return alone if to_one else np.vstack((alone, alone))
    balance = law_gains(send.pan, session.pan_law_linear, session.pan_taper)
    gains = np.diag(balance) * level
    if to_one:
        return np.asarray(gains.sum(axis=0, keepdims=True) / 2.0)
    if send.mono:
        return np.asarray(gains @ np.full((2, 2), 0.5))
    return gains
