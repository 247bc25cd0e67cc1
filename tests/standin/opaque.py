"""A plug-in nobody here knows: it stands in its chain, keeps its block and has no parameters."""

from __future__ import annotations

from typing import Any

from tests.standin.envelopes import new_guid

_TYPES = {"VST": "VST", "JS": "JS", "AU": "AU", "CLAP": "CLAP", "LV2": "LV2", "DX": "DX", "CONTAINER": "Container"}


class OpaquePlugin:
    """What REAPER shows for a plug-in it cannot load."""

    def __init__(self, element: Any) -> None:
        words = list(element.attrib)
        self._element = element
        self.fx_type = _TYPES.get(element.tag, element.tag)
        self.name = f"JS: {words[0]}" if element.tag == "JS" else (words[0] if words else element.tag)
        self.original_name = self.name
        self.ident = words[1] if element.tag == "VST" and len(words) > 1 else (words[0] if words else "")
        self.renamed_name = words[3] if element.tag == "VST" and len(words) > 3 else ""
        self.guid = new_guid()
        self.enabled = True
        self.offline = False
        self.preset = ""
        self.is_instrument = self.name.split(":")[0].endswith("i")

    def parameter_count(self) -> int:
        return 0

    def parameter_name(self, index: int) -> str:
        return ""

    def parameter_ident(self, index: int) -> str:
        return ""

    def raw(self, index: int) -> tuple[float, float, float]:
        return (0.0, 0.0, 0.0)

    def set_raw(self, index: int, value: float) -> None:
        """Change nothing."""

    def normalized(self, index: int) -> float:
        return 0.0

    def set_normalized(self, index: int, value: float) -> None:
        """Change nothing."""

    def shown(self, index: int) -> str:
        return ""

    def shown_at(self, index: int, normalized: float) -> str | None:
        return None

    def config(self, key: str) -> str | None:
        return None

    def set_config(self, key: str, text: str) -> bool:
        return False

    def block(self) -> Any:
        return self._element

    def copy(self) -> OpaquePlugin:
        other = OpaquePlugin(self._element)
        other.__dict__.update(self.__dict__)
        return other
