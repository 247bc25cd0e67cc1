"""What the running REAPER plays of the tracks that a pass changed, beside what our model of its mixer plays.

Both are taken behind fader and pan, over the same stretch and run in from the same moment. Nothing is written: where a
track is off, it is named, and the engineer decides.
"""

from collections.abc import Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from actions.checking import Window, part_of
from actions.first_pass import Outcome
from actions.prediction_errors import BAND_RANGE_DB
from actions.progress import QUIET, Course
from analysis.decoding import MediaFile
from analysis.measures import BANDS_HZ
from analysis.rendering.mixer import PRE_ROLL_SECONDS, Mixdown, render_mix
from analysis.rendering.routing import channel_name
from analysis.stems import Stem, StemsMeter
from reaper_bridge.session.errors import FirstPassError, PlanError
from reaper_bridge.session.identity import MASTER, TrackId

if TYPE_CHECKING:
    from actions.reaching import Place

MOST_SECONDS: Final = 20.0
"""REAPER is kept from the engineer while it renders; this much tells levels and tone."""
TOLERANCE_LU: Final = 1.0
"""About what one hears of a track in a mix; what is within it is nothing to act on."""
QUIETEST_LUFS: Final = -70.0
"""The absolute gate of BS.1770: what is softer counts as this, so that silence is a number as well."""
PLAYS_LUFS: Final = -65.0
_TINY_POWER: Final = 1e-12


class Player(Protocol):
    """A host that can play: REAPER."""

    def played(
        self, track_ids: Collection[TrackId], start_seconds: float, end_seconds: float
    ) -> AbstractContextManager[Mapping[TrackId, Path]]:
        """Give a file of each track as it plays now; they are gone when the block ends."""


@dataclass(frozen=True)
class PlayedTrack:
    """How a track sounds in REAPER against our model of it.

    ``off_lu`` is its loudness there less here, ``band_off_db`` the same of the third octave ``band_hz`` that is off
    most among those within 30 dB of its loudest. ``advice`` is what to do where it is off by more than 1 LU.
    """

    track_id: TrackId
    name: str
    off_lu: float
    band_off_db: float
    band_hz: float
    advice: str = ""

    @property
    def is_off(self) -> bool:
        """Whether one would hear it."""
        return abs(self.off_lu) > TOLERANCE_LU

    @property
    def sentence(self) -> str:
        """Both numbers in words."""
        louder = "louder" if self.off_lu >= 0.0 else "softer"
        return (
            f"“{self.name}” is {abs(self.off_lu):.1f} LU {louder} in REAPER than predicted,"
            f" {self.band_off_db:+.1f} dB at {self.band_hz:g} Hz"
        )


@dataclass(frozen=True)
class Playback:
    """What came of listening to REAPER. ``tracks`` have the one that is off most first.

    ``unheard`` are tracks that do not play in the window; ``why_not`` says why nothing could be compared.
    """

    window: Window
    tracks: tuple[PlayedTrack, ...] = ()
    unheard: tuple[str, ...] = ()
    why_not: str = ""

    @property
    def summary(self) -> str:
        """The whole in one sentence."""
        if self.why_not:
            return f"What REAPER plays was not compared with the prediction; the mix stands. {self.why_not}"
        if not self.tracks:
            return "None of the tracks that were changed plays in the part that was rendered."
        good = [track for track in self.tracks if not track.is_off]
        worst = f"the worst is {_headless(self.tracks[0].sentence)}"
        if len(good) == len(self.tracks):
            within = max(abs(track.off_lu) for track in good)
            return f"REAPER plays what was predicted within {within:.1f} LU on {_count(len(good))}; {worst}."
        return (
            f"REAPER plays {len(good)} of {_count(len(self.tracks))} within {TOLERANCE_LU:g} LU of what was predicted;"
            f" {worst}."
        )

    @property
    def sentences(self) -> tuple[str, ...]:
        """The summary, and what to do about each track that is off."""
        return (self.summary, *(f"{track.sentence}: {track.advice}" for track in self.tracks if track.is_off))


def require_playable(place: "Place", *, dry_run: bool) -> None:
    """Make sure that there will be something to listen to, before anything is done.

    Raises:
        PlanError: There will not; the sentence says why.
    """
    if not place.is_live:
        raise PlanError(
            "--verify has REAPER play what was written, so it needs a project that is open in a running REAPER; leave"
            " out the file, or leave out --verify. Nothing was done."
        )
    if dry_run:
        raise PlanError("--verify listens to what was written, and --dry-run writes nothing; leave one of them out.")


def play_back(host: Player, outcome: Outcome, course: Course = QUIET, most_seconds: float = MOST_SECONDS) -> Playback:
    """Compare what REAPER plays of a written pass with our model; the pass stands whatever comes of it.

    After a pass that had nothing to do it is the tracks of the earlier passes that are compared.
    """
    window = outcome.after.window
    try:
        return _compared(host, outcome, course, most_seconds)
    except FirstPassError as error:
        return Playback(window, why_not=str(error))
    except Exception as error:  # what is written is written, and shall be told; a fault of ours here hides nothing
        return Playback(window, why_not=f"Comparing failed ({type(error).__name__}: {error}); please report it.")


