"""Render a session as REAPER's mixer would, in blocks, so that memory does not grow with its length.

Every path is as late as the slowest one into the same strip (REAPER's plug-in delay compensation), and the
result is put back in time. Not modelled: foreign plug-ins, parameter automation, more than four channels,
hardware outputs and VCA groups; ``Mixdown.notes`` names what a session has of these.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.rendering.chain import shortcomings
from analysis.rendering.processor import Block, DelayLine
from analysis.rendering.routing import Edge, Routing, channel_name, routing
from analysis.rendering.sources import Feed, SourceOpener
from analysis.rendering.strip import Meter, Strip
from reaper_bridge.session.audio import TrackAudio
from reaper_bridge.session.effects import ReaDelay
from reaper_bridge.session.identity import MASTER, TrackId
from reaper_bridge.session.model import SendMode, Session, Track

BLOCK_SAMPLES = 16_384
PRE_ROLL_SECONDS = 2.0
LOOK_AHEAD_SECONDS = 1.0
WORKERS = 2
LAST_CHANNEL = 4


@dataclass(frozen=True, eq=False)
class RenderedBlock:
    """A piece of the mix: the master and the stems asked for, each (2, n), from ``start_seconds`` on."""

    start_seconds: float
    master: Block
    stems: Mapping[TrackId, Block]


class Mixdown:
    """A rendering to iterate over once or more; each time it starts anew.

    ``notes`` says what the model leaves out. ``meters`` has the peaks of every strip of the latest run, and
    ``strips`` the strips themselves with their plug-ins, to ask a compressor what it did.
    """

    def __init__(
        self,
        session: Session,
        sources: Mapping[TrackId, TrackAudio],
        open_source: SourceOpener,
        sample_rate_hz: int,
        start_seconds: float,
        end_seconds: float,
        tail_seconds: float,
        stems: tuple[TrackId, ...],
        block_samples: int,
    ) -> None:
        self.sample_rate_hz = sample_rate_hz
        self._session, self._open, self._stems = session, open_source, stems
        self._sources = _in_time(session, sources)
        self._first = round(start_seconds * sample_rate_hz)
        # a plug-in that looks ahead must see what follows an excerpt
        self._source_end_seconds = end_seconds + (0.0 if tail_seconds > 0.0 else LOOK_AHEAD_SECONDS)
        self._last = round((end_seconds + max(tail_seconds, 0.0)) * sample_rate_hz)
        self._block_samples = block_samples
        self._routing = routing(session, stems)
        self.notes = _notes(session, sources, self._routing)
        self.strips: dict[TrackId, Strip] = {}

    @property
    def length_samples(self) -> int:
        """How many samples the rendering gives, the tail included."""
        return max(self._last - self._first, 0)

    @property
    def meters(self) -> dict[TrackId, Meter]:
        """The peaks of every strip in the latest run, the pre-roll included."""
        return {track_id: strip.meter for track_id, strip in self.strips.items()}

    def __iter__(self) -> Iterator[RenderedBlock]:
        return (block for (block,) in side_by_side(self))

    def _build(self, begin_seconds: float, beside: "Mixdown | None") -> None:
        """Build the strips; those that do the same in the rendering ``beside`` are taken from there."""
        strips: dict[TrackId, Strip] = {}
        modes = self._modes()
        for level in self._routing.levels:
            for track_id in level:
                if beside is not None and self._does_the_same(track_id, strips, beside):
                    strips[track_id] = beside.strips[track_id]
                    continue
                track = self._session.track(track_id)
                inputs = [(edge, strips[edge.source]) for edge in self._routing.into(track_id)]
                strips[track_id] = Strip(
                    self._session,
                    track,
                    self.sample_rate_hz,
                    self._feed(track_id, begin_seconds),
                    inputs,
                    frozenset(modes.get(track_id, set())),
                    self._sources.get(track_id),
                )
        self.strips = strips

    def _modes(self) -> dict[TrackId, set[SendMode]]:
        """Return where the sound of each strip is picked up."""
        modes: dict[TrackId, set[SendMode]] = {}
        for edge in self._routing.edges:
            modes.setdefault(edge.source, set()).add(edge.send.mode if edge.send else "post_fader")
        return modes

    def _does_the_same(self, track_id: TrackId, strips: Mapping[TrackId, Strip], other: "Mixdown") -> bool:
        """Tell whether a strip has the same knobs as in another rendering, and gets and gives the same sound."""
        edges = self._routing.into(track_id)
        return (
            track_id in other.strips
            and self._common_facts(track_id) == other._common_facts(track_id)
            and edges == other._routing.into(track_id)
            and all(strips[edge.source] is other.strips[edge.source] for edge in edges)
        )

    def _common_facts(self, track_id: TrackId) -> tuple[object, ...]:
        session = self._session
        of_all = session.tempo, session.pan_law_linear, session.pan_taper, self.sample_rate_hz
        plays = track_id in self._routing.plays
        return of_all, session.track(track_id), plays, self._sources.get(track_id), self._modes().get(track_id)

    def _feed(self, track_id: TrackId, begin_seconds: float) -> Feed | None:
        if track_id not in self._sources or track_id not in self._routing.plays:
            return None
        audio = self._sources[track_id]
        return Feed(self._open(audio, self.sample_rate_hz, begin_seconds, self._source_end_seconds))

    def _run(self, pool: ThreadPoolExecutor, position: int, count: int, beside: "Mixdown | None") -> None:
        done = set(map(id, beside.strips.values())) if beside is not None else set()
        for level in self._routing.levels:
            strips = [self.strips[track_id] for track_id in level if id(self.strips[track_id]) not in done]
            if len(strips) == 1:
                strips[0].run(position, count)
            else:
                list(pool.map(lambda strip: strip.run(position, count), strips))

    def _output(self, track_id: TrackId, count: int) -> Block:
        block = self.strips[track_id].taps.output
        if block is None or self._session.track(track_id).muted:
            return np.zeros((2, count))
        return block


def render_mix(
    session: Session,
    sources: Mapping[TrackId, TrackAudio],
    *,
    sample_rate_hz: int,
    start_seconds: float = 0.0,
    end_seconds: float,
    tail_seconds: float = 0.0,
    stems: Collection[TrackId] = (),
    open_source: SourceOpener | None = None,
    block_samples: int = BLOCK_SAMPLES,
) -> Mixdown:
    """Return the rendering of a part of a session, to be iterated over block by block.

    An excerpt that starts later than 0 is run in from two seconds before, so that compressors and reverbs are
    warm. ``tail_seconds`` is added after the end, where no item sounds any more. A stem is what a track hands
    to its parent: after its fader, its children and receives included; silence for a muted track.

    Raises:
        UnknownTrackError: A stem names a track that the session does not have.
        MediaError: An audio file cannot be read.
    """
    wanted = tuple(dict.fromkeys(session.track(stem).id for stem in stems))
    return Mixdown(
        session,
        sources,
        open_source or _opened,
        sample_rate_hz,
        start_seconds,
        end_seconds,
        tail_seconds,
        tuple(stem for stem in wanted if stem != MASTER),
        block_samples,
    )


def side_by_side(*versions: Mixdown) -> Iterator[tuple[RenderedBlock, ...]]:
    """Render several versions of a session at once, block by block; where they agree with the first is run once.

    So a fader that is moved costs its own track, and what that flows through. All begin and end at the same time.
    """
    first = versions[0]
    rate = first.sample_rate_hz
    begin = max(first._first - round(PRE_ROLL_SECONDS * rate), min(first._first, 0))
    for version in versions:
        version._build(begin / rate, None if version is first else first)
    asked = [(version, (MASTER, *version._stems)) for version in versions]
    latency = max(version.strips[t].latency_samples for version, tracks in asked for t in tracks)
    align = [{t: DelayLine(latency - v.strips[t].latency_samples) for t in tracks} for v, tracks in asked]
    with ThreadPoolExecutor(WORKERS) as pool, ExitStack() as open_files:
        for strip in {id(s): s for version in versions for s in version.strips.values()}.values():
            open_files.callback(strip.close)
        position, last = begin, first._last + latency
        while position < last:
            count = min(first._block_samples, last - position)
            keep = max(first._first + latency - position, 0)
            blocks = []
            for version, lines in zip(versions, align, strict=True):
                version._run(pool, position, count, None if version is first else first)
                done = {t: line.process(version._output(t, count))[:, keep:] for t, line in lines.items()}
                start_seconds = (position + keep - latency) / rate
                blocks.append(RenderedBlock(start_seconds, done.pop(MASTER), done))
            if keep < count:
                yield tuple(blocks)
            position += count


def rendered(mixdown: Iterable[RenderedBlock]) -> tuple[Block, dict[TrackId, Block]]:
    """Return a whole rendering as arrays (2, n): the master, and the stems. For excerpts and tests."""
    blocks = list(mixdown)
    if not blocks:
        return np.zeros((2, 0)), {}
    master = np.concatenate([block.master for block in blocks], axis=1)
    stems = {t: np.concatenate([block.stems[t] for block in blocks], axis=1) for t in blocks[0].stems}
    return master, stems


def end_seconds_of(sources: Mapping[TrackId, TrackAudio]) -> float:
    """Return when the last item ends, 0 where there is none."""
    return max(
        (clip.position_seconds + clip.length_seconds for audio in sources.values() for clip in audio.clips),
        default=0.0,
    )


def _in_time(session: Session, sources: Mapping[TrackId, TrackAudio]) -> dict[TrackId, TrackAudio]:
    """Return the sources as they play at the offsets of this session, whatever they were read with."""
    return {
        track_id: audio.at_offset(session.track(track_id).play_offset_seconds) if session.has_track(track_id) else audio
        for track_id, audio in sources.items()
    }


def _opened(
    audio: TrackAudio, sample_rate_hz: int, start_seconds: float, end_seconds: float
) -> Iterable[npt.NDArray[np.floating]]:
    from analysis.audio import TrackSound

    start, end = round(start_seconds * sample_rate_hz), round(end_seconds * sample_rate_hz)
    return TrackSound(audio, sample_rate_hz, BLOCK_SAMPLES, start, max(start, end))


def _notes(session: Session, sources: Mapping[TrackId, TrackAudio], routes: Routing) -> tuple[str, ...]:
    """Say what the model leaves out of this session, track by track."""
    notes = list(routes.notes)
    for level in routes.levels:
        for track_id in level:
            track = session.track(track_id)
            name = "Master" if track_id == MASTER else channel_name(track)
            notes += [f"{name}: {text}" for text in _track_notes(track, sources.get(track_id))]
    notes += [note for edge in routes.edges for note in _edge_notes(session, edge)]
    has_musical_delay = any(
        isinstance(slot.effect, ReaDelay) and any(tap.length_beats for tap in slot.effect.taps)
        for track in session.tracks
        for slot in track.fx
    )
    if has_musical_delay and len({change.tempo_bpm for change in session.tempo}) > 1:
        notes.append("Tempo changes do not move the musical delays; they keep the tempo of the start")
    return tuple(notes)


def _track_notes(track: Track, audio: TrackAudio | None) -> list[str]:
    rendered = (audio.rendered_fx if audio is not None else None) or frozenset()
    slots = [slot for slot in track.fx if track.fx_enabled and slot.id not in rendered]
    notes = [note for slot in slots for note in shortcomings(slot)]
    if track.follows_vca:
        notes.append("its VCA leader is ignored")
    if audio is not None and not audio.is_complete:
        notes.append("part of its sound cannot be read")
    return notes


def _edge_notes(session: Session, edge: Edge) -> list[str]:
    if edge.send is None:
        return []
    highest = max(edge.send.source_channel_index & 1023, edge.send.destination_channel_index & 1023)
    if highest < LAST_CHANNEL:
        return []
    ends = (channel_name(session.track(edge.source)), channel_name(session.track(edge.destination)))
    return [f"The send from “{ends[0]}” to “{ends[1]}” uses channels above 4 and is left out"]
