"""The project file as a host: read, written and undone, each as one step that happens whole or not at all."""

import hashlib
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from reaper_bridge.rpp.files import read_file, write_backup, write_file
from reaper_bridge.rpp.ledger_store import read_ledger, write_ledger
from reaper_bridge.rpp.media_paths import rebase_media
from reaper_bridge.rpp.reading import read_selection, read_session, read_sources
from reaper_bridge.rpp.restore import continued_note, restore_note, restored
from reaper_bridge.rpp.syntax import Document, parse_project
from reaper_bridge.rpp.writing import write_plan
from reaper_bridge.session.audio import TrackAudio
from reaper_bridge.session.change import MixPlan
from reaper_bridge.session.checking import checked_plan
from reaper_bridge.session.errors import PlanError, ProjectFileError, StaleValueError
from reaper_bridge.session.identity import FxId, TrackId
from reaper_bridge.session.ledger import Landed, Ledger, Pass
from reaper_bridge.session.limits import check_change
from reaper_bridge.session.model import Session
from reaper_bridge.session.naming import real_tracks, with_planned_ids, with_real_ids
from reaper_bridge.session.revision import Revision
from reaper_bridge.session.values import read_value


@dataclass(frozen=True)
class _Picture:
    """The file as it was read: its bytes, their tree, the session in it, and planned ids with REAPER's own."""

    path: Path
    data: bytes
    document: Document
    session: Session
    names: Mapping[FxId, FxId]


@dataclass(frozen=True)
class _Undone:
    """A pass that undo took back: its label, the file with it, and the file that undo left."""

    label: str
    data: bytes
    left: bytes


