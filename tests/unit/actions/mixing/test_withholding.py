"""What made something protected worse is taken out of a decision, and nothing else."""

import pytest

from actions.mixing.brief import Corrections, Withheld, fx_id
from actions.mixing.desk import gated_loudness_lufs
from actions.mixing.withholding import REPAIRS, knobs_of
from tests.unit.actions.mixing.builders import BAND, Part, change_at, decided, strip_of


def withheld(part: Part, knob: str) -> Corrections:
    return Corrections(withheld=(Withheld(part.id, knob, "taken out: for a test"),))


def a_part_with(knob: str) -> Part:
    desk = decided(BAND).desk
    return next(part for part in BAND if knob in knobs_of(strip_of(desk, part.name)))


@pytest.mark.parametrize("knob", ["comp", "eq", "masking"])
def test_what_is_withheld_is_not_planned_and_the_decision_says_why(knob: str) -> None:
    part = a_part_with(knob)
    decision = decided(BAND, corrections=withheld(part, knob))
    assert knob not in knobs_of(strip_of(decision, part.name))
    assert [why for address, why in decision.dropped if address.track_id == part.id] == ["taken out: for a test"]
    if knob == "comp":
        assert change_at(decision, part, "fx", fx_id(part.id, "comp")) is None


def test_filters_stay_where_an_equaliser_is_withheld() -> None:
    part = a_part_with("eq")
    full, less = decided(BAND), decided(BAND, corrections=withheld(part, "eq"))
    repairs = [band for band in strip_of(full, part.name).bands if band.shape in REPAIRS]
    assert [band for band in strip_of(less, part.name).bands if band.shape in REPAIRS] == repairs
    assert all(band.shape in REPAIRS for band in strip_of(less, part.name).bands)
    for other in BAND:
        if other is not part:
            assert strip_of(full, other.name).bands == strip_of(less, other.name).bands


def test_a_track_without_its_compressor_is_as_loud_against_its_group() -> None:
    part = a_part_with("comp")

    def target(corrections: Corrections) -> float:
        decision = decided(BAND, corrections=corrections)
        group = strip_of(decision, part.name).row.group
        return decision.targets.groups_lu[group]

    assert target(withheld(part, "comp")) == pytest.approx(target(Corrections()), abs=0.7)


def test_what_a_track_does_not_have_cannot_be_withheld() -> None:
    part = BAND[0]
    plain, told = decided(BAND), decided(BAND, corrections=withheld(part, "saturation"))
    assert [c.address for c in plain.plan] == [c.address for c in told.plan]
    assert gated_loudness_lufs(told.desk.mix_frames()) == pytest.approx(
        gated_loudness_lufs(plain.desk.mix_frames()), abs=0.01
    )


def test_a_lifted_lead_stands_that_much_higher() -> None:
    plain, lifted = decided(BAND), decided(BAND, corrections=Corrections(lead_lift=2.0))
    before, after = (found.desk.lead_to_accompaniment_db() for found in (plain, lifted))
    assert before is not None
    assert after is not None
    assert after - before == pytest.approx(2.0, abs=0.1)
    assert lifted.targets.lead_to_accompaniment_db == (plain.targets.lead_to_accompaniment_db or 0.0) + 2.0
