"""Load a project file, with the PyPI package ``rpp`` and nothing of the product."""

from __future__ import annotations

import base64
from pathlib import Path

import rpp

from tests.standin import rpp_chains
from tests.standin.project import Marker, Project, State, Tempo
from tests.standin.rpp_chains import read_envelope
from tests.standin.rpp_items import read_item
from tests.standin.rpp_tables import (
    ENVELOPE_TAGS,
    GROUP_FIELDS,
    HARDWARE_FIELDS,
    INFO_LINES,
    MASTER_EXT,
    MASTER_HARDWARE_FIELDS,
    MASTER_LINES,
    SEND_ENVELOPE_TAGS,
    SEND_FIELDS,
    TEXT_LINES,
    TRACK_LINES,
    fields_into,
    number,
    words_of,
)
from tests.standin.tracks import Send, Track

MOST_IN_A_LINE = 4095


def parse(text: str) -> rpp.Element:
    """Parse a block of text; blank lines and NULs, which REAPER skips, are left out.

    A line longer than REAPER's buffer goes on as a line of its own, as it does there, and the end of the file ends
    every block.
    """
    lines = [part for line in text.replace("\0", "").splitlines() for part in _as_read(line) if part.strip()]
    left_open = sum(line[0] == "<" for line in lines) - sum(line[0] == ">" for line in lines)
    return rpp.loads("\n".join(lines) + "\n" + ">\n" * left_open)


def _as_read(line: str) -> list[str]:
    line = line.lstrip()
    return [line[at : at + MOST_IN_A_LINE] for at in range(0, len(line), MOST_IN_A_LINE)]


def read_project(path: Path) -> Project:
    root = parse(path.read_text(encoding="utf-8-sig", errors="surrogateescape"))
    project = Project(path, header=list(root.attrib))
    state = project.state
    receives: list[tuple[int, Send]] = []
    region: dict[int, Marker] = {}
    for child in root.children:
        if isinstance(child, rpp.Element):
            if not _read_block(project, child, receives):
                project.kept.append(child)
        elif not _read_line(project, words_of(child), region):
            project.kept.append(child)
    for at, send in receives:
        if 0 <= at < len(state.tracks):
            send.source = state.tracks[at]
            state.sends.append(send)
    return project


def _read_block(project: Project, block: rpp.Element, receives: list[tuple[int, Send]]) -> bool:
    state, tag = project.state, block.tag
    if tag == "TRACK":
        state.tracks.append(read_track(block, receives, state, project.folder))
    elif tag == "MASTERFXLIST":
        state.master.chain = rpp_chains.read_chain(block, state.master)
    elif tag.startswith("MASTER") and tag[6:] in ENVELOPE_TAGS:
        state.master.envelopes[tag[6:]] = read_envelope(block, state.master, tag[6:])
    elif tag == MASTER_EXT:
        state.master.ext = {words_of(line)[0]: " ".join(words_of(line)[1:]) for line in block.children}
    elif tag == "EXTSTATE":
        for section in block.children:
            if isinstance(section, rpp.Element):
                project.ext_state[section.tag.upper()] = _pairs(section)
    elif tag == "NOTES":
        state.notes = "\n".join(line[1:] for line in block.children if isinstance(line, str))
        return False
    elif tag == "TEMPOENVEX":
        state.tempo = [_tempo(words_of(line)) for line in block.children if words_of(line)[0] == "PT"]
        return False
    elif tag == "RENDER_CFG":
        project.texts["RENDER_FORMAT"] = next((str(line) for line in block.children), "")
        return False
    else:
        return False
    return True


def _pairs(section: rpp.Element) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for line in section.children:
        if isinstance(line, rpp.Element):
            # <BIN KEY holds a value that fits on no line
            data = b"".join(base64.b64decode(words_of(part)[0]) for part in line.children)
            pairs[line.attrib[0].upper()] = data.decode(errors="surrogateescape")
            continue
        words = words_of(line)
        pairs[words[0].upper()] = " ".join(words[1:])
    return pairs


