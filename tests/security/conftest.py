"""A REAPER small enough for a unit test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.small_host import SmallHost, running_small_host


@pytest.fixture
def small_host(tmp_path: Path) -> Iterator[SmallHost]:
    """A small host that dies with the test."""
    with running_small_host(tmp_path / "resource") as host:
        yield host
