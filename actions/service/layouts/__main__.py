"""Write the layouts and their pictures: ``python -m actions.service.layouts [install/layouts [docs/pictures]]``."""

import sys
from pathlib import Path

from actions.service.layouts.files import layout_files, picture_files


def main(arguments: list[str]) -> None:
    """Write all files into the folders that were named, or those of this project below the current folder."""
    folders = [Path(argument) for argument in arguments] or [Path("install/layouts"), Path("docs/pictures")]
    for folder, files in zip(folders, (layout_files(), picture_files()), strict=False):
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (folder / name).write_bytes(data)
            print(folder / name)


if __name__ == "__main__":
    main(sys.argv[1:])
