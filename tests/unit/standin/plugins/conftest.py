"""The plug-ins' switches, put back after each test."""

import pytest

from tests.standin.plugin_port import SWITCHES, Switches


@pytest.fixture
def switches(monkeypatch: pytest.MonkeyPatch) -> Switches:
    """Switches of one test's own."""
    for name, value in vars(Switches()).items():
        monkeypatch.setattr(SWITCHES, name, value)
    return SWITCHES
