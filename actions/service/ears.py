"""What the desk knows of how the session sounds: from the last pass, or listened to again after a new start.

The meters of a pass are kept by what it is, so that they show after a new start before anybody listens again.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from actions.meters import Meters, measured
from actions.progress import Course
from actions.remembering import question, read_answer, write_answer
from reaper_bridge.host import Host
from reaper_bridge.session.address import Address
from reaper_bridge.session.change import Value
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.ledger import Pass
from reaper_bridge.session.model import Session
from reaper_bridge.session.values import read_value, with_plan

if TYPE_CHECKING:
    from actions.first_pass import Outcome
    from actions.forecast import Forecast
    from actions.hearing import Heard


@dataclass(frozen=True, eq=False)
class Ears:
    """``of_pass`` names the pass that the forecast starts from; ``before`` and its ``after`` were measured."""

    heard: "Heard"
    forecast: "Forecast"
    before: Meters
    of_pass: str

    @property
    def stereo(self) -> frozenset[TrackId]:
        """The tracks that sound in stereo."""
        return frozenset(key for key, measures in self.heard.measures.items() if not measures.is_mono)


def pass_key(entry: Pass) -> str:
    """Return what tells one pass from every other."""
    return f"{entry.id} {entry.label} {entry.written_at}"


def ears_of(outcome: "Outcome", entry: Pass) -> Ears:
    """Return what a pass heard, having kept its meters."""
    from actions.forecast import Forecast

    before, after = measured(outcome.before), measured(outcome.after)
    write_answer(_question(entry), [asdict(before), asdict(after)])
    full = {change.address: change.after for change in entry.full}
    forecast = Forecast(outcome.decision.desk, outcome.decision.returns, full, after)
    return Ears(outcome.heard, forecast, before, pass_key(entry))


def kept_meters(entry: Pass) -> tuple[Meters, Meters]:
    """Return the meters before and after a pass, of nothing known where they were not kept."""
    known = read_answer(_question(entry))
    try:
        before, after = known
        return Meters(**before), Meters(**after)
    except (TypeError, ValueError):
        return Meters(), Meters()


def meters_of(ears: Ears | None, entry: Pass | None, session: Session) -> tuple[Meters, Meters]:
    """Return the meters before a pass and as the session stands; of nothing known where nobody has listened since.

    While it is compared, or one change is heard alone, they are those of the full pass.
    """
    if entry is None:
        return Meters(), Meters()
    revision = entry.revision
    is_for_a_while = revision is not None and (revision.hearing == "before" or revision.alone is not None)
    if ears is None or ears.of_pass != pass_key(entry):
        before, after = kept_meters(entry)
        is_full = revision is None or not revision.stands
        return before, after if is_full or is_for_a_while else Meters()
    if is_for_a_while:
        return ears.before, ears.forecast.after
    return ears.before, ears.forecast.meters(_standing(entry, session))


def _standing(entry: Pass, session: Session) -> dict[Address, Value]:
    """Return where the knobs stand that the meters depend on, whoever put them there."""
    values = {change.address: read_value(session, change.address) for change in entry.plan}
    for track in (*session.tracks, session.master):
        values[Address(track.id, "fader")] = float(track.volume_linear)
        values[Address(track.id, "pan")] = float(track.pan)
        values[Address(track.id, "width")] = float(track.width_ratio)
        values[Address(track.id, "mute")] = track.muted
    return values


def listened(
    host: Host, entry: Pass, genre: str | None, taste_file: Path | None, roles: Mapping[str, str], course: Course
) -> Ears:  # fmt: skip
    """Listen to a session in which a pass stands that was made before this service began.

    Raises:
        FirstPassError: It cannot be heard.
    """
    from actions.first_pass import Wishes, brief_of, chosen_genre
    from actions.forecast import Forecast
    from actions.freedom import Freedom
    from actions.hearing import hear
    from actions.mixing.patching import desk_of
    from actions.mixing.space import returns_for
    from actions.mixing.taste import load_taste

    heard = hear(host, overrides=roles, course=course)
    name, _ = chosen_genre(heard, genre)
    taste = load_taste(name, taste_file)
    stands = replace(entry, revision=None)
    session = with_plan(heard.session, entry.plan.inverse)
    session = with_plan(session, stands.plan)
    everybody = frozenset(track.id for track in session.tracks)
    free = Freedom(everybody, frozenset(), session, session, False)
    brief = brief_of(replace(heard, session=session), free, taste, Wishes())
    desk = desk_of(brief)
    before, after = kept_meters(entry)
    full = {change.address: change.after for change in entry.full}
    returns = returns_for(desk, session.tempo_bpm_at(0.0))
    return Ears(heard, Forecast(desk, returns, full, after), before, pass_key(entry))


def _question(entry: Pass) -> str:
    return question("meters of a pass", pass_key(entry))
