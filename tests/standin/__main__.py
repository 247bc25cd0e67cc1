"""Start the stand-in: ``python -m tests.standin --project song.RPP --resource folder``.

Prints one line of JSON when it is ready, ``{"pid": …, "control_port": …}``, and runs until it is told to quit or
the process that started it is gone.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from tests.standin import binding, person, startup
from tests.standin.control import Control
from tests.standin.desk import VERSION, Desk, Options
from tests.standin.plugin_port import SWITCHES
from tests.standin.process import Process
from tests.standin.scripts import ActionList, Interpreter


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.standin", description=__doc__)
    parser.add_argument("--project", type=Path, help="the project to open; an empty one without")
    parser.add_argument("--resource", type=Path, required=True, help="REAPER's resource folder")
    parser.add_argument("--hz", type=float, default=30.0, help="ticks of deferred scripts a second")
    parser.add_argument("--app-version", default=VERSION)
    parser.add_argument("--send-default", action="append", default=[], metavar="KEY=VALUE", help="of new sends")
    parser.add_argument("--default-preset", type=float, metavar="0..1", help="where all knobs of fresh plug-ins stand")
    parser.add_argument("--without", action="append", default=[], metavar="FUNCTION", help="as an older REAPER is")
    parser.add_argument("--fixed-guids", action="store_true", help="setting a track's GUID silently does nothing")
    parser.add_argument("--reuse-handles", action="store_true", help="stale handles may point at something else")
    parser.add_argument(
        "--ext-state-undo", choices=("rolls-back", "stays"), default="rolls-back", help="project ext state"
    )
    parser.add_argument(
        "--selection-undo", choices=("points", "ignored"), default="ignored", help="is selecting a change?"
    )
    parser.add_argument(
        "--master-ext", choices=("kept", "lost"), default="kept", help="P_EXT of the master, when saved"
    )
    parser.add_argument("--missing-plugin", action="append", default=[], metavar="NAME", help="not installed")
    parser.add_argument(
        "--read-only-param", action="append", default=[], metavar="PLUGIN:INDEX", help="* for all its knobs"
    )
    parser.add_argument("--law", action="append", default=[], metavar="PLUGIN:INDEX:NAME", help="another law of a knob")
    parser.add_argument("--steps", action="append", default=[], metavar="PLUGIN:INDEX:COUNT")
    parser.add_argument("--no-vst-chunk", action="store_true", help="named configuration vst_chunk does not answer")
    parser.add_argument("--units", action="store_true", help="plug-ins show the unit behind the number")
    parser.add_argument("--recording", action="store_true", help="the transport records from the start")
    parser.add_argument("--call-cost-us", type=float, default=0.0, help="how long every call takes at least")
    parser.add_argument("--stock", action="store_true", help="run reapy's own server behind a web interface")
    parser.add_argument("--server-port", type=int, default=2306)
    parser.add_argument("--web-port", type=int, default=2307)
    parser.add_argument("--bridge", type=Path, help="folder of the scripts to run inside (first_pass_inside)")
    parser.add_argument("--no-bridge", action="store_true", help="start no script at all")
    parser.add_argument("--script", type=Path, help="run this Python script after the start")
    return parser.parse_args()


def options_of(given: argparse.Namespace) -> Options:
    def plugin_and_index(text: str) -> tuple[str, int | None]:
        plugin, _, index = text.rpartition(":")
        return (plugin, None if index == "*" else int(index))

    for law in given.law:
        plugin, index, name = law.rsplit(":", 2)
        SWITCHES.laws[plugin, int(index)] = name
    for steps in given.steps:
        plugin, index, count = steps.rsplit(":", 2)
        SWITCHES.steps[plugin, int(index)] = int(count)
    SWITCHES.missing = set(given.missing_plugin)
    SWITCHES.read_only = set(map(plugin_and_index, given.read_only_param))
    SWITCHES.without_chunk = {"Rea"} if given.no_vst_chunk else set()
    SWITCHES.units = given.units
    return Options(
        fixed_guids=given.fixed_guids,
        without=tuple(given.without),
        default_preset=given.default_preset,
        send_defaults={key: float(value) for key, _, value in (text.partition("=") for text in given.send_default)},
        reuse_handles=given.reuse_handles,
        ext_state_undo=given.ext_state_undo,
        selection_undo=given.selection_undo,
        version=given.app_version,
        master_ext=given.master_ext,
    )


def main() -> None:
    given = arguments()
    desk = Desk(given.resource.resolve(), options_of(given))
    desk.open(given.project.resolve() if given.project else None)
    desk.play_state = 5 if given.recording else 0
    interpreter = Interpreter(desk)
    desk.commands = ActionList(desk, interpreter)
    api = binding.make_module(desk, given.call_cost_us / 1e6)
    interpreter.install(api)
    control = Control()
    process = Process(desk, interpreter, control, given.hz)
    control.commands = person.commands(desk, interpreter, process, api)
    bridge = startup.run(desk, interpreter, control, given)
    print(json.dumps({"pid": os.getpid(), "control_port": control.port, "bridge": bridge}), flush=True)
    process.run()
    sys.stdout.flush()
    os._exit(0)


main()
