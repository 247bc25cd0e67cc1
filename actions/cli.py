"""The command line. Every command ends with 0 done, 1 failed in one sentence, 2 wrong usage, 3 nothing to do."""

import os
import sys
from collections.abc import Callable
from typing import Any, Final, NoReturn

import typer

from actions import cli_hearing, cli_locks, cli_mixing, cli_service, cli_setup
from actions.finishing import stopping_on_request
from reaper_bridge.session.errors import CancelledError, FirstPassError

# tracks are worked on side by side; threads inside a matrix product would only wait for each other
for _library in ("OPENBLAS", "MKL", "OMP"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")

app = typer.Typer(
    name="first-pass",
    help="A rough but balanced mix of a REAPER project, as native values you carry on with by hand.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

COMMANDS: Final[tuple[Callable[..., Any], ...]] = (
    cli_mixing.mix,
    cli_hearing.analyse,
    cli_mixing.apply,
    cli_mixing.undo,
    cli_mixing.redo,
    cli_mixing.compare,
    cli_hearing.render,
    cli_hearing.roles,
    cli_locks.lock,
    cli_locks.unlock,
    cli_service.serve,
    cli_service.allow,
    cli_setup.install,
    cli_setup.uninstall,
    cli_setup.doctor,
)
"""In the order of ``--help``."""
for _command in COMMANDS:
    app.command()(_command)


def main() -> NoReturn:
    """Run the command line; every failure is one sentence on stderr."""
    try:
        with stopping_on_request():
            app(standalone_mode=True)
    except CancelledError as stopped:
        _fail(str(stopped))
    except FirstPassError as error:
        _fail(str(error))
    except KeyboardInterrupt:
        _fail("Stopped; the project is as it was.")
    except BrokenPipeError:
        os._exit(1)
    except Exception as error:
        if os.environ.get("FIRST_PASS_DEBUG"):
            raise
        _fail(
            f"Something unexpected went wrong ({type(error).__name__}: {error}); the project is as it was. "
            "Set FIRST_PASS_DEBUG=1 to see where, and please report it."
        )
    sys.exit(0)


def _fail(sentence: str) -> NoReturn:
    sys.stderr.write(" ".join(sentence.split()) + "\n")
    sys.exit(1)


if __name__ == "__main__":
    main()
