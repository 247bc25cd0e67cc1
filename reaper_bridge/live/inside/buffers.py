"""Make REAPER's strings cheap for the length of one visit, and let odd bytes in them pass.

``reaper_python`` makes a new buffer of 4 MiB for every string that REAPER fills in, which takes longer than all the
rest of the call. Here a few such buffers are used again and again; they are as large as its own, so that no
function, whatever it was told about their size, can write past the end. Text that is no UTF-8 comes out with
surrogate escapes, as the reader of project files has it, where REAPER's own module would raise.
"""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

SIZE = 4 * 1024 * 1024
"""What REAPER's module gives each string; also the largest size that may be passed to a function."""
_COUNT = 3
"""More than any one function fills in."""
_BUFFERS: list[Any] = []


@contextmanager
def cheap_strings(api: Any) -> Iterator[None]:
    """Use our buffers in REAPER's module, and put its own ways back whatever happens."""
    own_pack, own_unpack = getattr(api, "rpr_packs", None), getattr(api, "rpr_unpacks", None)
    if own_pack is None or own_unpack is None:
        yield
        return
    api.rpr_packs, api.rpr_unpacks = _packer(), _text
    try:
        yield
    finally:
        api.rpr_packs, api.rpr_unpacks = own_pack, own_unpack


def _packer() -> Callable[[Any], Any]:
    if not _BUFFERS:
        _BUFFERS.extend(ctypes.create_string_buffer(SIZE) for _ in range(_COUNT))
    following = itertools.cycle(_BUFFERS).__next__

    def pack(value: Any) -> Any:
        buffer = following()
        buffer.value = str(value).encode("utf-8", "surrogateescape")
        return buffer

    return pack


def _text(buffer: Any) -> str:
    text: bytes = buffer.value
    return text.decode("utf-8", "surrogateescape")
