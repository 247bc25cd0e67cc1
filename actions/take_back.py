"""Take the last pass back, and say what stays."""

from dataclasses import dataclass

from reaper_bridge.host import Host
from reaper_bridge.session.change import same_value
from reaper_bridge.session.ledger import Pass
from reaper_bridge.session.model import Session
from reaper_bridge.session.values import read_value


@dataclass(frozen=True)
class TakenBack:
    """``label`` is the pass that is gone, None where there was none; ``kept`` are knobs that stay, in words."""

    label: str | None
    kept: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """Say it to a person."""
        if self.label is None:
            return "No pass of ours stands in this project."
        if not self.kept:
            return f"Took back: {self.label}."
        return f"Took back: {self.label}. As you changed them since, these stay: {'; '.join(self.kept)}."


def take_back(host: Host) -> TakenBack:
    """Take the last pass back; what the engineer changed since stays.

    Raises:
        StaleValueError: Somebody changed the project meanwhile.
        HostGoneError: REAPER stopped answering.
    """
    session, passes = host.snapshot(), host.ledger().passes
    kept = _kept(session, passes[-1]) if passes else ()
    return TakenBack(host.undo(), kept)


def _kept(session: Session, entry: Pass) -> tuple[str, ...]:
    """Name the knobs of a pass that somebody has changed since."""
    changed = [c.address for c in entry.plan if not same_value(read_value(session, c.address), c.after)]
    return tuple(
        f"the {address.kind.replace('_', ' ')} of “{session.track(address.track_id).name}”"
        for address in changed
        if session.has_track(address.track_id)
    )
