"""Whatever is killed, and whenever: a project is wholly as before or wholly as after, and the next start says which."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from reaper_bridge.rpp.host import ProjectFile
from tests.command_line import run
from tests.services import Service, serving

Moment = Callable[[Service], None]


def at_stage(name: str, later_seconds: float = 0.0) -> Moment:
    """Return how to wait for a stage of a pass, and a little more."""

    def wait(service: Service) -> None:
        service.until_logged(f'"stage": "{name}"')
        sleep(later_seconds)

    return wait


STAGES = ("reading", "listening", "recognising", "deciding", "checking", "writing")
MOMENTS: dict[str, Moment] = {name: at_stage(name) for name in STAGES}
MOMENTS |= {f"writing and {ms} ms": at_stage("writing", ms / 1000.0) for ms in (2, 5, 10, 20, 40, 80)}


@dataclass(frozen=True)
class Standing:
    """How a project was left."""

    is_before: bool
    is_after: bool


def standing_of_file(song: Path, before: bytes) -> Standing:
    """Return how a project file was left; a half of a pass is neither."""
    host = ProjectFile(song)
    session, ledger = host.snapshot(), host.ledger()
    is_whole = len(ledger.passes) == 1 and set(ledger.ours(session)) == set(ledger.written)
    return Standing(song.read_bytes() == before, is_whole)


@pytest.mark.parametrize("moment", MOMENTS, ids=list(MOMENTS))
def test_a_service_killed_during_a_pass_over_a_file(moment: str, song: Path, tmp_path: Path) -> None:
    before, data = song.read_bytes(), tmp_path / "data"
    with serving(data, project=song, then="mix_all") as service:
        MOMENTS[moment](service)
        service.killed()
    left = standing_of_file(song, before)
    assert left.is_before != left.is_after
    if moment in STAGES[:-1]:
        assert left.is_before
    with serving(data, project=song) as again:
        told: dict[str, Any] = again.until_ready()
    was_written = "all of it was written" in told["notice"]
    was_not = "nothing of it was written" in told["notice"]
    if told["notice"] or moment in STAGES[:-1]:
        assert (was_not, was_written) == (left.is_before, left.is_after)
    else:
        # it had already ended its work when it was killed
        assert left.is_after
    assert run("mix", song, "--dry-run", "--json").status == (3 if left.is_after else 0)


@pytest.mark.parametrize("later_ms", [0, 2, 5, 10, 20])
def test_a_service_killed_while_it_takes_back(later_ms: int, song: Path, tmp_path: Path) -> None:
    before, data = song.read_bytes(), tmp_path / "data"
    assert run("mix", song, "--json").status == 0
    after = song.read_bytes()
    with serving(data, project=song, then="take_back") as service:
        at_stage("writing", later_ms / 1000.0)(service)
        service.killed()
    assert song.read_bytes() in (before, after)
    with serving(data, project=song) as again:
        notice = again.until_ready()["notice"]
    assert ("nothing of it was written" in notice) <= (song.read_bytes() == after)
    assert ("all of it was written" in notice) <= (song.read_bytes() == before)
