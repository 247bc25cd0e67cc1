"""Save a project file: what was changed is written anew, everything else as it was read."""

from __future__ import annotations

import base64
import time
from pathlib import Path
from typing import Any

import rpp

from tests.standin.project import INFO_DEFAULTS, TEXT_DEFAULTS, Project
from tests.standin.rpp_chains import write_chain, write_envelope
from tests.standin.rpp_items import item_element
from tests.standin.rpp_tables import (
    GROUP_FIELDS,
    HARDWARE_FIELDS,
    INFO_LINES,
    MASTER_EXT,
    MASTER_HARDWARE_FIELDS,
    MASTER_LINES,
    SEND_FIELDS,
    TEXT_LINES,
    TRACK_LINES,
    has_line,
    one_line,
    shown,
    with_lines,
    with_values,
    words_of,
)
from tests.standin.tracks import DEFAULTS, Track

MOST_ON_A_LINE = 4000


def write_project(project: Project, path: Path, keeps_master_ext: bool = True) -> None:
    """Write the file whole, with REAPER's CRLF."""
    text = rpp.dumps(project_element(project, path.parent, keeps_master_ext))
    temporary = path.with_name(path.name + ".saving")
    temporary.write_text(text.replace("\n", "\r\n"), encoding="utf-8", errors="surrogateescape", newline="")
    temporary.replace(path)


def project_element(project: Project, folder: Path, keeps_master_ext: bool = True) -> rpp.Element:
    state = project.state
    header = [*project.header[:2], str(int(time.time())), *project.header[3:]]
    children = with_lines(project.kept, {**MASTER_LINES}, state.master.values, DEFAULTS)
    children = with_lines(children, INFO_LINES, project.info, INFO_DEFAULTS)
    children = [_text_line(project, child) for child in children]
    for key, name in TEXT_LINES.items():
        if project.texts[name] != TEXT_DEFAULTS[name] and not has_line(children, key):
            children.append([key, project.texts[name]])
    children = [_mute_solo(project, child) for child in children]
    if not has_line(children, "TEMPO"):
        children.append(["TEMPO", shown(state.bpm), *map(str, state.signature)])
    children += [["MASTERHWOUT", *_send(s)] for s in state.sends if s.source is state.master]
    if state.master.chain.slots:
        children.append(write_chain("MASTERFXLIST", state.master.chain))
    if state.master.ext and keeps_master_ext:
        children.append(
            rpp.Element(MASTER_EXT, (), [[key, one_line(value)] for key, value in state.master.ext.items()])
        )
    children += [write_envelope(envelope, "MASTER") for envelope in state.master.envelopes.values()]
    children += _markers(project)
    children += [track_element(project, track, folder) for track in state.tracks]
    if project.ext_state:
        children.append(_ext_state(project))
    return rpp.Element("REAPER_PROJECT", header, children)


def _text_line(project: Project, child: Any) -> Any:
    if isinstance(child, rpp.Element):
        if child.tag == "RENDER_CFG":
            return rpp.Element("RENDER_CFG", child.attrib, [project.texts["RENDER_FORMAT"]])
        return child
    words = words_of(child)
    return [words[0], project.texts[TEXT_LINES[words[0]]], *words[2:]] if words[0] in TEXT_LINES else child


def _mute_solo(project: Project, child: Any) -> Any:
    if isinstance(child, rpp.Element):
        return child
    words, master = words_of(child), project.state.master.values
    if words[0] == "TEMPO":
        return [words[0], shown(project.state.bpm), *map(str, project.state.signature), *words[4:]]
    if words[0] != "MASTERMUTESOLO":
        return child
    bits = int(words[1]) & ~3 | int(master["B_MUTE"] != 0) | int(master["I_SOLO"] != 0) << 1
    return [words[0], str(bits), *words[2:]]


def _markers(project: Project) -> list[Any]:
    lines: list[Any] = []
    for marker in project.state.markers:
        flags = "0" if marker.end is None else "1"
        lines.append(["MARKER", str(marker.number), shown(marker.start), marker.name, flags, str(marker.color)])
        if marker.end is not None:
            lines.append(["MARKER", str(marker.number), shown(marker.end), "", "1"])
    return lines


