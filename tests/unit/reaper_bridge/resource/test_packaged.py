"""The scripts come along, and each action has its own."""

import ast
from pathlib import Path

import pytest

from reaper_bridge.resource.layout import ACTIONS
from reaper_bridge.resource.packaged import installed_scripts, packaged
from reaper_bridge.session.errors import ResourceFolderError

STANDARD_AND_REAPER = {"reaper_python", "first_pass_action", "first_pass_inside"}


def test_every_action_has_a_script_and_every_script_an_action() -> None:
    scripts = {path.name for path in packaged("reascripts").glob("First Pass - *.py")}
    assert scripts == {action.file_name for action in ACTIONS}


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.wish)
def test_a_script_asks_for_what_its_action_says(action) -> None:  # type: ignore[no-untyped-def]
    last = (packaged("reascripts") / action.file_name).read_text("utf-8").splitlines()[-1]
    asks = "start_bridge()" if action.wish == "start_bridge" else f'ask("{action.wish}")'
    assert last == f"first_pass_action.{asks}"


def test_scripts_need_nothing_but_the_standard_library() -> None:
    import sys

    for path, content in installed_scripts().items():
        for node in ast.walk(ast.parse(content, feature_version=(3, 9))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            for name in names:
                top = name.partition(".")[0]
                assert top in sys.stdlib_module_names | STANDARD_AND_REAPER, f"{path} imports {name}"


def test_the_bridge_is_installed_as_a_package_of_its_own() -> None:
    assert "Scripts/First Pass/first_pass_inside/__init__.py" in installed_scripts()
    assert "Scripts/First Pass/first_pass_action.py" in installed_scripts()
    assert {Path(path).parts[:2] for path in installed_scripts()} == {("Scripts", "First Pass")}


def test_a_missing_part_is_said() -> None:
    with pytest.raises(ResourceFolderError, match="install it again"):
        packaged("nothing of that name")
