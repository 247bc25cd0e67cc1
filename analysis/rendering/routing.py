"""Who feeds whom: folders, sends, mutes and solos as a graph without loops.

A muted track sends nothing anywhere. With a solo, the soloed tracks and what stands inside soloed folders
play; what they flow through carries them and nothing else; a track that sends to a soloed one is heard there
only, so that a soloed return has something to return.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from reaper_bridge.session.identity import MASTER, TrackId
from reaper_bridge.session.model import Send, Session, Track


@dataclass(frozen=True)
class Edge:
    """Sound from one track into another: by a send, or into its folder or the master where ``send`` is None."""

    source: TrackId
    destination: TrackId
    send: Send | None = None


@dataclass(frozen=True)
class Routing:
    """The graph. ``levels`` are groups of tracks that need only earlier groups; the master stands alone at
    the end. ``plays`` are the tracks whose own items sound, ``notes`` what was left out and why.
    """

    edges: tuple[Edge, ...]
    levels: tuple[tuple[TrackId, ...], ...]
    plays: frozenset[TrackId]
    notes: tuple[str, ...] = ()

    def into(self, track_id: TrackId) -> tuple[Edge, ...]:
        """Return what feeds a track, in the order of the session."""
        return tuple(edge for edge in self.edges if edge.destination == track_id)


def routing(session: Session, wanted: Collection[TrackId] = ()) -> Routing:
    """Return the routing of a session as far as the master and some ``wanted`` tracks need it."""
    edges, notes = _without_loops(session, _edges(session))
    plays = frozenset(t.id for t in session.tracks if not t.muted)
    if session.has_solo:
        edges, plays = _soloed(session, edges, plays)
    needed = _reach({MASTER, *wanted}, ((e.destination, e.source) for e in edges))
    edges = [edge for edge in edges if edge.destination in needed]
    return Routing(tuple(edges), _levels(session, edges, needed), plays & needed, tuple(notes))


def _edges(session: Session) -> list[Edge]:
    edges = []
    for track in session.tracks:
        if track.muted:
            continue
        if track.sends_to_parent:
            parent = track.parent if track.parent and session.has_track(track.parent) else MASTER
            edges.append(Edge(track.id, parent))
        edges += [Edge(track.id, send.destination, send) for send in track.sends if _carries(session, send)]
    return edges


def _carries(session: Session, send: Send) -> bool:
    is_open = send.carries_audio and not send.muted and send.level_linear != 0.0
    return is_open and session.has_track(send.destination)


def _without_loops(session: Session, edges: list[Edge]) -> tuple[list[Edge], list[str]]:
    """Cut each loop at its send between the last tracks of the session."""
    place = {track.id: track.index for track in session.tracks}
    notes = []
    while loop := _loop(session, edges):
        sends = [edge for edge in loop if edge.send is not None]
        cut = max(sends, key=lambda e: (place[e.source], place.get(e.destination, -1)))
        edges = [edge for edge in edges if edge is not cut]
        names = (session.track(cut.source).name, session.track(cut.destination).name)
        notes.append(f"The send from “{names[0]}” to “{names[1]}” closes a feedback loop and is left out")
    return edges, notes


def _loop(session: Session, edges: list[Edge]) -> list[Edge]:
    """Return the edges of one loop, or nothing."""
    outgoing: dict[TrackId, list[Edge]] = {}
    for way in edges:
        outgoing.setdefault(way.source, []).append(way)
    done: set[TrackId] = set()
    for track in session.tracks:
        path: list[Edge] = []
        stack = [iter(outgoing.get(track.id, ()))] if track.id not in done else []
        on_path = [track.id]
        while stack:
            edge: Edge | None = next(stack[-1], None)
            if edge is None:
                stack.pop()
                done.add(on_path.pop())
                if path:
                    path.pop()
            elif edge.destination in on_path:
                return [*path[on_path.index(edge.destination) :], edge]
            elif edge.destination not in done:
                path.append(edge)
                on_path.append(edge.destination)
                stack.append(iter(outgoing.get(edge.destination, ())))
    return []


def _soloed(session: Session, edges: list[Edge], plays: frozenset[TrackId]) -> tuple[list[Edge], frozenset[TrackId]]:
    inside = [(t.parent, t.id) for t in session.tracks if t.parent is not None]
    soloed = _reach({t.id for t in session.tracks if t.soloed}, inside)
    carriers = _reach(soloed, ((e.source, e.destination) for e in edges))
    feeders = _reach(soloed, ((e.destination, e.source) for e in edges if e.send is not None))
    kept = [e for e in edges if e.source in carriers or (e.source in feeders and e.destination in feeders)]
    return kept, plays & (soloed | feeders)


def _reach(start: Collection[TrackId], steps: Iterable[tuple[TrackId, TrackId]]) -> set[TrackId]:
    following: dict[TrackId, list[TrackId]] = {}
    for here, there in steps:
        following.setdefault(here, []).append(there)
    reached, open_ends = set(start), list(start)
    while open_ends:
        for there in following.get(open_ends.pop(), ()):
            if there not in reached:
                reached.add(there)
                open_ends.append(there)
    return reached


def _levels(session: Session, edges: list[Edge], needed: Collection[TrackId]) -> tuple[tuple[TrackId, ...], ...]:
    """Group the tracks by the longest way that leads to them."""
    depth: dict[TrackId, int] = {track.id: 0 for track in session.tracks if track.id in needed}
    is_settled = False
    while not is_settled:
        is_settled = True
        for edge in edges:
            if edge.destination != MASTER and depth[edge.destination] <= depth[edge.source]:
                depth[edge.destination] = depth[edge.source] + 1
                is_settled = False
    grouped: list[list[TrackId]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for track_id, level in depth.items():
        grouped[level].append(track_id)
    return (*(tuple(group) for group in grouped), (MASTER,))


def channel_name(track: Track) -> str:
    """Return how people call a track."""
    return track.name or f"track {track.index + 1}"
