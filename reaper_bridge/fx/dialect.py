"""How platforms differ in what REAPER writes for the same plug-in."""

from collections.abc import Iterable
from typing import Final

WINDOWS_SUFFIX: Final = ".dll"
_SUFFIXES: Final = {"osx": ".vst.dylib", "mac": ".vst.dylib", "linux": ".vst.so"}
"""What a platform's name begins with, and the ending of Cockos' own plug-in files there."""


def file_suffix(platform: str, plugin_files: Iterable[str] = ()) -> str:
    """Return the ending of Cockos' plug-in files on the platform that saved a project.

    ``platform`` is as the project states it (``win64``, ``x64``, ``OSX64``, ``macOS-arm64``,
    ``linux-x86_64``; nothing for 32-bit Windows). ``plugin_files`` are the file names of Cockos plug-ins
    already in the project; they decide where the platform is not stated.
    """
    stated = platform.strip().lower()
    for beginning, suffix in _SUFFIXES.items():
        if stated.startswith(beginning):
            return suffix
    if not stated:
        for name in plugin_files:
            for suffix in _SUFFIXES.values():
                if name.lower().endswith(suffix):
                    return suffix
    return WINDOWS_SUFFIX
