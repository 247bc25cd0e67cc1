"""Real OSC clients of other people, as processes that die with the test: liblo's tools, Pure Data, node-osc.

Each says hello when it is opened, says things with ``say``, and keeps what it was told in ``heard``.
"""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Protocol, TypeAlias

SECONDS = 180.0
Heard: TypeAlias = dict[str, int | float | str]


def free_port(kind: int = socket.SOCK_DGRAM) -> int:
    """Return a port that was free a moment ago, for a client that cannot be told to choose one."""
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class Listening:
    """What a client was told last of each address, and everything in order."""

    def __init__(self, process: "subprocess.Popen[str]", parse: Callable[[str], tuple[str, int | float | str] | None]):
        self.told: Heard = {}
        self.all: list[tuple[str, int | float | str]] = []
        self.process = process
        self._parse = parse
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            found = self._parse(line.rstrip("\n"))
            if found is not None:
                self.told[found[0]] = found[1]
                self.all.append(found)

    def ended(self) -> None:
        """Wait until everything was read of a client that has ended."""
        self._thread.join(SECONDS)

    def until(self, is_so: Callable[[Heard], bool], what: str = "", seconds: float = SECONDS) -> Heard:
        """Wait until the client was told something, and return what it knows; fail when it does not come."""
        deadline = monotonic() + seconds
        while not is_so(self.told):
            assert self.process.poll() is None, f"the client ended with {self.process.poll()}"
            if monotonic() > deadline:
                raise TimeoutError(f"waited in vain for {what}; heard last: {self.all[-20:]}")
            sleep(0.005)
        return dict(self.told)

    def until_welcome(self, say_hello: Callable[[], None]) -> None:
        """Say hello until it is answered: a client that has just begun may not listen yet."""
        deadline = monotonic() + SECONDS
        while "/firstpass/reply_port" not in self.told:
            assert monotonic() < deadline, "no answer to hello"
            say_hello()
            with contextlib.suppress(TimeoutError):
                self.until(lambda told: "/firstpass/reply_port" in told, "hello", 0.5)

    def until_told(self, path: str, value: object) -> None:
        """Wait until an address tells a value."""
        self.until(lambda told: told.get(path) == value, f"{path} {value!r}")


@contextlib.contextmanager
def _listening(
    command: list[str], parse: Callable[[str], tuple[str, int | float | str] | None], **options: object
) -> Iterator[Listening]:
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", **options
    )  # type: ignore[call-overload]
    with process:
        listening = Listening(process, parse)
        try:
            yield listening
        finally:
            process.kill()
            listening.ended()


class Client(Protocol):
    """Somebody who talks with the service."""

    heard: Listening

    def say(self, path: str, value: float | str) -> None:
        """Send one message with one argument."""


# --- liblo ----------------------------------------------------------------------------------------------------


class Liblo:
    """``oscsend`` and ``oscdump``: a new process, and so a new port, for each message that is sent."""

    def __init__(self, service_port: int, listening: Listening) -> None:
        self.service_port = service_port
        self.heard = listening

    def say(self, path: str, value: float | str) -> None:
        """Send one message with one argument, of the type the value has."""
        self.send(path, {int: "i", float: "f", str: "s"}[type(value)], value)

    def send(self, path: str, types: str = "", *arguments: object) -> None:
        """Send one message."""
        words = ["oscsend", "127.0.0.1", str(self.service_port), path, *([types] if types else [])]
        subprocess.run([*words, *(str(argument) for argument in arguments)], check=True, timeout=SECONDS)


@contextlib.contextmanager
def liblo(service_port: int) -> Iterator[Liblo]:
    """Listen with ``oscdump`` on a port of its own, name it, and say hello."""
    port = free_port()
    with _listening(["oscdump", "-L", str(port)], _from_oscdump) as listening:
        client = Liblo(service_port, listening)

        def hello() -> None:
            client.say("/firstpass/reply_port", port)
            client.say("/firstpass/hello", 1)

        listening.until_welcome(hello)
        yield client


def _from_oscdump(line: str) -> tuple[str, int | float | str] | None:
    parts = line.split(" ", 3)
    if len(parts) < 4 or not parts[1].startswith("/"):
        return None
    _, path, types, value = parts
    return path, {"i": int, "f": float}.get(types, lambda text: text[1:-1])(value)  # type: ignore[operator]


# --- Pure Data --------------------------------------------------------------------------------------------------

_PATCH = """#N canvas 0 0 450 300 12;
#X obj 10 10 netreceive {control};
#X obj 10 40 oscformat;
#X obj 10 70 list prepend send;
#X obj 10 100 list trim;
#X obj 10 130 netsend -u -b;
#X obj 60 160 oscparse;
#X obj 60 190 print heard;
#X obj 200 10 loadbang;
#X msg 200 40 connect 127.0.0.1 {service};
#X connect 0 0 1 0;
#X connect 1 0 2 0;
#X connect 2 0 3 0;
#X connect 3 0 4 0;
#X connect 4 1 5 0;
#X connect 5 0 6 0;
#X connect 7 0 8 0;
#X connect 8 0 4 0;
"""
"""Sends what it is told by TCP, and prints what comes back to the port it sends from."""