def _compared(host: Player, outcome: Outcome, course: Course, most_seconds: float) -> Playback:
    course.stage("listening to REAPER")
    heard, session, desk = outcome.heard, outcome.mixed_session, outcome.decision.desk
    addresses = [change.address for change in outcome.plan] or list(heard.ledger.written)
    touched = {address.track_id for address in addresses} - {MASTER}
    changed = [track.id for track in session.tracks if track.id in touched and not track.muted]
    strips = [strip for strip in desk.sounding if strip.id in touched] or desk.sounding
    window = part_of(outcome.after.window, desk, strips, most_seconds)
    if not changed:
        return Playback(window)
    begin = max(window.start_seconds - PRE_ROLL_SECONDS, 0.0)
    with host.played(changed, begin, window.end_seconds) as files:
        found = _measured_files(files, window.start_seconds - begin)
    mixdown = render_mix(
        session,
        heard.sources,
        sample_rate_hz=heard.sample_rate_hz,
        start_seconds=window.start_seconds,
        end_seconds=window.end_seconds,
        stems=list(files),
    )
    expected = _measured_model(mixdown, list(files))
    course.watcher.done()
    landed = outcome.entry.landed if outcome.entry else ()
    returns = {unit.track_id for unit in outcome.decision.returns.values()}
    not_landed = {item.change.address.track_id for item in landed if not item.has_landed}
    tracks, unheard = [], []
    for track_id in files:
        name = session.track(track_id).name or f"Track {session.track(track_id).index + 1}"
        if max(found[track_id].loudness_lufs, expected[track_id].loudness_lufs) < PLAYS_LUFS:
            unheard.append(name)
            continue
        track = _against(track_id, name, found[track_id], expected[track_id])
        notes = [note for note in mixdown.notes if note.startswith(f"{channel_name(session.track(track_id))}: ")]
        tracks.append(_advised(track, track_id in not_landed, track_id in returns, notes))
    return Playback(window, tuple(sorted(tracks, key=lambda track: -abs(track.off_lu))), tuple(unheard))


def _against(track_id: TrackId, name: str, found: Stem, expected: Stem) -> PlayedTrack:
    """Return how far a measured stem is off."""
    off_lu = max(found.loudness_lufs, QUIETEST_LUFS) - max(expected.loudness_lufs, QUIETEST_LUFS)
    loudest = np.maximum(found.band_power, expected.band_power)
    counts = loudest >= loudest.max() * 10.0 ** (-BAND_RANGE_DB / 10.0)
    off_db = 10.0 * np.log10(np.maximum(found.band_power, _TINY_POWER) / np.maximum(expected.band_power, _TINY_POWER))
    band = int(np.argmax(np.where(counts, np.abs(off_db), -1.0)))
    return PlayedTrack(track_id, name, float(off_lu), float(off_db[band]), float(BANDS_HZ[band]))


def _advised(track: PlayedTrack, has_not_landed: bool, is_return: bool, notes: Iterable[str]) -> PlayedTrack:
    """Return a track with what to do about it, if it is off."""
    if not track.is_off:
        return track
    left_out = "; ".join(notes)
    fader = f"move its fader by {-track.off_lu:+.1f} dB if it stands out"
    if has_not_landed:
        advice = "a knob of it did not take its value; set that by hand, or mix again."
    elif is_return:
        advice = f"our reverbs and delays come close and no more, so trust REAPER; listen to it, and {fader}."
    elif left_out:
        advice = f"our model leaves something out ({left_out}), so trust REAPER; listen to it, and {fader}."
    else:
        advice = (
            f"listen to it, and {fader}; `first-pass doctor --probe` tells which plug-ins differ from what we know."
        )
    return replace(track, advice=advice)


def _measured_files(files: Mapping[TrackId, Path], skipped_seconds: float) -> dict[TrackId, Stem]:
    """Return the numbers of files, from some seconds on."""
    found: dict[TrackId, Stem] = {}
    for track_id, path in files.items():
        with MediaFile(path) as file:
            first = round(skipped_seconds * file.sample_rate_hz)
            sound = file.read(first, max(file.frame_count - first, 0))
            meter = StemsMeter(file.sample_rate_hz, [track_id])
            meter.feed({track_id: sound if len(sound) == 2 else np.repeat(sound[:1], 2, axis=0)}, sound.shape[1])
            found |= meter.measures()
    return found


def _measured_model(mixdown: Mixdown, tracks: Collection[TrackId]) -> dict[TrackId, Stem]:
    meter = StemsMeter(mixdown.sample_rate_hz, tracks)
    for block in mixdown:
        meter.feed(block.stems, block.master.shape[1])
    return meter.measures()


def plain_playback(playback: Playback | None) -> dict[str, Any] | None:
    """Return a comparison as JSON can hold it; None where none was asked for."""
    if playback is None:
        return None
    return {
        "summary": playback.summary,
        "compared": not playback.why_not,
        "window_seconds": [round(playback.window.start_seconds, 2), round(playback.window.end_seconds, 2)],
        "tracks": [
            {
                "track": track.name,
                "track_guid": track.track_id,
                "off_lu": round(track.off_lu, 2),
                "band_off_db": round(track.band_off_db, 2),
                "band_hz": track.band_hz,
                "is_off": track.is_off,
                "advice": track.advice or None,
            }
            for track in playback.tracks
        ],
        "not_playing": list(playback.unheard),
    }


def _headless(sentence: str) -> str:
    return sentence.replace(" in REAPER than predicted", "").replace(" is ", ": ", 1)


def _count(number: int) -> str:
    return f"{number} track" if number == 1 else f"{number} tracks"
