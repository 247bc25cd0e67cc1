"""A fuzzer that watches which branches it reaches finds no packet that gets an exception out of the decoder."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris is not installed")
def test_a_fuzzer_finds_nothing(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "tests.fuzz_osc", "-runs=100000", "-max_len=600", f"-artifact_prefix={tmp_path}/"]
    ran = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr[-3000:]
    assert "Done 100000 runs" in ran.stderr
