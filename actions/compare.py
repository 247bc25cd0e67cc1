"""Before or after: switch the last pass off and on again where it was written."""

from dataclasses import dataclass
from typing import Literal

from reaper_bridge.host import Host


@dataclass(frozen=True)
class Hearing:
    """What is heard now. ``side`` is None where there is nothing to compare."""

    side: Literal["before", "after"] | None
    label: str | None

    @property
    def sentence(self) -> str:
        """Say it to a person."""
        if self.side is None:
            return "There is nothing to compare: no pass of ours stands in this project, and none was taken back."
        return f"Now {self.side}: {self.label}."


def compare(host: Host) -> Hearing:
    """Switch between before and after the last pass: redo what was taken back, else take back what stands.

    Two switches leave the project as it was.

    Raises:
        StaleValueError: Somebody changed the project meanwhile.
        HostGoneError: REAPER stopped answering.
    """
    host.snapshot()
    label = host.redo()
    if label is not None:
        return Hearing("after", label)
    label = host.undo()
    return Hearing("before" if label is not None else None, label)
