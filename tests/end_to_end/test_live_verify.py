"""``mix --verify``: REAPER renders what was just written, and it is compared with what was predicted."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from actions.first_pass import Outcome, Wishes, first_pass
from actions.playback import play_back
from reaper_bridge.live.host import LiveHost
from reaper_bridge.session.address import Address
from reaper_bridge.session.change import Change, MixPlan
from reaper_bridge.session.identity import TrackId
from tests.command_line import run
from tests.services import seen
from tests.session_builder import guid_of
from tests.standin.fixture import Standin
from tests.unit.docs.test_json_schema import described, paths

BASS, GUITAR, VOICE = guid_of("Bass"), guid_of("Gtr"), guid_of("Lead Vox")
VOLUME = "JS: Volume Adjustment"
MINUS_6_DB = (150.0 - 6.0) / 300.0
MOVING = ("dirty", "change_count", "dialog")
"""What a render may change: its settings, though put back, mark a project as modified."""


@pytest.fixture
def reaper(song: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Standin]:
    """A REAPER with the small session open."""
    with Standin.start(song, hz=100) as standin:
        monkeypatch.setenv("FIRST_PASS_RESOURCE", str(standin.resource_path))
        yield standin


def dumped(reaper: Standin) -> dict[str, Any]:
    return {key: value for key, value in reaper.control.dump().items() if key not in MOVING}


def left_behind(reaper: Standin) -> list[Path]:
    return list((reaper.resource_path / "First Pass").glob("stems-*"))


def test_reaper_plays_the_tracks_as_predicted_and_the_pass_is_one_step(reaper: Standin) -> None:
    before = seen(reaper)
    ran = run("mix", "--verify", "--json")
    assert ran.status == 0, ran.stderr
    told = ran.json["playback"]
    assert told["compared"]
    off = {track["track"]: track for track in told["tracks"]}
    for name in ("Bass", "Gtr", "Lead Vox"):
        assert abs(off[name]["off_lu"]) < 0.2
        assert abs(off[name]["band_off_db"]) < 0.5
        assert not off[name]["is_off"]
    assert reaper.control.stats()["renders"] == 1
    assert reaper.control.history()["undo"] == [ran.json["label"]]
    assert left_behind(reaper) == []
    assert set(paths({"playback": told})) == described("mix --verify")
    assert run("undo").status == 0
    assert seen(reaper) == before


def test_a_plug_in_that_plays_otherwise_is_named_with_what_to_do(reaper: Standin) -> None:
    # the stand-in lets sound through its reverbs and delays as it is
    ran = run("mix", "--verify")
    assert ran.status == 0, ran.stderr
    assert "REAPER plays" in ran.stdout
    assert "the worst is “First Pass Room”:" in ran.stdout
    assert "our reverbs and delays come close and no more" in " ".join(ran.stdout.split())


def test_comparing_leaves_everything_but_the_pass_as_it_was(reaper: Standin) -> None:
    assert run("mix").status == 0
    reaper.control.select([GUITAR])
    before = dumped(reaper)
    again = run("mix", "--verify", "--json")
    assert again.status == 3, "nothing is left to do"
    assert {track["track"] for track in again.json["playback"]["tracks"]} >= {"Bass", "Gtr", "Lead Vox"}
    assert dumped(reaper) == before


def passed(host: LiveHost) -> Outcome:
    outcome = first_pass(host, Wishes(genre="rock"))
    assert outcome.entry is not None
    return outcome


def test_what_differs_on_a_track_is_measured(reaper: Standin) -> None:
    with LiveHost(reaper.resource_path) as host:
        outcome = passed(host)
        fx = reaper.control.insert_fx(GUITAR, VOLUME)
        reaper.control.set_fx_param(GUITAR, fx, 0, MINUS_6_DB)
        found = {track.track_id: track for track in play_back(host, outcome).tracks}
    guitar = found[TrackId(GUITAR)]
    assert guitar.off_lu == pytest.approx(-6.0, abs=0.2)
    assert guitar.band_off_db == pytest.approx(-6.0, abs=0.5)
    assert guitar.is_off
    assert "move its fader by +6.0 dB" in guitar.advice
    assert not found[TrackId(BASS)].is_off


def test_a_fader_that_stands_otherwise_than_written_is_heard(reaper: Standin) -> None:
    with LiveHost(reaper.resource_path) as host:
        outcome = passed(host)
        fader = host.snapshot().track(TrackId(VOICE)).volume_linear
        moved = Change(Address(TrackId(VOICE), "fader"), fader, fader * 0.5, "softer")
        host.write(MixPlan((moved,)), label="softer")
        found = {track.track_id: track for track in play_back(host, outcome).tracks}
    assert found[TrackId(VOICE)].off_lu == pytest.approx(-6.0, abs=0.2)


def test_a_part_is_run_in_from_before_its_start(reaper: Standin) -> None:
    with LiveHost(reaper.resource_path) as host:
        outcome = passed(host)
        playback = play_back(host, outcome, most_seconds=2.5)
    window = playback.window
    assert window.end_seconds - window.start_seconds == pytest.approx(2.5)
    dry = [track for track in playback.tracks if track.track_id in (BASS, GUITAR, VOICE)]
    assert dry
    assert all(abs(track.off_lu) < 0.2 and abs(track.band_off_db) < 1.0 for track in dry)


def test_where_reaper_does_not_render_the_pass_stands_and_it_is_said(reaper: Standin) -> None:
    reaper.control.spoil_renders("cancelled")
    ran = run("mix", "--verify", "--json")
    assert ran.status == 0, ran.stderr
    told = ran.json["playback"]
    assert not told["compared"]
    assert "the mix stands" in told["summary"]
    assert "cancelled" in told["summary"]
    assert reaper.control.history()["undo"] == [ran.json["label"]]
    assert left_behind(reaper) == []


def test_while_reaper_plays_the_pass_is_written_and_not_compared(reaper: Standin) -> None:
    reaper.control.play()
    ran = run("mix", "--verify")
    assert ran.status == 0, ran.stderr
    assert "as one undo step" in ran.stdout
    assert "the mix stands" in ran.stdout
    assert "REAPER is playing" in ran.stdout


def test_where_reaper_ends_while_it_renders_the_pass_is_told(reaper: Standin) -> None:
    with LiveHost(reaper.resource_path) as host:
        outcome = passed(host)
        reaper.control.crash_on_call("Main_OnCommandEx")
        summary = play_back(host, outcome).summary
    assert "the mix stands" in summary
    assert "REAPER stopped answering while it rendered" in summary


def test_a_fault_of_ours_hides_nothing(reaper: Standin) -> None:
    class Faulty:
        @contextmanager
        def played(
            self, track_ids: Collection[TrackId], start_seconds: float, end_seconds: float
        ) -> Iterator[Mapping[TrackId, Path]]:
            raise ZeroDivisionError("by nought")
            yield {}

    with LiveHost(reaper.resource_path) as host:
        playback = play_back(Faulty(), passed(host))
    assert "the mix stands" in playback.summary
    assert "by nought" in playback.summary


def test_the_report_says_what_reaper_played(reaper: Standin, tmp_path: Path) -> None:
    ran = run("mix", "--verify", "--json", "--report", tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text("utf-8").replace("\xa0", " ")
    assert ran.json["playback"]["summary"].partition(";")[0] in page


def test_a_project_file_cannot_play_and_nothing_is_done(song: Path) -> None:
    before = song.read_bytes()
    ran = run("mix", song, "--verify")
    assert ran.status not in (0, 3)
    assert "running REAPER" in ran.stderr
    assert "Nothing was done" in ran.stderr
    assert song.read_bytes() == before
    assert list(song.parent.glob("*.before-first-pass-*")) == []


def test_a_dry_run_has_nothing_to_play(reaper: Standin) -> None:
    ran = run("mix", "--verify", "--dry-run")
    assert ran.status not in (0, 3)
    assert "--dry-run writes nothing" in ran.stderr
    assert reaper.control.stats()["renders"] == 0
