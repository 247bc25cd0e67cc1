"""A stand-in REAPER per module, whose undo takes our notes back or leaves them, with the module's project in front."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reaper_bridge.live.host import LiveHost
from tests.contract.live import live_host, open_copy
from tests.standin.fixture import Standin


@pytest.fixture(scope="module", params=["rolls-back", "stays"])
def standin(request: pytest.FixtureRequest) -> Iterator[Standin]:
    with Standin.start(hz=200, ext_state_undo=request.param) as standin:
        yield standin


@pytest.fixture
def host(standin: Standin, project: Path, tmp_path: Path) -> Iterator[LiveHost]:
    open_copy(standin, project)
    with live_host(standin, tmp_path) as host:
        yield host
