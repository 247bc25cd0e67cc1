"""The house itself: who may import whom, what starts fast, what the wheel carries."""

import ast
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = {"reaper_bridge", "analysis", "actions"}
HEAVY = {"numpy", "scipy", "numba", "librosa", "matplotlib", "soundfile", "soxr", "pyloudnorm", "jinja2"}


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("this is not a git checkout")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def configuration() -> dict[str, object]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def test_every_import_contract_is_kept() -> None:
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "0 broken" in ran.stdout


def test_the_import_contracts_cover_every_room() -> None:
    linter = configuration()["tool"]["importlinter"]  # type: ignore[index]
    assert set(linter["root_packages"]) == PACKAGES
    assert {contract["type"] for contract in linter["contracts"]} >= {"layers", "forbidden", "acyclic_siblings"}


@pytest.mark.parametrize("command", [["--help"], ["mix", "--help"]])
def test_help_starts_without_anything_heavy(command: list[str]) -> None:
    ran = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "actions.cli", *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in ran.stderr.splitlines() if "|" in line}
    assert "typer" in imported, "the import times were not told"
    assert imported & HEAVY == set()


def test_the_wheel_is_made_of_the_three_rooms() -> None:
    wheel = configuration()["tool"]["hatch"]["build"]["targets"]["wheel"]  # type: ignore[index]
    assert set(wheel["packages"]) == PACKAGES
    found = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert found - {"tests", "benchmarks"} == PACKAGES


def test_the_wheel_carries_profiles_and_the_page(tmp_path: Path) -> None:
    wheel_module = pytest.importorskip("hatchling.builders.wheel", reason="hatchling is not installed here")
    built = next(iter(wheel_module.WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])))
    names = set(zipfile.ZipFile(built).namelist())
    data = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.suffix in (".toml", ".j2", ".css", ".html", ".js", ".tsv")
    }
    assert any(name.endswith("profiles/base.toml") for name in data)
    assert any(name.endswith("template.html.j2") for name in data)
    assert data <= names
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == PACKAGES


def test_data_files_of_the_rooms_are_tracked() -> None:
    """The wheel is built from what is checked in; a profile that git ignores would be missing there."""
    tracked = set(tracked_files())
    names = {path.name for path in tracked}
    assert {"base.toml", "pop.toml", "template.html.j2", "report.css"} <= names
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.toml"):
            assert path in tracked, path


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    homes = "|".join(("home", "Users", "work", "root"))
    place = re.compile(rf"(?<![\w.])(/({homes})/\w|[A-Z]:\\\\?Users\\)")
    allowed = re.compile(r"tests/|examples/.*\.RPP$|benchmarks/")
    found = []
    for path in tracked_files():
        name = str(path.relative_to(ROOT))
        if path.suffix in (".flac", ".wav", ".png", ".ogg", ".jpg", ".webp") or allowed.match(name):
            continue
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
            if place.search(line):
                found.append(f"{name}:{number}: {line.strip()[:100]}")
    assert found == []


def test_every_module_says_what_it_is() -> None:
    missing = []
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            if ast.get_docstring(ast.parse(path.read_text("utf-8"))) is None:
                missing.append(str(path.relative_to(ROOT)))
    assert missing == []


def test_errors_form_one_tree_that_its_module_shows() -> None:
    from reaper_bridge.session import errors

    tree = {name: kind for name, kind in vars(errors).items() if isinstance(kind, type)}
    assert all(issubclass(kind, errors.FirstPassError) for kind in tree.values())
    assert errors.__doc__ is not None
    assert [name for name in tree if name not in errors.__doc__] == []
