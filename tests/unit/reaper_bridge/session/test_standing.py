"""Which passes stand: a live pass that was undone inside REAPER does not count, whoever reads the project."""

from dataclasses import replace

from reaper_bridge.session.address import Address
from reaper_bridge.session.change import Change, MixPlan, PlacedEffect
from reaper_bridge.session.effects import ReaComp
from reaper_bridge.session.identity import FxId, TrackId
from reaper_bridge.session.ledger import Landed, Ledger, Pass, live_note
from reaper_bridge.session.model import FxSlot, Session, Track
from reaper_bridge.session.naming import with_planned_ids, with_real_ids
from reaper_bridge.session.packing import VALUE_LENGTH, packed_ledger, parse_packed
from reaper_bridge.session.values import with_plan

BASS, VOICE = TrackId("{BASS}"), TrackId("{VOICE}")
START = Session("song", (Track(BASS, "Bass", 0), Track(VOICE, "Vox", 1)))


def fader(track: TrackId, before: float, after: float) -> Change:
    return Change(Address(track, "fader"), before, after, "1 dB")


def a_pass(number: int, *changes: Change, mark: str | None = None) -> Pass:
    note = live_note(f"m{number}" if mark is None else mark) if mark != "" else '{"of":"a file"}'
    return Pass(number, f"pass {number}", "2026", tuple(Landed(c, c.after) for c in changes), restore=note)


FIRST, SECOND = a_pass(1, fader(BASS, 1.0, 0.8), fader(VOICE, 1.0, 0.5)), a_pass(2, fader(BASS, 0.8, 0.6))
BOTH = Ledger((FIRST, SECOND))
AFTER_FIRST = with_plan(START, FIRST.plan)
AFTER_BOTH = with_plan(AFTER_FIRST, SECOND.plan)


def test_marks_say_which_passes_stand() -> None:
    assert BOTH.standing(START, {"m1"}).passes == (FIRST,)
    assert BOTH.standing(START, {"m1", "m2"}).passes == (FIRST, SECOND)


def test_without_marks_the_values_say_it() -> None:
    assert BOTH.standing(AFTER_BOTH).passes == (FIRST, SECOND)
    assert BOTH.standing(AFTER_FIRST).passes == (FIRST,)
    assert BOTH.standing(START).passes == ()


def test_a_single_value_that_is_elsewhere_keeps_a_pass() -> None:
    one_moved = with_plan(START, MixPlan((fader(VOICE, 1.0, 0.7),)))
    assert BOTH.standing(one_moved).passes == (FIRST, SECOND)


def test_a_track_that_is_gone_says_nothing_about_a_pass() -> None:
    without_voice = replace(START, tracks=START.tracks[:1])
    assert BOTH.standing(without_voice).passes == ()


def test_a_pass_in_a_file_stands_whatever_the_values_say() -> None:
    ledger = Ledger((a_pass(1, fader(BASS, 1.0, 0.8), mark=""),))
    assert ledger.standing(START) == ledger
    assert ledger.standing(START, {"other"}) == ledger


def test_a_plug_in_has_its_planned_id_in_the_session_and_its_real_one_in_the_project() -> None:
    names = {FxId("{PLANNED}"): FxId("{REAL}")}
    track = Track(
        BASS, "Bass", 0, fx=(FxSlot(FxId("{REAL}"), "ReaComp", ReaComp()), FxSlot(FxId("{X}"), "x", ReaComp()))
    )
    session = Session("song", (track,), master=replace(track, id=TrackId("master")))
    shown = with_planned_ids(session, names)
    assert [slot.id for slot in shown.track(BASS).fx] == ["{PLANNED}", "{X}"]
    assert [slot.id for slot in shown.master.fx] == ["{PLANNED}", "{X}"]
    planned = Change(Address(BASS, "fx", "{PLANNED}"), None, PlacedEffect(ReaComp()), "")
    other = fader(BASS, 1.0, 0.5)
    real = with_real_ids(MixPlan((planned, other)), names)
    assert [str(c.address) for c in real] == ["{BASS}/fx/{REAL}", "{BASS}/fader"]


def test_names_travel_with_the_ledger_in_keys_of_their_own() -> None:
    names = {
        FxId(f"{{{n:08X}-0000-4000-8000-000000000000}}"): FxId(f"{{{n:08X}-1111-4000-8000-000000000000}}")
        for n in range(60)
    }
    ledger = replace(BOTH, fx_names=names)
    packed = packed_ledger(ledger)
    assert parse_packed(packed) == ledger
    assert sum(key.startswith("NAMES_") for key in packed) > 1
    assert max(map(len, packed.values())) <= VALUE_LENGTH
    without = {key: value for key, value in packed.items() if not key.startswith("NAMES_")}
    assert parse_packed(without) == BOTH, "a ledger from before there were names"
