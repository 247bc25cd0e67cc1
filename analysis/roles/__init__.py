"""What each track is and why: from its name, its folder, its items, its neighbours and its sound."""

from analysis.roles.groups import Group, TrackRole
from analysis.roles.names import RoleGuess, role_from_name
from analysis.roles.overrides import parse_overrides
from analysis.roles.recognise import Roles, recognise
from analysis.roles.sound import role_from_sound
from analysis.roles.vocabulary import ROLES, RoleFacts, family_of, general_role, role_named

__all__ = [
    "ROLES",
    "Group",
    "RoleFacts",
    "RoleGuess",
    "Roles",
    "TrackRole",
    "family_of",
    "general_role",
    "parse_overrides",
    "recognise",
    "role_from_name",
    "role_from_sound",
    "role_named",
]
