"""A session that was reached, what was read, chosen and heard of it, and the verbs that can be done to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from actions.folders import data_folder, project_key
from actions.progress import Course
from actions.reaching import Place
from actions.service import unfinished
from actions.service.choices import Choices, read_choices, write_choices
from actions.service.orders import Done, Order
from actions.service.settings import Settings
from analysis.roles import TrackRole, family_of
from reaper_bridge.session.errors import HostGoneError
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.ledger import Ledger
from reaper_bridge.session.model import Session

if TYPE_CHECKING:
    from actions.first_pass import Outcome
    from actions.meters import Meters
    from actions.service.ears import Ears
    from actions.service.painting import Painter
    from actions.service.picture import DeskPicture


@dataclass(frozen=True)
class Verb:
    """Something that can be asked for. ``title`` is its name to a person."""

    act: Callable[["SessionDesk", Order, Course], Done]
    title: str
    writes: bool = True


@dataclass
class SessionDesk:
    """``outcome`` is what the last pass, or the last analysis, came to; ``report`` its page.

    ``preview`` names the rendering of before and after, which holds while the session is as ``preview_of``.
    """

    place: Place
    settings: Settings
    verbs: Mapping[str, Verb]
    outcome: "Outcome | None" = None
    hearing: str = ""
    report: Path | None = None
    song: Path = field(default_factory=Path)
    last_time: str = ""
    is_busy: bool = False
    session: Session = field(default_factory=lambda: Session("", ()))
    ledger: Ledger = field(default_factory=Ledger)
    choices: Choices = field(default_factory=Choices)
    ears: "Ears | None" = None
    preview: str = ""
    preview_of: object = None
    _mark: object = None
    _names: tuple[object, Mapping[TrackId, TrackRole]] = (None, {})
    _painter: "Painter | None" = None

    def told(self) -> dict[str, Any]:
        """Return what the state shows of the session.

        Raises:
            FirstPassError: It cannot be read.
        """
        self._mark = self.place.mark()
        self.read()
        passes = self.ledger.passes
        kept = report_file(self.song)
        self.report = kept if kept.exists() else None
        return {
            "project": self.song.name,
            "last_pass": passes[-1].label if passes else "",
            "hearing": self.hearing_now,
            "report": str(self.report or ""),
            "preview": self.preview if self.preview_of == self._mark else "",
        }

    def read(self) -> None:
        """Look at the session anew, and at what was chosen for it.

        Raises:
            FirstPassError: It cannot be read.
        """
        self.session = self.place.host.snapshot()
        self.ledger = self.place.host.ledger()
        song = self.place.song(self.session)
        if song != self.song:
            self.song, self.choices = song, read_choices(song)

    @property
    def hearing_now(self) -> str:
        """Which side is heard: what the ledger says of a pass that stands, else what compare left."""
        revision = self.ledger.passes[-1].revision if self.ledger.passes else None
        return revision.hearing if revision is not None else self.hearing

    def choose(self, choices: Choices) -> None:
        """Keep what was chosen for passes to come."""
        self.choices = choices
        write_choices(self.song, choices)

    def picture(self) -> "DeskPicture":
        """Return everything there is to show but the state, of the session as it was last read."""
        from actions.service.painting import Painter

        self._painter = self._painter or Painter()
        before, after = self.meters()
        return self._painter.picture(
            self.session, self.ledger, self.choices, self.roles(), before, after, self.hearing_now
        )

    def meters(self) -> "tuple[Meters, Meters]":
        """Return the meters before the last pass and as it stands, as far as they are known."""
        from actions.service.ears import meters_of

        return meters_of(self.ears, self.ledger.passes[-1] if self.ledger.passes else None, self.session)

    def roles(self) -> Mapping[TrackId, TrackRole]:
        """Return what each track is: as it was heard, else by its name; what somebody said first of all."""
        from analysis.roles import recognise

        known = tuple((track.id, track.name) for track in self.session.tracks)
        heard = self.outcome.heard if self.outcome else self.ears.heard if self.ears else None
        key = known, id(heard), tuple(sorted(self.choices.roles.items()))
        if self._names[0] != key:
            if heard is not None and tuple((track.id, track.name) for track in heard.session.tracks) == known:
                tracks = dict(heard.roles.tracks)
            else:
                tracks = dict(recognise(self.session, {}, {}).tracks)
            for track_id, role in self.choices.roles.items():
                tracks[track_id] = TrackRole(track_id, role, 1.0, ("you said so",), family=family_of(role))
            self._names = key, tracks
        return self._names[1]

    def said_roles(self) -> dict[str, str]:
        """Return the roles that somebody gave to tracks that are there."""
        return {key: role for key, role in self.choices.roles.items() if self.session.has_track(key)}

    def is_other(self) -> bool:
        """Tell whether the session may look otherwise than when it was last told.

        Raises:
            HostGoneError: REAPER does not answer any more.
        """
        mark = self.place.mark()
        self.is_busy = self.place.is_busy(mark)
        return mark != self._mark

    def work(self, order: Order, course: Course) -> Done:
        """Do what is asked.

        Raises:
            FirstPassError: It could not be done; the session is as it was.
        """
        verb = self.verbs[order.do]
        self.place.tell(course)
        if not verb.writes:
            return verb.act(self, order, course)
        if self.is_other():
            self.read()
        song = self.song
        unfinished.begin(song, order.do, self.ledger)
        try:
            done = verb.act(self, order, course)
        except HostGoneError:
            # whoever reaches the session again says how it was left
            raise
        except BaseException:
            unfinished.end(song)
            raise
        unfinished.end(song)
        return done

    def close(self) -> None:
        """Let go of the session."""
        self.place.close()


def report_file(song: Path) -> Path:
    """Return where the last report of a project lies."""
    return data_folder() / "reports" / f"{project_key(song)}.html"
