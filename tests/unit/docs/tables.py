"""The tables of docs/ that repeat what the code says: ``python -m tests.unit.docs.tables`` writes them anew.

A table stands between ``<!-- table: NAME -->`` and ``<!-- end of table -->``. Its columns come from the code, but
for one called “meaning”, which people write: it is kept, row by row.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from pydantic import BaseModel

from actions.mixing import taste
from actions.mixing.taste import GENRE_ALIASES, GENRES, Taste, load_taste
from actions.service.addresses import COUNTS, TABLE, Address
from actions.service.desk import VERBS
from actions.service.settings import ENVIRONMENT, Settings
from actions.service.state import NAMES
from analysis.measures import BANDS_HZ
from analysis.roles.vocabulary import ROLES
from reaper_bridge.live.probes import DRAWN, PROBES
from reaper_bridge.resource.layout import ACTIONS
from reaper_bridge.session.address import KINDS
from reaper_bridge.session.ledger import LOCKABLE
from tests.unit.docs.pages import PAGES, table_rows

MEANING: Final = "meaning"
UNITS: Final[Mapping[str, str]] = {
    "lufs": "LUFS",
    "lu": "LU",
    "dbfs": "dBFS",
    "dbtp": "dBTP",
    "db": "dB",
    "hz": "Hz",
    "ms": "ms",
    "octaves": "octaves",
    "beats": "quarter notes",
    "seconds": "s",
    "count": "count",
    "ratio": "ratio",
    "octave": "dB per octave",
    "second": "dB per second",
    "minute": "points per minute",
    "octave2": "dB per octave²",
    "bells": "count",
    "confidence": "ratio",
    "8k": "dB",
    "12k": "dB",
}
_REGION: Final = re.compile(r"(<!-- table: ([\w.-]+) -->\n)(.*?)(<!-- end of table -->)", re.DOTALL)
_RANGES: Final[Mapping[str, str]] = {
    "polarity": "yes or no",
    "delays": "yes or no",
    "is_on": "yes or no",
    "ducked_by_lead": "names out of `[groups]`",
    "keeps_recorded_balance": "yes or no",
    "balances_by_buses": "yes or no",
    "makes_missing": "yes or no",
    "rides": "yes or no",
    "sections": "yes or no",
    "muted_roles": "names of roles",
    "enabled": "yes or no",
    "voices": "names of roles",
    "cymbals": "names of roles",
    "guitars": "names of roles",
    "solo_groups": "names out of `[groups]`",
    "bed_groups": "names out of `[groups]`",
    "name": "text",
    "group": "a name out of `[groups]`",
    "comp": "four numbers, or none",
    "level": "four numbers, or none",
    "transient": "two numbers, or none",
    "release_follows_tempo": "yes or no",
    "leveller": "yes or no",
    "close_drums": "yes or no",
    "drums": "yes or no",
    "roles": "names of roles",
}
_SIGNS: Final = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
_SPOKEN: Final = ("LUFS", "dB", "dBTP")
STEM_BANDS_HZ: Final = BANDS_HZ[4:30]

Rows = list[list[str]]


def _number(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: ""}[value]
    if isinstance(value, float):
        return f"{value:g}".replace("-", "−")
    if isinstance(value, tuple | list):
        return ", ".join(_number(item) for item in value)
    return str(value)


def unit_of(key: str) -> str:
    """Return the unit a key's name ends in, "" for one that has none."""
    return UNITS.get(key.rsplit("_", 1)[-1], "")


def range_of(model: type[BaseModel], key: str) -> str:
    """Return what values a key takes, as the code checks it."""
    field = model.model_fields[key]
    choices = getattr(field.annotation, "__args__", ())
    if choices and all(isinstance(choice, str) for choice in choices):
        return ", ".join(choices)
    if key in _RANGES:
        return _RANGES[key]
    signs = {sign: getattr(rule, sign) for rule in field.metadata for sign in _SIGNS if hasattr(rule, sign)}
    if "ge" in signs and "le" in signs:
        return f"{_number(float(signs['ge']))} to {_number(float(signs['le']))}"
    return ", ".join(f"{_SIGNS[sign]} {_number(float(value))}" for sign, value in signs.items())


def _base() -> Taste:
    return Taste.model_validate(taste._shipped("base"))


