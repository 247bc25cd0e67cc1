"""What was made of a pass after it was written: how much of it, what was taken out, what is heard alone.

A revision is always reckoned from the full pass, which the ledger keeps: it says how things shall be, not how they
shall change. ``stands`` is what came of it, so that we know what is ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from reaper_bridge.session.address import Address
from reaper_bridge.session.change import Change

Side: TypeAlias = Literal["before", "after"]


@dataclass(frozen=True)
class Revision:
    """How a pass stands. The default is the full pass, as it was written.

    ``amount_ratio`` is how much of the whole pass, ``stage_ratios`` how much of single stages on top, 0 to 1.
    ``rejected`` was taken out. ``alone`` is the one change that is heard, and ``hearing`` "before" while the pass is
    switched off to compare: both for a while, and the rest is kept for afterwards. ``nudges`` are macro moves, -1 to 1.
    ``label`` is the undo step's. ``stands`` is where the session was left otherwise than the full pass has it.
    """

    amount_ratio: float = 1.0
    stage_ratios: Mapping[str, float] = field(default_factory=dict)
    rejected: frozenset[Address] = frozenset()
    alone: Address | None = None
    hearing: Side = "after"
    nudges: Mapping[str, float] = field(default_factory=dict)
    label: str = ""
    stands: tuple[Change, ...] = ()
