"""Media references of a project that moves: they still find their files."""

from pathlib import Path

import pytest

from reaper_bridge.rpp.media_paths import rebase_media
from reaper_bridge.rpp.syntax import parse_project

SECTION = '<SOURCE SECTION\n  LENGTH 1\n  <SOURCE WAVE\n    FILE "{path}"\n  >\n>\n'
PLAIN = '<SOURCE FLAC\n  FILE "{path}" 1\n>\n'


def moved(text: str, old: Path, new: Path) -> str:
    document = parse_project(f"<REAPER_PROJECT 0.1\n<ITEM\n{text}>\n>\n".encode())
    rebase_media(document, old, new)
    line = next(block.find("FILE") for block in document.project.walk() if block.find("FILE") is not None)
    assert line is not None
    return line.text(1)


@pytest.mark.parametrize("template", [PLAIN, SECTION])
@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("media/a.wav", "media/a.wav"),
        ("media\\a.wav", "media/a.wav"),
        ("..\\up\\it's ünï  c.wav", "../up/it's ünï  c.wav"),
        ("./x.wav", "x.wav"),
    ],
)
def test_a_relative_path_resolves_from_the_new_place(tmp_path: Path, template: str, path: str, name: str) -> None:
    old, new = tmp_path / "song", tmp_path / "mixes" / "new one"
    file = old / name
    for directory in (old, new, file.parent):
        directory.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"sound")
    result = moved(template.format(path=path), old, new)
    assert ("\\" in result) == ("\\" in path)
    assert (new / result.replace("\\", "/")).read_bytes() == b"sound"


@pytest.mark.parametrize("path", ["/a/b.wav", "C:\\a\\b.wav", "C:/a/b.wav", "\\\\server\\b.wav", ""])
def test_an_absolute_path_stays(tmp_path: Path, path: str) -> None:
    assert moved(PLAIN.format(path=path), tmp_path / "a", tmp_path / "b") == path


def test_a_backslash_that_belongs_to_the_name_is_none_between_directories(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one\\two.wav").touch()
    assert moved(PLAIN.format(path="one\\two.wav"), tmp_path / "a", tmp_path) == "a/one\\two.wav"


def test_the_same_directory_under_another_name_keeps_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "a")
    assert moved(PLAIN.format(path="x.wav"), tmp_path / "a", tmp_path / "link") == "x.wav"


def test_what_is_no_media_stays(tmp_path: Path) -> None:
    data = b'<REAPER_PROJECT 0.1\n  RENDER_FILE "out"\n  <OTHER\n    FILE "x.wav"\n  >\n>\n'
    document = parse_project(data)
    rebase_media(document, tmp_path / "a", tmp_path / "b")
    assert document.to_bytes() == data
