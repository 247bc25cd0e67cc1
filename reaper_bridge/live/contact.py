"""Stay in contact with REAPER: look, ask, notice when it is gone, and find out what became of what was asked.

A question that only looks is asked again over a new connection if the old one died. One that changes something is
never asked twice, since it may have been heard; the next look tells.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from reaper_bridge.live.calibration import CalibrationCache, Knot
from reaper_bridge.live.connection import Bridge, BridgeRefusal
from reaper_bridge.live.knobs import Facts
from reaper_bridge.live.notes import fx_names, with_planned_tracks
from reaper_bridge.live.plugins import calibration_key
from reaper_bridge.live.reading import Picture, read_picture
from reaper_bridge.session.errors import HostGoneError, OtherProjectError, StaleValueError

ANSWER_SECONDS: Final = 30.0

Notice = Callable[[str], None]


@dataclass(frozen=True)
class Asked:
    """A step that was asked for: how it is called, and the marks of the passes that stand before and after it."""

    label: str
    marks_before: str
    marks: str

    def is_in(self, picture: Picture) -> bool:
        """Tell whether it was done, from how the project looks now."""
        if set(self.marks.split()) == set(self.marks_before.split()):
            return picture.undo_name == self.label
        return set(self.marks.split()) == set(picture.pass_mark.split())


class Contact:
    """The connection to REAPER and the last look at the project in front.

    ``on_notice`` is told sentences the user should read, ``on_busy`` what REAPER is kept busy with, and an empty
    sentence when it is free again.
    """

    def __init__(
        self, connect: Callable[[], Bridge], folder: Path, on_notice: Notice | None, on_busy: Notice | None
    ) -> None:
        self._connect = connect
        self._folder = folder
        self.on_notice: Notice = on_notice or (lambda sentence: None)
        self.on_busy: Notice = on_busy or (lambda sentence: None)
        self._picture: Picture | None = None
        self._lost: Asked | None = None
        self._reconnect()

    @property
    def bridge(self) -> Bridge:
        """A connection that lived when it was last used.

        Raises:
            HostGoneError: REAPER cannot be reached.
        """
        if not self._bridge.is_alive:
            self._reconnect()
        return self._bridge

    @property
    def is_alive(self) -> bool:
        """Whether REAPER answered every request so far."""
        return self._bridge.is_alive

    @property
    def last_look(self) -> Picture | None:
        """The last look, if nothing has been changed since."""
        return self._picture

    def close(self) -> None:
        """Let go of REAPER."""
        self._bridge.close()

    def look(self) -> Picture:
        """Look at the project in front.

        Raises:
            HostGoneError: REAPER does not answer.
        """
        try:
            facts = self.bridge.request("snapshot")
        except HostGoneError:
            self._reconnect()
            facts = self._bridge.request("snapshot")
        names = fx_names(facts)
        facts = with_planned_tracks(facts, names)
        self._picture = read_picture(facts, fx_names=names, calibration=self.calibrations)
        if self._lost is not None:
            lost, self._lost = self._lost, None
            is_in = lost.is_in(self._picture)
            self.on_notice(f"“{lost.label}” is in the project." if is_in else f"“{lost.label}” was not written.")
        return self._picture

    def current(self) -> Picture:
        """Return the last look, or look."""
        return self._picture if self._picture is not None else self.look()

    def run_of(self, picture: Picture) -> str:
        """Name this run of REAPER with this project."""
        return f"{self._bridge.hello.get('pid', '')}:{picture.project_handle.rpartition('x')[2]}"

    def change(
        self,
        name: str,
        picture: Picture,
        label: str,
        seconds: float = ANSWER_SECONDS,
        asked: Asked | None = None,
        **more: Any,
    ) -> dict[str, Any]:
        """Ask REAPER to change something in the project of a picture.

        Raises:
            OtherProjectError: Another project is in front.
            StaleValueError: REAPER came to it too late.
            HostGoneError: REAPER stopped answering; if ``asked`` is given, the next look tells what became of it.
            BridgeRefusal: The agent refuses for another reason.
        """
        project = {
            "handle": picture.project_handle,
            "path": picture.project_path,
            "change_count": picture.change_count,
        }
        request = {"project": project, "label": label, "not_after": time.time() + seconds, **more}
        self._picture = None
        bridge = self.bridge
        try:
            answer: dict[str, Any] = bridge.request(name, request, timeout_seconds=seconds)
            return answer
        except HostGoneError as error:
            if bridge.is_alive:
                raise
            if asked is None:
                raise HostGoneError(f"{error} What was asked last was done wholly, or not at all.") from error
            self._lost = asked
            raise HostGoneError(
                f"REAPER stopped answering while “{asked.label}” was written. It is in the project wholly or not at"
                " all: a service that runs says which when REAPER is back, and `first-pass doctor` counts the passes."
            ) from error
        except BridgeRefusal as refusal:
            if refusal.kind == "project":
                raise OtherProjectError(
                    f"{refusal} Bring the one you mean to the front, and run it again."
                ) from refusal
            if refusal.kind == "late":
                raise StaleValueError(f"{refusal} Run it again.") from refusal
            raise

    def learn(self, answer: Facts) -> None:
        """Keep what displays said where they did not follow our laws, and which plug-ins take no state."""
        for ident, index, raw, shown in answer["turned"]:
            calibration = self.calibrations[calibration_key({"fx_ident": ident})]
            self.calibrations.keep(calibration.with_knots(int(index), [Knot(float(raw), float(shown))]))
        for ident in answer["refused_chunks"]:
            calibration = self.calibrations[calibration_key({"fx_ident": ident})]
            self.calibrations.keep(calibration.without_chunk)

    def _reconnect(self) -> None:
        bridge: Bridge | None = getattr(self, "_bridge", None)
        if bridge is not None:
            bridge.close()
        self._picture = None
        self._bridge = self._connect()
        version = str(self._bridge.hello.get("reaper_version", ""))
        self.calibrations = CalibrationCache(version, self._folder)
