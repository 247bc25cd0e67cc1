"""Read a project file as a session: tracks, plug-ins, sends, automation, tempo and markers.

Missing tokens count as REAPER counts them: 0, or the default where a line is missing altogether. Projects of
REAPER 1 to 3 have fewer lines and no GUIDs; they are read as far as they go.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from reaper_bridge.rpp.envelopes import read_envelopes
from reaper_bridge.rpp.fields import Fields, first_lines, integer_in, number_in, play_offset_in, text_in
from reaper_bridge.rpp.notes import block_text, notes_of, track_notes
from reaper_bridge.rpp.slots import read_chain
from reaper_bridge.rpp.sources import read_sources
from reaper_bridge.rpp.structure import platform_name, reaper_version, track_blocks
from reaper_bridge.rpp.syntax import Block, Document
from reaper_bridge.rpp.takes import active_take, takes_of
from reaper_bridge.rpp.timeline import read_markers, read_tempo
from reaper_bridge.session.codes import (
    PAN_MODES,
    SEND_MODES,
    automation_mode,
    channel_index,
    folder_parents,
    rgb_color,
)
from reaper_bridge.session.identity import MASTER, TrackId
from reaper_bridge.session.media import MIDI_KINDS
from reaper_bridge.session.model import PanMode, Send, Session, Track
from reaper_bridge.text.lines import Line

__all__ = ["read_selection", "read_session", "read_sources"]

_VCA_LEADER_FIELD, _VCA_FOLLOWER_FIELD = 21, 22
_GROUP_LINES: Final = ("GROUP_FLAGS", "GROUP_FLAGS_HIGH")
_OUR_SECTION: Final = "FIRSTPASS"


def read_session(document: Document, path: Path) -> Session:
    """Return the session in a project file; ``path`` gives its title.

    Raises:
        ProjectFileError: The document holds no project.
    """
    project = document.project
    lines = first_lines(project)
    pan_law, taper = lines.get("PANLAW"), lines.get("PANLAWFLAGS")
    return Session(
        title=path.stem,
        tracks=_tracks(project, lines),
        master=_master(project, lines),
        sample_rate_hz=_sample_rate_hz(lines),
        tempo=read_tempo(project),
        markers=read_markers(project),
        pan_law_linear=1.0 if pan_law is None else pan_law.number(1, 1.0),
        pan_taper=None if taper is None else taper.integer(1),
        reaper_version=project.head.text(2),
        notes=block_text(project.block("NOTES")),
        ext_state=_ext_state(project),
    )


def read_selection(document: Document) -> tuple[TrackId, ...]:
    """Return the selected tracks of a project, in order; the master is not among them."""
    tracks = track_blocks(document.project)
    return tuple(track_id for track_id, block in tracks.items() if integer_in(first_lines(block), "SEL") != 0)


def _tracks(project: Block, project_lines: Fields) -> tuple[Track, ...]:
    blocks = track_blocks(project)
    lines = {track_id: first_lines(block) for track_id, block in blocks.items()}
    parents = folder_parents((track_id, integer_in(own, "ISBUS", 2)) for track_id, own in lines.items())
    sends = _sends(blocks)
    notes = track_notes(project)
    led = [_group_bits(own, _VCA_LEADER_FIELD) for own in lines.values()]
    vca_groups = tuple(_union(bits) for bits in zip(*led, strict=True))
    default_mode = _project_pan_mode(project, project_lines)
    override = integer_in(project_lines, "GLOBAL_AUTO", 1, -1)
    is_bgr = not platform_name(project).lower().startswith(("osx", "mac", "linux"))
    tracks = []
    for index, (track_id, block) in enumerate(blocks.items()):
        own = lines[track_id]
        items = block.blocks("ITEM")
        active = [active_take(takes_of(item)) for item in items]
        names = dict.fromkeys(take.name for take in active if take.name)
        volume, pan, law, dual = _volume_and_pan(own.get("VOLPAN"))
        tracks.append(
            Track(
                id=track_id,
                name=text_in(own, "NAME"),
                index=index,
                parent=parents[track_id],
                is_folder=integer_in(own, "ISBUS", 2) > 0,
                volume_linear=volume,
                pan=pan,
                width_ratio=number_in(own, "WIDTH", 1, 1.0),
                dual_pan=dual,
                pan_mode=PAN_MODES.get(integer_in(own, "PANMODE", 1, -1), default_mode),
                automation_mode=automation_mode(integer_in(own, "AUTOMODE"), override),
                pan_law_linear=law,
                polarity_inverted=integer_in(own, "IPHASE") != 0,
                play_offset_seconds=play_offset_in(own, project_lines),
                muted=integer_in(own, "MUTESOLO") != 0,
                soloed=integer_in(own, "MUTESOLO", 2) != 0,
                channel_count=integer_in(own, "NCHAN", 1, 2) or 2,
                fx=read_chain(block.block("FXCHAIN")),
                fx_enabled=integer_in(own, "FX", 1, 1) != 0,
                sends_to_parent=integer_in(own, "MAINSEND", 1, 1) != 0,
                sends=tuple(sends[track_id]),
                envelopes=read_envelopes(block.blocks()),
                is_frozen=block.block("FREEZE") is not None,
                is_locked=integer_in(own, "LOCK") != 0,
                follows_vca=any(
                    follows & leads
                    for follows, leads in zip(_group_bits(own, _VCA_FOLLOWER_FIELD), vca_groups, strict=True)
                ),
                item_count=len(items),
                has_midi=any(_is_midi(block) for take in active for block in take.blocks),
                item_names=tuple(names),
                notes=notes_of(block, items, notes.get(track_id, "")),
                color=rgb_color(integer_in(own, "PEAKCOL"), is_bgr),
            )
        )
    return tuple(tracks)


def _master(project: Block, lines: Fields) -> Track:
    volume, pan, law, dual = _volume_and_pan(lines.get("MASTER_VOLUME"))
    default_mode = _project_pan_mode(project, lines)
    return Track(
        id=MASTER,
        name="MASTER",
        index=-1,
        volume_linear=volume,
        pan=pan,
        width_ratio=number_in(lines, "MASTER_WIDTH", 1, 1.0),
        dual_pan=dual,
        pan_mode=PAN_MODES.get(integer_in(lines, "MASTER_PANMODE", 1, -1), default_mode),
        pan_law_linear=law,
        muted=bool(integer_in(lines, "MASTERMUTESOLO") & 1),
        channel_count=integer_in(lines, "MASTER_NCH", 1, 2) or 2,
        fx=read_chain(project.block("MASTERFXLIST")),
        fx_enabled=integer_in(lines, "MASTER_FX", 1, 1) != 0,
        sends_to_parent=False,
        envelopes=read_envelopes(project.blocks(), "MASTER"),
    )


def _sends(blocks: Mapping[TrackId, Block]) -> dict[TrackId, list[Send]]:
    """Return the sends of each source track; REAPER keeps them in the receiving track."""
    ids = tuple(blocks)
    sends: dict[TrackId, list[Send]] = {track_id: [] for track_id in ids}
    for destination, block in blocks.items():
        for line in block.lines("AUXRECV"):
            number = line.integer(1, -1)
            if 0 <= number < len(ids):
                sends[ids[number]].append(_send(ids[number], destination, line))
    return sends


def _send(source: TrackId, destination: TrackId, line: Line) -> Send:
    source_channels, destination_channels = line.integer(8), line.integer(9)
    return Send(
        source,
        destination,
        level_linear=line.number(3, 1.0),
        pan=line.number(4),
        mode=SEND_MODES.get(line.integer(2), "post_fader"),
        muted=line.integer(5) != 0,
        mono=line.integer(6) != 0,
        polarity_inverted=line.integer(7) != 0,
        source_channel_index=channel_index(source_channels),
        destination_channel_index=channel_index(destination_channels),
        carries_audio=source_channels >= 0,
    )


def _volume_and_pan(line: Line | None) -> tuple[float, float, float | None, tuple[float, float]]:
    """Return volume, pan, the track's own pan law, and the two positions of dual pan."""
    if line is None:
        return 1.0, 0.0, None, (-1.0, 1.0)
    law = line.number(3, -1.0)
    dual = (line.number(4, -1.0), line.number(5, 1.0))
    return line.number(1, 1.0), line.number(2), law if law >= 0.0 else None, dual


