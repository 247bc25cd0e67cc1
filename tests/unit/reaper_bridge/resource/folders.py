"""Resource folders as REAPER leaves them, for tests that install into them."""

import struct
import sys
from pathlib import Path

from reaper_bridge.resource.install import InstallPlan, Wish, install, plan_install
from reaper_bridge.resource.python_library import PythonLibrary
from reaper_bridge.resource.uninstall import plan_uninstall, uninstall

REAPER_INI = (
    b"\xef\xbb\xbf[.swagged]\r\n"
    b"; a comment\r\n"
    b"a line that says nothing\r\n"
    b"[REAPER]\r\n"
    b"reascript=0\r\n"
    b"lastproject=C:\\Songs\\M\xfcller.RPP\r\n"
    b"ReaScript=0\r\n"
    b"csurf_cnt=0\r\n"
    b"\r\n"
    b"[reaper_video]\r\n"
    b"reascript=untouched"
)
KEYBOARD_INI = (
    b'KEY 9 65 40296 0\r\nSCR 4 0 RSabc "Custom: Other.lua" "Some Author/Other script.lua"\r\nKEY 1 66 _RSabc 0'
)
STARTUP_LUA = b"reaper.ShowConsoleMsg('hello')\nreturn"

ELF_MACHINES = {"x86_64": 0x3E, "arm64": 0xB7, "x86": 0x03}


def reaper_folder(folder: Path, *, reaper_ini: bytes = REAPER_INI) -> Path:
    """Make a folder as a REAPER with a history leaves it."""
    (folder / "Scripts").mkdir(parents=True)
    (folder / "reaper.ini").write_bytes(reaper_ini)
    (folder / "reaper-kb.ini").write_bytes(KEYBOARD_INI)
    (folder / "Scripts" / "__startup.lua").write_bytes(STARTUP_LUA)
    return folder


def library_file(path: Path, processor: str = "x86_64") -> Path:
    """Make the head of a shared library built for a processor."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack("<HH", 3, ELF_MACHINES[processor]) + bytes(44))
    return path


def tree(folder: Path) -> dict[str, bytes | None]:
    """Return everything in a folder: files with their bytes, folders with None."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


def a_wish(folder: Path, version: str = "0.1.0", *, with_toolbar: bool = False) -> Wish:
    """Return a wish that any machine can fulfil."""
    library = library_file(folder.parent / "python" / "libpython3.11.so.1.0")
    return Wish((sys.executable,), version, PythonLibrary(library), with_toolbar)


def install_into(folder: Path, wish: Wish | None = None) -> InstallPlan:
    """Install into a folder that no REAPER uses."""
    plan = plan_install(folder, wish or a_wish(folder))
    install(plan)
    return plan


def uninstall_from(folder: Path) -> None:
    """Take everything out of a folder that no REAPER uses."""
    uninstall(plan_uninstall(folder))
