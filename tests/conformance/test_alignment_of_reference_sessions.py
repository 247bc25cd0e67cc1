"""Polarity and time errors of the reference sessions are set right, and nothing else is turned or shifted."""

import json
from pathlib import Path
from typing import Any

import pytest

from actions.first_pass import Outcome, Wishes, first_pass
from reaper_bridge.rpp.host import ProjectFile

MOST_ERROR_MS = 0.1
SESSIONS = ("01_sodium_cc0_electronic", "02_band_multimic_flawed", "03_folk_trio_quiet_vocal", "04_apt_only_pop")


def aligned(song: Path) -> Outcome:
    wishes = Wishes(stages=frozenset({"alignment"}))
    return first_pass(ProjectFile(song, backup=False), wishes, dry_run=True)


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize("name", SESSIONS)
def test_every_error_is_set_right_and_nothing_else_is_moved(shared: Path, name: str) -> None:
    folder = shared / "sessions" / name
    truth: dict[str, Any] = json.loads((folder / "truth.json").read_text("utf-8"))
    outcome = aligned(folder / "session.RPP")
    names = {track.id: track.name for track in outcome.heard.session}
    turned = {names[c.address.track_id] for c in outcome.plan if c.address.kind == "polarity"}
    shifted = {names[c.address.track_id]: c.after for c in outcome.plan if c.address.kind == "play_offset"}
    assert turned == {one["needs_flip"] for one in truth["relations"] if "needs_flip" in one}
    late = {one["b"]: one["delay_ms"] for one in truth["relations"] if "delay_ms" in one and not one["natural"]}
    assert shifted == {name: pytest.approx(-1e-3 * ms, abs=1e-3 * MOST_ERROR_MS) for name, ms in late.items()}
    for found in outcome.decision.aligned:
        before, after = found.correlations
        assert not found.is_moved or (after > before and found.low_gain_db > 0.0)
