"""The log is one JSON object a line and never grows beyond what was allowed."""

import json
import logging
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from actions.service.logs import open_log


@pytest.fixture(autouse=True)
def log_closed_again() -> Iterator[None]:
    yield
    root = logging.getLogger("first_pass")
    for handler in list(root.handlers):
        root.removeHandler(handler)
        handler.close()
    root.propagate = True
    root.setLevel(logging.NOTSET)


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_a_line_says_when_how_grave_and_what_with_its_facts(tmp_path: Path) -> None:
    path = open_log(tmp_path / "log")
    logging.getLogger("first_pass.service").info("stage", extra={"stage": "listening", "path": tmp_path})
    (line,) = lines(path)
    assert line.pop("at")
    assert line == {"level": "info", "what": "stage", "stage": "listening", "path": str(tmp_path)}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_what_is_not_asked_for_is_not_logged(tmp_path: Path) -> None:
    path = open_log(tmp_path, level="warning")
    logging.getLogger("first_pass.door").info("asked")
    logging.getLogger("first_pass.door").warning("refused\nfor good")
    assert [line["what"] for line in lines(path)] == ["refused\nfor good"]


def test_an_error_comes_with_where_it_was(tmp_path: Path) -> None:
    path = open_log(tmp_path)
    logging.getLogger("first_pass").error("unexpected", exc_info=ZeroDivisionError("by zero"))
    assert "ZeroDivisionError: by zero" in str(lines(path)[0]["trace"])


def test_it_is_turned_over_and_the_oldest_goes(tmp_path: Path) -> None:
    path = open_log(tmp_path, most_bytes=10_000, files=2)
    for number in range(1000):
        logging.getLogger("first_pass").info("line %d of a log that grows", number)
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["service.log", "service.log.1", "service.log.2"]
    assert all(file.stat().st_size <= 10_000 for file in files)
    assert lines(path)[-1]["what"] == "line 999 of a log that grows"
