"""Write install/reapack/index.xml, from which ReaPack installs and updates the scripts in REAPER.

    python -m tests.make_reapack_index                          the index in this repository: files, no published place
    python -m tests.make_reapack_index --base-url URL -o FILE   the index of a release: with the hash of every file

ReaPack puts ``../name`` in category ``Mixing`` of the index ``First Pass`` to ``Scripts/First Pass/name``. That is
where ``first-pass install`` puts it too, so that the ids of the actions are the same.
"""

import argparse
import hashlib
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from urllib.parse import quote

from reaper_bridge.resource.layout import ACTIONS, FOLDER, INSIDE_PACKAGE, SCRIPTS
from reaper_bridge.resource.packaged import installed_scripts

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[1]
INDEX = ROOT / "install" / "reapack" / "index.xml"
NOWHERE = "https://example.invalid/reaper-first-pass"
SUMMARY = "First Pass: a rough but balanced mix, as native values you carry on with by hand"


def index(base_url: str | None = None) -> bytes:
    """Return the index; with a place where the repository's files can be fetched also their hashes."""
    root = ET.Element("index", version="1", name=FOLDER)
    category = ET.SubElement(root, "category", name="Mixing")
    package = ET.SubElement(category, "reapack", name=FOLDER, type="script", desc=SUMMARY)
    version = ET.SubElement(package, "version", name=_version(), author="First Pass")
    action_files = {f"Scripts/{action.script_path}" for action in ACTIONS}
    for path, content in installed_scripts().items():
        source = ET.SubElement(version, "source", file=path.replace(SCRIPTS, "..", 1))
        if path in action_files:
            source.set("main", "main")
        if base_url is not None:
            source.set("hash", "1220" + hashlib.sha256(content).hexdigest())
        source.text = f"{(base_url or NOWHERE).rstrip('/')}/{quote(_place_in_repository(path))}"
    ET.indent(root)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def _place_in_repository(path: str) -> str:
    name = path.removeprefix(f"{SCRIPTS}/")
    if name.startswith(f"{INSIDE_PACKAGE}/"):
        return name.replace(INSIDE_PACKAGE, "reaper_bridge/live/inside", 1)
    return f"install/reascripts/{name}"


def _version() -> str:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return str(told["project"]["version"])


def main() -> None:
    """Write the index."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base-url", help="where the files of the repository can be fetched")
    parser.add_argument("-o", "--output", type=Path, default=INDEX)
    given = parser.parse_args()
    given.output.write_bytes(index(given.base_url))


if __name__ == "__main__":
    main()