def _project_pan_mode(project: Block, lines: Fields) -> PanMode:
    is_early = reaper_version(project) < (4, 0)
    return PAN_MODES.get(integer_in(lines, "PANMODE", 1, -1), "balance_v3" if is_early else "balance")


def _group_bits(lines: Fields, field: int) -> tuple[int, ...]:
    """Return the groups (bits) in which a track has a role, of the lower and the upper 32 groups."""
    return tuple(integer_in(lines, name, field) for name in _GROUP_LINES)


def _union(bits: Sequence[int]) -> int:
    together = 0
    for some in bits:
        together |= some
    return together


def _is_midi(block: Block) -> bool:
    return block.name == "SOURCE" and block.head.text(1) in MIDI_KINDS


def _sample_rate_hz(lines: Fields) -> int | None:
    """Return the project's sample rate where the project insists on it; else the number means nothing."""
    rate = integer_in(lines, "SAMPLERATE")
    return rate if rate > 0 and integer_in(lines, "SAMPLERATE", 2) == 1 else None


def _ext_state(project: Block) -> dict[str, str]:
    found: dict[str, str] = {}
    for ext_state in project.blocks("EXTSTATE"):
        for section in ext_state.blocks():
            if section.name.upper() == _OUR_SECTION:
                lines = (child for child in section.children if isinstance(child, Line))
                found.update({line.name: line.text(1) for line in lines if line.name})
    return found
