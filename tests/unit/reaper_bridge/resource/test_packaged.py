"""The scripts come along, and each action has its own."""

import ast
import shutil
import subprocess
import sys
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


IMPORT_ALL = """
import importlib, pathlib, sys, types
api = types.ModuleType("reaper_python")
api.RPR_GetResourcePath, api.RPR_ShowConsoleMsg = (lambda: sys.argv[1]), print
sys.modules["reaper_python"] = api
folder = pathlib.Path(sys.argv[1], "Scripts", "First Pass")
sys.path.insert(0, str(folder))
for path in sorted((folder / "first_pass_inside").rglob("*.py")):
    importlib.import_module("first_pass_inside." + path.stem if path.stem != "__init__" else "first_pass_inside")
exec((folder / "First Pass - Mix all tracks.py").read_text("utf-8"))
"""


@pytest.mark.parametrize("version", ["3.9", "3.10", "3.11", "3.12", "3.13", "3.14"])
def test_every_python_that_reaper_may_load_understands_the_scripts(tmp_path: Path, version: str) -> None:
    python = shutil.which(f"python{version}")
    if python is None or subprocess.run([python, "-c", "pass"], capture_output=True, check=False).returncode:
        pytest.skip(f"there is no Python {version} here")
    for path, content in installed_scripts().items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    command = [python, "-I", "-W", "error", "-c", IMPORT_ALL, str(tmp_path)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "the program is not set up here; close REAPER and run `first-pass install`." in ran.stdout
