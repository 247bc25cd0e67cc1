"""Find the shared Python library that REAPER shall load, and tell whether one that is set is good.

REAPER loads it by folder and file (``pythonlibpath64``, ``pythonlibdll64`` in reaper.ini). It must be built for the
processor REAPER is built for. The scripts need nothing but its standard library, so any Python from 3.9 on does: first
the one First Pass runs on, then those of the system. Some are built without a shared library and cannot serve.
"""

import re
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reaper_bridge.resource.binaries import machine, processors
from reaper_bridge.resource.ini import read_value, with_values
from reaper_bridge.session.errors import ResourceFolderError

OLDEST: Final = (3, 9)
SECTION: Final = "REAPER"
SWITCH_KEY: Final = "reascript"
FOLDER_KEY: Final = "pythonlibpath64"
FILE_KEY: Final = "pythonlibdll64"
KEYS: Final = (SWITCH_KEY, FOLDER_KEY, FILE_KEY)

_VERSIONED: Final = re.compile(r"python(\d)\.?(\d+)t?[a-z]*(?:\.so|\.dylib|\.dll)", re.IGNORECASE)
_FRAMEWORK: Final = re.compile(r"Versions/(\d)\.(\d+)(?:/|$)")
_USUAL: Final = {
    "linux": (
        "/usr/lib/*/libpython3.*.so*",
        "/usr/lib64/libpython3.*.so*",
        "/usr/lib/libpython3.*.so*",
        "/usr/local/lib/libpython3.*.so*",
    ),
    "darwin": (
        "/Library/Frameworks/Python.framework/Versions/3.*/lib/libpython3.*.dylib",
        "/opt/homebrew/opt/python@3.*/Frameworks/Python.framework/Versions/3.*/lib/libpython3.*.dylib",
        "/usr/local/opt/python@3.*/Frameworks/Python.framework/Versions/3.*/lib/libpython3.*.dylib",
    ),
    "win32": ("C:/Program Files/Python3*/python3??.dll",),
}
_NO_LIBRARY: Final = (
    "No shared Python library for {processor} was found. Install Python from python.org (Windows, macOS) or the package"
    " libpython3 (Linux), or name the file with --python-library."
)


@dataclass(frozen=True)
class PythonLibrary:
    """A library as REAPER is told of it."""

    path: Path

    @property
    def version(self) -> tuple[int, int] | None:
        """Its version by its name; None where the name does not say."""
        match = _VERSIONED.search(self.path.name) or _FRAMEWORK.search(self.path.as_posix())
        return (int(match[1]), int(match[2])) if match else None

    def fault(self, processor: str) -> str | None:
        """Say in a few words why REAPER cannot use it; None where it can."""
        if not self.path.is_file():
            return "it does not exist"
        if self.version is None:
            return "it is no Python library by its name"
        if self.version < OLDEST:
            return f"Python {self.version[0]}.{self.version[1]} is too old, {OLDEST[0]}.{OLDEST[1]} is needed"
        built_for = processors(self.path)
        if not built_for:
            return "it is no shared library"
        if processor not in built_for:
            return f"it is built for {' and '.join(sorted(built_for))}, REAPER for {processor}"
        return None


def library_in(reaper_ini: bytes) -> PythonLibrary | None:
    """Return the library that reaper.ini names, whether it is good or not; None where it names none."""
    folder = read_value(reaper_ini, SECTION, FOLDER_KEY)
    file = read_value(reaper_ini, SECTION, FILE_KEY)
    return PythonLibrary(Path(folder or "") / file) if file else None


def python_is_enabled(reaper_ini: bytes) -> bool:
    """Whether REAPER is told to offer Python for ReaScripts."""
    return (read_value(reaper_ini, SECTION, SWITCH_KEY) or "0").strip() not in ("", "0")


def with_python(reaper_ini: bytes, library: PythonLibrary | None) -> bytes:
    """Return reaper.ini with ReaScript's Python switched on and this library; None leaves the one that is set."""
    values = {SWITCH_KEY: "1"}
    if library is not None:
        values |= {FOLDER_KEY: str(library.path.parent), FILE_KEY: library.path.name}
    return with_values(reaper_ini, SECTION, values)


def chosen_library(reaper_ini: bytes, *, named: Path | None = None, processor: str | None = None) -> PythonLibrary:
    """Return the library REAPER shall load: the one named, else the one set if it is good, else the best found.

    Raises:
        ResourceFolderError: The one named is no good, or there is none.
    """
    processor = processor or machine()
    if named is not None:
        library = PythonLibrary(named.expanduser().absolute())
        fault = library.fault(processor)
        if fault:
            raise ResourceFolderError(f"{library.path} cannot be REAPER's Python: {fault}; name another.")
        return library
    standing = library_in(reaper_ini)
    if standing is not None and standing.fault(processor) is None:
        return standing
    for library in (*own_libraries(), *usual_libraries()):
        if library.fault(processor) is None:
            return library
    raise ResourceFolderError(_NO_LIBRARY.format(processor=processor))


def own_libraries() -> Iterator[PythonLibrary]:
    """Return where the library of the running Python may lie; in a venv that of the Python it was made from."""
    base = Path(sys.base_prefix)
    said = sysconfig.get_config_vars()
    names = [said.get("INSTSONAME"), said.get("LDLIBRARY")]
    version = sys.version_info
    names += [f"python{version[0]}{version[1]}.dll", f"libpython{version[0]}.{version[1]}.dylib"]
    folders = [said.get("LIBDIR"), base, base / "lib", base / "lib64", said.get("LIBPL"), base / "DLLs"]
    if said.get("LIBDIR") and said.get("MULTIARCH"):
        folders.append(Path(str(said["LIBDIR"])) / str(said["MULTIARCH"]))
    for folder in folders:
        for name in names:
            # a framework's library is named by its path below the framework's folder
            if folder and name and not str(name).endswith(".a"):
                yield PythonLibrary(Path(str(folder)) / Path(str(name)).name)


def usual_libraries(system: str = sys.platform, root: Path = Path("/")) -> list[PythonLibrary]:
    """Return the libraries in the system's usual places, the newest first."""
    patterns = _USUAL.get(system, ())
    found: Iterable[Path] = (path for pattern in patterns for path in root.glob(_relative(pattern)))
    libraries = (PythonLibrary(path) for path in sorted(found))
    return sorted(libraries, key=lambda library: library.version or (0, 0), reverse=True)


def _relative(pattern: str) -> str:
    return pattern.removeprefix("C:").lstrip("/")