def _ext_state(project: Project) -> rpp.Element:
    sections = [
        rpp.Element(section, (), [_pair(key, value) for key, value in pairs.items()])
        for section, pairs in project.ext_state.items()
    ]
    return rpp.Element("EXTSTATE", (), sections)


def _pair(key: str, value: str) -> Any:
    """Write one key of the ext state: on a line, or as REAPER writes what fits on none (long ones: believed)."""
    fits = not any(sign in value for sign in "\r\n") and len(value) <= MOST_ON_A_LINE
    if fits and not all(quote in value for quote in "\"'`"):
        return [key, value]
    data = value.encode(errors="surrogateescape")
    pieces = [base64.b64encode(data[at : at + 96]).decode() for at in range(0, len(data), 96)]
    return rpp.Element("BIN", [key], pieces)


def _send(send: Any) -> list[str]:
    if send.destination is not None:
        return with_values(send.kept or ["0"] * 9 + ["-1:U", "0", "-1", ""], SEND_FIELDS, send.values)
    if send.source.is_master:
        return with_values(send.kept or ["0"] * 8, MASTER_HARDWARE_FIELDS, send.values)
    return with_values(send.kept or ["0"] * 7 + ["-1:U", "-1"], HARDWARE_FIELDS, send.values)


def track_element(project: Project, track: Track, folder: Path) -> rpp.Element:
    state = project.state
    lines = [
        ["NAME", one_line(track.name)],
        *(c for c in track.kept if isinstance(c, rpp.Element) or words_of(c)[0] != "NAME"),
    ]
    children = with_lines(lines, TRACK_LINES, track.values, DEFAULTS)
    children = [_track_line(track, child) for child in children]
    if not has_line(children, "TRACKID"):
        children.append(["TRACKID", track.guid])
    for send in state.sends_of(track, -1):
        children.append(["AUXRECV", str(state.tracks.index(send.source)), *_send(send)[1:]])
        children += [write_envelope(envelope) for envelope in send.envelopes.values()]
    for send in state.sends_of(track, 1):
        children.append(["HWOUT", *_send(send)])
        children += [write_envelope(envelope) for envelope in send.envelopes.values()]
    children += _groups(track, children)
    if track.ext:
        children.append(rpp.Element("EXT", (), [[key, one_line(value)] for key, value in track.ext.items()]))
    children += [write_envelope(envelope) for envelope in track.envelopes.values()]
    if track.chain.slots or track.chain.header:
        children.append(write_chain("FXCHAIN", track.chain))
    if track.input_chain.slots or track.input_chain.header:
        children.append(write_chain("FXCHAIN_REC", track.input_chain))
    children += track.freezes
    children += [item_element(item, folder) for item in track.items]
    return rpp.Element("TRACK", [track.guid], children)


def _track_line(track: Track, child: Any) -> Any:
    if isinstance(child, rpp.Element):
        return child
    words = words_of(child)
    if words[0] == "TRACKID":
        return ["TRACKID", track.guid]
    if words[0] == "ISBUS":
        depth = int(track.values["I_FOLDERDEPTH"])
        return ["ISBUS", "1" if depth > 0 else "2" if depth < 0 else "0", str(depth), *words[3:]]
    if words[0] == "PEAKCOL" and not track.values["I_CUSTOMCOLOR"]:
        return ["PEAKCOL", "16576"]
    if words[0] in ("GROUP_FLAGS", "GROUP_FLAGS_HIGH"):
        return [words[0], *_group_words(track, words[0], len(words) - 1)]
    return child


def _group_words(track: Track, key: str, least: int) -> list[str]:
    high = "_HIGH" if key.endswith("HIGH") else ""
    values = [track.groups.get(name + high, 0) for name in GROUP_FIELDS]
    last = max([i for i, value in enumerate(values) if value], default=-1) + 1
    return [str(value) for value in values[: max(last, least)]]


def _groups(track: Track, children: list[Any]) -> list[Any]:
    lines = []
    for key, high in (("GROUP_FLAGS", False), ("GROUP_FLAGS_HIGH", True)):
        used = any(value and name.endswith("_HIGH") == high for name, value in track.groups.items())
        if used and not has_line(children, key):
            lines.append([key, *_group_words(track, key, 0)])
    return lines