class ProjectFile:
    """A session in a .RPP file, with no REAPER running.

    With ``output`` the first write goes there and ``path`` is never touched; from then on the output is the
    project. Else the project itself is rewritten, after a backup beside it unless ``backup`` is False.
    ``last_backup`` is the backup the last step made, if it made one.
    """

    def __init__(self, path: Path, output: Path | None = None, backup: bool = True) -> None:
        self.path = Path(path)
        self.output = Path(output) if output is not None else self.path
        self.backup = backup
        self.last_backup: Path | None = None
        self._picture: _Picture | None = None
        self._known_ledger: tuple[_Picture, Ledger] | None = None
        self._undone: list[_Undone] = []

    def snapshot(self) -> Session:
        """Read the file and return the session in it.

        Raises:
            ProjectFileError: It is missing, not a project, or breaks off.
        """
        data = read_file(self.path)
        if self._picture is None or self._picture.data != data or self._picture.path != self.path:
            self._picture = _read_picture(self.path, data)
        return self._picture.session

    def ledger(self) -> Ledger:
        """Return what our passes wrote into this project, and the locks.

        Raises:
            ProjectFileError: The notes in the project are damaged.
        """
        picture = self._current()
        if self._known_ledger is None or self._known_ledger[0] is not picture:
            ledger = read_ledger(picture.document, picture.path.name).standing(picture.session)
            self._known_ledger = picture, ledger
        return self._known_ledger[1]

    def selected_tracks(self) -> tuple[TrackId, ...]:
        """Return the tracks that were selected when the project was saved, in order."""
        picture = self._current()
        planned = {real: name for name, real in picture.names.items()}
        return tuple(TrackId(planned.get(FxId(i), FxId(i))) for i in read_selection(picture.document))

    def sources(self, track_ids: Collection[TrackId]) -> Mapping[TrackId, TrackAudio]:
        """Tell where the sound of these tracks lies, before their FX."""
        picture = self._current()
        real = real_tracks(track_ids, picture.names)
        found = read_sources(picture.document, picture.path, real)
        return {real[track_id]: replace(audio, track_id=real[track_id]) for track_id, audio in found.items()}

    def write(
        self,
        plan: MixPlan,
        *,
        label: str,
        taste: str = "",
        audio_keys: Mapping[TrackId, str] | None = None,
        memo: str = "",
    ) -> Pass:
        """Write every change of a plan, or none of them, and enter it into the project's ledger.

        Returns what the file says afterwards. A plan that changes nothing writes the same bytes and no entry.

        Raises:
            StaleValueError: The file, or one of the values, changed since the snapshot.
            PlanError: The plan names something the project does not have.
            ProjectWriteError: It cannot be written; nothing was.
        """
        picture = self._unchanged()
        document = self._moved_document(picture)
        data, entry = apply_bytes(
            document, plan, path=picture.path, label=label, taste=taste, audio_keys=audio_keys, memo=memo,
            session=picture.session,
        )  # fmt: skip
        self._put(picture, data, "first-pass")
        self._undone.clear()
        return entry

    def revise(self, plan: MixPlan, revision: Revision) -> Pass:
        """Write a plan that makes something else of the last pass, or none of it; the ledger keeps the revision.

        No backup is made where taking the pass back gives the exact bytes from before it: the pass has made one.

        Raises:
            StaleValueError: The file, or one of the values, changed since the snapshot.
            PlanError: There is no pass, or the plan names something the project does not have.
            ProjectWriteError: It cannot be written; nothing was.
        """
        picture = self._unchanged()
        document = self._moved_document(picture)
        edited, ledger, after = _revised(document, plan, revision, picture.path, picture.session, self.ledger())
        entry = ledger.passes[-1]
        self._put(picture, edited.to_bytes(), "revision", may_need_backup=not entry.restore)
        self._undone.clear()
        if self.path == picture.path:
            # what was written has been read back already; the next revision need not do so again
            self._picture = _Picture(self.path, edited.to_bytes(), edited, after, ledger.fx_names)
            self._known_ledger = self._picture, ledger
        return entry

    def undo(self) -> str | None:
        """Take the last pass back and return its label; None where there is none.

        Where nothing else changed, the file gets the exact bytes back that it had before the pass. Else only
        the values that are still ours are taken back. Locks stay.

        Raises:
            StaleValueError: The file changed since the snapshot.
            ProjectWriteError: It cannot be written; nothing was.
        """
        picture = self._unchanged()
        document = self._moved_document(picture)
        data, entry = undo_bytes(document, path=picture.path, session=picture.session)
        if entry is None:
            return None
        self._put(picture, data, "undo")
        self._undone.append(_Undone(entry.label, document.to_bytes(), data))
        return entry.label

    def redo(self) -> str | None:
        """Put the pass back that the last undo took, and return its label; None where there is none.

        It is remembered as long as this host lives and the file is what that undo left.

        Raises:
            StaleValueError: The file changed since the snapshot.
            ProjectWriteError: It cannot be written; nothing was.
        """
        picture = self._unchanged()
        if not self._undone or picture.data != self._undone[-1].left:
            self._undone.clear()
            return None
        self._put(picture, self._undone[-1].data, "redo")
        return self._undone.pop().label

    def set_locks(self, locks: Mapping[TrackId, frozenset[str]]) -> None:
        """Replace the engineer's locks.

        Raises:
            StaleValueError: The file changed since the snapshot.
            ProjectWriteError: It cannot be written; nothing was.
        """
        picture = self._unchanged()
        document = self._moved_document(picture)
        write_ledger(document, replace(read_ledger(document, picture.path.name), locks=dict(locks)))
        self._put(picture, document.to_bytes(), "lock")

    def _current(self) -> _Picture:
        if self._picture is None:
            self.snapshot()
        assert self._picture is not None
        return self._picture

    def _unchanged(self) -> _Picture:
        """Return the picture, having made sure that the file still is what it shows."""
        picture = self._current()
        _check_unchanged(picture)
        return picture

    def _moved_document(self, picture: _Picture) -> Document:
        document = picture.document.copy()
        rebase_media(document, picture.path.parent, self.output.parent)
        return document

    def _put(self, picture: _Picture, data: bytes, occasion: str, *, may_need_backup: bool = True) -> None:
        """Write the file, and go on from there."""
        self.last_backup = None
        _check_unchanged(picture)
        in_place = os.path.realpath(self.output) == os.path.realpath(picture.path)
        if not in_place or data != picture.data:
            backup = None
            if in_place and self.backup and may_need_backup:
                backup = write_backup(picture.path, picture.data, occasion, datetime.now())
            try:
                write_file(self.output, data)
            except BaseException:
                if backup is not None:
                    backup.unlink(missing_ok=True)
                raise
            self.last_backup = backup
        self.path = self.output
        self._picture = None


