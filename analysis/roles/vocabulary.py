"""The table of roles: what a track can be, its family, its title for people, and whether it is mixed.

A role that is not mixable carries no part of the song (a click, a guide, a reference) or only routes
(a bus, a return). An unknown track is audible, so it is mixable, but its users may do no more than gain.
"""

import difflib
from dataclasses import dataclass
from typing import Literal, TypeAlias

from reaper_bridge.session.errors import UnknownRoleError

Family: TypeAlias = Literal[
    "drums", "percussion", "bass", "guitars", "keys", "synths", "strings", "horns",
    "lead vocals", "backing vocals", "fx", "none",
]  # fmt: skip


@dataclass(frozen=True)
class RoleFacts:
    """What is fixed about a role. ``general`` is the wider role that it is a kind of, or empty."""

    name: str
    family: Family
    title: str
    general: str = ""
    is_mixable: bool = True


_TABLE: tuple[RoleFacts, ...] = (
    RoleFacts("kick", "drums", "Kick drum"),
    RoleFacts("kick_in", "drums", "Kick drum, inside microphone", "kick"),
    RoleFacts("kick_out", "drums", "Kick drum, outside microphone", "kick"),
    RoleFacts("kick_sub", "drums", "Kick drum, sub microphone", "kick"),
    RoleFacts("snare", "drums", "Snare"),
    RoleFacts("snare_top", "drums", "Snare, top microphone", "snare"),
    RoleFacts("snare_bottom", "drums", "Snare, bottom microphone", "snare"),
    RoleFacts("hihat", "drums", "Hi-hat"),
    RoleFacts("tom", "drums", "Tom"),
    RoleFacts("tom_rack", "drums", "Rack tom", "tom"),
    RoleFacts("tom_floor", "drums", "Floor tom", "tom"),
    RoleFacts("ride", "drums", "Ride cymbal", "cymbals"),
    RoleFacts("cymbals", "drums", "Cymbals"),
    RoleFacts("overheads", "drums", "Drum overheads"),
    RoleFacts("overhead_l", "drums", "Drum overhead, left", "overheads"),
    RoleFacts("overhead_r", "drums", "Drum overhead, right", "overheads"),
    RoleFacts("room", "drums", "Drum room"),
    RoleFacts("room_l", "drums", "Drum room, left", "room"),
    RoleFacts("room_r", "drums", "Drum room, right", "room"),
    RoleFacts("drum_loop", "drums", "Drums, whole kit or loop"),
    RoleFacts("percussion", "percussion", "Percussion"),
    RoleFacts("shaker", "percussion", "Shaker", "percussion"),
    RoleFacts("tambourine", "percussion", "Tambourine", "percussion"),
    RoleFacts("clap", "percussion", "Claps or snaps", "percussion"),
    RoleFacts("bass", "bass", "Bass"),
    RoleFacts("bass_di", "bass", "Bass, direct signal", "bass"),
    RoleFacts("bass_amp", "bass", "Bass, amplifier", "bass"),
    RoleFacts("synth_bass", "bass", "Synth bass", "bass"),
    RoleFacts("egtr", "guitars", "Electric guitar"),
    RoleFacts("egtr_rhythm", "guitars", "Rhythm guitar", "egtr"),
    RoleFacts("egtr_clean", "guitars", "Clean guitar", "egtr"),
    RoleFacts("egtr_lead", "guitars", "Lead guitar", "egtr"),
    RoleFacts("egtr_di", "guitars", "Electric guitar, direct signal", "egtr"),
    RoleFacts("agtr", "guitars", "Acoustic guitar"),
    RoleFacts("agtr_mic", "guitars", "Acoustic guitar, microphone", "agtr"),
    RoleFacts("agtr_di", "guitars", "Acoustic guitar, pickup", "agtr"),
    RoleFacts("piano", "keys", "Piano"),
    RoleFacts("epiano", "keys", "Electric piano"),
    RoleFacts("organ", "keys", "Organ"),
    RoleFacts("keys", "keys", "Keys"),
    RoleFacts("synth", "synths", "Synth"),
    RoleFacts("synth_pad", "synths", "Synth pad", "synth"),
    RoleFacts("synth_lead", "synths", "Synth lead", "synth"),
    RoleFacts("strings", "strings", "Strings"),
    RoleFacts("brass", "horns", "Brass"),
    RoleFacts("woodwind", "horns", "Woodwind"),
    RoleFacts("lead_vocal", "lead vocals", "Lead vocal"),
    RoleFacts("vocal_double", "lead vocals", "Lead vocal, double", "lead_vocal"),
    RoleFacts("adlib", "backing vocals", "Ad-libs", "backing_vocal"),
    RoleFacts("backing_vocal", "backing vocals", "Backing vocal"),
    RoleFacts("choir", "backing vocals", "Choir", "backing_vocal"),
    RoleFacts("speech", "lead vocals", "Speech"),
    RoleFacts("fx", "fx", "Effects and noises"),
    RoleFacts("click", "none", "Click", is_mixable=False),
    RoleFacts("guide", "none", "Guide", is_mixable=False),
    RoleFacts("reference", "none", "Reference", is_mixable=False),
    RoleFacts("print", "none", "Printed mix", is_mixable=False),
    RoleFacts("bus", "none", "Bus", is_mixable=False),
    RoleFacts("return", "none", "Effect return", is_mixable=False),
    RoleFacts("junk", "none", "Nothing but noise", is_mixable=False),
    RoleFacts("unknown", "none", "Unknown"),
)

ROLES: dict[str, RoleFacts] = {facts.name: facts for facts in _TABLE}
VOCALS = frozenset({"lead_vocal", "vocal_double", "adlib", "backing_vocal", "choir", "speech"})


def family_of(role: str) -> Family:
    """Return the family of a role, "none" for what is not part of the song."""
    return ROLES[role].family


def general_role(role: str) -> str:
    """Return the wider role that a role is a kind of: ``kick`` for ``kick_in``, itself where there is none."""
    return ROLES[role].general or role


def role_named(text: str, where: str = "") -> str:
    """Return the role a user means by a text: its name or title in any case, spaces or hyphens allowed.

    Raises:
        UnknownRoleError: No role is called so; the message lists the closest ones.
    """
    wanted = _plain(text)
    for facts in _TABLE:
        if wanted in (_plain(facts.name), _plain(facts.title)):
            return facts.name
    close = difflib.get_close_matches(wanted, ROLES, n=4, cutoff=0.5)
    close += [name for name in ROLES if wanted and wanted.split("_")[0] in name.split("_")]
    hint = ", ".join(dict.fromkeys(close[:6])) or ", ".join(ROLES)
    place = f"{where}: " if where else ""
    raise UnknownRoleError(f"{place}“{text.strip()}” is not a role; did you mean one of: {hint}?")


def _plain(text: str) -> str:
    return "_".join(text.casefold().replace("-", " ").replace("_", " ").replace(",", " ").split())
