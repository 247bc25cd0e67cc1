"""What only a running REAPER can do to us: people who work on, other laws, missing plug-ins, sudden death."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reaper_bridge.live.connection import Bridge
from reaper_bridge.live.connection import connect as connect_to_reaper
from reaper_bridge.live.host import LiveHost
from reaper_bridge.rpp.host import ProjectFile
from reaper_bridge.session.address import Address
from reaper_bridge.session.change import MixPlan, PlacedEffect, SendLevel, same_value
from reaper_bridge.session.effects import EqBand, ReaComp, ReaDelay, ReaEq, ReaVerbate
from reaper_bridge.session.errors import HostBusyError, HostGoneError, PlanError, StaleValueError
from reaper_bridge.session.identity import MASTER, TrackId
from reaper_bridge.session.model import Session
from reaper_bridge.session.revision import Revision
from reaper_bridge.session.values import read_value
from tests.contract.live import live_host, open_copy, seen
from tests.contract.test_host_contract import (
    BASS,
    EQ,
    EVERYTHING,
    GUITAR,
    RAMP,
    ROOM,
    TRACKS,
    VOICE,
    change,
    fx_key,
    placed,
)
from tests.session_builder import build_project
from tests.standin.fixture import Standin

FADERS = MixPlan((change(BASS, "fader", 0.4, 1.0), change(GUITAR, "fader", 0.5, 1.0)))
COMP = MixPlan((change(BASS, "fx", placed(ReaComp(-20.0, 3.0, 12.0, 150.0)), key=fx_key("comp")),))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_project(tmp_path_factory.mktemp("live"), TRACKS)


def fader(session: Session, track: TrackId) -> float:
    return session.track(track).volume_linear


# --- the engineer works on ------------------------------------------------------------------------------


def test_a_pass_is_one_step_in_reapers_history_by_its_name(host: LiveHost, standin: Standin) -> None:
    host.snapshot()
    host.write(EVERYTHING, label="First pass 1: all of it")
    assert standin.control.history()["undo"] == ["First pass 1: all of it"]
    assert standin.control.stats()["unbalanced_refreshes"] == 0


def test_work_on_top_of_ours_survives_undo_as_a_step_of_its_own(host: LiveHost, standin: Standin) -> None:
    host.snapshot()
    host.write(EVERYTHING, label="pass")
    standin.control.set_track(VOICE, "D_PAN", 0.1)
    standin.control.rename(GUITAR, "Guitar left")
    assert host.undo() == "pass"
    session = host.snapshot()
    assert standin.control.history()["undo"][0] == "Take back: pass"
    assert session.track(VOICE).pan == pytest.approx(0.1), "theirs"
    assert session.track(GUITAR).name == "Guitar left"
    assert fader(session, BASS) == 1.0
    assert [track.fx for track in session] == [(), (), ()]
    assert host.ledger().passes == ()
    assert host.undo() is None


def test_a_take_back_is_undone_by_redo(host: LiveHost, standin: Standin) -> None:
    host.snapshot()
    host.write(EVERYTHING, label="pass")
    standin.control.rename(GUITAR, "Guitar left")
    written = host.snapshot()
    host.undo()
    assert host.redo() == "pass"
    again = host.snapshot()
    assert replace(again, ext_state={}) == replace(written, ext_state={})
    assert set(host.ledger().ours(again)) == {c.address for c in EVERYTHING}
    assert host.redo() is None


def test_a_take_back_is_undone_by_the_redo_of_a_later_run(host: LiveHost, standin: Standin, tmp_path: Path) -> None:
    host.snapshot()
    host.write(EVERYTHING, label="pass")
    standin.control.rename(GUITAR, "Guitar left")
    host.undo()
    assert not host.was_by_history
    with live_host(standin, tmp_path) as later:
        assert later.redo() == "pass"
        assert later.was_by_history
        later.snapshot()
        assert [entry.label for entry in later.ledger().passes] == ["pass"]
        assert later.redo() is None


def test_a_pass_that_reaper_undid_for_us_is_written_again_on_the_engineers_work(
    host: LiveHost, standin: Standin
) -> None:
    host.snapshot()
    host.write(FADERS, label="First pass 1")
    host.snapshot()
    host.write(MixPlan((change(BASS, "pan", 0.5, 0.0),)), label="First pass 2")
    host.undo()
    standin.control.rename(VOICE, "Vox")
    assert host.redo() == "First pass 2", "and not the one before is taken for it"
    session = host.snapshot()
    assert session.track(BASS).pan == pytest.approx(0.5)
    assert [entry.label for entry in host.ledger().passes] == ["First pass 1", "First pass 2"]


def test_a_pass_that_the_engineer_redid_is_not_written_a_second_time(host: LiveHost, standin: Standin) -> None:
    host.snapshot()
    host.write(FADERS, label="First pass 1")
    host.undo()
    standin.control.redo()
    standin.control.rename(VOICE, "Vox")
    assert host.redo() is None
    host.snapshot()
    assert len(host.ledger().passes) == 1


def test_a_later_run_knows_what_was_taken_back_under_the_engineers_work(
    host: LiveHost, standin: Standin, tmp_path: Path
) -> None:
    host.snapshot()
    host.write(FADERS, label="pass")
    standin.control.rename(VOICE, "Vox")
    host.undo()
    standin.control.set_track(GUITAR, "D_VOL", 0.7)
    with live_host(standin, tmp_path) as later:
        later.set_locks({VOICE: frozenset({"all"})})
        assert later.redo() == "pass"
        session = later.snapshot()
        assert (fader(session, BASS), fader(session, GUITAR)) == (pytest.approx(0.4), pytest.approx(0.7))
    with live_host(standin, tmp_path) as later:
        assert later.redo() is None


def test_it_is_known_who_undid_a_pass(host: LiveHost, standin: Standin) -> None:
    host.snapshot()
    host.write(FADERS, label="pass")
    assert not host.was_by_history
    host.undo()
    assert host.was_by_history
    assert standin.control.history()["undo"] == []
    host.redo()
    assert host.was_by_history
    host.undo()
    host.snapshot()
    host.write(FADERS, label="another")
    assert not host.was_by_history


def test_redo_after_more_work_writes_what_still_can_be_written(host: LiveHost, standin: Standin) -> None:
    host.snapshot()
    host.write(FADERS, label="pass")
    standin.control.rename(VOICE, "Vox")
    host.undo()
    standin.control.set_track(GUITAR, "D_VOL", 0.7)
    assert host.redo() == "pass"
    session = host.snapshot()
    assert (fader(session, BASS), fader(session, GUITAR)) == (pytest.approx(0.4), pytest.approx(0.7))
    assert {c.address for c in host.ledger().passes[-1].plan} == {Address(BASS, "fader")}


def test_a_pass_undone_by_the_engineer_is_forgotten_and_redone_known_again(host: LiveHost, standin: Standin) -> None:
    host.snapshot()
    host.write(FADERS, label="pass")
    standin.control.undo()
    host.snapshot()
    assert host.ledger().passes == ()
    assert host.undo() is None
    standin.control.redo()
    session = host.snapshot()
    assert [entry.label for entry in host.ledger().passes] == ["pass"]
    assert set(host.ledger().ours(session)) == {c.address for c in FADERS}
    assert host.undo() == "pass"


def test_what_is_moved_after_the_engineers_undo_is_free_for_another_pass(host: LiveHost, standin: Standin) -> None:
    host.snapshot()
    host.write(FADERS, label="pass")
    standin.control.undo()
    standin.control.set_track(BASS, "D_VOL", 0.9)
    session = host.snapshot()
    assert host.ledger().theirs(session) == frozenset()
    entry = host.write(MixPlan((change(BASS, "fader", 0.3, 0.9),)), label="another")
    assert entry.id == 1
    host.snapshot()
    assert [p.label for p in host.ledger().passes] == ["another"]
    assert host.ledger().written[Address(BASS, "fader")].before == pytest.approx(0.9)


def test_passes_are_told_apart_however_the_engineer_goes_through_his_history(host: LiveHost, standin: Standin) -> None:
    host.snapshot()
    host.write(FADERS, label="one")
    host.snapshot()
    host.write(MixPlan((change(BASS, "fader", 0.3, 0.4),)), label="two")
    for do, expected in (("undo", ["one"]), ("undo", []), ("redo", ["one"]), ("redo", ["one", "two"])):
        getattr(standin.control, do)()
        session = host.snapshot()
        assert [entry.label for entry in host.ledger().passes] == expected
        assert host.ledger().theirs(session) == frozenset()


def test_a_pass_from_before_a_take_back_comes_back_by_the_engineers_undo(host: LiveHost, standin: Standin) -> None:
    host.snapshot()
    host.write(FADERS, label="one")
    standin.control.rename(VOICE, "Vox")
    host.undo()
    host.snapshot()
    host.write(MixPlan((change(VOICE, "fader", 0.3, 0.5),)), label="two")
    standin.control.undo()
    standin.control.undo()
    session = host.snapshot()
    assert [entry.label for entry in host.ledger().passes] == ["one"]
    assert set(host.ledger().ours(session)) == {c.address for c in FADERS}


def test_a_revision_is_undone_and_redone_by_the_engineer_as_any_step(host: LiveHost, standin: Standin) -> None:
    host.snapshot()
    host.write(FADERS, label="pass")
    host.snapshot()
    host.revise(MixPlan((change(BASS, "fader", 0.7, 0.4),)), Revision(amount_ratio=0.5, label="half of it"))
    assert standin.control.history()["undo"] == ["half of it", "pass"]
    for do, revised in (("undo", False), ("redo", True), ("undo", False)):
        getattr(standin.control, do)()
        session = host.snapshot()
        (entry,) = host.ledger().passes
        assert (entry.revision is not None) == revised
        assert set(host.ledger().ours(session)) == {c.address for c in FADERS}
    assert host.undo() == "pass"
    assert fader(host.snapshot(), BASS) == 1.0


def test_work_between_a_pass_and_its_revision_survives_undo(host: LiveHost, standin: Standin) -> None:
    host.snapshot()
    host.write(FADERS, label="pass")
    standin.control.set_track(VOICE, "D_PAN", 0.1)
    host.snapshot()
    host.revise(MixPlan((change(BASS, "fader", 0.7, 0.4),)), Revision(amount_ratio=0.5, label="half of it"))
    assert host.undo() == "pass"
    session = host.snapshot()
    assert (fader(session, BASS), session.track(VOICE).pan) == (1.0, pytest.approx(0.1))
    assert host.ledger().passes == ()
    assert host.redo() == "pass"


def test_a_revision_of_a_pass_from_a_file_is_undone_to_the_pass(
    host: LiveHost, standin: Standin, project: Path
) -> None:
    song = project.with_name("revised.RPP")
    song.write_bytes(project.read_bytes())
    ProjectFile(song, backup=False).write(FADERS, label="pass")
    standin.control.open_project(str(song))
    host.snapshot()
    host.revise(MixPlan((change(BASS, "fader", 0.7, 0.4),)), Revision(amount_ratio=0.5, label="half of it"))
    standin.control.undo()
    session = host.snapshot()
    assert [(entry.label, entry.revision) for entry in host.ledger().passes] == [("pass", None)]
    assert set(host.ledger().ours(session)) == {c.address for c in FADERS}
    standin.control.redo()
    host.snapshot()
    assert [entry.revision is not None for entry in host.ledger().passes] == [True]
    assert host.undo() == "pass"
    assert fader(host.snapshot(), BASS) == 1.0
    assert host.ledger().passes == ()


def test_locks_are_a_step_of_their_own(host: LiveHost, standin: Standin) -> None:
    host.snapshot()
    host.write(FADERS, label="pass")
    host.set_locks({BASS: frozenset({"fader"})})
    assert standin.control.history()["undo"][0] == "First Pass: locks"
    assert host.undo() == "pass"
    assert dict(host.ledger().locks) == {BASS: frozenset({"fader"})}


def test_a_copied_track_is_the_engineers(host: LiveHost, standin: Standin) -> None:
    host.snapshot()
    host.write(EVERYTHING, label="pass")
    copy_id = standin.control.duplicate_track(BASS)
    session = host.snapshot()
    copy = session.track(copy_id)
    ours = host.ledger().ours(session)
    assert set(ours) == {c.address for c in EVERYTHING}
    assert not {address for address in ours if address.track_id == copy.id}
    assert {slot.id for slot in copy.fx}.isdisjoint({a.key for a in ours})
    assert host.undo() == "pass"
    left = host.snapshot()
    assert left.track(copy.id).volume_linear == pytest.approx(0.4)
    assert len(left.track(copy.id).fx) == len(copy.fx)
    assert left.track(BASS).fx == ()


def test_a_deleted_track_takes_nothing_else_with_it(host: LiveHost, standin: Standin) -> None:
    host.snapshot()
    host.write(EVERYTHING, label="pass")
    standin.control.delete_track(VOICE)
    session = host.snapshot()
    theirs = host.ledger().theirs(session)
    assert {a.track_id for a in theirs if a.kind not in ("send", "side_chain")} == {VOICE}
    assert host.undo() == "pass"
    session = host.snapshot()
    assert [t.name for t in session] == ["Bass", "Gtr"]
    assert fader(session, BASS) == 1.0


def test_a_return_track_that_the_engineer_uses_stays(host: LiveHost, standin: Standin) -> None:
    host.snapshot()
    host.write(EVERYTHING, label="pass")
    standin.control.insert_fx(ROOM, "ReaEQ")
    assert host.undo() == "pass"
    session = host.snapshot()
    assert session.has_track(ROOM)
    assert [slot.plugin for slot in session.track(ROOM).fx] == ["ReaEQ"]


# --- between looking and writing ------------------------------------------------------------------------


def test_what_no_session_shows_does_not_stop_a_write(host: LiveHost, standin: Standin) -> None:
    host.snapshot()
    standin.control.set_track(VOICE, "I_SOLO", 1.0)
    standin.control.set_track(VOICE, "I_SOLO", 0.0)
    assert all(item.has_landed for item in host.write(FADERS, label="pass").landed)


def test_another_project_tab_stops_a_write(host: LiveHost, standin: Standin, project: Path) -> None:
    host.snapshot()
    before = seen(standin)
    standin.control.new_tab()
    other = seen(standin)
    with pytest.raises(StaleValueError, match="Another project is in front"):
        host.write(FADERS, label="pass")
    assert seen(standin) == other
    standin.control.close_tab()
    assert {**seen(standin), "tabs": before["tabs"]} == before
    host.snapshot()
    host.write(FADERS, label="pass")


def test_nothing_is_written_while_reaper_records(host: LiveHost, standin: Standin) -> None:
    host.snapshot()
    host.write(FADERS, label="pass")
    host.snapshot()
    standin.control.record(True)
    try:
        before = seen(standin)
        with pytest.raises(HostBusyError, match="recording"):
            host.write(MixPlan((change(BASS, "fader", 0.3, 0.4),)), label="later")
        with pytest.raises(HostBusyError, match="recording"):
            host.undo()
        with pytest.raises(HostBusyError, match="recording"):
            host.set_locks({})
        assert seen(standin) == before
    finally:
        standin.control.record(False)


def test_a_selection_of_the_engineers_survives_the_making_of_lanes(host: LiveHost, standin: Standin) -> None:
    standin.control.select([BASS, GUITAR])
    host.snapshot()
    host.write(MixPlan((change(VOICE, "envelope", RAMP, (), key="volume"),)), label="pass")
    assert seen(standin)["selected"] == [BASS, GUITAR]


@pytest.mark.parametrize("lane", ["volume", "pan", "mute", "pre_fx_volume", "pre_fx_pan", "trim_volume"])
def test_every_lane_we_can_create_holds_what_was_written(host: LiveHost, lane: str) -> None:
    host.snapshot()
    points = tuple(replace(point, value=min(point.value, 1.0)) for point in RAMP)
    entry = host.write(MixPlan((change(VOICE, "envelope", points, (), key=lane),)), label="lane")
    assert entry.landed[0].has_landed
    shorter = points[:1]
    entry = host.write(MixPlan((change(VOICE, "envelope", shorter, points, key=lane),)), label="shorter")
    assert entry.landed[0].has_landed


def test_a_lane_that_cannot_be_created_is_refused_before_anything_is_written(host: LiveHost, standin: Standin) -> None:
    host.snapshot()
    before = standin.control.dump()
    with pytest.raises(PlanError, match="no way to create a lane for width"):
        host.write(MixPlan((*FADERS, change(VOICE, "envelope", RAMP, (), key="width"))), label="pass")
    assert standin.control.dump() == before


def test_a_masters_lane_and_plug_ins_are_written_too(host: LiveHost) -> None:
    host.snapshot()
    plan = MixPlan(
        (
            change(MASTER, "fx", placed(EQ), key=fx_key("master eq")),
            change(MASTER, "envelope", RAMP, (), key="volume"),
            change(MASTER, "mute", True, False),
        )
    )
    assert all(item.has_landed for item in host.write(plan, label="master").landed)


def test_side_chains_get_their_channels(host: LiveHost, standin: Standin) -> None:
    host.snapshot()
    plan = MixPlan((change(BASS, "fx", placed(ReaComp(-20.0, side_chain=True)), key=fx_key("duck")),))
    assert host.write(plan, label="duck").landed[0].has_landed
    assert seen(standin)["tracks"][0]["values"]["I_NCHAN"] == 4.0


# --- both hosts -----------------------------------------------------------------------------------------


def test_the_same_plan_gives_the_same_session_on_both_hosts(
    host: LiveHost, standin: Standin, project: Path, tmp_path: Path
) -> None:
    host.snapshot()
    host.write(EVERYTHING, label="pass")
    live = host.snapshot()
    song = project.with_name("by file.RPP")
    song.write_bytes(project.read_bytes())
    file = ProjectFile(song, backup=False)
    file.write(EVERYTHING, label="pass")
    written = file.snapshot()
    for ours, theirs in zip((*live.tracks, live.master), (*written.tracks, written.master), strict=True):
        for c in EVERYTHING:
            if c.address.track_id == ours.id:
                assert same_value(read_value(live, c.address), read_value(written, c.address)), c.address
        assert [(s.id, s.plugin, s.label, s.enabled) for s in ours.fx] == [
            (s.id, s.plugin, s.label, s.enabled) for s in theirs.fx
        ]
        assert ours.channel_count == theirs.channel_count


def test_a_project_mixed_live_and_saved_is_taken_back_by_the_file_host(
    host: LiveHost, standin: Standin, project: Path
) -> None:
    start = host.snapshot()
    host.write(EVERYTHING, label="pass")
    standin.control.save()
    assert host.picture().project_path
    file = ProjectFile(Path(host.picture().project_path), backup=False)
    session = file.snapshot()
    assert set(file.ledger().ours(session)) == {c.address for c in EVERYTHING}
    assert file.undo() == "pass"
    after = file.snapshot()
    assert [t.fx for t in after] == [t.fx for t in start]
    assert [t.volume_linear for t in after] == pytest.approx([t.volume_linear for t in start])


def test_a_project_mixed_by_the_file_host_is_taken_back_live(host: LiveHost, standin: Standin, project: Path) -> None:
    song = project.with_name("mixed by file.RPP")
    song.write_bytes(project.read_bytes())
    start = ProjectFile(song).snapshot()
    ProjectFile(song, backup=False).write(EVERYTHING, label="pass")
    standin.control.open_project(str(song))
    session = host.snapshot()
    assert set(host.ledger().ours(session)) == {c.address for c in EVERYTHING}
    assert host.undo() == "pass"
    after = host.snapshot()
    assert host.ledger().passes == ()
    assert [t.fx for t in after] == [t.fx for t in start]
    assert [t.sends for t in after] == [t.sends for t in start]


def test_passes_survive_saving_and_loading(host: LiveHost, standin: Standin) -> None:
    host.snapshot()
    host.write(EVERYTHING, label="pass")
    standin.control.save()
    standin.control.open_project(host.picture().project_path)
    session = host.snapshot()
    assert [entry.label for entry in host.ledger().passes] == ["pass"]
    assert set(host.ledger().ours(session)) == {c.address for c in EVERYTHING}


# --- knobs and plug-ins of this REAPER ------------------------------------------------------------------


def on_another(project: Path, tmp_path: Path, **switches: Any) -> Any:
    """Start a stand-in that is not like the others."""
    return Standin.start(project, hz=200, **switches)


def test_a_knob_under_another_law_lands_by_its_display(project: Path, tmp_path: Path) -> None:
    laws = ["ReaComp:0:level_2", "ReaComp:1:ratio_19", "ReaComp:2:milliseconds_1000", "ReaVerbate:5:milliseconds_100"]
    reverb = change(GUITAR, "fx", placed(ReaVerbate(-6.0, pre_delay_ms=23.0)), key=fx_key("room"))
    with on_another(project, tmp_path, law=laws) as standin, live_host(standin, tmp_path) as host:
        host.snapshot()
        entry = host.write(MixPlan((*COMP, reverb)), label="foreign laws")
        assert [str(i.change.address) for i in entry.landed if not i.has_landed] == []
        shown = {name: text for name, _, text in standin.control.dump()["tracks"][0]["fx"][0]["parameters"]}
        assert (shown["Threshold"], shown["Ratio"], shown["Attack"]) == ("-20.0", "3.0", "12.0")
        assert (shown["Release"], shown["Wet"]) == ("150", "0.0")
        assert set(host.ledger().ours(host.snapshot())) == {c.address for c in (*COMP, reverb)}
    # the next run of the program knows it
    with on_another(project, tmp_path, law=laws) as standin, live_host(standin, tmp_path) as host:
        host.snapshot()
        assert all(item.has_landed for item in host.write(COMP, label="again").landed)


def test_a_users_default_presets_do_not_show_through(project: Path, tmp_path: Path) -> None:
    knobs = []
    for preset in (None, 0.7):
        with on_another(project, tmp_path, default_preset=preset) as standin, live_host(standin, tmp_path) as host:
            host.snapshot()
            assert all(item.has_landed for item in host.write(EVERYTHING, label="pass").landed)
            knobs.append([fx["parameters"] for track in standin.control.dump()["tracks"] for fx in track["fx"]])
    assert knobs[0] == knobs[1]


def test_displays_may_carry_units(project: Path, tmp_path: Path) -> None:
    with on_another(project, tmp_path, units=True) as standin, live_host(standin, tmp_path) as host:
        host.snapshot()
        assert all(item.has_landed for item in host.write(EVERYTHING, label="pass").landed)


def test_a_knob_that_no_script_moves_is_reported_as_it_stands(project: Path, tmp_path: Path) -> None:
    with on_another(project, tmp_path, read_only_param=["ReaComp:0"]) as standin, live_host(standin, tmp_path) as host:
        host.snapshot()
        entry = host.write(MixPlan((*COMP, *FADERS)), label="pass")
        stuck = [item for item in entry.landed if not item.has_landed]
        assert [item.change.address for item in stuck] == [COMP.changes[0].address]
        assert isinstance(stuck[0].value, PlacedEffect)
        assert isinstance(stuck[0].value.effect, ReaComp)
        assert stuck[0].value.effect.threshold_db == 0.0
        assert stuck[0].value.effect.ratio == pytest.approx(3.0)
        session = host.snapshot()
        assert set(host.ledger().ours(session)) == {c.address for c in (*COMP, *FADERS)}, "the ledger holds what landed"
        assert host.undo() == "pass"
        assert host.snapshot().track(BASS).fx == ()


@pytest.mark.parametrize("missing", ["ReaVerbate", "Volume Adjustment"])
def test_a_missing_plug_in_leaves_everything_as_it_was(project: Path, tmp_path: Path, missing: str) -> None:
    with on_another(project, tmp_path, missing_plugin=[missing]) as standin, live_host(standin, tmp_path) as host:
        host.snapshot()
        before = seen(standin)
        with pytest.raises(PlanError, match="not installed"):
            host.write(EVERYTHING, label="pass")
        assert seen(standin) == before
        assert standin.control.history()["undo"] == []
        assert standin.control.stats()["unbalanced_refreshes"] == 0
        host.snapshot()
        assert host.ledger().passes == ()


def test_what_failed_on_its_way_is_not_brought_back_by_redo(project: Path, tmp_path: Path) -> None:
    with on_another(project, tmp_path, missing_plugin=["ReaComp"]) as standin, live_host(standin, tmp_path) as host:
        host.snapshot()
        before = seen(standin)
        with pytest.raises(PlanError, match="not installed"):
            host.write(EVERYTHING, label="First pass 1: all of it")
        assert standin.control.history()["redo"] == ["First pass 1: all of it (unfinished)"]
        assert host.redo() is None
        assert seen(standin) == before


def test_an_equaliser_without_a_state_is_set_band_by_band(project: Path, tmp_path: Path) -> None:
    equaliser = change(BASS, "fx", placed(EQ), key=fx_key("eq"))
    with on_another(project, tmp_path, no_vst_chunk=True) as standin, live_host(standin, tmp_path) as host:
        host.snapshot()
        assert host.write(MixPlan((equaliser,)), label="eq").landed[0].has_landed
        host.snapshot()
        before = standin.control.dump()
        many = placed(ReaEq(tuple(EqBand("bell", 100.0 * n, -1.0) for n in range(1, 8))))
        with pytest.raises(PlanError, match="5 bands, and the plan wants 7"):
            host.write(MixPlan((change(GUITAR, "fx", many, key=fx_key("many")),)), label="many")
        assert standin.control.dump() == before
        with pytest.raises(PlanError):
            host.write(MixPlan((change(GUITAR, "fx", placed(ReaDelay(())), key=fx_key("echo")),)), label="echo")
        assert seen(standin)["tracks"] == before["tracks"]


def test_a_track_that_does_not_take_its_id_is_known_all_the_same(project: Path, tmp_path: Path) -> None:
    song = project.with_name("fixed ids.RPP")
    song.write_bytes(project.read_bytes())
    with on_another(song, tmp_path, fixed_guids=True) as standin, live_host(standin, tmp_path) as host:
        before = seen(standin)
        for undo in (host.undo, standin.control.undo):
            host.snapshot()
            assert all(item.has_landed for item in host.write(EVERYTHING, label="pass").landed)
            session = host.snapshot()
            assert ROOM not in [track["guid"] for track in standin.control.dump()["tracks"]]
            assert session.track(ROOM).name == "Room"
            assert set(host.ledger().ours(session)) == {c.address for c in EVERYTHING}
            assert set(host.sources([ROOM, BASS])) == {ROOM, BASS}
            again = MixPlan(
                (change(ROOM, "fader", 0.5, 1.0), change(VOICE, "send", SendLevel(0.2), SendLevel(0.3), ROOM))
            )
            assert all(item.has_landed for item in host.write(again, label="again").landed)
            host.undo()
            undo()
            assert seen(standin) == before
        host.snapshot()
        host.write(EVERYTHING, label="pass")
        standin.control.save()
    file = ProjectFile(song, backup=False)
    session = file.snapshot()
    assert set(file.ledger().ours(session)) == {c.address for c in EVERYTHING}
    assert set(file.sources([ROOM, BASS])) == {ROOM, BASS}
    assert file.undo() == "pass"
    assert [track.name for track in file.snapshot()] == ["Bass", "Gtr", "Lead Vox"]


# --- time, and death ------------------------------------------------------------------------------------


def test_a_long_write_says_so_before_it_begins(standin: Standin, project: Path, tmp_path: Path) -> None:
    open_copy(standin, project)
    told: list[str] = []
    with live_host(standin, tmp_path, on_notice=told.append) as host:
        host.snapshot()
        host.write(FADERS, label="short")
        assert told == []
        assert 0.0 < host.last_held_seconds < 1.0
        host.picture()
        cost = host._reaper.calibrations  # what an earlier, slower day taught
        cost.keep_cost(1000.0, 999.0)
        host.snapshot()
        host.write(COMP, label="long")
        assert len(told) == 1
        assert told[0].startswith("Writing will hold REAPER for about")


def test_a_restarted_reaper_is_found_again(project: Path, tmp_path: Path) -> None:
    with on_another(project, tmp_path) as standin, live_host(standin, tmp_path) as host:
        host.snapshot()
        host.write(FADERS, label="pass")
        standin.restart(as_saved=False)
        session = host.snapshot()
        assert set(host.ledger().ours(session)) == {c.address for c in FADERS}
        assert host.undo() == "pass"
        assert fader(host.snapshot(), BASS) == 1.0


def test_a_second_reaper_with_the_same_folder_gives_way_when_it_quits(project: Path, tmp_path: Path) -> None:
    with on_another(project, tmp_path) as standin:
        with Standin.start(hz=200, resource_path=standin.resource_path) as second:
            with live_host(second, tmp_path) as host:
                assert host.picture().project_path == ""
            second.quit()
            standin.wait_until(standin.bridge_file.exists, "word of the first")
        with live_host(standin, tmp_path) as host:
            assert host.snapshot().title == project.stem


def test_of_two_reapers_with_one_folder_the_one_is_found_where_the_bridge_was_asked_for(
    project: Path, tmp_path: Path
) -> None:
    with on_another(project, tmp_path) as standin:
        with Standin.start(hz=200, resource_path=standin.resource_path) as second:
            second.kill()
            with pytest.raises(HostGoneError, match="Start bridge"):
                LiveHost(standin.resource_path)
            standin.control.start_bridge()
        with live_host(standin, tmp_path) as host:
            assert host.snapshot().title == project.stem


def test_a_reaper_that_is_gone_is_said_to_be(project: Path, tmp_path: Path) -> None:
    with on_another(project, tmp_path) as standin, live_host(standin, tmp_path) as host:
        host.snapshot()
        standin.quit()
        with pytest.raises(HostGoneError):
            host.snapshot()
        assert not host.is_alive


@pytest.mark.parametrize("call", ["Undo_BeginBlock2", "TrackFX_AddByName", "SetProjExtState", "Undo_EndBlock2"])
def test_a_reaper_that_dies_amid_a_pass_leaves_it_wholly_out(project: Path, tmp_path: Path, call: str) -> None:
    told: list[str] = []
    with on_another(project, tmp_path) as standin, live_host(standin, tmp_path, on_notice=told.append) as host:
        start = host.snapshot()
        standin.control.crash_on_call(call)
        with pytest.raises(HostGoneError, match="wholly or not at all"):
            host.write(EVERYTHING, label="pass")
        standin.kill()
        standin._launch(wait_for_bridge=True)
        assert replace(host.snapshot(), ext_state={}) == replace(start, ext_state={})
        assert told == ["“pass” was not written."]


class HardOfHearing(Bridge):
    """A connection that breaks at a write: before REAPER hears of it, or before its answer comes."""

    reaper_hears = True

    def request(self, name: str, *args: Any, **more: Any) -> Any:
        if name != "write":
            return super().request(name, *args, **more)
        if self.reaper_hears:
            super().request(name, *args, **more)
        self.close()
        raise HostGoneError("The line is dead.")


@pytest.mark.parametrize("reaper_hears", [True, False])
def test_a_write_whose_answer_was_lost_is_looked_up_at_the_next_contact(
    standin: Standin, project: Path, tmp_path: Path, reaper_hears: bool
) -> None:
    open_copy(standin, project)

    def connect() -> Bridge:
        bridge = connect_to_reaper(standin.resource_path)
        bridge.__class__ = HardOfHearing
        bridge.reaper_hears = reaper_hears  # type: ignore[attr-defined]
        return bridge

    told: list[str] = []
    with LiveHost(connect=connect, on_notice=told.append, calibration_folder=tmp_path) as host:
        host.snapshot()
        with pytest.raises(HostGoneError, match=r"“pass” was written\. It is in the project wholly or not at all"):
            host.write(FADERS, label="pass")
        session = host.snapshot()
        assert told == ["“pass” is in the project." if reaper_hears else "“pass” was not written."]
        assert fader(session, BASS) == pytest.approx(0.4 if reaper_hears else 1.0)
        assert [entry.label for entry in host.ledger().passes] == (["pass"] if reaper_hears else [])