def apply_bytes(
    document: Document,
    plan: MixPlan,
    *,
    path: Path,
    label: str,
    taste: str = "",
    audio_keys: Mapping[TrackId, str] | None = None,
    memo: str = "",
    session: Session | None = None,
) -> tuple[bytes, Pass]:
    """Return the file a plan makes of a document, and its entry in the ledger; nothing is written to disk.

    ``path`` is where the document comes from, ``session`` what is in it if that is known already.

    Raises:
        StaleValueError: A value is not what the plan says it was before.
        PlanError: The plan names something the project does not have, or a value that cannot stand there.
    """
    ledger = read_ledger(document, path.name)
    session = _named_session(document, path, ledger) if session is None else session
    ledger = ledger.standing(session)
    plan = plan.without_idle
    written_at = datetime.now().astimezone().isoformat(timespec="seconds")
    if not plan:
        return document.to_bytes(), Pass(ledger.next_id, label, written_at, (), taste, dict(audio_keys or {}))
    for change in plan:
        check_change(change)
    plan = checked_plan(session, plan)
    edited = document.copy()
    write_plan(edited, with_real_ids(plan, ledger.fx_names))
    after = _named_session(parse_project(edited.to_bytes(), path.name), path, ledger)
    landed = tuple(Landed(change, read_value(after, change.address)) for change in plan)
    entry = Pass(ledger.next_id, label, written_at, landed, taste, dict(audio_keys or {}), memo=memo)
    # the note is about a file that holds a ledger, so one is entered before it is taken
    write_ledger(edited, replace(ledger, passes=(*ledger.passes, entry)))
    entry = replace(entry, restore=restore_note(document, edited))
    write_ledger(edited, replace(ledger, passes=(*ledger.passes, entry)))
    return edited.to_bytes(), entry


def _revised(
    document: Document, plan: MixPlan, revision: Revision, path: Path, session: Session, ledger: Ledger
) -> tuple[Document, Ledger, Session]:
    """Return a document with its last pass revised, its ledger, and the session in it; nothing is written to disk.

    Raises:
        StaleValueError: A value is not what the plan says it was before.
        PlanError: There is no pass, or the plan does not fit the project.
    """
    if not ledger.passes:
        raise PlanError(f"No pass of ours stands in {path.name}; make one first.")
    plan = plan.without_idle
    for change in plan:
        check_change(change)
    plan = checked_plan(session, plan)
    edited, after = document.copy(), session
    if plan:
        write_plan(edited, with_real_ids(plan, ledger.fx_names))
        after = _named_session(parse_project(edited.to_bytes(), path.name), path, ledger)
    entry = ledger.passes[-1].revised(revision, plan, after)
    entry = replace(entry, restore=continued_note(document, entry.restore, edited))
    ledger = replace(ledger, passes=(*ledger.passes[:-1], entry))
    write_ledger(edited, ledger)
    return edited, ledger, after


def undo_bytes(document: Document, *, path: Path, session: Session | None = None) -> tuple[bytes, Pass | None]:
    """Return the file without its last pass, and that pass; the same bytes and None where there is none.

    Raises:
        ProjectFileError: The notes in the project are damaged.
    """
    ledger = read_ledger(document, path.name)
    if ledger.passes:
        session = _named_session(document, path, ledger) if session is None else session
        ledger = ledger.standing(session)
    if session is None or not ledger.passes:
        return document.to_bytes(), None
    entry = ledger.passes[-1]
    earlier = restored(document, entry.restore)
    if earlier is None:
        earlier = document.copy()
        write_plan(earlier, with_real_ids(ledger.take_back(session, entry), ledger.fx_names))
    write_ledger(earlier, replace(ledger, passes=ledger.passes[:-1]))
    return earlier.to_bytes(), entry


def _read_picture(path: Path, data: bytes) -> _Picture:
    document = parse_project(data, path.name)
    try:
        ledger = read_ledger(document, path.name)
    except ProjectFileError:
        # looking at a project with damaged notes is allowed; whoever asks for the notes is told
        ledger = Ledger()
    return _Picture(path, data, document, _named_session(document, path, ledger), ledger.fx_names)


def _named_session(document: Document, path: Path, ledger: Ledger) -> Session:
    """Return the session in a document, our plug-ins under the ids our plans gave them."""
    return with_planned_ids(read_session(document, path), ledger.fx_names)


def _check_unchanged(picture: _Picture) -> None:
    if hashlib.sha256(read_file(picture.path)).digest() != hashlib.sha256(picture.data).digest():
        raise StaleValueError(
            f"{picture.path.name} was changed by somebody else while we worked; nothing was written. Run it again."
        )
