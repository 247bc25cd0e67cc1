"""The commands in the written pages exist, with the options and the number of arguments they are shown with."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer.main

from actions.cli import app
from tests.unit.docs.pages import PAGES, ROOT, code_blocks, inline_code

_COMMANDS: dict[str, Any] = typer.main.get_command(app).commands  # type: ignore[attr-defined]
_TARGET = re.compile(r"^([\w-]+):", re.MULTILINE)


def shown_commands(text: str) -> list[list[str]]:
    """Return the words of every ``first-pass`` command a page shows."""
    lines = [line for block in code_blocks(text) for line in block.replace("\\\n", " ").splitlines()]
    shown = [line.removeprefix("$ ").strip() for line in lines] + inline_code(text)
    return [shlex.split(line, comments=True) for line in shown if line.startswith("first-pass ")]


def complaints(words: list[str]) -> list[str]:
    """Say what the command line would not take of a command."""
    if words[1:] == ["--help"]:
        return []
    command = _COMMANDS.get(words[1])
    if command is None:
        return [f"there is no command {words[1]}"]
    options = {name: option for option in command.params for name in option.opts if option.param_type_name == "option"}
    found, given, rest = [], 0, iter(words[2:])
    for word in rest:
        if not word.startswith("-"):
            given += 1
        elif word != "--help" and word not in options:
            found.append(f"{words[1]} has no option {word}")
        elif word != "--help" and not options[word].is_flag and next(rest, None) is None:
            found.append(f"{words[1]} {word} wants a value")
    most = sum(1 for param in command.params if param.param_type_name == "argument")
    return [*found, f"{words[1]} takes {most} arguments"] if given > most else found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_a_page_exists(page: Path) -> None:
    for words in shown_commands(page.read_text("utf-8")):
        assert not complaints(words), f"{page.name}: {shlex.join(words)}"


def test_every_command_and_every_option_is_described() -> None:
    text = (ROOT / "docs" / "using.md").read_text("utf-8")
    shown = {words[1] for words in shown_commands(text)}
    assert shown >= set(_COMMANDS)
    for command in _COMMANDS.values():
        for param in command.params:
            if param.param_type_name == "option" and "--help" not in param.opts:
                assert any(re.search(rf"[` ]{name}[` ]", text) for name in param.opts), param.opts


def test_every_make_target_of_a_page_exists() -> None:
    targets = set(_TARGET.findall((ROOT / "Makefile").read_text("utf-8")))
    for page in PAGES:
        text = page.read_text("utf-8")
        shown = [line.split()[1] for block in code_blocks(text) for line in block.splitlines() if line[:5] == "make "]
        shown += [code.split()[1] for code in inline_code(text) if code.startswith("make ")]
        assert set(shown) <= targets, page.name


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("first-pass mux SONG.RPP", "there is no command mux"),
        ("first-pass mix SONG.RPP --loud", "mix has no option --loud"),
        ("first-pass mix A.RPP B.RPP", "mix takes 1 arguments"),
        ("first-pass mix A.RPP --genre", "mix --genre wants a value"),
    ],
)
def test_a_command_that_does_not_exist_is_complained_about(line: str, complaint: str) -> None:
    assert complaints(shlex.split(line)) == [complaint]
