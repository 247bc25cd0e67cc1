"""Read the facts that REAPER's side of the bridge sends as a session, the same that the project's file would give.

The facts are described in ``reaper_bridge.live.inside.looking``: plain JSON, with the keys of REAPER's API.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.model import Session

Facts: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Picture:
    """A project as REAPER showed it at one moment.

    ``project_handle`` is REAPER's own name for the project tab, ``project_path`` the file it was saved to (empty
    before it was). ``pass_mark`` is what our last pass left on the master track. ``unreadable`` tells for each track
    that could not be read wholly why: nothing may be decided for it. ``play_state`` is REAPER's: 1 plays, 2 pauses,
    4 records, added up.
    """

    session: Session
    facts: Facts
    project_handle: str
    project_path: str
    change_count: int
    selected: tuple[TrackId, ...] = ()
    undo_name: str | None = None
    redo_name: str | None = None
    play_state: int = 0
    is_dirty: bool = False
    pass_mark: str = ""
    unreadable: Mapping[TrackId, str] = field(default_factory=dict)

    @property
    def is_recording(self) -> bool:
        """Whether REAPER records."""
        return bool(self.play_state & 4)
