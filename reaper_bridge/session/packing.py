"""The ledger as the few short texts of a project's own ext state, and back. Both hosts keep it so.

``FORMAT 1:N`` says how many keys ``LEDGER_0001`` … ``LEDGER_N`` follow; their values, one after the other, are
base64 of zlib of JSON. ``NAMES_0001`` … are pairs ``planned=real,…`` of plug-ins that REAPER gave an id of its
own; they stand apart, so that whoever writes the plug-ins can add them without opening the rest.
"""

import base64
import json
import zlib
from collections.abc import Mapping
from typing import Any, Final

from reaper_bridge.session.errors import FirstPassError, PlanError
from reaper_bridge.session.identity import FxId
from reaper_bridge.session.ledger import Ledger, Pass
from reaper_bridge.session.wire import parse_locks, parse_pass, plain_locks, plain_pass

SECTION: Final = "FIRSTPASS"
"""The section of the project's ext state, in a file and in a running REAPER."""
VALUE_LENGTH: Final = 1900
"""Characters of one value; a line of a project has 4,000 bytes at most."""
_FORMAT: Final = "1"
_DAMAGES: Final = (ValueError, KeyError, TypeError, AttributeError, zlib.error, FirstPassError)


def packed_ledger(ledger: Ledger) -> dict[str, str]:
    """Return the keys and values of a ledger; none where it is empty."""
    if not ledger.passes and not plain_locks(ledger):
        return {}
    plain = {"passes": [plain_pass(entry) for entry in ledger.passes], "locks": plain_locks(ledger)}
    parts = parts_of(_packed(plain), "LEDGER")
    return {"FORMAT": f"{_FORMAT}:{len(parts)}", **parts, **packed_names(ledger.fx_names)}


def packed_pass(entry: Pass) -> str:
    """Return one pass as text, which may be cut anywhere."""
    return _packed(plain_pass(entry))


def parse_packed_pass(text: str) -> Pass:
    """Read a pass back, the reverse of ``packed_pass``.

    Raises:
        PlanError: It is damaged.
    """
    try:
        return parse_pass(_unpacked(text))
    except _DAMAGES as error:
        raise PlanError(f"The notes of an earlier pass are damaged: {error}.") from error


def packed_names(names: Mapping[FxId, FxId]) -> dict[str, str]:
    """Return the keys and values that keep which plug-in REAPER calls by another id than we do."""
    pairs = [f"{planned}={real}" for planned, real in sorted(names.items())]
    per_value = VALUE_LENGTH // 80
    values = [",".join(pairs[at : at + per_value]) for at in range(0, len(pairs), per_value)]
    return {f"NAMES_{number:04d}": value for number, value in enumerate(values, 1)}


def parse_packed(values: Mapping[str, str]) -> Ledger:
    """Read a ledger back, the reverse of ``packed_ledger``; letter case and order of the keys do not matter.

    Raises:
        PlanError: It is damaged, or of a later version of this program.
    """
    upper = {key.upper(): value for key, value in values.items()}
    try:
        if not any(key == "FORMAT" or key.startswith("LEDGER_") for key in upper):
            return Ledger(fx_names=_names_of(upper))
        plain = _plain_of(upper)
        passes = tuple(parse_pass(entry) for entry in plain["passes"])
        return Ledger(passes, parse_locks(plain["locks"]), _names_of(upper))
    except _DAMAGES as error:
        raise PlanError(f"The notes of earlier passes are damaged: {error}.") from error


def parts_of(text: str, name: str) -> dict[str, str]:
    """Return a text cut into values of keys ``NAME_0001`` …."""
    cut = [text[at : at + VALUE_LENGTH] for at in range(0, len(text), VALUE_LENGTH)]
    return {f"{name}_{number:04d}": part for number, part in enumerate(cut, 1)}


def _plain_of(values: Mapping[str, str]) -> Any:
    version, _, count = values["FORMAT"].partition(":")
    if version != _FORMAT:
        raise ValueError(f"format {version}")
    packed = "".join(values[f"LEDGER_{number:04d}"] for number in range(1, int(count) + 1))
    return _unpacked(packed)


def _packed(plain: Any) -> str:
    text = json.dumps(plain, ensure_ascii=True, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode("ascii"), 9)).decode("ascii")


def _unpacked(text: str) -> Any:
    return json.loads(zlib.decompress(base64.b64decode(text, validate=True)))


def _names_of(values: Mapping[str, str]) -> dict[FxId, FxId]:
    names: dict[FxId, FxId] = {}
    for key in sorted(key for key in values if key.startswith("NAMES_")):
        for pair in values[key].split(","):
            planned, equals, real = pair.partition("=")
            if not (planned and equals and real):
                raise ValueError(f"“{pair}” in {key}")
            names[FxId(planned)] = FxId(real)
    return names
