"""An unmodified ``import reapy`` works against the stand-in over reapy's own server."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.session_builder import TrackSpec, build_project
from tests.standin.fixture import Standin

PORTS = (2306, 2307)
"""Fixed in reapy: its client cannot be told others before it connects."""

CLIENT = """
import json, reapy
project = reapy.Project()
names = [track.name for track in project.tracks]
project.tracks[1].set_info_value("D_VOL", 0.25)
with reapy.inside_reaper():
    held = project.tracks[1].get_info_value("D_VOL")
print(json.dumps([reapy.dist_api_is_enabled(), names, held]))
"""


def _are_free() -> bool:
    for port in PORTS:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True


def test_names_are_read_and_a_fader_is_moved_by_reapys_own_client(tmp_path: Path) -> None:
    if not _are_free():
        pytest.skip("ports 2306 and 2307, which reapy cannot change, are taken")
    project = build_project(tmp_path, [TrackSpec("Bass", None), TrackSpec("Vox", None)])
    with Standin.start(project, stock=True, hz=100) as standin:
        command = [sys.executable, "-W", "ignore", "-c", CLIENT]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr + standin.log
        assert json.loads(done.stdout) == [True, ["Bass", "Vox"], 0.25]
        assert standin.control.dump()["tracks"][1]["values"]["D_VOL"] == 0.25
        assert standin.control.stats()["script_errors"] == []
