"""Every OSC address of the desk, as one table: server, feedback, layouts, OSCQuery and docs/osc.md are made from it.

Conventions: ``@`` stands for a number from 1 up to ``COUNTS``. A command says how things shall be, not how they shall
change, so that one that arrives twice or late does no harm. What an address answers, it answers on itself, after
clamping; a number with a unit is told in words on ``ADDRESS/str`` too. Nothing here deletes, quits or overwrites.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from actions.mixing.stages import STAGES
from actions.mixing.taste import GENRES
from analysis.roles.vocabulary import ROLES

PREFIX: Final = "/firstpass"
WORDS: Final = "/str"

Argument: TypeAlias = Literal["trigger", "switch", "number", "text", "none"]
Feedback: TypeAlias = Literal["switch", "number", "text", "none"]
Index: TypeAlias = Literal["change", "track"]

COUNTS: Final[Mapping[Index, int]] = {"change": 300, "track": 64}
"""How far each index goes; what lies beyond is in the panel."""

PARTS: Final = (*STAGES, "master")
ANY_GENRE: Final = "auto"
LOUDNESS_LUFS: Final = (-36.0, -12.0)
LOUDNESS_START_LUFS: Final = -20.0


@dataclass(frozen=True)
class Address:
    """One address. ``feedback`` is what it sends, "none" where it only takes.

    A text with ``choices`` takes these alone. ``unit`` is that of the number, "" for one that is a mere count.
    ``title`` stands on its control and ``place`` says where that is: a page of the layouts, a dot, a group.
    ``absence`` is the reason why no layout shows it, "" where they do.
    """

    path: str
    argument: Argument
    meaning: str
    feedback: Feedback = "none"
    title: str = ""
    place: str = ""
    low: float = 0.0
    high: float = 1.0
    start: float = 0.0
    unit: str = ""
    is_whole: bool = False
    choices: tuple[str, ...] = ()
    absence: str = ""

    @property
    def index(self) -> Index | None:
        """What the ``@`` in the path counts, None where there is none."""
        if "/@" not in self.path:
            return None
        return "change" if self.path.startswith(f"{PREFIX}/change/") else "track"

    @property
    def has_words(self) -> bool:
        """Whether ``ADDRESS/str`` tells the value in words."""
        return self.feedback == "number" and bool(self.unit)


def _do(name: str, title: str, meaning: str, place: str = "mix.do", absence: str = "") -> Address:
    return Address(PREFIX + name, "trigger", meaning, "switch", title, place, absence=absence)


def _call(name: str, title: str, meaning: str, place: str = "", absence: str = "") -> Address:
    return Address(PREFIX + name, "trigger", meaning, "none", title, place, absence=absence)


def _switch(name: str, title: str, meaning: str, place: str) -> Address:
    return Address(PREFIX + name, "switch", meaning, "switch", title, place)


def _said(part: str) -> str:
    return "de-essing" if part == "deessing" else part


def _amount(name: str, title: str, meaning: str) -> Address:
    return Address(PREFIX + name, "number", meaning, "number", title, "mix.amounts", start=1.0, unit="%")


def _nudge(name: str, title: str, what: str) -> Address:
    meaning = f"{what}: 0 is as the pass left it, 1 and -1 are as far as a nudge goes"
    return Address(f"{PREFIX}/nudge/{name}", "number", meaning, "number", title, "macros", -1.0, 1.0, unit="±%")


def _text(name: str, meaning: str, place: str = "") -> Address:
    return Address(PREFIX + name, "none", meaning, "text", place=place)


def _count(name: str, meaning: str, high: float, place: str = "", absence: str = "") -> Address:
    return Address(
        PREFIX + name, "none", meaning, "number", place=place, high=high, is_whole=True, absence=absence
    )  # fmt: skip


def _meters(name: str, title: str, meaning: str, low: float, high: float, unit: str) -> tuple[Address, ...]:
    return tuple(
        Address(
            f"{PREFIX}/meter/{when}/{name}", "none", f"{meaning}, {when} the pass", "number", title, "mix.meters",
            low, high, unit=unit,
        )
        for when in ("before", "after")
    )  # fmt: skip


_NUDGES: Final = (
    ("vocal", "Vocal", "The lead vocal louder or softer"),
    ("drums", "Drums", "Drums and percussion louder or softer"),
    ("bass", "Bass", "The bass louder or softer"),
    ("guitars", "Guitars", "The guitars louder or softer"),
    ("keys", "Keys", "Keys and synths louder or softer"),
    ("space", "Space", "More or less reverb and delay"),
    ("brightness", "Brightness", "More or less at the top"),
    ("low_end", "Low end", "More or less at the bottom"),
    ("width", "Width", "Wider or narrower"),
)
_PROGRAMS: Final = "for programs, not for fingers"

TABLE: Final = (
    # who is there
    _call("/hello", "Connect", "Says that you are here: everything is sent now, and every change from now on", "strip"),
    _call("/refresh", "Refresh", "Sends everything once more", absence="Connect does the same and more"),
    _call("/goodbye", "Disconnect", "Ends what hello began", absence="a tablet that is silent is forgotten anyway"),
    Address(
        f"{PREFIX}/reply_port", "number", "On which of your ports you listen; 0 is the one you send from",
        "number", "Reply port", high=65535, is_whole=True, absence="set on the tablet, not in the mix",
    ),
    _call("/ping", "Ping", "Asks for a pong", absence=_PROGRAMS),
    _count("/pong", "The answer to a ping: how far alive has counted", 2**31 - 1, absence=_PROGRAMS),
    _count("/alive", "Counts on while the service lives", 2**31 - 1, absence=_PROGRAMS),
    # how things are
    _text("/status", "What is going on, in one sentence", "strip"),
    Address(f"{PREFIX}/progress", "none", "How far it is", "number", place="strip", unit="%"),
    _text("/error", "What went wrong last, in one sentence; empty when all is well", "strip"),
    _text("/project", "The project the desk works on", "mix.about"),
    _text("/last_pass", "The last pass that stands, which take back would undo; or empty", "mix.about"),
    # what to do
    _do("/mix/all", "Mix all", "A first pass over every track"),
    _do("/mix/selected", "Mix selected", "A first pass over the selected tracks; the rest is context"),
    _do("/analyse", "Analyse", "Listens and reports, changes nothing"),
    _call("/cancel", "Cancel", "Stops what is under way before it writes", "mix.do"),
    _switch("/compare", "Hear before", "1 lets you hear the mix before the pass, equally loud; 0 after it", "mix.do"),
    _do("/redo", "Redo", "Brings back what was taken back"),
    _do("/takeback", "Take back", "Takes back the last pass and all that was made of it, as one undo step", "strip"),
    # how much
    _amount("/amount", "All", "How much of the pass is written"),
    *(_amount(f"/amount/{part}", _said(part).capitalize(), f"How much of its {_said(part)}") for part in PARTS),
    Address(
        f"{PREFIX}/genre", "text", "Which profile a pass is mixed to; auto guesses it from the instruments", "text",
        "Genre", "mix.genre", choices=(ANY_GENRE, *GENRES),
    ),
    Address(
        f"{PREFIX}/loudness", "number", "How loud a pass makes the mix", "number", "Loudness", "mix.loudness",
        *LOUDNESS_LUFS, start=LOUDNESS_START_LUFS, unit="LUFS",
    ),
    *_meters("loudness", "Loudness", "Loudness of the mix", -70.0, 6.0, "LUFS"),
    *_meters("vocal", "Vocal to rest", "The lead vocal against all else", -40.0, 40.0, "dB"),
    *_meters("true_peak", "True peak", "True peak of the mix", -70.0, 24.0, "dBTP"),
    *_meters("masking", "Masking", "How much of the lead the rest hides", 0.0, 1.0, "%"),
    # macro moves
    *(_nudge(*row) for row in _NUDGES),
    # changes
    _count("/change/count", "How many changes the last pass made", 1_000_000, "changes.count"),
    _text("/change/@/text", "What was changed, the most important first; in this order until the next pass", "changes"),
    _text("/change/@/reason", "Why", "changes"),
    _do("/change/@/accept", "Keep", "Keeps the change, or brings it back; 1 while it stands", "changes"),
    _do("/change/@/reject", "Drop", "Takes the change out; 1 while it is out", "changes"),
    _switch("/change/@/solo", "Alone", "1 lets you hear this change alone; 0 all of them", "changes"),
    # tracks
    _count("/track/count", "How many tracks there are", 1_000_000, "tracks.count"),
    _text("/track/@/name", "The name of the track", "tracks"),
    Address(
        f"{PREFIX}/track/@/role", "text", "What the track is; setting it says so for good", "text", "Role", "tracks",
        choices=tuple(ROLES),
    ),
    Address(f"{PREFIX}/track/@/role/confidence", "none", "How sure that is", "number", place="tracks", unit="%"),
    _switch("/track/@/include", "In the pass", "1 lets a pass change the track; 0 keeps it as context", "tracks"),
    _switch("/track/@/lock", "Lock", "1 keeps every knob of the track as it is, also over later passes", "tracks"),
)  # fmt: skip


def _spoken(address: Address) -> Address:
    """Return the address that tells a number in words."""
    meaning = f"{address.meaning}, in words"
    return Address(address.path + WORDS, "none", meaning, "text", absence="beside the number it belongs to")


ADDRESSES: Final = tuple(
    row for address in TABLE for row in ((address, _spoken(address)) if address.has_words else (address,))
)
"""The table, each number with a unit followed by its words."""
BY_PATH: Final[Mapping[str, Address]] = {address.path: address for address in ADDRESSES}


def expand(address: Address, index: int | None = None) -> str:
    """Return the path of an address with its number in it, the reverse of ``match``.

    Raises:
        ValueError: A number was given where there is no ``@``, or none or one out of bounds where there is.
    """
    if address.index is None:
        if index is not None:
            raise ValueError(f"{address.path} has no number.")
        return address.path
    if index is None or not 1 <= index <= COUNTS[address.index]:
        raise ValueError(f"{address.path} has a number from 1 to {COUNTS[address.index]}, not {index}.")
    return address.path.replace("@", str(index), 1)


def indices(address: Address) -> tuple[int | None, ...]:
    """Return every number an address can be expanded with; None alone where there is no ``@``."""
    return (None,) if address.index is None else tuple(range(1, COUNTS[address.index] + 1))


_EXPANDED: Final[Mapping[str, tuple[Address, int | None]]] = {
    expand(address, index): (address, index) for address in ADDRESSES for index in indices(address)
}


def match(path: str) -> tuple[Address, int | None] | None:
    """Return which address a path is, and its number; None where it is none of ours.

    Wildcards are none of ours: ``/firstpass/*`` would press every button at once.
    """
    return _EXPANDED.get(path)
