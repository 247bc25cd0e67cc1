"""Trim a table of ReaScript signatures to what the stand-in answers: ``python -m tests.standin.make_signatures``.

Takes the path of the whole table ({name: C signature}) and writes ``signatures.json`` beside this file.
"""

import json
import sys
from pathlib import Path

import tests.standin.api  # noqa: F401  every function registers itself
from tests.standin.registry import FUNCTIONS


def main() -> None:
    table = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    trimmed = {name: table[name] for name in sorted(FUNCTIONS)}
    text = json.dumps(trimmed, indent=0) + "\n"
    Path(__file__).with_name("signatures.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
