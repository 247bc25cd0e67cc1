"""A picture of each page as SVG, filled with an example: for docs/tablet.md, and to see what a layout looks like."""

import html
from collections.abc import Mapping
from typing import Final

from actions.service.addresses import PREFIX
from actions.service.layouts.model import (
    BANK_TABS,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    TAB_BAR,
    Bank,
    Control,
    Frame,
    Ink,
    Page,
    hex_colour,
)

_FONT: Final = "system-ui, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif"
_WIDTH_OF_LETTER: Final = 0.56
"""Of a mean letter, in its size."""
_DIM: Final = 0.35
_EXAMPLE: Final[Mapping[str, str | float]] = {
    "/status": "Ready. 41 changes were written.",
    "/progress/str": "100 %",
    "/progress": 1.0,
    "/project": "Paper Lanterns.RPP",
    "/last_pass": "First pass 3: 41 changes",
    "/amount": 1.0,
    "/amount/tone": 0.75,
    "/amount/tone/str": "75 %",
    "/amount/space": 0.4,
    "/amount/space/str": "40 %",
    "/genre": "pop",
    "/loudness": -20.0,
    "/loudness/str": "−20.0 LUFS",
    "/meter/before/loudness/str": "−10.3 LUFS",
    "/meter/after/loudness/str": "−19.9 LUFS",
    "/meter/before/vocal/str": "−14.5 dB",
    "/meter/after/vocal/str": "0.9 dB",
    "/meter/before/true_peak/str": "5.3 dBTP",
    "/meter/after/true_peak/str": "−5.2 dBTP",
    "/meter/before/masking/str": "88 %",
    "/meter/after/masking/str": "66 %",
    "/nudge/vocal": 0.25,
    "/nudge/vocal/str": "+25 %",
    "/nudge/brightness": -0.5,
    "/nudge/brightness/str": "−50 %",
    "/change/count": "41",
    "/track/count": "14",
}
_CHANGES: Final = (
    ("Lead Voc: compressor 3:1 at −28.4 dB, 4.7 dB make-up", "4.0 dB of gain reduction while it plays"),
    ("PNO: EQ −5.0 dB at 329 Hz, −4.0 dB at 1.6 kHz", "mud, 7.5 dB beyond normal"),
    ("hat: fader 0.0 → −18.0 dB", "hi-hat at −18.7 LU against the lead"),
    ("BD: fader 0.0 → +1.5 dB", "kick drum at −7.0 LU against the lead"),
    ("DIST gtr: pan centre → 70 % left", "two rhythm guitars, one to each side"),
    ("Lead Voc: new send to Plate at −21.0 dB", "plate 18 LU below the lead"),
    ("DIST gtr: EQ −3.0 dB at 3.3 kHz", "harsh there, 9 dB more than usual"),
    ("Snr: compressor 4:1 at −22.0 dB", "3.0 dB of gain reduction on the hits"),
)
_TRACKS: Final = (
    ("BD", "kick", "96 %"),
    ("Snr", "snare", "96 %"),
    ("hat", "hihat", "93 %"),
    ("OH", "overheads", "91 %"),
    ("Bass DI", "bass_di", "96 %"),
    ("DIST gtr", "egtr_rhythm", "88 %"),
    ("Audio 05", "agtr", "60 %"),
    ("Lead Voc", "lead_vocal", "96 %"),
)
_ROWS: Final = {
    **{f"/change/{row}/text": what for row, (what, _) in enumerate(_CHANGES, 1)},
    **{f"/change/{row}/reason": why for row, (_, why) in enumerate(_CHANGES, 1)},
    **{f"/track/{row}/name": name for row, (name, _, _) in enumerate(_TRACKS, 1)},
    **{f"/track/{row}/role": role for row, (_, role, _) in enumerate(_TRACKS, 1)},
    **{f"/track/{row}/role/confidence/str": sure for row, (_, _, sure) in enumerate(_TRACKS, 1)},
}
_ON: Final = frozenset(
    {"/change/3/reject", "/track/8/lock"}
    | {f"/change/{row}/accept" for row in (1, 2, 4, 5, 6, 7, 8)}
    | {f"/track/{row}/include" for row in range(1, 9)}
)  # fmt: skip


