"""Findings on media: what cannot be heard, sample rates that do not match, and channels that lead nowhere.

Only headers are read. Media that REAPER rendered for us, and what only ffmpeg can open, are left out.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final

from actions.examining.finding import SessionFinding, listed, sentence
from actions.examining.recordings import severity_on, told_apart
from actions.hearing import Heard
from analysis.decoding import media_form
from reaper_bridge.session.audio import Clip, TrackAudio
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.media import GENERATED, NOT_IN_A_FILE
from reaper_bridge.session.model import Track

MOST_NAMES: Final = 6
_MIX_OF_ALL: Final = 2
_FIRST_SINGLE, _FIRST_PAIR = 3, 67


def media_findings(heard: Heard) -> Iterator[SessionFinding]:
    """Yield what of the project's media cannot be heard, or not as it is."""
    for problem in heard.problems:
        track_id, text = problem.track_id, problem.text.rstrip(".")
        audio = heard.sources.get(track_id) if track_id is not None else None
        if NOT_IN_A_FILE in text or GENERATED in text:
            advice = "Render or freeze the track, or run it on the project open in REAPER."
            yield SessionFinding("not_in_a_file", "worth knowing", track_id, f"{text}.", advice)
        elif audio is not None and audio.is_complete:
            advice = "Glue or render the item if that matters."
            yield SessionFinding("media_note", "worth knowing", track_id, f"{text}.", advice)
        else:
            found, advice = told_apart(text)
            advice = advice or "Put it back or relink it; until then nothing is decided from this track."
            severity = "serious" if track_id is None else severity_on(track_id, heard, "serious")
            yield SessionFinding("media", severity, track_id, f"{found}.", sentence(advice))


def rate_findings(heard: Heard) -> Iterator[SessionFinding]:
    """Yield the sample rates that are not the project's, one finding each with its tracks."""
    tracks_by_rate: dict[int, dict[TrackId, None]] = defaultdict(dict)
    files_by_rate: Counter[int] = Counter()
    for track_id, clip in _clips(heard):
        form = media_form(clip.path)
        if form is not None:
            tracks_by_rate[form.sample_rate_hz][track_id] = None
            files_by_rate[form.sample_rate_hz] += 1
    home_hz = heard.session.sample_rate_hz
    is_set = home_hz is not None
    if home_hz is None and files_by_rate:
        home_hz = max(files_by_rate, key=lambda rate: (files_by_rate[rate], rate))
    for rate_hz in sorted(tracks_by_rate):
        if rate_hz == home_hz or home_hz is None:
            continue
        names = [heard.session.track(track_id).name or "unnamed" for track_id in tracks_by_rate[rate_hz]]
        shown = listed(names) if len(names) <= MOST_NAMES else f"{', '.join(names[:MOST_NAMES])} and others"
        against = f"the project runs at {_khz(home_hz)}" if is_set else f"most media run at {_khz(home_hz)}"
        only = next(iter(tracks_by_rate[rate_hz])) if len(names) == 1 else None
        found = f"{_files(files_by_rate[rate_hz])} at {_khz(rate_hz)} ({shown}), while {against}."
        advice = "REAPER resamples as it plays; convert the files, or set the project's rate to that of the recordings."
        yield SessionFinding("sample_rate", "worth knowing", only, found, advice)


def channel_findings(heard: Heard) -> Iterator[SessionFinding]:
    """Yield channels that are in the media, or sent, and heard nowhere, and channels asked for that are not there."""
    for track in heard.session.tracks:
        clips = _own_clips(heard.sources.get(track.id))
        yield from _lost_channels(track, clips, heard)
        yield from _missing_channels(track, clips)
        for send in track.sends:
            target = heard.session.track(send.destination)
            if send.carries_audio and not send.muted and send.destination_channel_index >= target.channel_count:
                first = send.destination_channel_index + 1
                found = (
                    f"Its send to “{target.name}” goes to channel {first}, and that track has {target.channel_count}."
                )
                advice = f"Give “{target.name}” more channels, or aim the send at channels 1/2."
                yield SessionFinding("channel_count", severity_on(track.id, heard, "serious"), track.id, found, advice)


def _lost_channels(track: Track, clips: list[Clip], heard: Heard) -> Iterator[SessionFinding]:
    """Yield media with more channels than come through."""
    counts = {
        form.channel_count
        for clip in clips
        if clip.channel_mode in (0, 1) and (form := media_form(clip.path)) is not None
    }
    most = max(counts, default=0)
    if most <= 2:
        return
    passed_on = track.channel_count >= most and (
        bool(track.fx) or any(send.source_channel_index >= 2 for send in track.sends)
    )
    if passed_on:
        return
    if track.channel_count < most:
        found = f"Its media has {most} channels, and the track has {track.channel_count}: the others are not heard."
    else:
        found = f"Its media has {most} channels, and nothing takes those above 2 any further."
    advice = "Split the item into mono or stereo ones (item channel mode), or send the upper channels on."
    yield SessionFinding("channel_count", severity_on(track.id, heard, "serious"), track.id, found, advice)


def _missing_channels(track: Track, clips: list[Clip]) -> Iterator[SessionFinding]:
    """Yield items whose channel mode asks for channels that the file does not have."""
    for clip in clips:
        form, wanted = media_form(clip.path), _highest_wanted(clip.channel_mode)
        if form is not None and wanted > max(form.channel_count, 2):
            found = f"{clip.name} is set to play channel {wanted} of a file that has {form.channel_count}."
            advice = "Choose another channel mode in the item's properties."
            yield SessionFinding(
                "channel_count", "worth knowing", track.id, found, advice, (round(clip.position_seconds, 2),)
            )
            return


def _highest_wanted(channel_mode: int) -> int:
    """Return the highest channel, counted from 1, that a CHANMODE takes; 0 where it takes what there is."""
    if channel_mode >= _FIRST_PAIR:
        return channel_mode - _FIRST_PAIR + 2
    return channel_mode - _FIRST_SINGLE + 1 if channel_mode > _MIX_OF_ALL else 0


def _clips(heard: Heard) -> Iterator[tuple[TrackId, Clip]]:
    """Yield every clip of the project's own media."""
    for track in heard.session.tracks:
        for clip in _own_clips(heard.sources.get(track.id)):
            yield track.id, clip


def _own_clips(audio: TrackAudio | None) -> list[Clip]:
    """Return the clips of a track that play its own media, not what REAPER rendered of it."""
    return [] if audio is None or audio.rendered_fx is not None else list(audio.clips)


def _files(count: int) -> str:
    return f"{count} item{'s play files' if count != 1 else ' plays a file'}"


def _khz(rate_hz: int) -> str:
    return f"{rate_hz / 1000:g} kHz"
