"""Installing into a folder as REAPER leaves it, and taking everything out again."""

import json
import os
import stat
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reaper_bridge.resource.changes import FileChange, carry_out, read_file
from reaper_bridge.resource.ini import read_value
from reaper_bridge.resource.install import install, plan_install, take_out
from reaper_bridge.resource.keyboard import registered, with_actions
from reaper_bridge.resource.layout import ACTIONS
from reaper_bridge.resource.manifest import read_manifest
from reaper_bridge.resource.packaged import installed_scripts
from reaper_bridge.resource.start_block import has_start_block, with_start_block
from reaper_bridge.resource.toolbar import with_toolbar
from reaper_bridge.resource.uninstall import plan_uninstall, uninstall
from reaper_bridge.session.errors import ResourceFolderError
from tests.unit.reaper_bridge.resource.folders import (
    KEYBOARD_INI,
    REAPER_INI,
    STARTUP_LUA,
    a_wish,
    install_into,
    reaper_folder,
    tree,
    uninstall_from,
)


@pytest.fixture
def resource(tmp_path: Path) -> Path:
    return reaper_folder(tmp_path / "with space" / "REAPER")


def test_everything_is_where_reaper_looks_for_it(resource: Path) -> None:
    install_into(resource)
    data = (resource / "reaper.ini").read_bytes()
    assert read_value(data, "REAPER", "reascript") == "1"
    folder, file = (read_value(data, "REAPER", key) for key in ("pythonlibpath64", "pythonlibdll64"))
    assert (Path(str(folder)) / str(file)).is_file()
    scripts = registered((resource / "reaper-kb.ini").read_bytes())
    for action in ACTIONS:
        assert (resource / "Scripts" / scripts[action.script_id]).is_file()
    assert has_start_block((resource / "Scripts/__startup.lua").read_bytes())
    for path, content in installed_scripts().items():
        assert (resource / path).read_bytes() == content
    program = json.loads((resource / "First Pass/program.json").read_text("utf-8"))
    assert program == {"executable": [sys.executable], "version": "0.1.0"}


def test_installing_twice_is_installing_once(resource: Path) -> None:
    install_into(resource)
    once = tree(resource)
    assert plan_install(resource, a_wish(resource)).changes == ()
    install_into(resource)
    assert tree(resource) == once


def test_uninstalling_gives_every_byte_back(resource: Path) -> None:
    before = tree(resource)
    install_into(resource, a_wish(resource, with_toolbar=True))
    assert tree(resource) != before
    uninstall_from(resource)
    assert tree(resource) == before


_WORDS = b"[REAPER] [reaper] reascript=0 pythonlibdll64=x.so SCR KEY #! return \xff\xfe \xef\xbb\xbf --[[ ; =".split()
_PIECES = st.sampled_from([*_WORDS, b"", b'SCR 4 0 RSx "a" b', b"-- First Pass begin"])
_CONTENTS = st.none() | st.lists(st.tuples(_PIECES, st.sampled_from([b"\n", b"\r\n", b"\r", b""]))).map(
    lambda rows: b"".join(piece + end for piece, end in rows)
)


@given(_CONTENTS)
def test_what_is_put_into_any_file_is_put_in_once_and_comes_out_again(content: bytes | None) -> None:
    # a carriage return alone at the end cannot be told from one we added; the whole file comes back from its copy
    data = (content or b"").rstrip(b"\r")
    for path, put_in in {
        "reaper-kb.ini": lambda data: with_actions(data, ACTIONS),
        "Scripts/__startup.lua": with_start_block,
        "reaper-menu.ini": with_toolbar,
    }.items():
        changed = put_in(data)
        assert changed != data
        assert put_in(changed) == changed
        assert take_out(path, changed, {}) == data