class PureData:
    """A patch that sends and listens on one port, with every number as a float, as Pure Data has no other."""

    def __init__(self, control: socket.socket, listening: Listening) -> None:
        self._control = control
        self.heard = listening

    def say(self, path: str, value: float | str) -> None:
        """Send one message with one argument."""
        self._control.sendall(f"set {path};\nlist {value};\n".encode())


@contextlib.contextmanager
def pure_data(service_port: int, folder: Path) -> Iterator[PureData]:
    """Run a patch and say hello."""
    control_port = free_port(socket.SOCK_STREAM)
    patch = folder / "client.pd"
    patch.write_text(_PATCH.format(control=control_port, service=service_port), "utf-8")
    command = ["pd", "-nogui", "-noaudio", "-nomidi", "-noprefs", "-stderr", str(patch)]
    with _listening(command, _from_pure_data) as listening, contextlib.ExitStack() as stack:
        deadline = monotonic() + SECONDS
        control = None
        while control is None:
            with contextlib.suppress(OSError):
                control = stack.enter_context(socket.create_connection(("127.0.0.1", control_port), 5.0))
            assert monotonic() < deadline, "Pure Data did not open its port"
            sleep(0.02)
        client = PureData(control, listening)
        listening.until_welcome(lambda: client.say("/firstpass/hello", 1))
        yield client


def _from_pure_data(line: str) -> tuple[str, int | float | str] | None:
    if not line.startswith("heard: list firstpass "):
        return None
    words = line.removeprefix("heard: list ").split(" ")
    # an address comes as its parts: those of a path that we know end where its values begin
    for length in range(len(words), 0, -1):
        path = "/" + "/".join(words[:length])
        if _is_known(path):
            # what would end a word in a patch is escaped
            told = re.sub(r"\\(.)", r"\1", " ".join(words[length:]))
            with contextlib.suppress(ValueError):
                return path, float(told)
            return path, told
    return None


def _is_known(path: str) -> bool:
    from actions.service.addresses import match

    return match(path) is not None


# --- node-osc ---------------------------------------------------------------------------------------------------

_SCRIPT = """
const { Client, Server, Bundle } = require("node-osc");
const [servicePort, ownPort] = process.argv.slice(2).map(Number);
const server = new Server(ownPort, "127.0.0.1");
const tell = (from) => ([path, value]) => console.log(JSON.stringify([path, value, from]));
server.on("message", (message) => tell("message")(message));
server.on("bundle", (bundle) => bundle.elements.forEach(tell("bundle")));
server.on("listening", () => {
  const client = new Client("127.0.0.1", servicePort);
  client.send(new Bundle(["/firstpass/reply_port", ownPort], ["/firstpass/hello", 1]));
  require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
    client.send(new Bundle(...JSON.parse(line)));
  });
});
"""


class NodeOsc:
    """Sends everything in bundles, and tells which messages came in one."""

    def __init__(self, listening: Listening) -> None:
        self.heard = listening

    def say(self, path: str, value: float | str) -> None:
        """Send one message with one argument, in a bundle."""
        self.send((path, value))

    def send(self, *messages: tuple[object, ...]) -> None:
        """Send messages as one bundle."""
        stdin = self.heard.process.stdin
        assert stdin is not None
        stdin.write(json.dumps(messages) + "\n")
        stdin.flush()


def node_modules() -> Path | None:
    """Return where node-osc is installed, None where it is not."""
    root = Path(__file__).resolve().parents[1]
    found = [Path(text) for text in (os.environ.get("NODE_PATH", ""), str(root / ".venv/node/node_modules")) if text]
    return next((path for path in found if (path / "node-osc").is_dir() and shutil.which("node")), None)


@contextlib.contextmanager
def node_osc(service_port: int, folder: Path) -> Iterator[NodeOsc]:
    """Say hello in a bundle, and listen."""
    script = folder / "client.cjs"
    script.write_text(_SCRIPT, "utf-8")
    environment = {**os.environ, "NODE_PATH": str(node_modules())}
    command = ["node", str(script), str(service_port), str(free_port())]
    with _listening(command, _from_node, stdin=subprocess.PIPE, env=environment) as listening:
        listening.until(lambda told: "/firstpass/reply_port" in told, "hello")
        yield NodeOsc(listening)


def _from_node(line: str) -> tuple[str, int | float | str] | None:
    try:
        path, value, _ = json.loads(line)
    except ValueError:
        return None
    return path, value
