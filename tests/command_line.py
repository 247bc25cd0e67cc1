"""Run the command line inside this process, as a shell would: arguments in, status and both outputs out."""

import contextlib
import io
import json
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from actions.cli import main


@dataclass(frozen=True)
class Ran:
    """What a command left: its exit status and what it said."""

    status: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        """The one JSON object on stdout."""
        return json.loads(self.stdout)


def run(*arguments: object) -> Ran:
    """Run ``first-pass`` with these arguments."""
    out, err = io.StringIO(), io.StringIO()
    status: object = 0
    words = ["first-pass", *map(str, arguments)]
    with patch.object(sys, "argv", words), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main()
        except SystemExit as ending:
            status = ending.code
    assert isinstance(status, int | None), f"ended with {status!r}"
    return Ran(status or 0, out.getvalue(), err.getvalue())


def cloned(project: Path, directory: Path) -> Path:
    """Copy a project into another directory with its media, which is linked, not copied."""
    shutil.copytree(project.parent, directory, copy_function=_link, dirs_exist_ok=True)
    copy = directory / project.name
    data = copy.read_bytes()
    copy.unlink()
    copy.write_bytes(data)
    return copy


def edited(project: Path, edit: Callable[[str], str]) -> Path:
    """Change the text of a project file in place, as another program would."""
    text = project.read_bytes().decode("utf-8", "surrogateescape")
    changed = edit(text)
    assert changed != text, "the edit did not change anything"
    project.write_bytes(changed.encode("utf-8", "surrogateescape"))
    return project


def _link(source: str, target: str) -> object:
    try:
        os.link(source, target)
    except OSError:
        return shutil.copy2(source, target)
    return target
