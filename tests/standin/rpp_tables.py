"""Which line of a project file holds which values of the API, field by field (None: a field scripts cannot see)."""

from __future__ import annotations

from typing import Any

import rpp

Fields = tuple[str | None, ...]
DECIMALS, POINT_DECIMALS, ITEM_VOLUME_DECIMALS, WET_DECIMALS = 14, 8, 6, 6
"""How exactly REAPER writes faders, envelope points, the volumes of items and takes, and the wet knob."""

TRACK_LINES: dict[str, Fields] = {
    "PEAKCOL": ("I_CUSTOMCOLOR",),
    "BEAT": ("C_BEATATTACHMODE",),
    "AUTOMODE": ("I_AUTOMODE",),
    "PANLAWFLAGS": ("I_PANLAW_FLAGS",),
    "VOLPAN": ("D_VOL", "D_PAN", "D_PANLAW", "D_DUALPANL", "D_DUALPANR"),
    "MUTESOLO": ("B_MUTE", "I_SOLO", "B_SOLO_DEFEAT"),
    "IPHASE": ("B_PHASE",),
    "PANMODE": ("I_PANMODE",),
    "WIDTH": ("D_WIDTH",),
    "PLAYOFFS": ("D_PLAY_OFFSET", "I_PLAY_OFFSET_FLAG"),
    "ISBUS": (None, "I_FOLDERDEPTH"),
    "BUSCOMP": ("I_FOLDERCOMPACT",),
    "SHOWINMIX": ("B_SHOWINMIXER", None, None, "B_SHOWINTCP"),
    "FREEMODE": ("I_FREEMODE",),
    "SPACER": ("I_SPACER",),
    "SEL": ("I_SELECTED",),
    "REC": ("I_RECARM", "I_RECINPUT", "I_RECMON", "I_RECMODE"),
    "VU": ("I_VUMODE",),
    "TRACKHEIGHT": ("I_HEIGHTOVERRIDE",),
    "NCHAN": ("I_NCHAN",),
    "AUTO_RECARM": ("B_AUTO_RECARM",),
    "FX": ("I_FXEN",),
    "PERF": ("I_PERFFLAGS",),
    "MIDIOUT": ("I_MIDIHWOUT",),
    "MAINSEND": ("B_MAINSEND", "C_MAINSEND_OFFS"),
    "MAINSEND_NCH": ("C_MAINSEND_NCH",),
}
MASTER_LINES: dict[str, Fields] = {
    "MASTERAUTOMODE": ("I_AUTOMODE",),
    "MASTER_NCH": ("I_NCHAN",),
    "MASTER_VOLUME": ("D_VOL", "D_PAN", "D_PANLAW", "D_DUALPANL", "D_DUALPANR"),
    "MASTER_PANMODE": ("I_PANMODE",),
    "MASTER_PANLAWFLAGS": ("I_PANLAW_FLAGS",),
    "MASTER_WIDTH": ("D_WIDTH",),
    "MASTER_FX": ("I_FXEN",),
    "MASTER_SEL": ("I_SELECTED",),
}
MASTER_EXT = "MASTER_EXT"
"""Where P_EXT data of the master stands in a saved project; REAPER's own name for it is not known."""
ITEM_LINES: dict[str, Fields] = {
    "POSITION": ("D_POSITION",),
    "SNAPOFFS": ("D_SNAPOFFSET",),
    "LENGTH": ("D_LENGTH",),
    "LOOP": ("B_LOOPSRC",),
    "ALLTAKES": ("B_ALLTAKESPLAY",),
    "COLOR": ("I_CUSTOMCOLOR",),
    "BEAT": ("C_BEATATTACHMODE",),
    "FADEIN": ("C_FADEINSHAPE", "D_FADEINLEN", "D_FADEINLEN_AUTO", None, None, "D_FADEINDIR"),
    "FADEOUT": ("C_FADEOUTSHAPE", "D_FADEOUTLEN", "D_FADEOUTLEN_AUTO", None, None, "D_FADEOUTDIR"),
    "MUTE": ("B_MUTE", "C_MUTE_SOLO"),
    "GROUP": ("I_GROUPID",),
    "LOCK": ("C_LOCK",),
    "SEL": ("B_UISEL",),
    "YPOS": ("F_FREEMODE_Y", "F_FREEMODE_H"),
}
TAKE_LINES: dict[str, Fields] = {
    "TAKEVOLPAN": ("D_PAN", "D_VOL", "D_PANLAW"),
    "SOFFS": ("D_STARTOFFS",),
    "PLAYRATE": ("D_PLAYRATE", "B_PPITCH", "D_PITCH", "I_PITCHMODE"),
    "CHANMODE": ("I_CHANMODE",),
    "TAKECOLOR": ("I_CUSTOMCOLOR",),
}
SEND_FIELDS: Fields = (
    None,
    "I_SENDMODE",
    "D_VOL",
    "D_PAN",
    "B_MUTE",
    "B_MONO",
    "B_PHASE",
    "I_SRCCHAN",
    "I_DSTCHAN",
    "D_PANLAW",
    "I_MIDIFLAGS",
    "I_AUTOMODE",
)
"""AUXRECV, whose first field is the index of the source track."""
HARDWARE_FIELDS: Fields = (
    "I_DSTCHAN",
    "I_SENDMODE",
    "D_VOL",
    "D_PAN",
    "B_MUTE",
    "B_PHASE",
    "I_SRCCHAN",
    "D_PANLAW",
    "I_AUTOMODE",
)
MASTER_HARDWARE_FIELDS: Fields = (*HARDWARE_FIELDS[:7], HARDWARE_FIELDS[8])
"""MASTERHWOUT, which has no pan law."""
INFO_LINES: dict[str, Fields] = {
    "PANLAW": ("PROJECT_PANLAW",),
    "PANMODE": ("PROJECT_PANMODE",),
    "PROJOFFS": ("PROJECT_TIMEOFFS",),
    "SAMPLERATE": ("PROJECT_SRATE", "PROJECT_SRATE_USE"),
    "RENDER_FMT": (None, "RENDER_CHANNELS", "RENDER_SRATE"),
    "RENDER_RANGE": (
        "RENDER_BOUNDSFLAG",
        "RENDER_STARTPOS",
        "RENDER_ENDPOS",
        "RENDER_TAILFLAG",
        "RENDER_TAILMS",
    ),
    "RENDER_STEMS": ("RENDER_SETTINGS",),
    "RENDER_ADDTOPROJ": ("RENDER_ADDTOPROJ",),
    "RENDER_DITHER": ("RENDER_DITHER",),
    "RENDER_NORMALIZE": ("RENDER_NORMALIZE", "RENDER_NORMALIZE_TARGET", "RENDER_BRICKWALL"),
}
TEXT_LINES: dict[str, str] = {
    "RENDER_FILE": "RENDER_FILE",
    "RENDER_PATTERN": "RENDER_PATTERN",
    "RECORD_PATH": "RECORD_PATH",
    "TITLE": "PROJECT_TITLE",
    "AUTHOR": "PROJECT_AUTHOR",
}
GROUP_FIELDS = [
    "VOLUME_LEAD",
    "VOLUME_FOLLOW",
    "PAN_LEAD",
    "PAN_FOLLOW",
    "MUTE_LEAD",
    "MUTE_FOLLOW",
    "SOLO_LEAD",
    "SOLO_FOLLOW",
    "RECARM_LEAD",
    "RECARM_FOLLOW",
    "POLARITY_LEAD",
    "POLARITY_FOLLOW",
    "AUTOMODE_LEAD",
    "AUTOMODE_FOLLOW",
    "VOLUME_REVERSE",
    "PAN_REVERSE",
    "NO_LEAD_WHEN_FOLLOW",
    "WIDTH_REVERSE",
    "WIDTH_LEAD",
    "WIDTH_FOLLOW",
    "VOLUME_VCA_LEAD",
    "VOLUME_VCA_FOLLOW",
    "VOLUME_VCA_FOLLOW_ISPREFX",
    "MEDIA_EDIT_LEAD",
    "MEDIA_EDIT_FOLLOW",
]
ENVELOPE_TAGS = [
    "VOLENV",
    "VOLENV2",
    "VOLENV3",
    "PANENV",
    "PANENV2",
    "WIDTHENV",
    "WIDTHENV2",
    "DUALPANENVL",
    "DUALPANENV",
    "DUALPANENVL2",
    "DUALPANENV2",
    "MUTEENV",
    "PITCHENV",
]
SEND_ENVELOPE_TAGS = ("AUXVOLENV", "AUXPANENV", "AUXMUTEENV")
HARDWARE_ENVELOPE_TAGS = ("HWVOLENV", "HWPANENV", "HWMUTEENV")


