"""The part that runs in REAPER's own Python: which may be older, and must not load compiled packages."""

import ast
import importlib.metadata
import sys
from pathlib import Path

import pytest

import reaper_bridge.live.inside as inside

FILES = sorted(Path(inside.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_it_is_written_in_the_grammar_of_python_3_9(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 9))
    annotated = any(isinstance(node, ast.AnnAssign | ast.arg) for node in ast.walk(tree))
    assert not annotated or "from __future__ import annotations" in path.read_text(encoding="utf-8")
    assert not any(isinstance(node, ast.Match) for node in ast.walk(tree))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_it_imports_the_standard_library_itself_and_reaper(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    imported |= {
        node.module or ""
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and not node.level  # a relative import stays in the package
    }
    allowed = sys.stdlib_module_names | {"reaper_python"}
    assert {name for name in imported if name.partition(".")[0] not in allowed} == set()
    assert all(node.level <= 1 for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))


def test_it_has_the_version_of_the_program() -> None:
    assert importlib.metadata.version("reaper-first-pass") == inside.VERSION
