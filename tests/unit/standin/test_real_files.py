"""Projects from the wild survive the stand-in: what it shows is what it shows after saving and opening."""

from pathlib import Path
from typing import Any

import pytest

from tests.standin.desk import Desk, Options
from tests.standin.picture import dump

MOST_BYTES = 300_000


@pytest.mark.shared
@pytest.mark.slow
def test_every_project_of_the_corpus_survives_saving(shared: Path, tmp_path: Path) -> None:
    paths = [path for path in sorted((shared / "rpp-corpus").glob("*.rpp")) if path.stat().st_size < MOST_BYTES]
    assert paths
    changed = [path.name for path in paths if _shown(path, tmp_path) != _shown(tmp_path / "saved.RPP", None)]
    assert changed == []


def _shown(path: Path, save_in: Path | None) -> dict[str, Any]:
    desk = Desk(path.parent, Options())
    desk.open(path)
    shown = dump(desk)
    if save_in is not None:
        desk.save(save_in / "saved.RPP")
    shown["master"].pop("guid")  # the file does not hold it
    return {key: value for key, value in shown.items() if key not in ("path", "dirty")}
