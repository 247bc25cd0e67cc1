"""Where REAPER's resource folder is looked for, and which one is taken."""

import sys
from pathlib import Path

import pytest

from reaper_bridge.resource.places import (
    Place,
    forget_place,
    places,
    portable_folder,
    record_place,
    recorded_places,
    resource_folder,
    usual_places,
)
from reaper_bridge.session.errors import ResourceFolderError


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    home = tmp_path / "home"
    return {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "APPDATA": str(home / "Roaming"),
        "FIRST_PASS_CONFIG_DIR": str(tmp_path / "config"),
    }


def reaper_in(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "reaper.ini").write_bytes(b"[REAPER]\r\n")
    return folder


@pytest.mark.parametrize(
    ("system", "where"),
    [
        ("linux", ".config/REAPER"),
        ("darwin", "Library/Application Support/REAPER"),
        ("win32", "Roaming/REAPER"),
    ],
)
def test_every_system_has_its_usual_place(environment: dict[str, str], system: str, where: str) -> None:
    assert [p.path for p in usual_places(environment, system)] == [Path(environment["HOME"]) / where]


def test_windows_without_appdata_is_looked_up_in_the_profile(environment: dict[str, str]) -> None:
    del environment["APPDATA"]
    [place] = usual_places(environment, "win32")
    assert place.path == Path(environment["HOME"]) / "AppData/Roaming/REAPER"


def test_a_reaper_in_a_flatpak_is_found(environment: dict[str, str]) -> None:
    folder = reaper_in(Path(environment["HOME"]) / ".var/app/fm.reaper.Reaper/config/REAPER")
    assert [(p.path, p.found_by) for p in usual_places(environment, "linux")][1:] == [(folder, "flatpak")]


def test_a_folder_that_is_named_is_the_only_one(environment: dict[str, str], tmp_path: Path) -> None:
    environment["FIRST_PASS_RESOURCE"] = str(tmp_path / "other")
    assert [p.path for p in places(tmp_path / "named", environment)] == [tmp_path / "named"]


def test_the_environment_counts_before_what_was_installed(environment: dict[str, str], tmp_path: Path) -> None:
    record_place(tmp_path / "installed", environment)
    environment["FIRST_PASS_RESOURCE"] = str(tmp_path / "other")
    assert [(p.path, p.found_by) for p in places(None, environment)] == [(tmp_path / "other", "environment")]


def test_what_was_installed_counts_before_the_usual_place_and_once(environment: dict[str, str], tmp_path: Path) -> None:
    usual = usual_places(environment)[0].path
    record_place(usual, environment)
    record_place(tmp_path / "installed", environment)
    assert [p.path for p in places(None, environment)] == [tmp_path / "installed", usual]


def test_a_folder_can_be_forgotten(environment: dict[str, str], tmp_path: Path) -> None:
    record_place(tmp_path / "one", environment)
    record_place(tmp_path / "two", environment)
    record_place(tmp_path / "one", environment)
    assert recorded_places(environment) == (tmp_path / "one", tmp_path / "two")
    forget_place(tmp_path / "one", environment)
    assert recorded_places(environment) == (tmp_path / "two",)
    forget_place(tmp_path / "two", environment)
    assert list(Path(environment["FIRST_PASS_CONFIG_DIR"]).iterdir()) == []


@pytest.mark.parametrize("text", ["", "{", "[]", '{"resource_paths": 3}', '{"resource_paths": [1]}', "null"])
def test_a_damaged_record_is_no_record(environment: dict[str, str], text: str) -> None:
    folder = Path(environment["FIRST_PASS_CONFIG_DIR"])
    folder.mkdir()
    (folder / "resource_paths.json").write_text(text)
    assert recorded_places(environment) == ()


def test_the_one_reaper_that_is_there_is_taken(environment: dict[str, str]) -> None:
    folder = reaper_in(usual_places(environment)[0].path)
    assert resource_folder(None, environment).path == folder


def test_between_two_reapers_the_user_chooses(environment: dict[str, str], tmp_path: Path) -> None:
    reaper_in(usual_places(environment, "linux")[0].path)
    reaper_in(Path(environment["HOME"]) / ".var/app/fm.reaper.Reaper/config/REAPER")
    if sys.platform == "linux":
        with pytest.raises(ResourceFolderError, match=r"more than one REAPER .*--resource-path"):
            resource_folder(None, environment)
    for name in ("one", "two"):
        record_place(reaper_in(tmp_path / name), environment)
    with pytest.raises(ResourceFolderError, match=r"more than one REAPER .*two, .*one"):
        resource_folder(None, environment)
    assert resource_folder(tmp_path / "one", environment).found_by == "named"


def test_the_reaper_we_are_installed_to_comes_before_any_other(environment: dict[str, str], tmp_path: Path) -> None:
    reaper_in(usual_places(environment)[0].path)
    record_place(reaper_in(tmp_path / "portable"), environment)
    record_place(tmp_path / "gone", environment)
    assert resource_folder(None, environment) == Place(tmp_path / "portable", "installed")


def test_no_reaper_is_said_with_where_it_was_looked_for(environment: dict[str, str]) -> None:
    with pytest.raises(ResourceFolderError, match=r"No REAPER was found \(looked in .*REAPER\)"):
        resource_folder(None, environment)


def test_a_folder_that_is_not_reapers_is_refused(environment: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(ResourceFolderError, match="is not REAPER's resource folder"):
        resource_folder(tmp_path, environment)


@pytest.mark.parametrize("given", [".", "reaper.exe"])
def test_a_portable_reaper_keeps_its_settings_beside_the_executable(tmp_path: Path, given: str) -> None:
    folder = reaper_in(tmp_path / "stick")
    (folder / "reaper.exe").write_bytes(b"MZ")
    assert portable_folder(folder / given) == folder


def test_a_portable_reaper_on_a_mac_lies_beside_its_application(tmp_path: Path) -> None:
    folder = reaper_in(tmp_path / "stick")
    (folder / "REAPER.app/Contents/MacOS").mkdir(parents=True)
    assert portable_folder(folder / "REAPER.app") == folder


def test_a_reaper_that_is_not_portable_is_refused(tmp_path: Path) -> None:
    (tmp_path / "reaper").write_bytes(b"\x7fELF")
    with pytest.raises(ResourceFolderError, match="is not portable"):
        portable_folder(tmp_path)


def test_a_folder_without_reaper_is_no_portable_one(tmp_path: Path) -> None:
    with pytest.raises(ResourceFolderError, match="There is no REAPER in"):
        portable_folder(reaper_in(tmp_path / "settings"))