def _changed_by(path: tuple[str, ...], base: object) -> str:
    """Name the genres that set a key to another value, with that value."""
    said = []
    for genre in GENRES:
        table: Any = taste._shipped(genre)
        for part in path:
            table = table.get(part) if isinstance(table, Mapping) else None
        if table is not None and table != base:
            said.append(f"{genre} {_number(table)}")
    return "; ".join(said)


def _section(*path: str) -> tuple[list[str], Rows]:
    model: Any = _base()
    for part in path:
        model = getattr(model, part)
    kind, rows = type(model), []
    for key, field in kind.model_fields.items():
        if (
            key == "source"
            or isinstance(getattr(model, key), dict)
            or (isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel))
        ):
            continue
        rows.append(
            [
                f"`{key}`",
                _number(getattr(model, key)),
                unit_of(key),
                range_of(kind, key),
                _changed_by((*path, key), getattr(model, key)),
            ]
        )
    return ["key", "base", "unit", "range", "genres that differ", MEANING], rows


def _sources() -> tuple[list[str], Rows]:
    base, rows = _base(), []
    for key, field in Taste.model_fields.items():
        value = getattr(base, key)
        source = value.source if isinstance(value, taste.Section) else ""
        if isinstance(value, dict):
            source = value.get("source", "")
        if key != "roles" and field.annotation is not str:
            rows.append([f"`[{key}]`", source])
    return ["section", "source"], rows


def _genres() -> tuple[list[str], Rows]:
    rows = []
    for genre in GENRES:
        loaded, own = load_taste(genre), taste._shipped(genre)
        others = ", ".join(sorted(alias for alias, meant in GENRE_ALIASES.items() if meant == genre))
        sources = "; ".join(f"{key}: {part['source']}" for key, part in own.items() if isinstance(part, Mapping))
        rows.append([f"`{genre}`", others, loaded.summary, sources])
    return ["genre", "also understood", "what it is after", "sources of what differs"], rows


def _groups() -> tuple[list[str], Rows]:
    base = _base()
    rows = [
        [f"`{group}`", _number(value), _changed_by(("groups", group), value)]
        for group, value in base.groups.items()
        if group != "source"
    ]
    return ["group", "base, LU against the lead vocal", "genres that differ"], rows


def _role_keys() -> tuple[list[str], Rows]:
    rows = [
        [f"`{key}`", unit_of(key) or ("LU" if key in ("room", "plate", "delay") else ""), range_of(taste.Role, key)]
        for key in taste.Role.model_fields
        if key != "source"
    ]
    return ["key", "unit", "range", MEANING], rows


def _role_rows() -> tuple[list[str], Rows]:
    rows = []
    for name, row in _base().roles.items():
        pan = f"{row.pan} {_number(row.pan_ratio)}" if row.pan in ("spread", "pair") else row.pan.replace("_", " ")
        numbers = (row.offset_lu, row.high_pass_hz, row.comp, row.room, row.plate, row.delay)
        rows.append([f"`{name}`", row.group, pan, *(_number(value) for value in numbers), row.spectrum])
    heads = ["role", "group", "pan", "offset LU", "high-pass Hz", "comp", "room LU", "plate LU", "delay LU", "spectrum"]
    return heads, rows


def _stem_spectra() -> tuple[list[str], Rows]:
    base = _base()
    names = [name for name in base.stem_spectra if name != "source"]
    columns = [base.stem_spectra[name] for name in names]
    rows = [
        [f"{hz:g}", *(_number(column[index]) for column in columns)]  # type: ignore[arg-type]
        for index, hz in enumerate(STEM_BANDS_HZ)
    ]
    return ["Hz", *(f"`{name}`" for name in names)], rows


def _roles() -> tuple[list[str], Rows]:
    rows = [
        [f"`{facts.name}`", facts.title, facts.family, facts.general, "yes" if facts.is_mixable else "no"]
        for facts in ROLES.values()
    ]
    return ["role", "title", "family", "a kind of", "takes part in the mix"], rows


def _kinds() -> tuple[list[str], Rows]:
    rows = [
        [f"`{kind}`", facts.names, facts.unit, facts.key, "yes" if kind in LOCKABLE else "no"]
        for kind, facts in KINDS.items()
    ]
    return ["kind", "what it is", "unit", "key", "can be locked"], rows


