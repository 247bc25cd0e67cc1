"""Turn a figure into inline SVG that takes its colours and its typeface from the page.

Figures are drawn in sentinel colours (the table ``INKS``), which become CSS variables, so that one picture
serves a light page, a dark one and paper. Names are drawn as placeholders and put in afterwards as text, so
that no name, whatever it holds, meets a font or a mathematics parser.
"""

import html
import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH_UNITS: Final = 440.0
TEXT_UNITS: Final = 12.0
NAME_LENGTH: Final = 18

INK, FAINT, BEFORE, AFTER, TARGET, WARM = "#010101", "#020202", "#030303", "#040404", "#050505", "#060606"
STRONG: Final = "#070707"
# The sentinel, its CSS variable, and the colour where a picture is shown without the page.
INKS: Final = {
    INK: "var(--ink-soft, #6b7280)",
    FAINT: "var(--rule, #9ca3af)",
    BEFORE: "var(--before, #8a8f98)",
    AFTER: "var(--after, #3b8bc9)",
    TARGET: "var(--target, #d98324)",
    WARM: "var(--warm, #cc6677)",
    STRONG: "var(--ink, #24292f)",
}
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_OPENING: Final = re.compile(r"<svg[^>]*>")
_SUPERFLUOUS: Final = re.compile(
    r"<metadata>.*?</metadata>|<!--.*?-->|<style[^>]*>.*?</style>|<path [^>]*opacity: 0\"/>"
    r'| transform="rotate\(-0 [^)]*\)"|<defs>\s*</defs>',
    re.DOTALL,
)
# matplotlib writes one "font" or a "font-size" and a "font-family", depending on its version
_FONT: Final = re.compile(r"font: (?:(\w+) )?([\d.]+px) [^;\"]*|font-family: [^;\"]*; ?")
_LONG_NUMBER: Final = re.compile(r"(\d\.\d\d)\d+")
_NAME_MARK: Final = re.compile(r"qq(\d+)qq")
SETTINGS: Final[Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "first pass",
    "path.simplify": True,
    "path.simplify_threshold": 0.3,
    "font.family": "DejaVu Sans",
    "font.size": TEXT_UNITS,
    "axes.unicode_minus": True,
    "text.parse_math": False,
    "axes.linewidth": 0.8,
}


def clean(text: str) -> str:
    """Return a text with what no page can hold (control characters, half surrogates) shown as �."""
    return _CONTROL.sub("\ufffd", text)


def shortened(name: str, length: int = NAME_LENGTH) -> str:
    """Return a name cut to a length, with an ellipsis where something is missing."""
    name = clean(name)
    return name if len(name) <= length else name[: length - 1].rstrip() + "…"


def name_mark(index: int) -> str:
    """Return the placeholder that stands for the name at an index until the picture is finished."""
    return f"qq{index}qq"


def svg_of(figure: "Figure", key: str, alt: str, names: Sequence[str] = (), name_length: int = NAME_LENGTH) -> str:
    """Return a figure as inline SVG with an accessible name; ``key`` keeps its ids apart from other pictures'."""
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    sink = io.StringIO()
    no_facts = {"Date": None, "Creator": None, "Format": None, "Type": None}
    with matplotlib.rc_context(SETTINGS):
        canvas: Any = FigureCanvasSVG(figure)
        canvas.print_svg(sink, metadata=no_facts)
    text = sink.getvalue()
    text = _OPENING.sub(lambda _: _opening(figure, alt), text[text.index("<svg") :], count=1)
    text = _SUPERFLUOUS.sub("", text).replace("xlink:href", "href")
    text = _FONT.sub(_font, text)
    text = _LONG_NUMBER.sub(r"\1", text)
    text = re.sub("|".join(INKS), lambda match: INKS[match[0]], text)
    text = _own_ids(text, key)
    text = _NAME_MARK.sub(lambda match: html.escape(shortened(names[int(match[1])], name_length)), text)
    return re.sub(r"\s*\n\s*", "\n", text).strip()


def _opening(figure: "Figure", alt: str) -> str:
    width, height = figure.get_size_inches() * 72.0
    label = html.escape(clean(alt))
    return f'<svg class="picture" role="img" aria-label="{label}" viewBox="0 0 {width:.0f} {height:.0f}">'


def _font(match: re.Match[str]) -> str:
    if match[2] is None:
        return ""
    weight = f"font-weight: {match[1]}; " if match[1] else ""
    return f"{weight}font-size: {match[2]}"


def _own_ids(text: str, key: str) -> str:
    """Drop the ids nothing refers to, and put the key before the others."""
    used = set(re.findall(r'(?:url\(#|href="#)([^)"]+)', text))
    text = re.sub(r' id="([^"]+)"', lambda m: f' id="{key}-{m[1]}"' if m[1] in used else "", text)
    text = re.sub(r"url\(#([^)]+)\)", rf"url(#{key}-\1)", text)
    return re.sub(r'href="#([^"]+)"', rf'href="#{key}-\1"', text)
