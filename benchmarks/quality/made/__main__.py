"""Make sessions whose truth is known.

    python -m benchmarks.quality.made OUT_DIR --seed 1 [--style rock]

Writes one session per style into ``OUT_DIR/made_<seed>_<style>``.
"""

import argparse
import sys
from pathlib import Path

from benchmarks.quality.made.parts import STYLES
from benchmarks.quality.made.session import write_session
from benchmarks.quality.made.sounds import missing_programs


def main() -> int:
    """Make the sessions."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--style", choices=[style.name for style in STYLES], help="only this style")
    chosen = parser.parse_args()
    if missing := missing_programs():
        print(
            f"Not installed: {', '.join(missing)}; apt-get install what the package's docstring lists.", file=sys.stderr
        )
        return 1
    for style in STYLES:
        if chosen.style in (None, style.name):
            folder = chosen.folder / f"made_{chosen.seed}_{style.name}"
            write_session(folder, style, chosen.seed)
            print(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
