"""Settings come from a file, the environment and flags, and what is not known is said."""

from pathlib import Path

import pytest

from actions.folders import config_folder
from actions.service.settings import ENVIRONMENT, FILE, OTHER_VARIABLES, Settings, read_settings
from reaper_bridge.session.errors import SettingsError


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FIRST_PASS_CONFIG_DIR", str(tmp_path))
    return config_folder() / FILE


def test_without_anything_the_defaults_stand(file: Path) -> None:
    assert read_settings({"genre": None}, {}) == Settings()


def test_flags_overrule_the_environment_and_that_the_file(file: Path) -> None:
    file.write_text('genre = "rock"\namount_percent = 40\nlog_level = "debug"\n', "utf-8")
    settings = read_settings({"genre": "jazz"}, {"FIRST_PASS_GENRE": "pop", "FIRST_PASS_AMOUNT_PERCENT": "60"})
    assert (settings.genre, settings.amount_percent, settings.log_level) == ("jazz", 60.0, "debug")


def test_every_setting_has_a_variable_and_a_description() -> None:
    assert set(ENVIRONMENT.values()) == set(Settings.model_fields)
    assert all(field.description for field in Settings.model_fields.values())
    assert not set(ENVIRONMENT) & set(OTHER_VARIABLES)


def test_the_resource_folder_is_named_by_the_variable_all_of_us_read(file: Path, tmp_path: Path) -> None:
    assert read_settings({}, {"FIRST_PASS_RESOURCE": str(tmp_path)}).resource_path == tmp_path


def test_an_unknown_key_is_an_error_with_a_suggestion(file: Path) -> None:
    file.write_text('gerne = "rock"\n', "utf-8")
    with pytest.raises(SettingsError, match=r"no setting “gerne”\. Did you mean “genre”") as refused:
        read_settings({}, {})
    assert str(file) in str(refused.value)


def test_a_mistyped_variable_is_an_error_and_one_like_none_of_ours_is_not(file: Path) -> None:
    with pytest.raises(SettingsError, match=r"FIRST_PASS_GENER in the environment\. Did you mean FIRST_PASS_GENRE"):
        read_settings({}, {"FIRST_PASS_GENER": "rock"})
    assert read_settings({}, {"FIRST_PASS_XYZZY": "rock", "OTHER": "1"}) == Settings()


@pytest.mark.parametrize(
    ("content", "flags", "environment", "where"),
    [
        ("amount_percent = 101\n", {}, {}, "settings.toml: amount_percent"),
        ("amount_percent = 'much'\n", {}, {}, "settings.toml: amount_percent"),
        ("", {}, {"FIRST_PASS_PATIENCE_SECONDS": "-1"}, "FIRST_PASS_PATIENCE_SECONDS"),
        ("", {"log_level": "loud"}, {}, "--log-level"),
        ("genre = [", {}, {}, "settings.toml: this is not TOML"),
    ],
)
def test_a_bad_value_is_named_with_where_it_stands(
    file: Path, content: str, flags: dict[str, str], environment: dict[str, str], where: str
) -> None:
    file.write_text(content, "utf-8")
    with pytest.raises(SettingsError) as refused:
        read_settings(flags, environment)
    assert where in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_that_cannot_be_read_is_said(file: Path) -> None:
    file.mkdir(parents=True)
    with pytest.raises(SettingsError, match="cannot be read"):
        read_settings({}, {})
