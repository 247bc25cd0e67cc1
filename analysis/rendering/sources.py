"""Where the mixer's sound comes from: any iterable of audio, cut into the blocks the mixer wants."""

from collections.abc import Iterable, Iterator
from typing import Protocol

import numpy as np
import numpy.typing as npt

from analysis.rendering.processor import Block
from reaper_bridge.session.audio import TrackAudio


class SourceOpener(Protocol):
    """Open the sound of a track, before its FX, as REAPER would play it."""

    def __call__(
        self, audio: TrackAudio, sample_rate_hz: int, start_seconds: float, end_seconds: float
    ) -> Iterable[npt.NDArray[np.floating]]:
        """Return consecutive pieces (1 or 2, n) of any length; what is missing at the end is silence."""


class Feed:
    """Pieces of any length, read in blocks of the length asked for. Read by one thread at a time."""

    def __init__(self, pieces: Iterable[npt.NDArray[np.floating]]) -> None:
        self._pieces: Iterator[npt.NDArray[np.floating]] = iter(pieces)
        self._left: npt.NDArray[np.floating] = np.zeros((1, 0), np.float32)

    def read(self, sample_count: int) -> Block | None:
        """Return the next block, or None where it is silent."""
        parts, have = [], 0
        while have < sample_count:
            if self._left.shape[1] == 0:
                piece = next(self._pieces, None)
                if piece is None:
                    break
                self._left = piece.reshape(1, -1) if piece.ndim == 1 else piece
                continue
            part = self._left[:, : sample_count - have]
            self._left = self._left[:, part.shape[1] :]
            parts.append(part)
            have += part.shape[1]
        if not any(part.any() for part in parts):
            return None
        block = np.zeros((2, sample_count))
        at = 0
        for part in parts:
            block[:, at : at + part.shape[1]] = part[:2]
            at += part.shape[1]
        return block

    def close(self) -> None:
        """Let the files go; what was not read stays unread."""
        close = getattr(self._pieces, "close", None)
        if close is not None:
            close()