def number(text: str) -> float:
    """Read a field as REAPER does: a comma is a point, a suffix such as ``:U`` is left off, nonsense is 0."""
    head = text.split(":")[0].replace(",", ".")
    try:
        return float(head)
    except ValueError:
        return 0.0


def shown(value: float, decimals: int = DECIMALS) -> str:
    """Write a number as REAPER does: up to so many decimals, none that say nothing."""
    text = f"{value:.{decimals}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def one_line(text: str) -> str:
    """Return a text as it can stand on a line: REAPER writes a space for every end of line."""
    return text.replace("\r", " ").replace("\n", " ")


def fields_into(values: dict[str, float], fields: Fields, words: list[str]) -> None:
    for key, word in zip(fields, words, strict=False):
        if key is not None:
            values[key] = number(word)


def with_values(words: list[str], fields: Fields, values: dict[str, float]) -> list[str]:
    """Return a line's words with the values now held; a field that reads the same keeps its spelling."""
    out = list(words) + ["0"] * (len(fields) - len(words))
    for at, key in enumerate(fields):
        if key is None:
            continue
        if at >= len(words) or number(out[at]) != values[key]:
            tail = ":U" if ":" in out[at] else ""
            out[at] = shown(values[key]) + tail
    return out


def words_of(child: Any) -> list[str]:
    """Return the words of a line as ``rpp`` gives it: a list, or a text when it is a single word."""
    return [child] if isinstance(child, str) else list(child)


def has_line(children: list[Any], key: str) -> bool:
    return any(not isinstance(child, rpp.Element) and words_of(child)[0] == key for child in children)


def with_lines(
    kept: list[Any], table: dict[str, Fields], values: dict[str, float], defaults: dict[str, float]
) -> list[Any]:
    """Return kept lines with the values of today, and lines for values that left their default."""
    seen: set[str] = set()
    out: list[Any] = []
    for child in kept:
        words = [] if isinstance(child, rpp.Element) else words_of(child)
        if words and words[0] in table and words[0] not in seen:
            seen.add(words[0])
            out.append([words[0], *with_values(words[1:], table[words[0]], values)])
        else:
            out.append(child)
    new = [key for key in table if key not in seen and any(values[k] != defaults[k] for k in table[key] if k)]
    at = next((i for i, c in enumerate(out) if isinstance(c, rpp.Element)), len(out))
    out[at:at] = [[key, *with_values([], table[key], values)] for key in new]
    return out
