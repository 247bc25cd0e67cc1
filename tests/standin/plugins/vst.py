"""VST plug-ins: the <VST block around a private state, and ``vst_chunk`` where the state is a chunk.

Conventions: a kind of plug-in keeps its values decoded and writes its state on demand. As long as the state is
byte for byte what was loaded, the block gives back the lines that were loaded.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import rpp

from tests.standin.plugin_port import SWITCHES
from tests.standin.plugins.instance import Instance
from tests.standin.plugins.payload import Payload, fresh_payload, parse_payload

SUFFIX = "vst.so"
"""What the plug-ins' files end with on the machine this REAPER pretends to run on."""
FOLDER = "/opt/REAPER/Plugins/FX/"


@dataclass(frozen=True)
class VstIdentity:
    """What the <VST line says of a plug-in."""

    name: str
    file: str
    vst_id: int
    class_id: str
    inputs: int = 2
    outputs: int = 2

    def line(self) -> list[str]:
        """Return the words behind <VST."""
        return [self.name, f"{self.file}.{SUFFIX}", "0", "", f"{self.vst_id}<{self.class_id}>", ""]


class VstInstance(Instance):
    """A plug-in with a private state."""

    is_chunk = True

    def __init__(self, words: Sequence[str], payload: Payload, lines: Sequence[str] = ()) -> None:
        name, file, _, renamed_name, number = [*words, "", "", "", "", ""][:5]
        number = number.partition("<")[0].partition("{")[0]
        super().__init__(name, f"{FOLDER}{file}<{number}" if number else FOLDER + file)
        self.renamed_name = renamed_name
        self.fx_type = name.partition(":")[0] if ":" in name else "VST"
        self.is_instrument = self.fx_type.endswith("i")
        self._words = tuple(words)
        self._payload = payload
        self._lines = tuple(lines)

    def state(self) -> bytes:
        """Return the private state as it is now."""
        raise NotImplementedError

    def load_state(self, state: bytes) -> bool:
        """Take over a private state; False, and nothing changes, where it is none of this plug-in."""
        raise NotImplementedError

    def block(self) -> Any:
        words = list(self._words)
        if len(words) > 3:
            words[3] = self.renamed_name
        state = self.state()
        lines = self._lines
        if not lines or state != self._payload.state:
            lines = tuple(self._payload.with_state(state).lines())
        return rpp.Element("VST", tuple(words), list(lines))

    def config(self, key: str) -> str | None:
        if key in ("vst_chunk", "vst_chunk_program"):
            return base64.b64encode(self.state()).decode() if self._gives_chunk() else None
        return super().config(key)

    def set_config(self, key: str, text: str) -> bool:
        if key not in ("vst_chunk", "vst_chunk_program"):
            return super().set_config(key, text)
        try:
            state = base64.b64decode(text, validate=True)
        except (ValueError, binascii.Error):
            return False
        return self._gives_chunk() and self.load_state(state)

    @property
    def pins(self) -> tuple[int, int]:
        """Tell how many inputs and outputs the plug-in has."""
        inputs, outputs = self._payload.pins()
        return len(inputs), len(outputs)

    def pin(self, is_output: bool, number: int) -> int:
        """Return the track channels a pin is connected to, one bit each."""
        pins = self._payload.pins()[is_output]
        return pins[number] if 0 <= number < len(pins) else 0

    def set_pin(self, is_output: bool, number: int, mask: int) -> bool:
        """Connect a pin to other channels of the track."""
        pins = self._payload.pins()
        if not 0 <= number < len(pins[is_output]):
            return False
        pins[is_output][number] = mask
        self._payload = self._payload.with_pins(*pins)
        self._lines = ()
        return True

    def _gives_chunk(self) -> bool:
        # what is stored as a list of numbers has no chunk to give
        return bool(self._payload.is_chunk) and not any(word in self.original_name for word in SWITCHES.without_chunk)


def fresh(identity: VstIdentity, *, is_chunk: bool, state: bytes) -> tuple[list[str], Payload]:
    """Return the words and payload of a new instance."""
    return identity.line(), fresh_payload(
        identity.vst_id, identity.inputs, identity.outputs, is_chunk=is_chunk, state=state
    )


def words_and_payload(element: Any) -> tuple[list[str], Payload, list[str]] | None:
    """Read a <VST block; None where its payload is none."""
    lines = [line if isinstance(line, str) else " ".join(line) for line in element.children]
    payload = parse_payload(lines)
    return None if payload is None else (list(element.attrib), payload, lines)
