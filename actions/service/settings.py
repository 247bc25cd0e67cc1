"""How the service is set up: a TOML file, the environment on top of it, flags on top of both.

The file is ``settings.toml`` in the user's settings folder. A key that is not known is an error that says which
one may have been meant, so that a typing mistake never is a setting that silently does nothing.
"""

import difflib
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from actions.folders import config_folder
from reaper_bridge.session.errors import SettingsError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FILE: Final = "settings.toml"
DEFAULT_OSC_PORT: Final = 9100
"""Not 8000 or 9000, where REAPER's own OSC and most tablets listen, nor 8080, where Open Stage Control does."""
DEFAULT_PANEL_PORT: Final = 9101


class Settings(BaseModel):
    """What can be set. Every key is optional."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    resource_path: Path | None = Field(None, description="REAPER's resource folder, where there is more than one")
    genre: str | None = Field(None, description="the profile every pass is mixed to; guessed if not set")
    taste: Path | None = Field(None, description="a taste.toml of your own")
    amount_percent: float = Field(100.0, ge=0.0, le=100.0, description="how much of each pass")
    patience_seconds: float = Field(
        10.0, gt=0.0, le=600.0, description="how long a request waits for REAPER before it is given up"
    )
    lan: bool = Field(False, description="let tablets in from the network, once they are let in at the desk")
    host: str = Field(
        "", description="the addresses of this computer to listen on, with commas between; with `lan`, all if not set"
    )
    osc_port: int = Field(
        DEFAULT_OSC_PORT, ge=0, le=65535, description="where OSC is listened to; 0 is any port that is free"
    )
    osc_reply_port: int = Field(
        0, ge=0, le=65535, description="where tablets listen that name no port; 0 is the one they send from"
    )
    panel_port: int = Field(
        DEFAULT_PANEL_PORT, ge=0, le=65535, description="where the panel is; 0 is any port that is free"
    )
    announce: bool = Field(True, description="with `lan`, tell the network by zeroconf where the service is")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="what is logged")
    log_bytes: int = Field(1_000_000, ge=10_000, description="when the log is turned over")
    log_files: int = Field(3, ge=1, le=100, description="how many old logs are kept")


ENVIRONMENT: Final[Mapping[str, str]] = {
    "FIRST_PASS_RESOURCE" if key == "resource_path" else f"FIRST_PASS_{key.upper()}": key
    for key in Settings.model_fields
}
"""The variable of each key."""
OTHER_VARIABLES: Final = (
    "FIRST_PASS_ALLOW_STOCK_SERVER",
    "FIRST_PASS_CACHE_DIR",
    "FIRST_PASS_CONFIG_DIR",
    "FIRST_PASS_DATA_DIR",
    "FIRST_PASS_DEBUG",
)


def read_settings(flags: Mapping[str, Any], environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings; a flag that is None was not given.

    Raises:
        SettingsError: A key is unknown or a value out of range; the message says where and what to do.
    """
    path = config_folder() / FILE
    table = _table(path)
    _check_keys(table, Settings.model_fields, str(path))
    variables = [name for name in environment if name.startswith("FIRST_PASS_")]
    _check_variables(variables)
    given = {key: environment[name] for name, key in ENVIRONMENT.items() if environment.get(name)}
    named = {key: value for key, value in flags.items() if value is not None}
    where = {key: f"{path}: {key}" for key in table}
    where |= {key: name for name, key in ENVIRONMENT.items() if key in given}
    where |= {key: f"--{key.replace('_', '-')}" for key in named}
    try:
        return Settings.model_validate({**table, **given, **named})
    except ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0])
        raise SettingsError(f"{where.get(key, key)}: {first['msg']}, not {first['input']!r}.") from error


def _table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise SettingsError(f"{path}: the settings cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: this is not TOML: {error}.") from error


def _check_keys(keys: Mapping[str, Any], known: Mapping[str, Any], where: str) -> None:
    for key in keys:
        if key not in known:
            close = difflib.get_close_matches(key, known, 1)
            hint = f" Did you mean “{close[0]}”?" if close else ""
            raise SettingsError(f"{where}: there is no setting “{key}”.{hint} Choose from: {', '.join(known)}.")


def _check_variables(names: list[str]) -> None:
    """Make sure that no variable is a mistyped one of ours; one that is like none of them is somebody else's."""
    known = (*ENVIRONMENT, *OTHER_VARIABLES)
    for name in names:
        close = difflib.get_close_matches(name, known, 1, cutoff=0.8)
        if name not in known and close:
            raise SettingsError(f"There is no setting {name} in the environment. Did you mean {close[0]}?")
