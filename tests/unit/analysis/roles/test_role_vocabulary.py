"""The table of roles and how people may name them."""

import pytest

from analysis.roles import ROLES, family_of, general_role, role_named
from reaper_bridge.session.errors import UnknownRoleError


def test_every_general_role_is_in_the_same_family() -> None:
    for facts in ROLES.values():
        assert general_role(facts.name) in ROLES
        assert family_of(general_role(facts.name)) == facts.family


def test_only_roles_outside_the_song_are_left_out_of_the_mix() -> None:
    left_out = {facts.name for facts in ROLES.values() if not facts.is_mixable}
    assert left_out == {"click", "guide", "reference", "print", "bus", "return", "junk"}


@pytest.mark.parametrize("text", ["snare_bottom", "Snare Bottom", "snare-bottom", "Snare, bottom microphone"])
def test_a_role_is_found_under_its_name_and_title(text: str) -> None:
    assert role_named(text) == "snare_bottom"


def test_a_role_that_does_not_exist_lists_the_closest() -> None:
    with pytest.raises(UnknownRoleError, match=r"“kik_in” is not a role; did you mean one of: .*kick_in"):
        role_named("kik_in")


def test_a_role_like_nothing_lists_them_all() -> None:
    with pytest.raises(UnknownRoleError, match=r"lead_vocal.*unknown"):
        role_named("qqqq")