@given(_CONTENTS, _CONTENTS, _CONTENTS, _CONTENTS)
@settings(max_examples=8, deadline=None)
def test_whatever_stands_in_the_files_comes_back(
    ini: bytes | None, keyboard: bytes | None, startup: bytes | None, menu: bytes | None
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        resource = reaper_folder(Path(folder) / "REAPER")
        names = ("reaper.ini", "reaper-kb.ini", "Scripts/__startup.lua", "reaper-menu.ini")
        for name, content in zip(names, (ini, keyboard, startup, menu), strict=True):
            if content is None:
                (resource / name).unlink(missing_ok=True)
            else:
                (resource / name).write_bytes(content)
        before = tree(resource)
        wish = a_wish(resource, with_toolbar=True)
        install_into(resource, wish)
        assert plan_install(resource, wish).changes == ()
        uninstall_from(resource)
        assert tree(resource) == before


def test_uninstalling_takes_away_what_python_left_beside_the_scripts(resource: Path) -> None:
    before = tree(resource)
    install_into(resource)
    for folder in ("Scripts/First Pass", "Scripts/First Pass/first_pass_inside"):
        (resource / folder / "__pycache__").mkdir()
        (resource / folder / "__pycache__/x.pyc").write_bytes(b"")
    uninstall_from(resource)
    assert tree(resource) == before


def test_a_reaper_that_was_started_once_and_has_none_of_the_files_gets_them_and_loses_them(tmp_path: Path) -> None:
    resource = tmp_path / "REAPER"
    resource.mkdir()
    (resource / "reaper.ini").write_bytes(b"")
    before = tree(resource)
    install_into(resource)
    assert len(registered((resource / "reaper-kb.ini").read_bytes())) == len(ACTIONS)
    assert (resource / "reaper-kb.ini").read_bytes().count(b"\r\n") == len(ACTIONS)
    uninstall_from(resource)
    assert tree(resource) == before


def test_only_our_lines_go_where_reaper_wrote_since(resource: Path) -> None:
    install_into(resource)
    ini, keyboard, startup = (resource / name for name in ("reaper.ini", "reaper-kb.ini", "Scripts/__startup.lua"))
    ini.write_bytes(ini.read_bytes().replace(b"csurf_cnt=0", b"csurf_cnt=0\r\nwnd_x=17"))
    keyboard.write_bytes(keyboard.read_bytes() + b"\r\nKEY 5 70 40001 0\r\n")
    startup.write_bytes(startup.read_bytes().replace(b"hello", b"good day"))
    uninstall_from(resource)
    assert ini.read_bytes() == REAPER_INI.replace(b"csurf_cnt=0", b"csurf_cnt=0\r\nwnd_x=17")
    assert keyboard.read_bytes() == KEYBOARD_INI + b"\r\nKEY 5 70 40001 0\r\n"
    assert startup.read_bytes() == STARTUP_LUA.replace(b"hello", b"good day")
    assert not (resource / "First Pass").exists()


def test_a_library_the_user_chose_since_stays_the_users(resource: Path) -> None:
    install_into(resource)
    ini = resource / "reaper.ini"
    library = next(line for line in ini.read_bytes().splitlines() if line.startswith(b"pythonlibdll64"))
    ini.write_bytes(ini.read_bytes().replace(library, b"pythonlibdll64=libpython3.13.so"))
    uninstall_from(resource)
    assert read_value(ini.read_bytes(), "REAPER", "pythonlibdll64") == "libpython3.13.so"
    assert read_value(ini.read_bytes(), "REAPER", "pythonlibpath64") is None
    assert read_value(ini.read_bytes(), "REAPER", "reascript") == "0"


def test_a_script_the_user_changed_stays_and_is_named(resource: Path) -> None:
    install_into(resource)
    script = resource / "Scripts/First Pass/First Pass - Take back.py"
    script.write_bytes(b"print('mine')\n")
    plan = plan_uninstall(resource)
    assert plan.kept == (script,)
    uninstall(plan)
    assert script.read_bytes() == b"print('mine')\n"
    assert list((resource / "Scripts/First Pass").iterdir()) == [script]


def test_what_stood_at_the_place_of_a_script_comes_back(resource: Path) -> None:
    script = resource / "Scripts/First Pass/First Pass - Take back.py"
    script.parent.mkdir()
    script.write_bytes(b"# put here by somebody else\n")
    before = tree(resource)
    install_into(resource)
    assert script.read_bytes() != b"# put here by somebody else\n"
    uninstall_from(resource)
    assert tree(resource) == before


def test_a_later_version_replaces_the_scripts_and_uninstalling_still_gives_the_first_bytes_back(resource: Path) -> None:
    before = tree(resource)
    install_into(resource)
    old = resource / "Scripts/First Pass/first_pass_action.py"
    manifest_path = resource / "First Pass/manifest.json"
    manifest = read_manifest(resource)
    assert manifest is not None
    gone = resource / "Scripts/First Pass/gone.py"
    gone.write_bytes(old.read_bytes())
    entries = {**manifest.entries, "Scripts/First Pass/gone.py": manifest.entries["Scripts/First Pass/" + old.name]}
    manifest_path.write_bytes(replace(manifest, entries=entries).to_bytes())
    install_into(resource, a_wish(resource, "0.2.0"))
    assert not gone.exists()
    assert json.loads((resource / "First Pass/program.json").read_text("utf-8"))["version"] == "0.2.0"
    assert json.loads(manifest_path.read_text("utf-8"))["version"] == "0.2.0"
    uninstall_from(resource)
    assert tree(resource) == before


def test_installing_again_after_reaper_wrote_keeps_what_reaper_wrote_on_uninstalling(resource: Path) -> None:
    install_into(resource)
    keyboard = resource / "reaper-kb.ini"
    lost = ACTIONS[0].script_id.encode()
    kept = [line for line in keyboard.read_bytes().splitlines(keepends=True) if lost not in line]
    keyboard.write_bytes(b"".join(kept) + b"\r\nKEY 5 70 40001 0\r\n")
    install_into(resource)
    assert len(registered(keyboard.read_bytes())) == len(ACTIONS) + 1
    uninstall_from(resource)
    assert keyboard.read_bytes() == KEYBOARD_INI + b"\r\nKEY 5 70 40001 0\r\n"


def test_a_lost_manifest_leaves_nothing_of_ours_but_the_python_library(resource: Path) -> None:
    install_into(resource)
    (resource / "First Pass/manifest.json").unlink()
    uninstall_from(resource)
    assert (resource / "reaper-kb.ini").read_bytes() == KEYBOARD_INI
    assert (resource / "Scripts/__startup.lua").read_bytes() == STARTUP_LUA
    assert not (resource / "Scripts/First Pass").exists()
    assert read_value((resource / "reaper.ini").read_bytes(), "REAPER", "reascript") == "1"


def test_nothing_installed_is_nothing_to_uninstall(resource: Path) -> None:
    assert plan_uninstall(resource).changes == ()


@pytest.mark.parametrize("text", ["{", "[]", '{"format": 1}', '{"format": 1, "version": "1", "files": []}'])
def test_a_damaged_manifest_is_said(resource: Path, text: str) -> None:
    (resource / "First Pass").mkdir()
    (resource / "First Pass/manifest.json").write_text(text)
    with pytest.raises(ResourceFolderError, match="damaged"):
        plan_uninstall(resource)


def test_a_manifest_of_a_later_version_is_left_alone(resource: Path) -> None:
    (resource / "First Pass").mkdir()
    (resource / "First Pass/manifest.json").write_text('{"format": 2, "version": "9.0"}')
    with pytest.raises(ResourceFolderError, match=r"later First Pass \(9.0\)"):
        plan_install(resource, a_wish(resource))


def test_a_read_only_file_is_said_and_nothing_is_changed(resource: Path) -> None:
    (resource / "Scripts/__startup.lua").chmod(0o444)
    before = tree(resource)
    with pytest.raises(ResourceFolderError, match=r"__startup.lua is read-only.*Nothing was changed"):
        install_into(resource)
    assert tree(resource) == before


def test_a_file_that_cannot_be_read_is_said(resource: Path) -> None:
    (resource / "reaper-kb.ini").unlink()
    (resource / "reaper-kb.ini").mkdir()
    with pytest.raises(ResourceFolderError, match=r"reaper-kb.ini cannot be read"):
        plan_install(resource, a_wish(resource))


def test_a_failure_on_the_way_puts_everything_back(resource: Path) -> None:
    plan = plan_install(resource, a_wish(resource))
    # a link into a folder that is not there reads as no file, and cannot be written
    (resource / "nowhere").symlink_to(resource / "no folder" / "file")
    blocked = FileChange(resource / "nowhere", None, b"", "cannot be")
    before = tree(resource)
    for count in range(len(plan.changes) + 1):
        broken = replace(plan, changes=(*plan.changes[:count], blocked, *plan.changes[count:]))
        with pytest.raises(ResourceFolderError, match=r"nowhere cannot be written: .* Everything is as it was"):
            install(broken)
        assert tree(resource) == before
        assert plan_install(resource, a_wish(resource)).changes == plan.changes


def test_an_installation_that_is_killed_on_the_way_can_be_finished_and_taken_back(resource: Path) -> None:
    wish = a_wish(resource, with_toolbar=True)
    before, plan = tree(resource), plan_install(resource, wish)
    install(plan)
    whole = tree(resource)
    uninstall_from(resource)
    for count in range(len(plan.changes)):
        carry_out(plan.changes[:count])
        uninstall_from(resource)
        assert tree(resource) == before
    for count in range(0, len(plan.changes), 4):
        carry_out(plan.changes[:count])
        install_into(resource, wish)
        assert tree(resource) == whole
        uninstall_from(resource)
        assert tree(resource) == before


def test_an_uninstallation_that_is_killed_on_the_way_can_be_finished(resource: Path) -> None:
    before = tree(resource)
    install_into(resource)
    plan = plan_uninstall(resource)
    for count in range(len(plan.changes)):
        carry_out(plan.changes[:count])
        uninstall_from(resource)
        assert tree(resource) == before
        install_into(resource)


def test_a_file_that_changed_since_the_plan_is_not_overwritten(resource: Path) -> None:
    plan = plan_install(resource, a_wish(resource))
    (resource / "reaper.ini").write_bytes(b"[REAPER]\n")
    before = tree(resource)
    with pytest.raises(ResourceFolderError, match="changed by somebody else"):
        install(plan)
    assert tree(resource) == before


def test_a_settings_file_that_is_a_link_stays_one(resource: Path, tmp_path: Path) -> None:
    kept_elsewhere = tmp_path / "dotfiles.ini"
    (resource / "reaper.ini").rename(kept_elsewhere)
    (resource / "reaper.ini").symlink_to(kept_elsewhere)
    install_into(resource)
    assert (resource / "reaper.ini").is_symlink()
    assert read_value(kept_elsewhere.read_bytes(), "REAPER", "reascript") == "1"
    uninstall_from(resource)
    assert kept_elsewhere.read_bytes() == REAPER_INI


@pytest.mark.skipif(os.name == "nt", reason="rights of files are told otherwise there")
def test_our_own_folder_is_for_the_user_alone(resource: Path) -> None:
    install_into(resource)
    assert stat.S_IMODE((resource / "First Pass").stat().st_mode) == 0o700
    for name in ("program.json", "manifest.json", "backup/reaper.ini"):
        assert stat.S_IMODE((resource / "First Pass" / name).stat().st_mode) == 0o600


def test_rights_of_files_that_are_changed_stay(resource: Path) -> None:
    (resource / "reaper.ini").chmod(0o640)
    install_into(resource)
    assert stat.S_IMODE((resource / "reaper.ini").stat().st_mode) == 0o640


def test_no_entry_opens_a_port(resource: Path) -> None:
    plan = install_into(resource, a_wish(resource, with_toolbar=True))
    settings = (b"csurf", b"HTTP", b"0.0.0.0")
    for change in plan.changes:
        added = set((change.after or b"").splitlines()) - set((change.before or b"").splitlines())
        if change.path.suffix == ".ini" and change.path.parent == resource:
            assert not any(word in line for line in added for word in settings), change.path
    assert read_value(read_file(resource / "reaper.ini") or b"", "REAPER", "csurf_cnt") == "0"
