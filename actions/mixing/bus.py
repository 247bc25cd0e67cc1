"""A bus on the desk: what flows through it, and where its knobs would stand."""

from dataclasses import dataclass, field

from actions.mixing.strip import Insert, Strip
from reaper_bridge.session.effects import Effect, EqBand
from reaper_bridge.session.identity import TrackId


@dataclass(eq=False)
class Bus:
    """A bus. ``members`` are the strips that flow through it next, ``inner`` the buses that do. Those
    ``joining`` are members that this pass leads into it.

    ``family`` is what it carries, by the names of ``[buses.families]``, or empty where it carries several. ``moves``
    tells whether its fader may be placed, ``fills`` whether its chain is ours to fill; else ``standing`` are our
    plug-ins in it. ``fader_db`` is where its fader stands.
    """

    track_id: TrackId
    name: str
    family: str
    members: list[Strip]
    inner: list["Bus"] = field(default_factory=list)
    joining: list[Strip] = field(default_factory=list)
    is_new: bool = False
    moves: bool = False
    fills: bool = False
    has_plugins: bool = False
    before_db: float = 0.0
    fader_db: float = 0.0
    standing: dict[str, Effect] = field(default_factory=dict)
    bands: tuple[EqBand, ...] = ()
    comp: Insert | None = None
    reasons: dict[str, str] = field(default_factory=dict)

    @property
    def strips(self) -> list[Strip]:
        """All strips that flow through it, those of inner buses among them."""
        return [*self.members, *(strip for bus in self.inner for strip in bus.strips)]
