"""Make something else of the pass that stands: less of it, all but some of it, or one change of it alone.

Everything is reckoned from the full pass, which the ledger keeps, never from what stands: 1, then 0.3, then 1 gives
exactly the pass again. What a human moved since, or locked, stays as it is and is told. Each revision is one undo
step of REAPER's own; taking the pass back takes all of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from reaper_bridge.host import Host
from reaper_bridge.session.address import Address
from reaper_bridge.session.change import Change, MixPlan, Value
from reaper_bridge.session.ledger import Ledger, Pass
from reaper_bridge.session.model import Session
from reaper_bridge.session.revision import Revision


@dataclass(frozen=True)
class Revised:
    """What a revision comes to: the plan from where the session stands, and what stays as it is, in words."""

    plan: MixPlan
    revision: Revision
    kept: tuple[str, ...] = ()


def with_amount(revision: Revision, part: str, ratio: float) -> Revision:
    """Return a revision with so much of the whole pass ("all"), or of one stage of it; 0 to 1.

    Raises:
        PlanError: There is no such stage.
    """
    raise NotImplementedError


def with_rejected(revision: Revision, address: Address) -> Revision:
    """Return a revision without one change of the pass."""
    raise NotImplementedError


def with_accepted(revision: Revision, address: Address) -> Revision:
    """Return a revision with a change again that was taken out."""
    raise NotImplementedError


def with_alone(revision: Revision, address: Address | None) -> Revision:
    """Return a revision in which one change is heard alone, or all of them again."""
    raise NotImplementedError


def revise(host: Host, wanted: Revision, label: str, offsets: Mapping[Address, Value] | None = None) -> Pass | None:
    """Make of the last pass what is wanted, as one undo step; None where no pass stands.

    Raises:
        StaleValueError: Somebody changed the project meanwhile.
    """
    raise NotImplementedError


def changes_by_importance(entry: Pass) -> tuple[Change, ...]:
    """Return the changes of a full pass, the most audible first."""
    return tuple(sorted((item.change for item in entry.landed), key=lambda change: -change.importance))


def standing_passes(ledger: Ledger) -> tuple[Pass, ...]:
    """Return the passes that stand, oldest first."""
    return ledger.passes


def revised(session: Session, ledger: Ledger, wanted: Revision) -> Revised:
    """Return what a revision of the last pass comes to; nothing is written."""
    raise NotImplementedError
