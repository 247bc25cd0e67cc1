"""Writing files: whole or not at all, whatever goes wrong."""

import os
import stat
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from reaper_bridge.rpp.files import read_file, write_backup, write_file
from reaper_bridge.session.errors import ProjectFileError, ProjectWriteError

AT = datetime(2026, 11, 21, 14, 3, 5)

FULL_DISK = """
import resource, sys
from datetime import datetime
from pathlib import Path
from reaper_bridge.rpp.files import write_backup, write_file
from reaper_bridge.session.errors import ProjectWriteError

resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
path = Path(sys.argv[1])
try:
    if sys.argv[2] == "file":
        write_file(path, b"x" * 5000)
    else:
        write_backup(path, b"x" * 5000, "first-pass", datetime.now())
except ProjectWriteError as error:
    print(error)
"""


def test_a_file_is_replaced_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "my “song”.RPP"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_gets_the_mode_of_the_users_umask(tmp_path: Path) -> None:
    write_file(tmp_path / "a", b"")
    (tmp_path / "b").write_bytes(b"")
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode


def test_a_link_is_followed(tmp_path: Path) -> None:
    target, link = tmp_path / "target.RPP", tmp_path / "link.RPP"
    target.write_bytes(b"old")
    link.symlink_to(target)
    write_file(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on file sizes")
@pytest.mark.parametrize("what", ["file", "backup"])
def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path: Path, what: str) -> None:
    path = tmp_path / "song.RPP"
    path.write_bytes(b"old")
    run = subprocess.run([sys.executable, "-c", FULL_DISK, str(path), what], capture_output=True, text=True, check=True)
    assert "cannot be written: file too large" in run.stdout
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_cannot_be_written_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(ProjectWriteError, match="cannot be written: no such file or directory"):
        write_file(tmp_path / "nowhere" / "song.RPP", b"")
    (tmp_path / "directory").mkdir()
    (tmp_path / "directory" / "kept").touch()
    with pytest.raises(ProjectWriteError, match="cannot be written: is a directory"):
        write_file(tmp_path / "directory", b"")
    assert [path.name for path in tmp_path.iterdir()] == ["directory"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_directory_and_a_read_only_file_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "song.RPP"
    path.write_bytes(b"old")
    path.chmod(0o444)
    with pytest.raises(ProjectWriteError, match="read-only"):
        write_file(path, b"new")
    path.chmod(0o644)
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(ProjectWriteError, match="permission denied"):
            write_file(path, b"new")
    finally:
        tmp_path.chmod(0o755)
    assert path.read_bytes() == b"old"


def test_a_backup_never_replaces_another(tmp_path: Path) -> None:
    path = tmp_path / "song.v2.RPP"
    path.write_bytes(b"now")
    first = write_backup(path, b"1", "first-pass", AT)
    second = write_backup(path, b"2", "first-pass", AT)
    assert first.name == "song.v2.before-first-pass-20261121-140305.RPP"
    assert second.name == "song.v2.before-first-pass-20261121-140305-2.RPP"
    assert (first.read_bytes(), second.read_bytes(), path.read_bytes()) == (b"1", b"2", b"now")


def test_a_file_that_is_not_there_or_no_file_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(ProjectFileError, match="There is no file"):
        read_file(tmp_path / "song.RPP")
    with pytest.raises(ProjectFileError, match="cannot be read: is a directory"):
        read_file(tmp_path)
