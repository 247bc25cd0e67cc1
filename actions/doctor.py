"""Look in order at everything between First Pass and REAPER, and say of each what is found and how to mend it.

Each examination is a row of a table. One that makes no sense before another is well says so and is not counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from actions.examinations import EXAMINATIONS, Examination, NotBefore, Patient
from reaper_bridge.session.errors import FirstPassError

State = Literal["well", "wrong", "not looked at"]
_SIGNS: Final = {"well": "✓", "wrong": "✗", "not looked at": "–"}


@dataclass(frozen=True)
class Finding:
    """What one examination found; ``mend`` says what to do where something is wrong."""

    name: str
    state: State
    found: str
    mend: str = ""

    def __str__(self) -> str:
        mend = f" {self.mend}" if self.mend else ""
        return f"{_SIGNS[self.state]} {self.name}: {self.found}{mend}"


def examined(resource_path: Path | None = None) -> tuple[Finding, ...]:
    """Make every examination; nothing is changed."""
    patient = Patient(resource_path)
    try:
        return tuple(_finding(examination, patient) for examination in EXAMINATIONS)
    finally:
        if patient.bridge is not None:
            patient.bridge.close()


def is_well(findings: Sequence[Finding]) -> bool:
    """Whether nothing is wrong and everything was looked at."""
    return all(finding.state == "well" for finding in findings)


def plain_findings(findings: Sequence[Finding]) -> list[dict[str, str]]:
    """Return the findings as JSON can hold them."""
    return [{"name": f.name, "state": f.state, "found": f.found, "mend": f.mend} for f in findings]


def _finding(examination: tuple[str, Examination], patient: Patient) -> Finding:
    name, examine = examination
    try:
        told = examine(patient)
    except NotBefore as reason:
        return Finding(name, "not looked at", str(reason))
    except (FirstPassError, OSError) as error:
        return Finding(name, "wrong", str(error))
    if isinstance(told, str):
        return Finding(name, "well", told)
    return Finding(name, "wrong", *told)
