"""What a stage adds is the difference between a pass with it and one without."""

from pathlib import Path

import pytest

from actions.first_pass import Wishes, first_pass
from actions.mixing.brief import STAGES
from benchmarks.quality.ablation import BASE, HEAD, Trial, choices, mean_trials, numbers_of, told
from benchmarks.quality.loop import LIMITS, loop_rows, told_loop
from reaper_bridge.rpp.host import ProjectFile
from tests.session_builder import TRIO, build_project


def test_every_stage_is_left_out_once_and_stands_alone_once() -> None:
    named = dict(choices())
    for stage in STAGES:
        assert named[f"without {stage}"] == frozenset(STAGES) - {stage}
        if stage not in BASE:
            assert named[f"gain + balance + {stage}"] == frozenset((*BASE, stage))
    assert len(named) == 1 + len(STAGES) + 1 + len(STAGES) - len(BASE)


def test_means_leave_out_what_a_session_does_not_have() -> None:
    nothing = (None,) * (len(HEAD) - 2)
    one, other = Trial("all", (1.0, *nothing)), Trial("all", (3.0, *nothing))
    assert mean_trials([[one], [other]])[0].numbers[0] == 2.0
    assert mean_trials([[one], [Trial("all", (None, *nothing))]])[0].numbers[0] == 1.0
    assert told([one]).count("\n") == 2


def test_a_pass_tells_its_numbers(tmp_path: Path) -> None:
    outcome = first_pass(ProjectFile(build_project(tmp_path, TRIO), backup=False), Wishes(), dry_run=True)
    numbers = dict(zip(HEAD[1:], numbers_of(outcome), strict=True))
    assert numbers["clarity"] == outcome.after.mixture.lead_clarity_ratio
    assert numbers["changes"] == len(outcome.plan)
    rows = loop_rows(outcome)
    assert rows["group loudness"]["limit"] == LIMITS["group loudness"]
    assert rows["audibility of lead vocal"]["after"] == pytest.approx(outcome.after.mixture.lead_clarity_ratio)
    assert "audibility of lead vocal" in told_loop(rows)
