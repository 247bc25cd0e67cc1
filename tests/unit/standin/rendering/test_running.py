"""Renders of a stand-in that runs as a process of its own."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
import soundfile

from tests.standin.fixture import Standin
from tests.unit.standin.rendering.small_songs import (
    BEFORE_FADER,
    RATE_HZ,
    sine,
)


@pytest.fixture
def song(tmp_path: Path) -> Path:
    """A project of one selected track whose settings ask for its stem."""
    soundfile.write(tmp_path / "a.wav", sine(), RATE_HZ, subtype="FLOAT")
    text = f"""<REAPER_PROJECT 0.1 "7.27/linux-x86_64" 0
  RENDER_FILE "{tmp_path / "out"}"
  RENDER_PATTERN $tracknumber-$track
  RENDER_STEMS {BEFORE_FADER}
  SAMPLERATE {RATE_HZ} 1 0
  <TRACK {{11111111-0000-0000-0000-000000000000}}
    NAME Kick
    SEL 1
    <ITEM
      POSITION 0
      LENGTH 1
      <SOURCE WAVE
        FILE "a.wav"
      >
    >
  >
>
"""
    (tmp_path / "song.RPP").write_text(text, encoding="utf-8")
    return tmp_path / "song.RPP"


def test_an_action_renders_what_the_project_says(song: Path) -> None:
    with Standin.start(song, no_bridge=True, wait_for_bridge=False) as standin:
        standin.control.run_action(42230)
        assert standin.control.stats()["renders"] == 1
    info = soundfile.info(song.parent / "out" / "01-Kick.wav")
    assert (info.samplerate, info.channels) == (RATE_HZ, 2)


@pytest.mark.parametrize(("answer", "is_replaced"), [(2, False), (6, True)])
def test_a_box_about_files_waits_for_somebody(song: Path, answer: int, is_replaced: bool) -> None:
    stem = song.parent / "out" / "01-Kick.wav"
    stem.parent.mkdir()
    stem.write_bytes(b"mine")
    with Standin.start(song, no_bridge=True, wait_for_bridge=False) as standin:
        standin.control.start_action(42230)
        until(lambda: standin.control.stats()["dialog"] is not None)
        assert stem.read_bytes() == b"mine"
        held = standin.control.stats()["ticks"]
        standin.control.dialog(on=False, answer=answer)
        until(lambda: standin.control.stats()["ticks"] > held)
    assert (stem.read_bytes() == b"mine") != is_replaced


def test_a_person_can_fill_the_disk(song: Path) -> None:
    with Standin.start(song, no_bridge=True, wait_for_bridge=False) as standin:
        standin.control.spoil_renders("disk full")
        standin.control.start_action(42230)
        until(lambda: "disk is full" in (standin.control.stats()["dialog"] or ""))


def until(holds: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait until something holds, and fail where it does not in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)