def _read_line(project: Project, words: list[str], regions: dict[int, Marker]) -> bool:
    """Take a line's values up; True if the line is written anew when the project is saved."""
    state, key, values = project.state, words[0], words[1:]
    if key in MASTER_LINES:
        fields_into(state.master.values, MASTER_LINES[key], values)
    elif key == "MASTERMUTESOLO":
        bits = int(number(values[0]))
        state.master.values["B_MUTE"], state.master.values["I_SOLO"] = float(bits & 1), float(bits >> 1 & 1)
    elif key == "MASTERHWOUT":
        send = Send(state.master, None, kept=list(values))
        fields_into(send.values, MASTER_HARDWARE_FIELDS, values)
        state.sends.append(send)
        return True
    elif key in INFO_LINES:
        fields_into(project.info, INFO_LINES[key], values)
    elif key in TEXT_LINES:
        project.texts[TEXT_LINES[key]] = values[0] if values else ""
    elif key == "TEMPO":
        state.bpm = number(values[0])
        if len(values) > 2:  # REAPER 1 wrote the tempo alone
            state.signature = (int(number(values[1])), int(number(values[2])))
    elif key == "CURSOR":
        project.cursor = number(values[0])
    elif key in ("SELECTION", "SELECTION2") and len(values) > 1:
        span = (number(values[0]), number(values[1]))
        if key == "SELECTION":
            project.time_selection = span
        else:
            project.loop = span
    elif key == "GROUP_NAME":
        state.group_names[int(number(values[0]))] = values[1]
    elif key == "MARKER":
        _read_marker(state, values, regions)
        return True
    return False


def _read_marker(state: State, values: list[str], regions: dict[int, Marker]) -> None:
    which, position = int(number(values[0])), number(values[1])
    is_region = len(values) > 3 and bool(int(number(values[3])) & 1)
    if is_region and which in regions:
        regions.pop(which).end = position
        return
    color = int(number(values[4])) if len(values) > 4 else 0
    marker = Marker(which, position, position if is_region else None, values[2] if len(values) > 2 else "", color)
    state.markers.append(marker)
    if is_region:
        regions[which] = marker


def _tempo(words: list[str]) -> Tempo:
    signature = int(number(words[4])) if len(words) > 4 else 0
    numerator, denominator = (signature & 0xFFFF, signature >> 16) if signature else (-1, -1)
    return Tempo(number(words[1]), number(words[2]), numerator, denominator, int(number(words[3]) == 0))


def read_track(block: rpp.Element, receives: list[tuple[int, Send]], state: State, folder: Path) -> Track:
    track = Track(guid=block.attrib[0].strip("'") if block.attrib else "")
    last_send: Send | None = None
    for child in block.children:
        if isinstance(child, rpp.Element):
            if child.tag in SEND_ENVELOPE_TAGS and last_send is not None:
                last_send.envelopes[child.tag] = read_envelope(child, last_send)
            elif not _read_track_block(track, child, folder):
                track.kept.append(child)
            continue
        words = words_of(child)
        key, values = words[0], words[1:]
        if key == "AUXRECV":
            last_send = Send(track, track, kept=list(values))
            fields_into(last_send.values, SEND_FIELDS, values)
            receives.append((int(number(values[0])), last_send))
        elif key == "HWOUT":
            last_send = Send(track, None, kept=list(values))
            fields_into(last_send.values, HARDWARE_FIELDS, values)
            state.sends.append(last_send)
        else:
            _read_track_line(track, key, values)
            track.kept.append(child)
    if not block.attrib:
        words = [words_of(child) for child in track.kept if not isinstance(child, rpp.Element)]
        track.guid = next((line[1] for line in words if line[0] == "TRACKID" and len(line) > 1), track.guid)
    return track


def _read_track_block(track: Track, block: rpp.Element, folder: Path) -> bool:
    if block.tag == "FXCHAIN":
        track.chain = rpp_chains.read_chain(block, track)
    elif block.tag == "FXCHAIN_REC":
        track.input_chain = rpp_chains.read_chain(block, track)
    elif block.tag in ENVELOPE_TAGS:
        track.envelopes[block.tag] = read_envelope(block, track)
    elif block.tag == "ITEM":
        track.items.append(read_item(block, track, folder))
    elif block.tag == "FREEZE":
        track.freezes.append(block)
    elif block.tag == "EXT":
        track.ext = {words_of(line)[0]: " ".join(words_of(line)[1:]) for line in block.children}
    else:
        return False
    return True


def _read_track_line(track: Track, key: str, values: list[str]) -> None:
    if key == "NAME":
        track.name = values[0] if values else ""
    elif key in TRACK_LINES:
        fields_into(track.values, TRACK_LINES[key], values)
        if key == "PEAKCOL" and int(track.values["I_CUSTOMCOLOR"]) == 16576:
            track.values["I_CUSTOMCOLOR"] = 0.0
    elif key in ("GROUP_FLAGS", "GROUP_FLAGS_HIGH"):
        high = "_HIGH" if key.endswith("HIGH") else ""
        track.groups |= {name + high: int(number(v)) for name, v in zip(GROUP_FIELDS, values, strict=False)}
    elif key == "LANESOLO":
        for word_at, word in enumerate(values):
            track.lanes |= {word_at * 32 + bit: float(int(number(word)) >> bit & 1) for bit in range(32)}
