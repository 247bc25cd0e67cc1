"""What was installed from a wheel brings the scripts along, as a checkout does."""

import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from reaper_bridge.resource.packaged import installed_scripts

ROOT = Path(__file__).resolve().parents[3]
TELL = """
import hashlib, json
from reaper_bridge.resource import packaged
found = {path: hashlib.sha256(data).hexdigest() for path, data in packaged.installed_scripts().items()}
print(json.dumps([packaged.__file__, found, packaged.packaged("reapack/index.xml").exists()]))
"""


def test_the_wheel_carries_the_scripts(tmp_path: Path) -> None:
    wheel_module = pytest.importorskip("hatchling.builders.wheel", reason="hatchling is not installed here")
    built = next(iter(wheel_module.WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])))
    unpacked = tmp_path / "unpacked"
    zipfile.ZipFile(built).extractall(unpacked)
    code = f"import sys; sys.path.insert(0, {str(unpacked)!r})\n{TELL}"
    ran = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    file, found, has_index = json.loads(ran.stdout)
    assert Path(file).is_relative_to(unpacked)
    assert has_index
    assert found == {path: hashlib.sha256(data).hexdigest() for path, data in installed_scripts().items()}
