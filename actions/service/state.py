"""What the desk shows: one frozen picture of the service, made of plain values that any client can be told."""

from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, get_args

Name = Literal[
    "waiting_for_reaper", "ready", "listening", "deciding", "checking", "writing", "reaper_busy", "failed"
]  # fmt: skip
NAMES: Final[tuple[Name, ...]] = get_args(Name)

STAGES: Final[dict[str, tuple[Name, float, float]]] = {
    "reading": ("listening", 0.0, 0.05),
    "listening": ("listening", 0.05, 0.55),
    "recognising": ("listening", 0.55, 0.65),
    "deciding": ("deciding", 0.65, 0.7),
    "checking": ("checking", 0.7, 0.9),
    "rendering": ("checking", 0.7, 0.9),
    "writing": ("writing", 0.9, 1.0),
}
"""For each stage of the work: the state it is shown as, and from where to where of a pass it goes, 0 to 1."""


@dataclass(frozen=True)
class State:
    """``serial`` grows with every change; ``sentence`` says the state to a person.

    ``doing`` is the verb under way and ``waiting`` those after it. ``result`` tells how the last one ended.
    ``hearing`` is "before" or "after" once it was compared, ``report`` the path of the last report.
    ``preview`` names before and after as they were rendered to listen to, "" once the session is another.
    """

    name: Name = "waiting_for_reaper"
    sentence: str = ""
    project: str = ""
    doing: str = ""
    request_id: str = ""
    waiting: tuple[str, ...] = ()
    stage: str = ""
    track: str = ""
    progress_ratio: float = 0.0
    notice: str = ""
    result: str = ""
    last_pass: str = ""
    hearing: str = ""
    report: str = ""
    preview: str = ""
    serial: int = 0

    @property
    def plain(self) -> dict[str, Any]:
        """The state as JSON can hold it."""
        return {**asdict(self), "waiting": list(self.waiting), "progress_ratio": round(self.progress_ratio, 3)}
