"""Fixtures for all tests: where the reference material lies, if it is there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

SHARED = Path(__file__).resolve().parents[2] / "shared"
EXAMPLES = Path(__file__).resolve().parents[1] / "examples"

settings.register_profile("first-pass", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
settings.load_profile("first-pass")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference sessions and project files beside the project."""
    if not SHARED.is_dir():
        pytest.skip("the reference material (../shared) is not beside this checkout")
    return SHARED


@pytest.fixture(scope="session", autouse=True)
def private_user_directories(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep every test, and every fixture however long it lives, away from the user's own cache and settings."""
    home = tmp_path_factory.getbasetemp() / "user"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FIRST_PASS_CACHE_DIR", str(home / "cache"))
        patch.setenv("FIRST_PASS_CONFIG_DIR", str(home / "config"))
        patch.setenv("FIRST_PASS_DATA_DIR", str(home / "data"))
        yield
