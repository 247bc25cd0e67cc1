"""Run the main job on a project and say where everything is: ``python examples/demo.py SONG.RPP OUT_DIR``."""

import subprocess
import sys
from pathlib import Path


def main(song: Path, out: Path) -> int:
    """Mix a song into a directory of its own, with report and previews."""
    mixed = out / f"{song.stem} (first pass).RPP"
    report, preview = out / "report.html", out / "preview"
    command = [
        str(Path(sys.executable).with_name("first-pass")),
        *("mix", str(song), "-o", str(mixed)),
        *("--report", str(report), "--preview", str(preview), "--plan", str(out / "plan.json")),
    ]
    status = subprocess.run(command, check=False).returncode
    if status:
        return status
    print()
    print(f"Mixed project   {mixed}   (open it in REAPER; every value is native and editable)")
    print(f"Before, after   {preview / 'before.wav'}, {preview / 'after.wav'}   (at the same loudness)")
    print(f"Report          {report}   (open it in a browser)")
    print(f"Take it back    {command[0]} undo '{mixed}'")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
