"""Find the files that go into REAPER: in the wheel inside ``reaper_bridge``, in a checkout beside it."""

from pathlib import Path
from typing import Final

from reaper_bridge.resource.layout import INSIDE_PACKAGE, SCRIPTS
from reaper_bridge.session.errors import ResourceFolderError

_PACKAGE: Final = Path(__file__).resolve().parents[1]


def packaged(name: str) -> Path:
    """Return where a folder or file of ``install/`` lies, such as ``reascripts``.

    Raises:
        ResourceFolderError: It is missing: the installation is damaged.
    """
    for folder in (_PACKAGE / "install", _PACKAGE.parent / "install"):
        if (folder / name).exists():
            return folder / name
    raise ResourceFolderError(f"{name} is missing from this installation of First Pass; install it again.")


def installed_scripts() -> dict[str, bytes]:
    """Return every file that is put below REAPER's resource folder as it is: its path there, and its content.

    Raises:
        ResourceFolderError: The installation is damaged.
    """
    inside = _PACKAGE / "live" / "inside"
    scripts = {f"{SCRIPTS}/{path.name}": path.read_bytes() for path in sorted(packaged("reascripts").glob("*.py"))}
    package = {
        f"{SCRIPTS}/{INSIDE_PACKAGE}/{path.relative_to(inside).as_posix()}": path.read_bytes()
        for path in sorted(inside.rglob("*.py"))
    }
    return {**scripts, **package}
