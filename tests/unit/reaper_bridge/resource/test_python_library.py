"""Which Python library REAPER is told to load."""

import struct
from pathlib import Path

import pytest

from reaper_bridge.resource.binaries import processors
from reaper_bridge.resource.ini import read_value
from reaper_bridge.resource.python_library import (
    PythonLibrary,
    chosen_library,
    library_in,
    own_libraries,
    python_is_enabled,
    usual_libraries,
    with_python,
)
from reaper_bridge.session.errors import ResourceFolderError
from tests.unit.reaper_bridge.resource.folders import library_file


def ini_for(path: Path) -> bytes:
    return f"[REAPER]\nreascript=1\npythonlibpath64={path.parent}\npythonlibdll64={path.name}\n".encode()


def test_a_good_library_that_is_set_is_kept(tmp_path: Path) -> None:
    data = ini_for(library_file(tmp_path / "a folder" / "libpython3.9.so.1.0"))
    library = chosen_library(data, processor="x86_64")
    assert with_python(data, library) == data


@pytest.mark.parametrize(
    ("name", "processor", "fault"),
    [
        ("libpython3.8.so", "x86_64", "Python 3.8 is too old, 3.9 is needed"),
        ("libpython2.7.so.1.0", "x86_64", "Python 2.7 is too old, 3.9 is needed"),
        ("libpython3.11.so.1.0", "arm64", "it is built for arm64, REAPER for x86_64"),
        ("libperl.so", "x86_64", "it is no Python library by its name"),
    ],
)
def test_a_library_that_is_no_good_is_replaced(tmp_path: Path, name: str, processor: str, fault: str) -> None:
    bad = PythonLibrary(library_file(tmp_path / name, processor))
    assert bad.fault("x86_64") == fault
    good = library_file(tmp_path / "libpython3.12.so.1.0")
    chosen = chosen_library(ini_for(bad.path), named=good, processor="x86_64")
    assert library_in(with_python(ini_for(bad.path), chosen)) == PythonLibrary(good)


def test_a_library_that_is_gone_is_no_good(tmp_path: Path) -> None:
    assert PythonLibrary(tmp_path / "libpython3.11.so").fault("x86_64") == "it does not exist"


def test_a_file_that_is_no_library_is_no_good(tmp_path: Path) -> None:
    (tmp_path / "libpython3.11.so").write_text("GROUP ( libpython3.11.so.1.0 )")
    assert PythonLibrary(tmp_path / "libpython3.11.so").fault("x86_64") == "it is no shared library"


def test_a_named_library_that_is_no_good_is_refused(tmp_path: Path) -> None:
    named = library_file(tmp_path / "libpython3.8.so")
    with pytest.raises(ResourceFolderError, match=r"cannot be REAPER's Python: Python 3\.8 is too old"):
        chosen_library(b"", named=named, processor="x86_64")


def test_a_processor_without_any_library_is_said() -> None:
    with pytest.raises(ResourceFolderError, match="No shared Python library for z80 was found"):
        chosen_library(b"", processor="z80")


def test_libraries_of_the_running_python_are_named_with_their_version() -> None:
    libraries = list(own_libraries())
    assert libraries
    assert all(library.version is not None for library in libraries if "python" in library.path.name)


@pytest.mark.parametrize(
    ("path", "version"),
    [
        ("libpython3.11.so.1.0", (3, 11)),
        ("python312.dll", (3, 12)),
        ("libpython3.13.dylib", (3, 13)),
        ("libpython3.13t.so.1.0", (3, 13)),
        ("Python.framework/Versions/3.10/Python", (3, 10)),
        ("libssl.so", None),
    ],
)
def test_a_librarys_version_is_in_its_name(path: str, version: tuple[int, int] | None) -> None:
    assert PythonLibrary(Path(path)).version == version


def test_the_newest_of_the_systems_libraries_comes_first(tmp_path: Path) -> None:
    for name in ("libpython3.9.so.1.0", "libpython3.12.so.1.0", "libpython3.10.so.1.0"):
        library_file(tmp_path / "usr/lib/x86_64-linux-gnu" / name)
    found = usual_libraries("linux", tmp_path)
    assert [library.version for library in found] == [(3, 12), (3, 10), (3, 9)]


def test_python_is_off_until_it_is_switched_on() -> None:
    assert not python_is_enabled(b"")
    assert not python_is_enabled(b"[REAPER]\nreascript=0\n")
    assert python_is_enabled(with_python(b"", None))
    assert read_value(with_python(b"", None), "REAPER", "pythonlibdll64") is None


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"\x7fELF\x02\x01" + bytes(12) + struct.pack("<H", 0x3E), {"x86_64"}),
        (b"\x7fELF\x02\x02" + bytes(12) + struct.pack(">H", 0xB7), {"arm64"}),
        (b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0" + struct.pack("<H", 0x8664), {"x86_64"}),
        (b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0" + struct.pack("<H", 0xAA64), {"arm64"}),
        (b"MZ" + bytes(70), set()),
        (b"\xcf\xfa\xed\xfe" + struct.pack("<I", 0x0100000C), {"arm64"}),
        (
            b"\xca\xfe\xba\xbe" + struct.pack(">I", 2) + struct.pack(">IIIII", 0x01000007, 3, 0, 0, 0)
            + struct.pack(">IIIII", 0x0100000C, 0, 0, 0, 0),
            {"x86_64", "arm64"},
        ),
        (b"\xca\xfe\xba\xbe" + struct.pack(">I", 9), set()),
        (b"#!/bin/sh\n", set()),
        (b"", set()),
    ],
)  # fmt: skip
def test_the_head_of_a_binary_tells_its_processors(tmp_path: Path, head: bytes, expected: set[str]) -> None:
    path = tmp_path / "binary"
    path.write_bytes(head)
    assert processors(path) == expected


def test_what_cannot_be_read_has_no_processors(tmp_path: Path) -> None:
    assert processors(tmp_path) == processors(tmp_path / "nothing") == frozenset()
