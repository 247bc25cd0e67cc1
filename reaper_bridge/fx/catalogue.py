"""The plug-ins whose settings we read and write, and their blocks in a project file.

Lines here are unindented and without line ends: the block's opening line, what stands in it, and ``>``.
"""

import functools
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from reaper_bridge.fx.dialect import file_suffix
from reaper_bridge.fx.jsfx import format_jsfx, format_jsfx_into, parse_jsfx
from reaper_bridge.fx.reacomp import format_reacomp, parse_reacomp
from reaper_bridge.fx.readelay import format_readelay, parse_readelay
from reaper_bridge.fx.reaeq import format_reaeq, parse_reaeq
from reaper_bridge.fx.reagate import format_reagate, parse_reagate
from reaper_bridge.fx.realimit import format_realimit, parse_realimit
from reaper_bridge.fx.reaverbate import format_reaverbate, parse_reaverbate
from reaper_bridge.fx.vst_payload import (
    FRESH_TAIL,
    JOINED,
    MAGIC_OF_CHUNK,
    MAGIC_OF_LIST,
    Cut,
    VstPayload,
    format_payload,
    parse_payload,
    payload_id,
)
from reaper_bridge.session.effects import (
    Effect,
    ForeignEffect,
    Jsfx,
    ReaComp,
    ReaDelay,
    ReaEq,
    ReaGate,
    ReaLimit,
    ReaVerbate,
)
from reaper_bridge.session.errors import PlanError
from reaper_bridge.session.values import plugin_name
from reaper_bridge.text.lines import Line, bytes_of, format_token


@dataclass(frozen=True)
class Plugin:
    """One of Cockos' VST plug-ins: how a project names it, its pins, and its state codec."""

    settings: type[Any]
    name: str
    vst_id: int
    input_count: int
    is_chunk: bool
    parse: Callable[[bytes], Effect | None]
    format: Callable[[Any, tuple[int, int], bytes], bytes]

    @property
    def display_name(self) -> str:
        """The name in the FX block."""
        return f"VST: {self.name} (Cockos)"

    @property
    def file_stem(self) -> str:
        """The plug-in's file name without its ending."""
        return self.name.lower()

    @property
    def class_id(self) -> str:
        """The number between ``<`` and ``>``: Steinberg's "VST", four-character id, start of the name."""
        raw = b"VST" + self.vst_id.to_bytes(4, "big") + self.name.lower().encode()[:9].ljust(9, b"\0")
        return raw.hex().upper()


PLUGINS: Final = (
    Plugin(ReaEq, "ReaEQ", 1919247729, 2, True, parse_reaeq, format_reaeq),
    Plugin(ReaComp, "ReaComp", 1919247213, 4, False, parse_reacomp, format_reacomp),
    Plugin(ReaGate, "ReaGate", 1919248244, 4, False, parse_reagate, format_reagate),
    Plugin(ReaLimit, "ReaLimit", 1919708532, 2, True, parse_realimit, format_realimit),
    Plugin(ReaVerbate, "ReaVerbate", 1920361016, 2, False, parse_reaverbate, format_reaverbate),
    Plugin(ReaDelay, "ReaDelay", 1919247468, 2, True, parse_readelay, format_readelay),
)  # fmt: skip
_BY_ID: Final = {plugin.vst_id: plugin for plugin in PLUGINS}
_BY_SETTINGS: Final = {plugin.settings: plugin for plugin in PLUGINS}
_STEREO: Final = (1, 2)
_MOST_KNOWN: Final = 2048
_LONGEST_KNOWN_BYTES: Final = 16_384
"""Ours are a tenth of that; the state of a sampler may be megabytes."""
_AUXILIARY: Final = (4, 8)


def parse_effect(lines: Sequence[bytes]) -> Effect:
    """Read an FX block; what we do not know or cannot read becomes a ``ForeignEffect``. Never raises."""
    block = tuple(line.strip() for line in lines)
    if not block:
        return ForeignEffect("", "")
    return _known(block) if sum(map(len, block)) <= _LONGEST_KNOWN_BYTES else _parsed(block)


@functools.lru_cache(_MOST_KNOWN)
def _known(block: tuple[bytes, ...]) -> Effect:
    """Read a block once; a project that is read again has most of its plug-ins as they were."""
    return _parsed(block)


def _parsed(lines: tuple[bytes, ...]) -> Effect:
    block = list(lines)
    kind = Line(block[0]).name
    effect: Effect | None = None
    if kind == "JS":
        effect = parse_jsfx(block)
    elif kind == "VST":
        plugin = _BY_ID.get(payload_id(_inside(block)))
        payload = parse_payload(_inside(block)) if plugin is not None else None
        if payload is not None and plugin is not None and payload.is_chunk == plugin.is_chunk:
            effect = plugin.parse(payload.state)
    return ForeignEffect(effect_name(block[0]), _digest(block)) if effect is None else effect