def page_picture(page: Page, titles: tuple[str, ...]) -> str:
    """Return one page as an SVG file that stands alone, with the tabs of all pages above it."""
    height = PAGE_HEIGHT + TAB_BAR
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {PAGE_WIDTH:g} {height:g}" font-family="{_FONT}">',
        f"<title>The page {html.escape(page.title)} of the tablet layouts</title>",
        _box(Frame(0, 0, PAGE_WIDTH, height), "page", corner=0),
        *_tabs(Frame(0, 0, PAGE_WIDTH, TAB_BAR), titles, page.title, 20),
        f'<g transform="translate(0 {TAB_BAR:g})">',
        *(line for control in page.controls for line in _control(control)),
        *(_bank(page.bank_frame, page.banks) if page.bank_frame is not None else ()),
        "</g>",
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _bank(frame: Frame, banks: tuple[Bank, ...]) -> list[str]:
    tabs = Frame(frame.x, frame.y, frame.width, BANK_TABS)
    lines = _tabs(tabs, tuple(bank.title for bank in banks), banks[0].title, 16)
    return [*lines, *(line for control in banks[0].controls for line in _control(control))]


def _tabs(frame: Frame, titles: tuple[str, ...], chosen: str, size: int) -> list[str]:
    lines = []
    for title, tab in zip(titles, frame.columns(*(1.0 for _ in titles), gap=2), strict=True):
        lines += [_box(tab, "go" if title == chosen else "panel", corner=0), _text(title, tab, "text", size)]
    return lines


def _control(control: Control) -> list[str]:
    name = control.path.removeprefix(PREFIX)
    value = _EXAMPLE.get(name, _ROWS.get(name))
    if control.kind in ("label", "caption"):
        said = control.text if value is None else str(value)
        return [_text(said, control.frame, control.text_ink, control.size, control.is_left)]
    if control.kind in ("fader", "bar"):
        return _slider(control, value)
    is_on, is_state = name in _ON, control.is_state or control.kind == "toggle"
    lines = [_box(control.frame, control.ink, opacity=_DIM if is_state and not is_on else 1.0)]
    if control.lamp is not None and not is_state:
        lines.append(_box(control.lamp, "text", corner=2, opacity=1.0 if is_on else _DIM))
    return [*lines, _text(control.text, control.frame, "text", control.size)]


def _slider(control: Control, value: str | float | None) -> list[str]:
    address = control.address
    assert address is not None, "every slider has an address"
    low, high = address.low, address.high
    place = ((address.start if not isinstance(value, float) else value) - low) / (high - low)
    middle = (0.0 - low) / (high - low) if low < 0.0 < high else 0.0
    frame = control.frame
    left, right = sorted((place, middle))
    bar = Frame(frame.x + left * frame.width, frame.y, (right - left) * frame.width, frame.height)
    lines = [_box(frame, "panel"), _box(bar, control.ink)]
    if control.kind == "fader":
        lines.append(_box(Frame(frame.x + place * (frame.width - 10), frame.y, 10, frame.height), "text", corner=3))
    return lines


def _box(frame: Frame, ink: Ink, corner: float = 6, opacity: float = 1.0) -> str:
    place = f'x="{frame.x:.1f}" y="{frame.y:.1f}" width="{frame.width:.1f}" height="{frame.height:.1f}"'
    fading = "" if opacity == 1.0 else f' fill-opacity="{opacity:g}"'
    return f'<rect {place} rx="{corner:g}" fill="{hex_colour(ink)}"{fading}/>'


def _text(text: str, frame: Frame, ink: Ink, size: int, is_left: bool = False) -> str:
    if not text:
        return ""
    room = max(1, int(frame.width / (size * _WIDTH_OF_LETTER)))
    said = text if len(text) <= room else f"{text[: room - 1]}…"
    x = frame.x if is_left else frame.x + frame.width / 2
    anchor = "start" if is_left else "middle"
    place = f'x="{x:.1f}" y="{frame.y + frame.height / 2 + size * 0.36:.1f}" text-anchor="{anchor}"'
    return f'<text {place} font-size="{size}" fill="{hex_colour(ink)}">{html.escape(said)}</text>'
