"""Write a plan to a file, and replay one."""

import json
import os
import tempfile
from pathlib import Path

from actions.finishing import finishing
from reaper_bridge.host import Host
from reaper_bridge.session.change import MixPlan
from reaper_bridge.session.errors import PlanError, ProjectWriteError
from reaper_bridge.session.ledger import Pass
from reaper_bridge.session.model import Session
from reaper_bridge.session.values import with_plan
from reaper_bridge.session.wire import parse_plan


def write_plan_file(path: Path, plan: MixPlan, session: Session, project: str) -> None:
    """Write a plan as JSON that people can read and edit.

    Raises:
        ProjectWriteError: The file cannot be written.
    """
    from actions.telling import plan_file

    text = json.dumps(plan_file(plan, session, project), indent=2, ensure_ascii=False, allow_nan=False)
    write_text(path, text + "\n")


def read_plan_file(path: Path) -> MixPlan:
    """Read a plan back.

    Raises:
        PlanError: The file is missing or is not a plan; the message says where.
    """
    try:
        data = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise PlanError(f"{path}: the plan cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise PlanError(f"{path}: this is not a plan (JSON): {error}.") from error
    try:
        return parse_plan(data)
    except PlanError as error:
        raise PlanError(f"{path}: {error}") from error


def replay(host: Host, path: Path) -> tuple[Pass, Session]:
    """Write a plan from a file; return what landed and the session as it is then.

    Raises:
        PlanError: The plan is malformed or does not fit the project.
        StaleValueError: A value is not what the plan expects.
        ProjectWriteError: The project cannot be written.
    """
    plan = read_plan_file(path)
    session = host.snapshot()
    count = len(plan.without_idle)
    label = f"First pass {host.ledger().next_id}: {count} change{'s' * (count != 1)} from {path.name}"
    with finishing():
        entry = host.write(plan, label=label)
    return entry, with_plan(session, entry.plan)


def write_text(path: Path, text: str) -> None:
    """Write a text file that appears only when it is complete.

    Raises:
        ProjectWriteError: It cannot be written.
    """
    name = ""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".first-pass-")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError as error:
        if name:
            Path(name).unlink(missing_ok=True)
        raise ProjectWriteError(f"{path}: cannot be written: {error.strerror}.") from error
