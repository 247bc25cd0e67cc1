"""What ``--json`` prints is what docs/using.md says it prints: every key, and no key that is never there."""

import contextlib
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.unit.docs.pages import ROOT, table_rows

RATE_HZ, SECONDS = 48_000, 6
MAPS = ("groups_lufs", "returns_lufs", "groups_lu", "audibility", "seconds", "spectrum_db", "codec_overshoots_db")
"""Objects whose keys are names out of the session."""
OPAQUE = ("before", "after")
"""Values of changes, which have a table of their own."""

_TRACK = """\
  <TRACK {{{number:08d}-0000-4000-8000-000000000001}}
    NAME "{name}"
    VOLPAN 1 0 -1 -1 1
    MUTESOLO {muted} 0 0
    NCHAN 2
    FX 1
    TRACKID {{{number:08d}-0000-4000-8000-000000000001}}
    MAINSEND 1 0
    <ITEM
      POSITION 0
      LENGTH {seconds}
      <SOURCE WAVE
        FILE "{file}"
      >
    >
  >
"""


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of seven tracks: two kick microphones, snare, a bass on the kick's note, a voice that clips, a muted
    guitar, a file that is gone.
    """
    import soundfile

    folder = tmp_path_factory.mktemp("song")
    random, time = np.random.default_rng(1), np.arange(RATE_HZ * SECONDS) / RATE_HZ
    kick = np.sin(2 * np.pi * 55 * time) * np.exp(-20 * (time % 0.5))
    snare = random.standard_normal(len(time)) * np.exp(-30 * ((time + 0.25) % 0.5)) * 0.3
    voice = np.clip(1.6 * np.sin(2 * np.pi * 220 * time) * (np.sin(2 * np.pi * 0.4 * time) > 0), -1.0, 1.0)
    guitar = 0.1 * random.standard_normal(len(time))
    bass = 0.3 * sum(level * np.sin(2 * np.pi * hz * time) for hz, level in ((55, 1.0), (110, 0.5), (385, 0.05)))
    sounds = {
        "kick.wav": kick,
        "bass.wav": bass,
        "snare.wav": snare,
        "voice.wav": voice,
        "guitar.wav": guitar,
        "out.wav": -np.roll(kick, 48),
    }
    for name, sound in sounds.items():
        soundfile.write(folder / name, sound, RATE_HZ, subtype="PCM_24")
    rows = [("Kick", "kick.wav", 0), ("Snare", "snare.wav", 0), ("Lead Vox", "voice.wav", 0)]
    rows += [("Gtr", "guitar.wav", 1), ("Pad", "gone.wav", 0), ("Kick Out", "out.wav", 0), ("Bass", "bass.wav", 0)]
    tracks = "".join(
        _TRACK.format(number=number, name=name, file=file, muted=muted, seconds=SECONDS)
        for number, (name, file, muted) in enumerate(rows, 1)
    )
    path = folder / "Song.RPP"
    head = '<REAPER_PROJECT 0.1 "7.27/linux-x86_64" 1734702480\n  PANLAW 1\n  SAMPLERATE 48000 0 0\n  TEMPO 120 4 4\n'
    path.write_text(f"{head}{tracks}>\n", "utf-8")
    return path


def printed(*words: object) -> dict[str, Any]:
    """Run a command and return the JSON object it prints."""
    from actions.cli import app

    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        app([str(word) for word in words], standalone_mode=False)
    told = json.loads(out.getvalue())
    assert isinstance(told, dict)
    return told


def paths(thing: Any, at: str = "") -> Iterator[str]:
    """Yield the path of every key in a JSON value, as the tables write them."""
    if isinstance(thing, dict) and at.rsplit(".", 1)[-1] in MAPS:
        yield f"{at}.*"
    elif isinstance(thing, dict):
        for key, value in thing.items():
            path = f"{at}.{key}" if at else key
            yield path
            if not (key in OPAQUE and at.startswith("changes")):
                yield from paths(value, path)
    elif isinstance(thing, list):
        for item in thing:
            yield from paths(item, f"{at}[]")


def described(heading: str) -> set[str]:
    """Return the paths in the table below a heading of docs/using.md."""
    text = (ROOT / "docs" / "using.md").read_text("utf-8")
    section = text.partition(f"\n### {heading}\n")[2].partition("\n#")[0]
    return {part.strip("` ") for row in table_rows(section) for part in row[0].split(",")}


def test_mix_prints_what_the_page_describes(song: Path) -> None:
    where = song.parent
    told = printed(
        "mix", song, "-o", where / "out.RPP", "--json", "--plan", where / "plan.json",
        "--preview", where / "preview", "--report", where / "report.html",
    )  # fmt: skip
    assert set(paths(told)) == described("mix")


def test_analyse_prints_what_the_page_describes(song: Path) -> None:
    assert set(paths(printed("analyse", song, "--json"))) == described("analyse")


def test_the_session_doctor_prints_what_the_page_describes(song: Path) -> None:
    assert set(paths(printed("doctor", "--session", song, "--json"))) == described("doctor --session")


def test_a_plan_file_holds_what_the_page_describes(song: Path, tmp_path: Path) -> None:
    printed("mix", song, "--dry-run", "--json", "--plan", tmp_path / "plan.json")
    assert set(paths(json.loads((tmp_path / "plan.json").read_text("utf-8")))) == described("The plan file")


def test_the_other_commands_print_what_the_page_describes(song: Path, tmp_path: Path) -> None:
    out, plan, names = tmp_path / "out.RPP", tmp_path / "plan.json", tmp_path / "names.txt"
    names.write_text("Kick L\n", "utf-8")
    mixed = printed("mix", song, "-o", out, "--json", "--plan", plan)
    assert mixed["pass"] == 1
    assert set(paths(printed("apply", song, plan, "-o", tmp_path / "again.RPP", "--json"))) == described("apply")
    assert set(paths(printed("undo", out, "--json"))) == described("undo")
    assert set(paths(printed("render", song, "-o", tmp_path / "mix.wav", "--json"))) == described("render")
    assert set(paths(printed("roles", song, "--json"))) == described("roles")
    assert set(paths(printed("roles", "--names", names))) < described("roles")
