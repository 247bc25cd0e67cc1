"""Take the last pass back, and say what stays."""

from dataclasses import dataclass

from reaper_bridge.host import Host
from reaper_bridge.session.address import Address
from reaper_bridge.session.ledger import Ledger
from reaper_bridge.session.model import Session


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
    session, ledger = host.snapshot(), host.ledger()
    kept = _kept(session, ledger) if ledger.passes else ()
    return TakenBack(host.undo(), kept)


def _kept(session: Session, ledger: Ledger) -> tuple[str, ...]:
    """Name what the last pass changed and somebody has changed since, or uses: its tracks of ours, too."""
    entry = ledger.passes[-1]
    goes = {change.address for change in ledger.take_back(session, entry)}
    stays = (c.address for c in entry.plan.without_idle if c.address not in goes)
    return tuple(_named(session, address) for address in stays if session.has_track(address.track_id))


def _named(session: Session, address: Address) -> str:
    name = session.track(address.track_id).name
    return f"the track “{name}”" if address.kind == "track" else f"the {address.kind.replace('_', ' ')} of “{name}”"
