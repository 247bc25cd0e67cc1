"""Lead, kick, snare and bass are not harder to hear for what a pass does to the tracks."""

from dataclasses import replace
from pathlib import Path

import pytest

from actions.checking import Check, Window
from actions.first_pass import Wishes, first_pass
from actions.mixing.plan import Decision
from actions.mixing.taste import Taste
from actions.protecting import Harm, harm_of, is_mended, lead_lift_db
from reaper_bridge.rpp.host import ProjectFile
from reaper_bridge.session.effects import EqBand
from tests.session_builder import TRIO, build_project
from tests.unit.actions.mixing.builders import BAND, GUITAR_L, decided, only, strip_of

WINDOW = Window(0.0, 8.0, True)


def harmful(gain_db: float = 12.0) -> Decision:
    """Return a balanced band in which a guitar's equaliser covers the voice."""
    decision = decided(BAND, stages=only("balance", "tone"))
    for strip in decision.desk.strips:
        strip.bands = []
    strip_of(decision, GUITAR_L.name).bands = [EqBand("bell", 1600.0, gain_db, 3.0)]
    decision.desk.refresh()
    return decision


def test_an_equaliser_that_covers_the_voice_is_found_responsible() -> None:
    harm = harm_of(harmful(), WINDOW)
    assert "lead_vocal" in harm.lost
    assert [(one.track_id, one.knob) for one in harm.withheld] == [(GUITAR_L.id, "eq")]
    assert "lead vocal" in harm.withheld[0].because


def test_where_nothing_is_done_nothing_is_harmed() -> None:
    assert harm_of(decided(BAND, stages=only("balance")), WINDOW) == Harm()


def test_no_more_is_withheld_than_the_taste_allows() -> None:
    decision = harmful()
    none = decision.desk.taste.protection.model_copy(update={"most_withheld_count": 0})
    taste: Taste = decision.desk.taste.model_copy(update={"protection": none})
    assert harm_of(replace(decision, desk=replace(decision.desk, taste=taste)), WINDOW).withheld == ()


def test_a_loss_that_the_taste_allows_is_no_harm() -> None:
    decision = harmful()
    all_of_it = decision.desk.taste.protection.model_copy(update={"largest_loss_ratio": 1.0})
    taste: Taste = decision.desk.taste.model_copy(update={"protection": all_of_it})
    assert harm_of(replace(decision, desk=replace(decision.desk, taste=taste)), WINDOW) == Harm()


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Check:
    song = build_project(tmp_path_factory.mktemp("protected"), TRIO)
    return first_pass(ProjectFile(song, backup=False), Wishes(), dry_run=True).after


def heard(check: Check, **audibility: float) -> Check:
    clarity = audibility.get("lead_vocal")
    return replace(check, mixture=replace(check.mixture, audibility=audibility, lead_clarity_ratio=clarity))


def test_only_a_rendering_that_is_better_heard_and_nowhere_worse_mends_a_harm(rendered: Check) -> None:
    harm = harm_of(harmful(), WINDOW)
    before = heard(rendered, lead_vocal=0.3, kick=0.2)
    assert is_mended(harm, before, heard(rendered, lead_vocal=0.35, kick=0.2), 0.02)
    assert not is_mended(harm, before, heard(rendered, lead_vocal=0.3, kick=0.2), 0.02)
    assert not is_mended(harm, before, heard(rendered, lead_vocal=0.35, kick=0.1), 0.02)


def test_a_voice_that_was_clearer_is_lifted_as_far_as_the_taste_allows(rendered: Check) -> None:
    stood, found = heard(rendered, lead_vocal=0.35), heard(rendered, lead_vocal=0.30)
    assert lead_lift_db(stood, found, 3.0) == pytest.approx(1.5)
    assert lead_lift_db(stood, found, 1.0) == 1.0
    assert lead_lift_db(found, stood, 3.0) == 0.0
    assert lead_lift_db(heard(rendered), found, 3.0) == 0.0


def clear_rough_mix(folder: Path) -> Path:
    """Return a project whose engineer has the voice far above everything else."""
    faders = {"Bass": 0.1, "Gtr": 0.1, "Lead Vox": 0.9}
    return build_project(folder, [replace(track, volume=faders[track.name]) for track in TRIO])


def test_the_voice_of_a_rough_mix_is_kept_clearer_than_the_genre_asks_for(tmp_path: Path) -> None:
    outcome = first_pass(ProjectFile(clear_rough_mix(tmp_path / "a"), backup=False), Wishes(), dry_run=True)
    target, usual = outcome.decision.targets.lead_to_accompaniment_db, outcome.taste.balance.lead_to_accompaniment_db
    assert outcome.before.mixture.lead_clarity_ratio > outcome.after.mixture.lead_clarity_ratio
    assert target == pytest.approx(usual + outcome.taste.protection.keeps_clarity_db)


def test_a_second_pass_after_a_lift_plans_nothing(tmp_path: Path) -> None:
    song = clear_rough_mix(tmp_path / "a")
    assert first_pass(ProjectFile(song, backup=False), Wishes()).plan
    assert not first_pass(ProjectFile(song, backup=False), Wishes(), dry_run=True).plan
