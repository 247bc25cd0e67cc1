"""The score on the reference sessions, whose flaws are known."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

LEAST_FOUND_SHARE = 0.85
MOST_FALSE_ALARMS_PER_SESSION = 1.5
# Colour needs to know the family well; the rest shows in any recording and must not be missed.
COLOURS = ("mud", "boxy", "resonance", "thin", "dull", "bright", "harsh")


def _benchmark() -> ModuleType:
    path = Path(__file__).resolve().parents[2] / "benchmarks" / "quality" / "flaws.py"
    specification = importlib.util.spec_from_file_location("benchmark_of_flaws", path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = module
    specification.loader.exec_module(module)
    return module


@pytest.mark.shared
@pytest.mark.slow
def test_flaws_of_the_reference_sessions_are_found_without_false_alarms(shared: Path) -> None:
    scores = dict(_benchmark().scores(shared / "sessions"))
    assert len(scores) >= 4
    found = sum(len(score.found) for score in scores.values())
    missed = [line for score in scores.values() for line in score.missed]
    assert found / (found + len(missed)) >= LEAST_FOUND_SHARE, missed
    false_alarms = [line for score in scores.values() for line in score.false_alarms]
    assert len(false_alarms) / len(scores) <= MOST_FALSE_ALARMS_PER_SESSION, false_alarms
    assert not [line for line in missed if not any(colour in line for colour in COLOURS)]
