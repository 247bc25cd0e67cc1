"""A small session with a pass in it, and a desk on it that does what orders ask."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from actions.first_pass import Outcome, Wishes, first_pass
from actions.progress import QUIET
from actions.reaching import Place
from actions.service.desk import SessionDesk, reached_desk
from actions.service.ears import ears_of
from actions.service.orders import Done, Order
from actions.service.settings import Settings
from reaper_bridge.rpp.host import ProjectFile
from reaper_bridge.rpp.reading import read_session
from reaper_bridge.rpp.syntax import parse_project
from reaper_bridge.rpp.writing import write_plan
from reaper_bridge.session.address import Address
from reaper_bridge.session.change import Change, MixPlan, Value
from reaper_bridge.session.model import Session
from reaper_bridge.session.values import read_value
from tests.session_builder import BAND, build_project


@dataclass(frozen=True)
class MixedBand:
    """A project as it was before a pass and after it."""

    folder: Path
    unmixed: bytes
    mixed: bytes
    outcome: Outcome

    def desk(self, name: str = "song.RPP", *, is_new: bool = False) -> SessionDesk:
        """Return a desk on a fresh copy of the mixed project; one that ``is_new`` has heard nothing yet."""
        path = self.folder / name
        path.write_bytes(self.mixed)
        desk = desk_on(path)
        if not is_new:
            assert self.outcome.entry is not None
            desk.outcome, desk.ears = self.outcome, ears_of(self.outcome, self.outcome.entry)
        return desk


def mixed_band(folder: Path) -> MixedBand:
    """Mix a band."""
    path = build_project(folder, BAND)
    unmixed = path.read_bytes()
    outcome = first_pass(ProjectFile(path, backup=False), Wishes())
    return MixedBand(folder, unmixed, path.read_bytes(), outcome)


def desk_on(path: Path) -> SessionDesk:
    """Return a desk as a new service has it."""
    desk = reached_desk(Place(ProjectFile(path, backup=False), path), Settings())
    desk.told()
    return desk


def ask(desk: SessionDesk, do: str, **options: Any) -> Done:
    """Have a desk do something, as the worker does."""
    done = desk.work(Order(do, options=options), QUIET)
    desk.told()
    return done


def everything(session: Session) -> Session:
    """Return what a session sounds like; in which order it has its tracks, and a track its sends, is no matter."""
    tracks = [replace(t, index=0, sends=tuple(sorted(t.sends, key=lambda s: s.destination))) for t in session.tracks]
    return replace(session, tracks=tuple(sorted(tracks, key=lambda t: t.id)), ext_state={})


def move(path: Path, address: Address, value: Value) -> None:
    """Move a knob as somebody does who has the project open elsewhere."""
    document = parse_project(path.read_bytes(), path.name)
    before = read_value(read_session(document, path), address)
    write_plan(document, MixPlan((Change(address, before, value, "by hand"),)))
    path.write_bytes(document.to_bytes())