def _states() -> tuple[list[str], Rows]:
    return ["state", MEANING], [[f"`{name}`"] for name in NAMES]


def _verbs() -> tuple[list[str], Rows]:
    return ["ask for", "as an action of REAPER", MEANING], [[f"`{do}`", verb.title] for do, verb in VERBS.items()]


def _settings() -> tuple[list[str], Rows]:
    rows = []
    for variable, key in ENVIRONMENT.items():
        default, said = Settings.model_fields[key].default, Settings.model_fields[key].description or ""
        rows.append([f"`{key}`", _number(default), range_of(Settings, key), f"`{variable}`", said])
    return ["key", "if not set", "range", "in the environment", "what it is"], rows


def _taken(address: Address) -> str:
    if address.choices:
        return f"a text, one of {len(address.choices)}"
    limits = f"{_number(float(address.low))} to {_number(float(address.high))}"
    if address.unit in _SPOKEN:
        limits += f" {address.unit}"
    return {"trigger": "1", "switch": "0 or 1", "number": limits, "text": "a text", "none": ""}[address.argument]


def _addresses() -> tuple[list[str], Rows]:
    rows = []
    for address in TABLE:
        told = {"switch": "0 or 1", "number": "a number", "text": "a text", "none": ""}[address.feedback]
        told += ", `/str`" if address.has_words else ""
        counted = f"`{address.path}`" + (f" @ 1 to {COUNTS[address.index]}" if address.index else "")
        rows.append([counted, _taken(address), told, address.meaning])
    return ["address", "takes", "tells", "what it does"], rows


def _actions() -> tuple[list[str], Rows]:
    return ["action", "id"], [[f"First Pass - {action.name}", f"`_{action.script_id}`"] for action in ACTIONS]


def _probes() -> tuple[list[str], Rows]:
    return ["trial", "question"], [[f"`{trial}`", question] for trial, question, _ in (*PROBES, *DRAWN)]


TABLES: Final[Mapping[str, Callable[[], tuple[list[str], Rows]]]] = {
    "genres": _genres,
    "sources": _sources,
    "groups": _groups,
    "role-keys": _role_keys,
    "role-rows": _role_rows,
    "stem-spectra": _stem_spectra,
    "roles": _roles,
    "kinds": _kinds,
    "addresses": _addresses,
    "states": _states,
    "verbs": _verbs,
    "settings": _settings,
    "actions": _actions,
    "probes": _probes,
    **{
        ".".join(path): lambda path=path: _section(*path)  # type: ignore[misc]
        for path in (
            ("alignment",),
            ("gain",),
            ("balance",),
            ("automation",),
            ("pan",),
            ("tone",),
            ("masking",),
            ("protection",),
            ("buses",),
            ("deessing",),
            ("dynamics",),
            ("ducking",),
            ("ducking", "kick_to_bass"),
            ("ducking", "lead_to_others"),
            ("translation",),
            ("gate",),
            ("saturation",),
            ("parallel",),
            ("transients",),
            ("width",),
            ("space",),
            ("space", "room"),
            ("space", "plate"),
            ("space", "delay"),
            ("target_spectrum",),
        )
    },
}


def table_text(heads: list[str], rows: Rows, meanings: Mapping[str, str]) -> str:
    """Return a Markdown table; the column of meanings is filled by each row's first cell."""
    lines = [heads, ["---"] * len(heads)]
    lines += [[*row, meanings.get(row[0], "")] if heads[-1] == MEANING else row for row in rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def updated(text: str) -> str:
    """Return a page with its tables as the code has them now."""

    def table(match: re.Match[str]) -> str:
        heads, rows = TABLES[match[2]]()
        meanings = {row[0]: row[-1] for row in table_rows(match[3])} if heads[-1] == MEANING else {}
        return match[1] + table_text(heads, rows, meanings) + match[4]

    return _REGION.sub(table, text)


def tables_in(text: str) -> Iterable[tuple[str, list[list[str]]]]:
    """Yield the name and the rows of every table that repeats the code."""
    for match in _REGION.finditer(text):
        yield match[2], table_rows(match[3])


def main() -> None:
    """Write all tables anew."""
    for page in PAGES:
        text = page.read_text("utf-8")
        if updated(text) != text:
            page.write_text(updated(text), "utf-8")
            print(f"{page.name}: written anew")


if __name__ == "__main__":
    main()