def effect_name(head: bytes) -> str:
    """Return the name people know a plug-in by, from the opening line of its block."""
    line = Line(head.strip())
    name = line.text(1)
    if line.name == "JS":
        return f"JS: {name}"
    if line.name == "CONTAINER":
        return line.text(2) or name or "Container"
    return name or line.name


def effect_lines(
    effect: Effect,
    *,
    label: str,
    platform: str,
    version: tuple[int, int],
    previous: Sequence[bytes] = (),
) -> list[bytes]:
    """Write the FX block of a plug-in, as that REAPER version writes it on that platform.

    ``previous`` are the lines of the block that stands there: then only the values change, and its id, name,
    pins, unknown numbers, preset name and cuts stay. ``platform`` is the second part of the project's version
    (``win64``, ``macOS-arm64``, ``linux-x86_64``, or empty).

    Raises:
        PlanError: The plug-in is not one we can write, or that REAPER version does not have it.
    """
    old = [line.strip() for line in previous]
    if old and parse_effect(old) == effect:
        return old
    if isinstance(effect, ForeignEffect):
        raise PlanError(f"{effect.plugin or 'This plug-in'} cannot be set from here; leave it as it is.")
    if isinstance(effect, Jsfx):
        standing = parse_jsfx(old) if old and Line(old[0]).name == "JS" else None
        if standing is not None and standing.path.casefold() == effect.path.casefold():
            return format_jsfx_into(effect, version, old)
        return format_jsfx(effect, label, version)
    plugin = _BY_SETTINGS.get(type(effect))
    if plugin is None:
        raise PlanError(f"{plugin_name(effect)} cannot be written into a project; plan without it.")
    payload = parse_payload(_inside(old)) if old else None
    if payload is not None and payload.vst_id == plugin.vst_id and payload.is_chunk == plugin.is_chunk:
        state = plugin.format(effect, version, payload.state)
        written = _listening(payload.with_state(state), effect)
        return [old[0], *format_payload(written), b">"]
    head = _head(plugin, label, file_suffix(platform), version)
    return [head, *format_payload(_fresh_payload(plugin, effect, version)), b">"]


def _inside(block: Sequence[bytes]) -> list[bytes]:
    return [line for line in block[1:] if line and line != b">"]


def _digest(block: Sequence[bytes]) -> str:
    return hashlib.sha256(b"\n".join(block)).hexdigest()[:16]


def _head(plugin: Plugin, label: str, suffix: str, version: tuple[int, int]) -> bytes:
    file_name = plugin.file_stem + suffix
    words = ["<VST", f'"{plugin.display_name}"', f'"{file_name}"' if version < (5, 0) else file_name, "0"]
    words.append(format_token(label, '"' if version < (5, 0) else ""))
    if version >= (6, 0):
        words.append(f"{plugin.vst_id}<{plugin.class_id}>")
    elif version >= (5, 0):
        words.append(str(plugin.vst_id))
    if version >= (5, 97):
        words.append('""')
    return bytes_of(" ".join(words))


def _fresh_payload(plugin: Plugin, effect: Effect, version: tuple[int, int]) -> VstPayload:
    cut = Cut() if version >= (5, 0) else Cut(JOINED, 96 if version >= (4, 0) else 40)
    return VstPayload(
        plugin.vst_id,
        MAGIC_OF_CHUNK if plugin.is_chunk else MAGIC_OF_LIST,
        (_STEREO + _AUXILIARY)[: plugin.input_count],
        _STEREO,
        int(plugin.is_chunk),
        plugin.format(effect, version, b""),
        tail=FRESH_TAIL if version >= (4, 0) else b"",
        cut=cut,
    )


def _listening(payload: VstPayload, effect: Effect) -> VstPayload:
    """Give a side-chained plug-in its auxiliary pins where they are not connected; all others stay."""
    wants_side_chain = isinstance(effect, ReaComp | ReaGate) and effect.side_chain
    pins = payload.input_pins
    if not wants_side_chain or (len(pins) >= 4 and any(pins[2:4])):
        return payload
    main = (pins + _STEREO[len(pins) :])[:2]
    return replace(payload, input_pins=main + _AUXILIARY + pins[4:], cut=_plain_cut(payload))


def _plain_cut(payload: VstPayload) -> Cut:
    return Cut() if payload.cut.lengths else payload.cut
