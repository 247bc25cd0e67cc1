"""Make the picture of a desk from what was read of the session, what was chosen and what was heard."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from actions.meters import Meters
from actions.report.words import change_headline, track_name
from actions.revising import changes_by_importance
from actions.service.addresses import ANY_GENRE, LOUDNESS_START_LUFS, PARTS
from actions.service.choices import Choices
from actions.service.ears import pass_key
from actions.service.picture import NUDGES, ChangePicture, DeskPicture, PassPicture, TrackPicture
from analysis.roles import ROLES, TrackRole
from reaper_bridge.session.address import Address
from reaper_bridge.session.change import same_value
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.ledger import Ledger, Pass
from reaper_bridge.session.model import Session
from reaper_bridge.session.revision import Revision
from reaper_bridge.session.values import read_value

FULL = Revision()


@dataclass
class Painter:
    """Paints pictures; the words of a pass are made once."""

    _key: object = None
    _lines: tuple[tuple[Address, ChangePicture], ...] = field(default=())

    def picture(
        self,
        session: Session,
        ledger: Ledger,
        choices: Choices,
        roles: Mapping[TrackId, TrackRole],
        before: Meters,
        after: Meters,
        hearing: str,
    ) -> DeskPicture:
        """Return everything there is to show, but the state."""
        entry = ledger.passes[-1] if ledger.passes else None
        revision = (entry.revision if entry else None) or FULL
        loudness = LOUDNESS_START_LUFS if choices.loudness_lufs is None else choices.loudness_lufs
        return DeskPicture(
            passes=tuple(
                PassPicture(p.id, p.label, p.written_at, p.revision.label if p.revision else "") for p in ledger.passes
            ),
            amount_ratio=revision.amount_ratio,
            amounts={part: revision.stage_ratios.get(part, 1.0) for part in PARTS},
            nudges={name: revision.nudges.get(name, 0.0) for name in NUDGES},
            hearing=hearing,
            changes=self._changes(session, entry, revision) if entry else (),
            tracks=_tracks(session, ledger, choices, roles),
            before=before,
            after=after,
            genre=choices.genre or ANY_GENRE,
            loudness_lufs=loudness,
        )

    def _changes(self, session: Session, entry: Pass, revision: Revision) -> tuple[ChangePicture, ...]:
        key = pass_key(entry), tuple((track.id, track.name) for track in session.tracks)
        if key != self._key:
            plan = entry.full
            self._key, self._lines = key, tuple(
                (change.address, _line(change.address, change_headline(change, session, plan), change.because,
                                       change.stage, track_name(change.address.track_id, session, plan)))
                for change in changes_by_importance(entry)
            )  # fmt: skip
        stands = {change.address: change.after for change in entry.plan}
        return tuple(
            replace(
                line,
                status="rejected" if address in revision.rejected else "accepted",
                is_alone=revision.alone == address,
                is_theirs=not same_value(read_value(session, address), stands[address]),
            )
            for address, line in self._lines
        )


def _line(address: Address, text: str, reason: str, stage: str, track: str) -> ChangePicture:
    return ChangePicture(str(address), text, reason, stage, address.track_id, track)


def _tracks(
    session: Session, ledger: Ledger, choices: Choices, roles: Mapping[TrackId, TrackRole]
) -> tuple[TrackPicture, ...]:  # fmt: skip
    pictures = []
    for track in session.tracks:
        known = roles.get(track.id)
        said = choices.roles.get(track.id)
        role = said or (known.role if known else "unknown")
        sure = 1.0 if said else known.confidence if known else 0.0
        pictures.append(
            TrackPicture(
                track.id,
                track.name.strip() or f"Track {track.index + 1}",
                role,
                ROLES[role].title,
                sure,
                ROLES[role].family,
                "all" in ledger.locks.get(track.id, frozenset()),
                track.id not in choices.left_out,
            )
        )
    return tuple(pictures)
