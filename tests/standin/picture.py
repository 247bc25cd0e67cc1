"""Everything a person can see of a project, as plain JSON: what ``dump`` answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.standin.chains import Slot
    from tests.standin.desk import Desk
    from tests.standin.envelopes import Envelope
    from tests.standin.items import Item, Take
    from tests.standin.project import Project
    from tests.standin.tracks import Send, Track


def dump(desk: Desk) -> dict[str, Any]:
    """Picture the project in front. Ext state stands apart, since nobody sees it on screen."""
    project = desk.project
    state = project.state
    return {
        "path": str(project.path) if project.path else "",
        "tabs": len(desk.projects),
        "dirty": project.dirty,
        "play_state": desk.play_state,
        "dialog": desk.dialog,
        "tracks": [_track(project, track) for track in state.tracks],
        "master": _track(project, state.master),
        "selected": [track.guid for track in state.tracks if track.values["I_SELECTED"]],
        "markers": [[m.number, m.start, m.end, m.name] for m in state.markers],
        "bpm": state.bpm,
        "info": dict(project.info),
        "texts": dict(project.texts),
        "time_selection": list(project.time_selection),
        "cursor": project.cursor,
        "group_names": {str(number): name for number, name in state.group_names.items()},
        "change_count": project.change_count,
        "ext_state": {section: dict(pairs) for section, pairs in project.ext_state.items()},
    }


def _track(project: Project, track: Track) -> dict[str, Any]:
    values = {key: value for key, value in track.values.items() if key != "I_SELECTED"}
    return {
        "guid": track.guid,
        "name": track.name,
        "values": values,
        "groups": {name: bits for name, bits in track.groups.items() if bits},
        "freeze_count": len(track.freezes),
        "fx": [_slot(slot) for slot in track.chain.slots],
        "input_fx": [_slot(slot) for slot in track.input_chain.slots],
        "envelopes": {tag: _envelope(envelope) for tag, envelope in track.envelopes.items()},
        "sends": [_send(send) for send in project.state.sends_of(track, 0)],
        "hardware_outputs": [_send(send) for send in project.state.sends_of(track, 1)],
        "items": [_item(item) for item in track.items],
        "ext": dict(track.ext),
    }


def _slot(slot: Slot) -> dict[str, Any]:
    plugin = slot.plugin
    parameters = range(plugin.parameter_count() if not plugin.offline else 0)
    return {
        "guid": plugin.guid,
        "name": slot.shown_name,
        "ident": plugin.ident,
        "enabled": plugin.enabled,
        "offline": plugin.offline,
        "preset": plugin.preset,
        "wet": slot.wet,
        "parameters": [[plugin.parameter_name(i), plugin.raw(i)[0], plugin.shown(i)] for i in parameters],
        "envelopes": {str(index): _envelope(envelope) for index, envelope in slot.envelopes.items()},
    }


def _envelope(envelope: Envelope) -> dict[str, Any]:
    return {
        "guid": envelope.guid,
        "active": envelope.active,
        "visible": envelope.visible,
        "points": [list(point) for point in envelope.points],
    }


def _send(send: Send) -> dict[str, Any]:
    return {
        "destination": send.destination.guid if send.destination else "",
        "values": dict(send.values),
        "envelopes": {tag: _envelope(envelope) for tag, envelope in send.envelopes.items()},
    }


def _item(item: Item) -> dict[str, Any]:
    values = {key: value for key, value in item.values.items() if key != "B_UISEL"}
    return {"guid": item.guid, "values": values, "takes": [take and _take(take) for take in item.takes]}


def _take(take: Take) -> dict[str, Any]:
    return {
        "guid": take.guid,
        "name": take.name,
        "values": dict(take.values),
        "source": take.source.path if take.source else "",
        "envelopes": {tag: _envelope(envelope) for tag, envelope in take.envelopes.items()},
    }
