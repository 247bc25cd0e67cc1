"""Read a session, listen to it and recognise who plays: what every command needs before it decides."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from time import perf_counter

from actions.progress import QUIET, Course
from actions.remembering import question, read_answer, write_answer
from analysis.alignment import Pair
from analysis.measures import Flaw, ListeningProblem, TrackMeasures
from analysis.roles import Roles
from analysis.sections import Section
from reaper_bridge.host import Host
from reaper_bridge.session.audio import TrackAudio
from reaper_bridge.session.errors import NothingToMixError
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.ledger import Ledger
from reaper_bridge.session.model import Session, TempoChange

DEFAULT_SAMPLE_RATE_HZ = 48_000
LEAD_ROLES = ("lead_vocal", "speech")


@dataclass(frozen=True)
class Problem:
    """Something in the session that the engineer should know, in one sentence."""

    track_id: TrackId | None
    text: str


@dataclass(frozen=True)
class Heard:
    """A session, what it sounds like and who plays.

    ``audio_keys`` names the content of each track's sound; two equal keys are the same sound. ``sources`` are in the
    time they had before our own passes, so that a later pass hears what the first one heard.
    """

    session: Session
    ledger: Ledger
    sample_rate_hz: int
    sources: Mapping[TrackId, TrackAudio]
    measures: Mapping[TrackId, TrackMeasures]
    roles: Roles
    flaws: Mapping[TrackId, tuple[Flaw, ...]]
    problems: tuple[Problem, ...]
    audio_keys: Mapping[TrackId, str]
    seconds: dict[str, float] = field(default_factory=dict)
    pairs: tuple[Pair, ...] = ()
    sections: tuple[Section, ...] = ()


def hear(host: Host, *, overrides: Mapping[str, str] | None = None, course: Course = QUIET) -> Heard:
    """Read a session and listen to every track that has sound on disk.

    ``overrides`` says who plays what, by track name, number or GUID.

    Raises:
        ProjectFileError: The project cannot be read.
        UnknownTrackError: An override names no track.
        CancelledError: Somebody wants to stop.
    """
    from actions.fingerprint import sound_key
    from actions.recognising import flaws_in, roles_in
    from actions.relating import Tracks, pairs_of
    from analysis.listener import listen
    from analysis.roles import parse_overrides, role_named
    from analysis.sections import sections_of

    seconds: dict[str, float] = {}
    started = perf_counter()
    course.stage("reading")
    session, ledger = host.snapshot(), host.ledger()
    given = {session.find(name).id: role_named(role) for name, role in (overrides or {}).items()}
    sources = _before_us(host.sources([track.id for track in session.tracks]), session, ledger)
    rate = project_rate(session, sources)
    seconds["reading"] = perf_counter() - started

    started = perf_counter()
    heard = {key: audio for key, audio in sources.items() if audio.clips and audio.is_complete}
    course.stage("listening", len(heard))
    names = {track.id: track.name or f"Track {track.index + 1}" for track in session.tracks}
    results = listen(
        heard,
        rate,
        progress=lambda track_id, _, ratio: course.watcher.track(names[track_id], ratio),
        cancelled=course.cancelled,
    )
    course.stage("recognising")
    measures = {key: value for key, value in results.items() if isinstance(value, TrackMeasures)}
    sources = {key: _readable(audio, results.get(key)) for key, audio in sources.items()}
    problems = [Problem(track_id, text) for track_id, audio in sources.items() for text in audio.problems]
    problems += [Problem(key, value.text) for key, value in results.items() if isinstance(value, ListeningProblem)]
    seconds["listening"] = perf_counter() - started

    started = perf_counter()
    keys = {key: sound_key(audio) for key, audio in sources.items()}
    tracks = Tracks(sources, measures, keys, rate)
    roles = roles_in(session, tracks, {**parse_overrides(session), **given})
    pairs = pairs_of(tracks, roles)
    flaws = flaws_in(tracks, roles, pairs, session)
    families = {key: entry.family for key, entry in roles.tracks.items() if entry.family != "none"}
    leads = [key for key, entry in roles.tracks.items() if entry.role in LEAD_ROLES]
    # what we muted counts as it did before, or a second pass would find another form
    sections = sections_of(ledger.before_our_work(session), measures, families, leads)
    if not session.tempo:
        session = _with_heard_tempo(session, sources, roles, keys)
    seconds["recognising"] = perf_counter() - started
    return Heard(
        session, ledger, rate, sources, measures, roles, flaws, tuple(problems), keys, seconds, pairs, sections
    )


def _before_us(sources: Mapping[TrackId, TrackAudio], session: Session, ledger: Ledger) -> dict[TrackId, TrackAudio]:
    """Return the sources in the time they had before our passes shifted them."""
    shifted = {
        address.track_id: float(change.before)
        for address, change in ledger.ours(session).items()
        if address.kind == "play_offset" and isinstance(change.before, int | float)
    }
    return {key: audio.at_offset(shifted.get(key, audio.play_offset_seconds)) for key, audio in sources.items()}


def _readable(audio: TrackAudio, heard: object) -> TrackAudio:
    """Return what of a track a rendering may play: nothing of one that cannot be heard as a whole."""
    if audio.is_complete and not isinstance(heard, ListeningProblem):
        return audio
    return replace(audio, clips=(), is_complete=False)


def _with_heard_tempo(
    session: Session, sources: Mapping[TrackId, TrackAudio], roles: Roles, audio_keys: Mapping[TrackId, str]
) -> Session:
    """Return a session that has no tempo with the one its drums, or else all its tracks, play at."""
    drums = [key for key, entry in roles.tracks.items() if entry.family == "drums" and sources[key].is_complete]
    players = sorted(drums or (key for key, audio in sources.items() if audio.is_complete and audio.clips))
    name = question("tempo", [audio_keys[key] for key in players])
    known = read_answer(name)
    if not isinstance(known, int | float):
        from analysis.tempo import tempo_of_tracks_bpm

        known = tempo_of_tracks_bpm([sources[key] for key in players]) or 0.0
        write_answer(name, known)
    return replace(session, tempo=(TempoChange(0.0, float(known)),)) if known > 0.0 else session


def require_audible(heard: Heard) -> None:
    """Make sure that there is something to mix.

    Raises:
        NothingToMixError: No track can be heard; the message says what was found.
    """
    if any(not m.is_silent for key, m in heard.measures.items() if not heard.session.track(key).muted):
        return
    why = f" {heard.problems[0].text}" if heard.problems else ""
    count = len(heard.session.tracks)
    what = "The project has no tracks." if count == 0 else f"None of the {count} tracks has audible sound."
    raise NothingToMixError(f"{what}{why} Record or import audio, then run it again.")


def project_rate(session: Session, sources: Mapping[TrackId, TrackAudio]) -> int:
    """Return the sample rate a session runs at: its own, else what most of its media have (44.1 to 96 kHz)."""
    if session.sample_rate_hz is not None and 44_100 <= session.sample_rate_hz <= 96_000:
        return session.sample_rate_hz
    from analysis.decoding import sample_rate_of

    rates: Counter[int] = Counter()
    for audio in sources.values():
        for clip in audio.clips:
            rate = sample_rate_of(clip.path)
            if rate is not None:
                rates[rate] += 1
    usual = {rate: count for rate, count in rates.items() if 44_100 <= rate <= 96_000}
    return max(usual, key=lambda rate: (usual[rate], rate)) if usual else DEFAULT_SAMPLE_RATE_HZ
