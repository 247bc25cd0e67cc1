"""Somebody changes the session while we listen: it is decided anew from what he made of it, as often as allowed."""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

import pytest

from actions.first_pass import Wishes, first_pass
from actions.progress import Course, Silent
from reaper_bridge.rpp.host import ProjectFile
from reaper_bridge.session.audio import TrackAudio
from reaper_bridge.session.errors import StaleValueError
from reaper_bridge.session.identity import TrackId
from tests.command_line import edited
from tests.session_builder import TRIO, build_project


class BusyDesk(ProjectFile):
    """A project that somebody changes each time after it was read."""

    def __init__(self, path: Path, changes: list[Callable[[], object]]) -> None:
        super().__init__(path)
        self.changes = changes

    def sources(self, track_ids: Collection[TrackId]) -> Mapping[TrackId, TrackAudio]:
        found = super().sources(track_ids)
        if self.changes:
            self.changes.pop(0)()
        return found


class Notices(Silent):
    def __init__(self) -> None:
        self.texts: list[str] = []

    def notice(self, text: str, is_busy: bool = False) -> None:
        self.texts.append(text)


def louder(song: Path, tempo: str) -> Callable[[], object]:
    return lambda: edited(song, lambda text: text.replace("TEMPO 12", f"TEMPO {tempo}"))


def test_a_session_that_was_changed_once_is_decided_anew_and_says_so(tmp_path: Path) -> None:
    song = build_project(tmp_path, TRIO)
    host, watcher = BusyDesk(song, [louder(song, "22")]), Notices()
    outcome = first_pass(host, Wishes(), course=Course(watcher), attempts=2)
    assert outcome.entry is not None
    assert len(outcome.notices) == 1
    assert "decided anew" in outcome.notices[0]
    assert list(outcome.notices) == watcher.texts
    assert "TEMPO 220 4 4" in song.read_text("utf-8")


def test_a_session_that_changes_again_and_again_is_given_up_unwritten(tmp_path: Path) -> None:
    song = build_project(tmp_path, TRIO)
    host = BusyDesk(song, [louder(song, "22"), lambda: edited(song, lambda text: text.replace("TEMPO 22", "TEMPO 21"))])
    with pytest.raises(StaleValueError, match="changed"):
        first_pass(host, Wishes(), attempts=2)
    assert "TEMPO 210 4 4" in song.read_text("utf-8")
    assert "FIRSTPASS" not in song.read_text("utf-8")
