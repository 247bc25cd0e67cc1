"""Time the panel: from a button to what one sees of it, over a project file and in a real browser.

    python -m benchmarks.panel

Prints markdown: what was measured, the median and the slowest, and what it may be. “Answer” is a plain request,
“first feedback” the service's word that it took an order, “seen” the first frame in which the page shows the press.
"""

import http.client
import json
import socket
import statistics
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from websockets.sync.client import ClientConnection, connect

from actions.service.panel_picture import changes_between, whole
from actions.service.picture import ChangePicture, DeskPicture, TrackPicture
from benchmarks.quality.tables import machine, table
from tests.panel_page import EXECUTABLE, browsing, page_in, panel_link
from tests.services import Service, serving
from tests.session_builder import BAND, build_project

REPEATS: Final = 40
NUDGES: Final = 20
SECONDS: Final = 60.0
SEEN: Final = """
selector => new Promise(seen => {
  const button = document.querySelector(selector);
  const start = performance.now();
  button.click();
  requestAnimationFrame(() => requestAnimationFrame(() => seen(performance.now() - start)));
})
"""


def main() -> None:
    """Print the table."""
    rows = [("what", "median", "slowest", "may be")]
    with tempfile.TemporaryDirectory() as folder, _mixed(Path(folder)) as service:
        link = panel_link(service)
        rows.append(_row("answer to a plain request", _times(lambda: _get(service, "/panel/")), 200))
        with _page(service, link) as page:
            rows.append(_row("button to first feedback", [_taken(page, "cancel", {}) for _ in range(REPEATS)], 50))
            nudged = [_done(page, "nudge", {"name": "vocal", "value": 0.1 * (i % 9)}) for i in range(1, NUDGES)]
            rows.append(_row("nudge to written, project file", nudged, 150))
            sides = [_done(page, "hear", {"side": side}) for side in ("before", "after") * 4]
            rows.append(_row("hear before or after, project file", sides, None))
            first = _taken_under_work(page)
            rows.append(_row("button to first feedback while it works", first, 50))
        if EXECUTABLE is not None:
            rows.append(_row("button to seen, in Chromium", _seen(link), 50))
    large = _large_picture()
    rows.append(_row("64 tracks and 300 changes made JSON", _times(lambda: json.dumps(whole(large))), 500))
    other = replace(large, amount_ratio=0.5)
    rows.append(_row("what has changed in them", _times(lambda: changes_between(large, other)), None))
    print(f"{machine()}\n\n{table(list(rows[0]), [list(row) for row in rows[1:]])}")


@contextmanager
def _mixed(folder: Path) -> Iterator[Service]:
    (folder / "song").mkdir()
    with serving(folder / "data", project=build_project(folder / "song", BAND), then="mix_all") as service:
        service.until(lambda state: state["last_pass"] != "")
        service.until_ready()
        yield service


def _get(service: Service, path: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", service.panel_port, timeout=SECONDS)
    try:
        connection.request("GET", path)
        assert connection.getresponse().read()
    finally:
        connection.close()


@contextmanager
def _page(service: Service, link: str) -> Iterator[ClientConnection]:
    host = f"127.0.0.1:{service.panel_port}"
    connection = http.client.HTTPConnection("127.0.0.1", service.panel_port, timeout=SECONDS)
    headers = {"content-type": "application/json", "origin": f"http://{host}"}
    connection.request("POST", "/panel/enter", json.dumps({"token": link.partition("#")[2]}), headers)
    cookie = (connection.getresponse().getheader("set-cookie") or "").partition(";")[0]
    connection.close()
    told = {"cookie": cookie, "origin": f"http://{host}"}
    with connect(f"ws://{host}/panel/live", additional_headers=told) as page:
        # as browsers do
        page.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _told(page, lambda message: "full" in message)
        yield page


def _told(page: ClientConnection, is_it: Callable[[Any], bool]) -> Any:
    while True:
        message = json.loads(page.recv(SECONDS))
        if is_it(message):
            return message


def _taken(page: ClientConnection, do: str, options: dict[str, Any]) -> float:
    threading.Event().wait(0.05)
    start = perf_counter()
    page.send(json.dumps({"do": do, "options": options, "id": "1"}))
    _told(page, lambda message: message.get("taken") == "1")
    return perf_counter() - start


def _done(page: ClientConnection, do: str, options: dict[str, Any]) -> float:
    threading.Event().wait(0.05)
    start = perf_counter()
    page.send(json.dumps({"do": do, "options": options, "id": "2"}))
    done = _told(page, lambda message: message.get("done", message.get("refused", {})).get("id") == "2")
    assert done["done"]["ok"], done
    return perf_counter() - start


def _taken_under_work(page: ClientConnection) -> list[float]:
    """Ask again and again for an analysis that is under way, which joins it."""
    page.send(json.dumps({"do": "analyse", "options": {}, "id": "3"}))
    _told(page, lambda message: message.get("set", {}).get("state", {}).get("doing") == "analyse")
    found: list[float] = []
    has_ended = False

    def is_taken(message: Any) -> bool:
        nonlocal has_ended
        has_ended = has_ended or message.get("done", {}).get("id") == "3"
        return bool(message.get("taken") == "4")

    while not has_ended:
        threading.Event().wait(0.05)
        start = perf_counter()
        page.send(json.dumps({"do": "analyse", "options": {}, "id": "4"}))
        _told(page, is_taken)
        found.append(perf_counter() - start)
    return found


def _seen(link: str) -> list[float]:
    with browsing() as browser, page_in(browser) as panel:
        panel.open(link)
        found = []
        for _ in range(REPEATS // 4):
            found.append(panel.page.evaluate(SEEN, "#redo") / 1000.0)
            panel.page.wait_for_selector("#redo:not([aria-busy])", state="attached")
        return found


def _times(act: Callable[[], object]) -> list[float]:
    found = []
    for _ in range(REPEATS):
        # slower than the panel's own limit of requests
        threading.Event().wait(0.02)
        start = perf_counter()
        act()
        found.append(perf_counter() - start)
    return found


def _row(what: str, seconds: list[float], limit_ms: float | None) -> tuple[str, str, str, str]:
    median, slowest = 1000.0 * statistics.median(seconds), 1000.0 * max(seconds)
    return what, f"{median:.1f} ms", f"{slowest:.1f} ms", f"≤ {limit_ms:g} ms" if limit_ms else "–"


def _large_picture() -> DeskPicture:
    reason = "7.7 dB below what other stems usually have; makes room for the voice"
    changes = [
        ChangePicture(f"{{T{i % 64}}}/fx/{i}", f"EQ {i}", reason, "tone", f"{{T{i % 64}}}", "Vox") for i in range(300)
    ]
    tracks = [TrackPicture(f"{{T{i}}}", f"Track {i}", "kick", "Kick drum", 0.9, "drums") for i in range(64)]
    return DeskPicture(changes=tuple(changes), tracks=tuple(tracks))


if __name__ == "__main__":
    main()
