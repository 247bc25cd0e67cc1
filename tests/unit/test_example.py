"""The example that comes with the project: complete, small, and free to pass on."""

import json
from pathlib import Path

from reaper_bridge.rpp.host import ProjectFile
from tests.conftest import EXAMPLES

SONG = EXAMPLES / "paper-lanterns" / "Paper Lanterns.RPP"
LARGEST_BYTES = 16_000_000


def test_the_example_opens_and_names_its_twelve_tracks() -> None:
    session = ProjectFile(SONG).snapshot()
    truth = json.loads((SONG.parent / "truth.json").read_text("utf-8"))
    assert [t.name for t in session.tracks] == [t["track_name"] for t in truth["tracks"]]
    assert session.tempo_bpm_at(0.0) == truth["bpm"]


def test_the_media_of_the_example_lie_beside_it() -> None:
    host = ProjectFile(SONG)
    session = host.snapshot()
    sources = host.sources([t.id for t in session.tracks])
    assert len(sources) == 12
    for audio in sources.values():
        assert audio.is_complete, audio.problems
        assert [clip.path.parent for clip in audio.clips] == [SONG.parent / "media"]
        assert all(clip.path.is_file() for clip in audio.clips)


def test_the_example_has_nothing_unused_and_is_at_most_16_mb() -> None:
    used = {Path(t["file"]).name for t in json.loads((SONG.parent / "truth.json").read_text("utf-8"))["tracks"]}
    assert {path.name for path in (SONG.parent / "media").iterdir()} == used
    assert sum(path.stat().st_size for path in EXAMPLES.rglob("*") if path.is_file()) <= LARGEST_BYTES


def test_the_example_says_who_made_it_and_under_which_licence() -> None:
    text = (SONG.parent / "ATTRIBUTION.md").read_text("utf-8")
    for name in ("CC0", "MIT", "FluidR3", "Frank Wen", "MuseScore General"):
        assert name in text
