"""What the meters show after a revision is predicted; rendering says how well."""

from dataclasses import replace

import pytest

from actions.checking import check
from actions.forecast import Forecast
from actions.meters import Meters, measured
from actions.nudging import MASTER_EQ, MASTER_FADER, master_equaliser
from actions.service.ears import ears_of
from reaper_bridge.session.address import Address
from reaper_bridge.session.change import Change, MixPlan, Value
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.units import linear_from_db
from reaper_bridge.session.values import read_value, with_plan
from tests.mixed_band import MixedBand, mixed_band
from tests.session_builder import guid_of

VOICE_FADER = Address(TrackId(guid_of("Lead Vox")), "fader")


@pytest.fixture(scope="module")
def band(tmp_path_factory: pytest.TempPathFactory) -> MixedBand:
    return mixed_band(tmp_path_factory.mktemp("band"))


@pytest.fixture
def forecast(band: MixedBand) -> Forecast:
    assert band.outcome.entry is not None
    return ears_of(band.outcome, band.outcome.entry).forecast


def rendered(band: MixedBand, values: dict[Address, Value]) -> Meters:
    """Return what rendering measures with knobs at these values."""
    outcome = band.outcome
    mixed = outcome.mixed_session
    changes = (Change(a, read_value(mixed, a), value, "") for a, value in values.items())
    session = with_plan(mixed, MixPlan(tuple(changes)).without_idle)
    desk, window = outcome.decision.desk, replace(outcome.after.window)
    returns = {kind: unit.track_id for kind, unit in outcome.decision.returns.items()}
    return measured(check(outcome.heard, session, desk, window, outcome.taste, returns))


def values_at(band: MixedBand, name: str) -> dict[Address, Value]:
    assert band.outcome.entry is not None
    plan = band.outcome.entry.full
    full = {change.address: change.after for change in plan}
    fader = full[VOICE_FADER]
    assert isinstance(fader, float)
    return {
        "nothing of it": {c.address: c.before for c in plan if c.address.kind != "track"},
        "vocal up": {**full, VOICE_FADER: fader * linear_from_db(4.0)},
        "vocal down": {**full, VOICE_FADER: fader * linear_from_db(-6.0)},
        "bright": {**full, MASTER_EQ: master_equaliser({"brightness": 3.0, "low_end": -3.0})},
        "master down": {**full, MASTER_FADER: 0.5},
        "half": {**full, **{c.address: scaled.after for c in plan if (scaled := plan.scaled(0.5).at(c.address))}},
    }[name]


def test_the_full_pass_is_as_it_was_measured(band: MixedBand, forecast: Forecast) -> None:
    now, then = forecast.meters(forecast.full), measured(band.outcome.after)
    assert now.loudness_lufs == pytest.approx(then.loudness_lufs)
    assert now.masking_ratio == pytest.approx(then.masking_ratio)


@pytest.mark.parametrize("name", ["nothing of it", "vocal up", "vocal down", "bright", "master down", "half"])
def test_a_forecast_is_near_to_what_rendering_measures(band: MixedBand, forecast: Forecast, name: str) -> None:
    values = values_at(band, name)
    now, then = forecast.meters(values), rendered(band, values)
    assert now.loudness_lufs == pytest.approx(then.loudness_lufs, abs=1.0)
    assert now.true_peak_dbtp == pytest.approx(then.true_peak_dbtp, abs=2.0)
    assert now.lead_to_rest_db == pytest.approx(then.lead_to_rest_db, abs=1.5)
    assert now.masking_ratio == pytest.approx(then.masking_ratio, abs=0.12)


def test_the_peak_alone_is_that_of_all_meters(band: MixedBand, forecast: Forecast) -> None:
    values = values_at(band, "vocal up")
    assert forecast.true_peak_dbtp(values) == pytest.approx(forecast.meters(values).true_peak_dbtp)


def test_what_was_not_measured_is_not_predicted(forecast: Forecast) -> None:
    unknown = replace(forecast, after=Meters())
    assert unknown.meters(forecast.full) == Meters()
