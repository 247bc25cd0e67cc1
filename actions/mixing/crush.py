"""The parallel drum chain as the desk has it: a track of ours with one compressor, fed by sends of the drums."""

from dataclasses import dataclass
from typing import Final

from reaper_bridge.session.change import PlacedEffect
from reaper_bridge.session.effects import ReaComp
from reaper_bridge.session.identity import FxId, TrackId, guid_from_words

CRUSH: Final = TrackId(guid_from_words("first pass parallel", "drums"))
CRUSH_COMP: Final = FxId(guid_from_words("first pass parallel", "comp"))
NAME: Final = "First Pass Drum Crush"


@dataclass(frozen=True, eq=False)
class Crush:
    """What the parallel chain does.

    ``level_db`` is its mean power against the same drums without it; ``lift_db`` how much more the middle of their
    levels per millisecond rises by it than their mean. ``is_ours_to_set`` is False for one that stays as it stands.
    """

    comp: ReaComp
    members: tuple[TrackId, ...]
    reduction_db: float
    level_db: float
    lift_db: float
    is_ours_to_set: bool = True

    @property
    def placed(self) -> PlacedEffect:
        """Its compressor as it stands on the track."""
        return PlacedEffect(self.comp, NAME)

    @property
    def because(self) -> str:
        """What it is for, with the numbers."""
        return (
            f"{len(self.members)} drum tracks once more with {self.reduction_db:.1f} dB of gain reduction, mixed in at "
            f"{self.level_db:+.1f} dB against themselves: what lies between the hits rises by {self.lift_db:.1f} dB "
            f"against the drums as a whole"
        )
