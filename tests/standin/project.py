"""A project tab: what undo covers (the state) and what it does not (settings, cursor, history)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.standin.tracks import Send, Track

ExtState = dict[str, dict[str, str]]

INFO_DEFAULTS: dict[str, float] = {
    "RENDER_SETTINGS": 0.0,
    "RENDER_BOUNDSFLAG": 1.0,
    "RENDER_CHANNELS": 2.0,
    "RENDER_SRATE": 0.0,
    "RENDER_STARTPOS": 0.0,
    "RENDER_ENDPOS": 0.0,
    "RENDER_TAILFLAG": 18.0,
    "RENDER_TAILMS": 1000.0,
    "RENDER_ADDTOPROJ": 0.0,
    "RENDER_DITHER": 0.0,
    "RENDER_NORMALIZE": 0.0,
    "RENDER_NORMALIZE_TARGET": 1.0,
    "RENDER_BRICKWALL": 1.0,
    "RENDER_FADEIN": 0.0,
    "RENDER_FADEOUT": 0.0,
    "RENDER_DELAY": 0.0,
    "PROJECT_SRATE": 44100.0,
    "PROJECT_SRATE_USE": 0.0,
    "PROJECT_PANMODE": 3.0,
    "PROJECT_PANLAW": 1.0,
    "PROJECT_TIMEOFFS": 0.0,
}
TEXT_DEFAULTS: dict[str, str] = {
    "RENDER_FILE": "",
    "RENDER_PATTERN": "",
    "RENDER_FORMAT": "ZXZhdxgAAQ==",
    "RENDER_FORMAT2": "",
    "RECORD_PATH": "",
    "RECORD_PATH_SECONDARY": "",
    "PROJECT_TITLE": "",
    "PROJECT_AUTHOR": "",
}


@dataclass(eq=False)
class Marker:
    """A marker, or a region when it has an end."""

    number: int
    start: float
    end: float | None
    name: str
    color: int = 0
    pointer: int = 0

    def parts(self) -> tuple[Any, ...]:
        return ()


@dataclass(eq=False)
class Tempo:
    """One tempo marker."""

    time: float
    bpm: float
    numerator: int = -1
    denominator: int = -1
    linear: int = 0


@dataclass(eq=False)
class State:
    """Everything one undo step restores."""

    tracks: list[Track] = field(default_factory=list)
    master: Track = field(default_factory=lambda: Track("MASTER", is_master=True))
    sends: list[Send] = field(default_factory=list)
    markers: list[Marker] = field(default_factory=list)
    tempo: list[Tempo] = field(default_factory=list)
    bpm: float = 120.0
    signature: tuple[int, int] = (4, 4)
    group_names: dict[int, str] = field(default_factory=dict)
    notes: str = ""

    def parts(self) -> list[Any]:
        return [*self.tracks, self.master, *self.sends, *self.markers]

    def copy(self) -> State:
        tracks = {id(track): track.copy() for track in (*self.tracks, self.master)}
        return State(
            [tracks[id(track)] for track in self.tracks],
            tracks[id(self.master)],
            [send.copy(tracks) for send in self.sends],
            [Marker(m.number, m.start, m.end, m.name, m.color) for m in self.markers],
            [Tempo(t.time, t.bpm, t.numerator, t.denominator, t.linear) for t in self.tempo],
            self.bpm,
            self.signature,
            dict(self.group_names),
            self.notes,
        )

    def sends_of(self, track: Track, category: int) -> list[Send]:
        """List receives (category < 0), sends (0) or hardware outputs (> 0) of a track."""
        if category < 0:
            return [send for send in self.sends if send.destination is track]
        wanted = (send for send in self.sends if send.source is track)
        return [send for send in wanted if (send.destination is None) == (category > 0)]

    def delete(self, track: Track) -> None:
        """Take a track out; what it opened or closed as a folder stays balanced by its neighbour above."""
        at = self.tracks.index(track)
        depth = track.values["I_FOLDERDEPTH"]
        del self.tracks[at]
        self.sends = [send for send in self.sends if send.source is not track and send.destination is not track]
        if depth < 0 and at > 0:
            self.tracks[at - 1].values["I_FOLDERDEPTH"] += depth
        elif depth > 0 and self.tracks:
            self._close_once_less(at)

    def _close_once_less(self, at: int) -> None:
        """After a folder's parent went: the first track that closes beyond what opens closes one level less."""
        running = 0.0
        for track in self.tracks[at:]:
            running += track.values["I_FOLDERDEPTH"]
            if running < 0:
                track.values["I_FOLDERDEPTH"] += 1
                return

    def parent_of(self, track: Track) -> Track | None:
        stack: list[Track] = []
        for candidate in self.tracks:
            if candidate is track:
                return stack[-1] if stack else None
            depth = int(candidate.values["I_FOLDERDEPTH"])
            if depth > 0:
                stack.append(candidate)
            elif depth < 0:
                del stack[depth:]
        return None

    def depth_of(self, track: Track) -> int:
        depth, parent = 0, self.parent_of(track)
        while parent is not None:
            depth, parent = depth + 1, self.parent_of(parent)
        return depth


@dataclass(eq=False)
class Project:
    """One tab."""

    path: Path | None = None
    state: State = field(default_factory=State)
    ext_state: ExtState = field(default_factory=dict)
    info: dict[str, float] = field(default_factory=lambda: dict(INFO_DEFAULTS))
    texts: dict[str, str] = field(default_factory=lambda: dict(TEXT_DEFAULTS))
    header: list[str] = field(default_factory=lambda: ["0.1", "7.27/linux-x86_64", "0"])
    kept: list[Any] = field(default_factory=list)
    dirty: bool = False
    change_count: int = 1
    cursor: float = 0.0
    time_selection: tuple[float, float] = (0.0, 0.0)
    loop: tuple[float, float] = (0.0, 0.0)
    history: Any = None
    """The undo history (undo.History)."""
    touched: int = 0
    """UNDO_STATE_… bits of what scripts changed directly since the last undo point."""
    pointer: int = 0

    def parts(self) -> list[Any]:
        return self.state.parts()

    def touch(self, bits: int) -> None:
        self.touched |= bits
        self.dirty = True

    @property
    def folder(self) -> Path:
        return self.path.parent if self.path else Path("/")

    def length_seconds(self) -> float:
        ends = [i.values["D_POSITION"] + i.values["D_LENGTH"] for t in self.state.tracks for i in t.items]
        return max(ends, default=0.0)
