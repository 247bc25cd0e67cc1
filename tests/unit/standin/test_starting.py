"""How the stand-in starts, runs scripts, stands still and ends."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.session_builder import TrackSpec, build_project
from tests.standin.fixture import CommandError, Standin

ROOT = Path(__file__).parents[3]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return build_project(tmp_path, [TrackSpec("Bass", None), TrackSpec("Vox", None)])


COUNTING = """
from reaper_python import *
def tick():
    global ticks
    ticks += 1
    RPR_SetExtState("test", "ticks", str(ticks), False)
    RPR_ShowConsoleMsg("t")
    RPR_defer("tick()")
ticks = 0
tick()
"""


def script(tmp_path: Path, source: str, name: str = "script.py") -> Path:
    path = tmp_path / name
    path.write_text(source, encoding="utf-8")
    return path


def ticks(standin: Standin) -> int:
    return str(standin.control.stats()["console"]).count("t")


@pytest.fixture
def counting(project: Path, tmp_path: Path) -> Iterator[Standin]:
    with Standin.start(project, script=script(tmp_path, COUNTING), no_bridge=True, hz=200) as standin:
        standin.wait_until(lambda: ticks(standin) > 2, "the first ticks")
        yield standin


def test_a_deferred_script_runs_once_a_tick(counting: Standin) -> None:
    before = counting.control.stats()
    counting.wait_until(lambda: ticks(counting) > 20, "twenty ticks")
    after = counting.control.stats()
    deferred = after["console"].count("t") - before["console"].count("t")
    assert deferred == after["ticks"] - before["ticks"]


def test_a_dialog_stops_deferred_scripts_until_it_is_dismissed(counting: Standin) -> None:
    counting.control.dialog(True)
    before = counting.control.stats()
    counting.wait_until(lambda: counting.control.stats()["ticks"] > before["ticks"] + 5, "some ticks")
    assert ticks(counting) == before["console"].count("t")
    counting.control.dialog(False)
    counting.wait_until(lambda: ticks(counting) > before["console"].count("t"), "the script to go on")


def test_a_person_works_while_a_dialog_stands(counting: Standin) -> None:
    counting.control.dialog(True)
    guid = counting.control.dump()["tracks"][0]["guid"]
    counting.control.rename(guid, "Sub")
    assert counting.control.dump()["tracks"][0]["name"] == "Sub"


def test_an_error_of_a_script_shows_a_box_behind_which_everything_waits(project: Path, tmp_path: Path) -> None:
    source = COUNTING.replace("    ticks += 1\n", "    ticks += 1\n    if ticks == 5: 1 / 0\n")
    with Standin.start(project, script=script(tmp_path, source), no_bridge=True, hz=200) as standin:
        standin.wait_until(lambda: standin.control.stats()["script_errors"], "the error")
        assert "ZeroDivisionError" in standin.control.stats()["script_errors"][0]
        assert standin.control.stats()["dialog"] == "ReaScript error"


def test_a_message_box_holds_its_script_until_it_is_answered(project: Path, tmp_path: Path) -> None:
    asking = script(
        tmp_path,
        "from reaper_python import *\n"
        "def ask():\n    RPR_ShowConsoleMsg(str(RPR_ShowMessageBox('Really?', 'Ask', 4)))\n"
        "RPR_defer('ask()')\n",
    )
    with Standin.start(project, script=asking, no_bridge=True, hz=200) as standin:
        standin.wait_until(lambda: standin.control.stats()["boxes"] == ["Ask: Really?"], "the box")
        assert standin.control.stats()["console"] == ""
        standin.control.dialog(False, answer=6)
        standin.wait_until(lambda: standin.control.stats()["console"] == "6", "the answer")


def test_what_a_script_wants_done_at_exit_is_done_when_a_person_quits(project: Path, tmp_path: Path) -> None:
    left = tmp_path / "left"
    leaving = script(tmp_path, f"RPR_atexit({f'open({str(left)!r}, {chr(39)}w{chr(39)}).close()'!r})\n")
    with Standin.start(project, script=leaving, no_bridge=True) as standin:
        standin.quit()
        assert left.exists()


def test_persistent_ext_state_survives_quitting_and_other_ext_state_does_not(project: Path, tmp_path: Path) -> None:
    saying = script(
        tmp_path,
        "from reaper_python import *\n"
        "RPR_ShowConsoleMsg(RPR_GetExtState('a', 'kept') + RPR_GetExtState('a', 'lost'))\n"
        "RPR_SetExtState('a', 'kept', 'k', True)\nRPR_SetExtState('a', 'lost', 'l', False)\n",
    )
    with Standin.start(project, script=saying, no_bridge=True) as standin:
        standin.restart()
        assert standin.control.stats()["console"] == "k"


def test_scripts_are_actions_by_the_lines_of_reaper_kb_ini(project: Path, tmp_path: Path) -> None:
    resource = tmp_path / "REAPER"
    (resource / "Scripts" / "My Tools").mkdir(parents=True)
    script(
        resource / "Scripts" / "My Tools", "RPR_ran = True\nimport reaper_python as r\nr.RPR_ShowConsoleMsg('ran')\n"
    )
    line = 'SCR 4 0 RSabc "Custom: script.py" "My Tools/script.py"\r\n'
    (resource / "reaper-kb.ini").write_text(line, encoding="utf-8")
    with Standin.start(project, resource_path=resource) as standin:
        standin.control.run_action("_RSabc")
        assert standin.control.stats()["console"] == "ran"
        with pytest.raises(CommandError):
            standin.control.run_action("_RSabcd")


@pytest.mark.parametrize(("flags", "box"), [(4, True), (260, False), (516, False)])
def test_running_a_script_again_while_it_defers_does_what_its_flags_say(
    project: Path, tmp_path: Path, flags: int, box: bool
) -> None:
    resource = tmp_path / "REAPER"
    (resource / "Scripts").mkdir(parents=True)
    script(resource / "Scripts", COUNTING)
    (resource / "reaper-kb.ini").write_text(f'SCR {flags} 0 RSabc "Custom: script.py" script.py\r\n', encoding="utf-8")
    with Standin.start(project, resource_path=resource) as standin:
        standin.control.run_action("_RSabc")
        if box:
            asked = standin.control.start_action("_RSabc")
            assert asked is None
            standin.wait_until(lambda: standin.control.stats()["boxes"], "the box")
            assert "task control" in standin.control.stats()["boxes"][0]
            standin.control.dialog(False)
        else:
            standin.control.run_action("_RSabc")
            assert standin.control.stats()["boxes"] == []


def test_startup_lua_runs_actions(project: Path, tmp_path: Path) -> None:
    pytest.importorskip("lupa")
    resource = tmp_path / "REAPER"
    (resource / "Scripts").mkdir(parents=True)
    script(resource / "Scripts", "import reaper_python as r\nr.RPR_ShowConsoleMsg('from Python')\n")
    (resource / "reaper-kb.ini").write_text('SCR 4 0 RSabc "Custom: script.py" script.py\r\n', encoding="utf-8")
    script(
        resource / "Scripts",
        'local id = reaper.NamedCommandLookup("_RSabc")\nif id ~= 0 then reaper.Main_OnCommand(id, 0) end\n',
        "__startup.lua",
    )
    with Standin.start(project, resource_path=resource) as standin:
        assert standin.control.stats()["console"] == "from Python"


def test_the_stand_in_ends_with_the_process_that_started_it(project: Path, tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from tests.standin.fixture import Standin\n"
        f"r = Path({str(tmp_path / 'r')!r})\n"
        f"with Standin.start(Path({str(project)!r}), resource_path=r, no_bridge=True) as s:\n"
        "    print(s.pid, flush=True); os._exit(1)\n"
    )
    output = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    pid = int(output)
    deadline = time.monotonic() + 10.0
    while _is_there(pid):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().split(")")[1][:3] if Path(f"/proc/{pid}").exists() else True


def test_a_crash_can_be_ordered_at_a_call(project: Path, tmp_path: Path) -> None:
    with Standin.start(project, script=script(tmp_path, COUNTING), no_bridge=True, hz=200) as standin:
        standin.control.crash_on_call("ShowConsoleMsg")
        standin.wait_until(lambda: "crashed" in standin.log, "the crash")
        with pytest.raises(ConnectionError):
            standin.control.dump()


# trouble ------------------------------------------------------------------------------------------------------


def test_an_unbalanced_hold_of_the_screen_is_noticed(project: Path, tmp_path: Path) -> None:
    holding = script(tmp_path, "from reaper_python import *\nRPR_defer('RPR_PreventUIRefresh(1)')\n")
    with Standin.start(project, script=holding, no_bridge=True, hz=200) as standin:
        standin.wait_until(lambda: standin.control.stats()["unbalanced_refreshes"] == 1, "the mistake to be noticed")


def test_a_block_left_open_by_a_deferred_script_is_closed_with_its_tick(project: Path, tmp_path: Path) -> None:
    opening = script(
        tmp_path,
        "from reaper_python import *\n"
        "def edit():\n"
        "    RPR_Undo_BeginBlock2(0)\n"
        "    RPR_SetMediaTrackInfo_Value(RPR_GetTrack(0, 0), 'D_VOL', 0.5)\n"
        "    RPR_defer('RPR_Undo_EndBlock2(0, \"Mine\", -1)')\n"
        "RPR_defer('edit()')\n",
    )
    with Standin.start(project, script=opening, no_bridge=True, hz=200) as standin:
        standin.wait_until(lambda: standin.control.history()["undo"], "the point")
        assert standin.control.history()["undo"] == ["ReaScript: Run"]


def test_a_script_that_ends_gets_an_undo_point_for_what_it_changed(project: Path, tmp_path: Path) -> None:
    resource = tmp_path / "REAPER"
    (resource / "Scripts").mkdir(parents=True)
    source = "import reaper_python as r\nr.RPR_SetMediaTrackInfo_Value(r.RPR_GetTrack(0, 0), 'D_VOL', 0.5)\n"
    script(resource / "Scripts", source)
    (resource / "reaper-kb.ini").write_text('SCR 4 0 RSabc "Custom: script.py" script.py\r\n', encoding="utf-8")
    with Standin.start(project, resource_path=resource) as standin:
        standin.control.run_action("_RSabc")
        assert standin.control.history()["undo"] == ["Script: script.py"]


def test_a_frozen_main_thread_answers_nobody(counting: Standin) -> None:
    counting.control.freeze(0.3)
    counting.wait_until(lambda: counting.control.stats()["longest_hold_seconds"] >= 0.3, "the freeze")
    before = ticks(counting)
    counting.wait_until(lambda: ticks(counting) > before, "the script to go on")


def test_a_crash_can_be_ordered_after_some_calls(counting: Standin) -> None:
    counting.control.crash_after_calls(10)
    counting.wait_until(lambda: "crashed" in counting.log, "the crash")


def test_scripts_are_added_to_the_action_list_and_taken_out(project: Path, tmp_path: Path) -> None:
    resource = tmp_path / "REAPER"
    (resource / "Scripts").mkdir(parents=True)
    added = script(resource / "Scripts", "import reaper_python as r\nr.RPR_ShowConsoleMsg('added')\n", "my tool.py")
    adding = script(
        tmp_path,
        "from reaper_python import *\n"
        f"number = RPR_AddRemoveReaScript(True, 0, {str(added)!r}, True)\n"
        "RPR_ShowConsoleMsg(RPR_ReverseNamedCommandLookup(number) + ' ')\n",
    )
    with Standin.start(project, resource_path=resource, script=adding, no_bridge=True) as standin:
        name = standin.control.stats()["console"].strip()
        line = (resource / "reaper-kb.ini").read_text(encoding="utf-8")
        assert line == f'SCR 4 0 {name} "Custom: my tool.py" "my tool.py"\n'
        standin.control.run_action("_" + name)
        assert standin.control.stats()["console"].endswith("added")


def test_a_price_on_every_call_slows_scripts_down(project: Path, tmp_path: Path) -> None:
    calling = script(tmp_path, "from reaper_python import *\nRPR_defer('for _ in range(200): RPR_CountTracks(0)')\n")
    with Standin.start(project, script=calling, no_bridge=True, hz=200, call_cost_us=500) as standin:
        standin.wait_until(lambda: standin.control.stats()["calls"] == 200, "the calls")
        assert standin.control.stats()["longest_hold_seconds"] >= 200 * 500e-6


def test_the_bridge_can_be_started_anew_in_the_same_process(project: Path) -> None:
    with Standin.start(project) as standin:
        before = standin.bridge_file.read_text(encoding="utf-8")
        standin.control.restart_bridge()
        standin.wait_until(standin.bridge_file.exists, "the new discovery file")
        assert standin.bridge_file.read_text(encoding="utf-8") != before
        assert standin.control.stats()["script_errors"] == []


def test_the_bridge_runs_without_anything_reapers_python_does_not_have(project: Path) -> None:
    with Standin.start(project) as standin:
        assert standin.bridge_file.exists()
        assert standin.control.stats()["strangers"] == []
