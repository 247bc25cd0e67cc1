"""Tell for which processors a library or program was built, from the first bytes of the file.

Formats: ELF header (e_machine), PE/COFF header (Machine), Mach-O header and its fat form (cputype).
"""

import platform
import struct
from pathlib import Path
from typing import Final

_ELF: Final = {0x03: "x86", 0x28: "arm", 0x3E: "x86_64", 0xB7: "arm64"}
_PE: Final = {0x014C: "x86", 0x8664: "x86_64", 0xAA64: "arm64", 0x01C4: "arm"}
_MACH: Final = {0x00000007: "x86", 0x01000007: "x86_64", 0x0000000C: "arm", 0x0100000C: "arm64"}
_MACHINES: Final = {"amd64": "x86_64", "aarch64": "arm64", "i386": "x86", "i686": "x86", "armv7l": "arm"}
_MOST_FAT_PARTS: Final = 16
_HEAD_BYTES: Final = 4096


def machine() -> str:
    """Return the processor of this machine, as ``processors`` names it."""
    name = platform.machine().lower()
    return _MACHINES.get(name, name)


def processors(path: Path) -> frozenset[str]:
    """Return the processors a binary runs on; nothing for what is none or cannot be read."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
            if head.startswith(b"MZ") and len(head) >= 0x40:
                file.seek(int.from_bytes(head[0x3C:0x40], "little"))
                return _pe_processors(file.read(6))
    except OSError:
        return frozenset()
    if head.startswith(b"\x7fELF") and len(head) >= 20:
        order: str = ">" if head[5] == 2 else "<"
        return _named(_ELF, struct.unpack_from(f"{order}H", head, 18)[0])
    return _mach_processors(head)


def _pe_processors(head: bytes) -> frozenset[str]:
    if len(head) < 6 or not head.startswith(b"PE\0\0"):
        return frozenset()
    return _named(_PE, int.from_bytes(head[4:6], "little"))


def _mach_processors(head: bytes) -> frozenset[str]:
    if len(head) < 8:
        return frozenset()
    magic = head[:4]
    if magic in (b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe"):
        return _named(_MACH, struct.unpack_from("<I", head, 4)[0])
    if magic not in (b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf"):
        return frozenset()
    size = 20 if magic[3] == 0xBE else 32
    count = min(struct.unpack_from(">I", head, 4)[0], _MOST_FAT_PARTS)
    kinds = [
        struct.unpack_from(">I", head, 8 + size * part)[0] for part in range(count) if 12 + size * part <= len(head)
    ]
    return frozenset(_MACH[kind] for kind in kinds if kind in _MACH)


def _named(table: dict[int, str], number: int) -> frozenset[str]:
    return frozenset([table[number]] if number in table else [])
