"""What a tablet page is made of, whatever program shows it: frames, controls, and inks that can be read from afar.

Conventions: lengths are in points of a landscape tablet of 1024 × 768, y grows downwards, frames are relative to the
page below the tab bar. Colours are sRGB from 0 to 255.
"""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from actions.service.addresses import WORDS, Address, expand

TAB_BAR: Final = 64.0
PAGE_WIDTH: Final = 1024.0
PAGE_HEIGHT: Final = 704.0
LEAST_TOUCH: Final = 44.0
"""Less than this, in any direction, no finger meets for sure."""
LEAST_TEXT: Final = 15
LEAST_CONTRAST: Final = 4.5
"""Of text on what lies behind it, by the WCAG's reckoning."""
BANK_TABS: Final = 48.0
"""How high the tabs are that choose a bank of rows."""

Kind: TypeAlias = Literal["button", "toggle", "fader", "label", "caption", "bar"]
Ink: TypeAlias = Literal["page", "panel", "text", "soft", "wrong", "plain", "go", "keep", "stop", "hear"]
Colour: TypeAlias = tuple[int, int, int]

INKS: Final[dict[Ink, Colour]] = {
    "page": (18, 21, 25),
    "panel": (34, 39, 46),
    "text": (242, 244, 246),
    "soft": (170, 178, 188),
    "wrong": (255, 150, 138),
    "plain": (66, 75, 87),
    "go": (28, 104, 168),
    "keep": (28, 116, 74),
    "stop": (172, 52, 44),
    "hear": (132, 84, 8),
}


@dataclass(frozen=True)
class Frame:
    """A rectangle: its upper left corner, and its size."""

    x: float
    y: float
    width: float
    height: float

    def meets(self, other: "Frame") -> bool:
        """Tell whether two frames have more than an edge in common."""
        across = self.x < other.x + other.width and other.x < self.x + self.width
        return across and self.y < other.y + other.height and other.y < self.y + self.height

    def columns(self, *shares: float, gap: float = 8.0) -> tuple["Frame", ...]:
        """Return frames side by side, as wide as their shares of the room."""
        each = (self.width - gap * (len(shares) - 1)) / sum(shares)
        starts = [sum(shares[:count]) * each + gap * count for count in range(len(shares))]
        return tuple(
            Frame(self.x + start, self.y, share * each, self.height)
            for start, share in zip(starts, shares, strict=True)
        )

    def rows(self, *shares: float, gap: float = 8.0) -> tuple["Frame", ...]:
        """Return frames below each other, as high as their shares of the room."""
        turned = Frame(self.y, self.x, self.height, self.width).columns(*shares, gap=gap)
        return tuple(Frame(frame.y, frame.x, frame.height, frame.width) for frame in turned)


@dataclass(frozen=True)
class Control:
    """One thing on a page. A caption has no address; a label and a bar only show, the others are touched.

    A button sends ``sends``, a toggle 1 and 0, a fader its place in the range of the address. ``index`` is the number
    for the ``@`` of the address. A label of a number shows its words. ``ink`` is the ground of what is touched.
    ``is_state`` means that a button tells how things stand, so that its whole ground lights up, not a line at its foot.
    """

    kind: Kind
    frame: Frame
    text: str = ""
    address: Address | None = None
    index: int | None = None
    sends: int | float | str = 1
    ink: Ink = "plain"
    size: int = 20
    is_left: bool = False
    is_state: bool = False

    @property
    def path(self) -> str:
        """What it sends to and listens on, "" for a caption."""
        if self.address is None:
            return ""
        words = WORDS if self.kind == "label" and self.address.has_words else ""
        return expand(self.address, self.index) + words

    @property
    def is_touched(self) -> bool:
        """Whether a finger moves it."""
        return self.kind in ("button", "toggle", "fader")

    @property
    def text_ink(self) -> Ink:
        """The colour of its text."""
        return self.ink if self.ink in ("soft", "wrong") else "text"

    @property
    def has_lamp(self) -> bool:
        """Whether it is a button that is told when what it began is under way."""
        return self.kind == "button" and self.address is not None and self.address.feedback == "switch"

    @property
    def lamp(self) -> Frame | None:
        """What lights up while its address says 1; None for a control without feedback or with its own."""
        if not self.has_lamp or self.is_state:
            return self.frame if self.has_lamp else None
        return Frame(self.frame.x + 8, self.frame.y + self.frame.height - 10, self.frame.width - 16, 5)


@dataclass(frozen=True)
class Bank:
    """Some rows of a list that is longer than a page."""

    title: str
    controls: tuple[Control, ...]


@dataclass(frozen=True)
class Page:
    """A page: what is always on it, and the banks of its rows, which take turns below their tabs at ``bank_frame``."""

    title: str
    controls: tuple[Control, ...]
    banks: tuple[Bank, ...] = ()
    bank_frame: Frame | None = None


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast of two colours from 1 to 21, as the WCAG 2 defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def hex_colour(ink: Ink) -> str:
    """Return a colour as web pages write it."""
    return "#{:02x}{:02x}{:02x}".format(*INKS[ink])


def _luminance(colour: Colour) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (part / 255 for part in colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
