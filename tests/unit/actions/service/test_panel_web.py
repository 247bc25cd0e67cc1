"""The panel as the network sees it: who is let in, what is refused, what every answer carries."""

import asyncio
import http.client
import json
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from actions.service.guests import Guests, allow, is_this_computer, let_in
from actions.service.orders import Done, Order
from actions.service.panel import MOST_PAGES, Panel, page_files
from actions.service.panel_page import MESSAGES_AT_ONCE
from actions.service.picture import DeskPicture, TrackPicture
from actions.service.state import State
from actions.service.web import MOST_MESSAGE_BYTES, Web
from actions.service.web_connections import MOST_OF_EACH, PATIENCE_SECONDS
from actions.service.web_guard import MOST_BODY_BYTES, REQUESTS_AT_ONCE, authorities
from reaper_bridge.session.errors import CancelledError, PlanError, SettingsError

SECONDS = 10.0


@dataclass
class Site:
    """A panel that listens. ``asked`` are the orders it gave, which ``answers`` ends by what is done."""

    port: int = 0
    address: str = "127.0.0.1"
    picture: DeskPicture = field(default_factory=lambda: DeskPicture(State(name="ready", sentence="Ready.")))
    asked: list[Order] = field(default_factory=list)
    changes_with_orders: dict[str, Any] = field(default_factory=dict)
    guests: Guests = field(default_factory=lambda: Guests(monotonic))
    panel: Panel = field(init=False)

    def __post_init__(self) -> None:
        self.panel = Panel(self.ask, lambda: self.picture, self.guests, has_preview=True)

    def ask(self, order: Order) -> "Future[Done] | None":
        self.asked.append(order)
        if order.do in ("cancel", "preview"):
            return None
        if order.do == "take_back":
            raise CancelledError("The service is stopping; start it again.")
        if self.changes_with_orders:
            self.show(**self.changes_with_orders)
        future: Future[Done] = Future()
        if order.do == "redo":
            future.set_exception(PlanError("No pass stands."))
        else:
            future.set_result(Done("Done."))
        return future

    def show(self, **what: Any) -> None:
        self.picture = replace(self.picture, **what)
        self.panel.look()

    @property
    def host(self) -> str:
        return f"{self.address}:{self.port}"

    def request(
        self, path: str, method: str = "GET", body: bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:  # fmt: skip
        """Return status, headers and body. Headers are given with _ for -, an empty one is left out."""
        connection = http.client.HTTPConnection(self.address, self.port, timeout=SECONDS)
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in {"host": self.host, **told}.items():
                if value:
                    connection.putheader(name, value)
            if body is not None and "content-length" not in told and "transfer-encoding" not in told:
                connection.putheader("content-length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def enter(self, token: str | None = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Hand a token in; return the answer."""
        body = json.dumps({"token": self.panel.door.token if token is None else token}).encode()
        told = {"content_type": "application/json", "origin": f"http://{self.host}", **headers}
        return self.request("/panel/enter", "POST", body, **told)

    @property
    def cookie(self) -> str:
        return f"first_pass_{self.port}={self.panel.door.cookie}"

    def page(self, **headers: str) -> ClientConnection:
        """Return a page that is open."""
        told = {"cookie": self.cookie, "origin": f"http://{self.host}", **headers}
        return connect(
            f"ws://{self.host}/panel/live",
            additional_headers={k: v for k, v in told.items() if v},
            open_timeout=SECONDS,
        )


@pytest.fixture
def site() -> Iterator[Site]:
    with serving("127.0.0.1") as site:
        yield site


@contextmanager
def serving(host: str, patience_seconds: float = PATIENCE_SECONDS) -> Iterator[Site]:
    """Serve a panel on an address of this computer."""
    site = Site(address=host)
    web = Web(site.panel.routes(), site.guests, patience_seconds)
    started, loop = threading.Event(), asyncio.new_event_loop()
    stop = asyncio.Event()

    async def serve() -> None:
        site.port = await web.open((host,))
        started.set()
        await stop.wait()
        await web.close()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    assert started.wait(SECONDS)
    try:
        yield site
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(SECONDS)
        loop.close()


def told(page: ClientConnection) -> Any:
    return json.loads(page.recv(SECONDS))


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so; fail when it does not come."""
    deadline = monotonic() + SECONDS
    while not is_so():
        assert monotonic() < deadline
        threading.Event().wait(0.05)


def until_closed(page: ClientConnection) -> Iterator[Any]:
    """Yield what a page is told until it is closed from the other side."""
    with suppress(ConnectionClosed):
        while True:
            yield told(page)


def said(page: ClientConnection, do: str, id: str = "1", **options: Any) -> None:
    page.send(json.dumps({"do": do, "options": options, "id": id}))


# --- the page and its headers -----------------------------------------------------------------------------------


def test_the_page_is_there_for_anybody_who_may_come_in(site: Site) -> None:
    status, headers, body = site.request("/panel/")
    assert status == 200
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert b"First Pass" in body
    for name, content in page_files().items():
        assert site.request(f"/panel/{name}")[2] == content


def test_the_page_holds_nothing_secret(site: Site) -> None:
    everything = b"".join(page_files().values())
    assert site.panel.door.token.encode() not in everything
    assert site.panel.door.cookie.encode() not in everything


def test_the_page_needs_no_internet_and_no_inline_code(site: Site) -> None:
    for name, content in page_files().items():
        text = content.decode()
        assert "http://www.w3.org/2000/svg" in text or "http" not in text.replace("http://${", ""), name
        assert "@import" not in text
        assert "innerHTML" not in text
    index = page_files()["index.html"].decode()
    assert "<style" not in index
    assert " style=" not in index
    assert (
        " on" not in index.replace(" only", "").replace(" one", "").replace(" on ", "").replace(" once", "")
        or "onclick" not in index
    )


@pytest.mark.parametrize("path", ["/panel/", "/panel/main.js", "/panel/nothing", "/panel/report", "/", "/panel/enter"])
def test_every_answer_carries_the_headers_that_protect_it(site: Site, path: str) -> None:
    _, headers, _ = site.request(path)
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in headers
    assert "server" not in headers


@pytest.mark.parametrize(
    "path", ["/panel/..%2fpanel.py", "/panel/../panel.py", "/panel/page", "/panel/index", "/etc/passwd"]
)
def test_there_is_nothing_but_the_files_of_the_page(site: Site, path: str) -> None:
    status, _, body = site.request(path, cookie=site.cookie)
    assert status == 404
    assert body == b"There is nothing here.\n"


# --- who is let in ---------------------------------------------------------------------------------------------


def test_the_token_is_changed_for_a_cookie_that_no_script_and_no_other_site_gets(site: Site) -> None:
    status, headers, _ = site.enter()
    assert status == 204
    cookie = headers["set-cookie"]
    assert cookie.startswith(site.cookie + ";")
    assert site.panel.door.token not in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/panel/" in cookie


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "\ud800"])
def test_a_wrong_token_is_refused(site: Site, token: str) -> None:
    status, headers, _ = site.enter(token)
    assert status == 403
    assert "set-cookie" not in headers


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"token": 3}', b"\xff", b"[" * 4000])
def test_a_token_that_is_none_is_refused(site: Site, body: bytes) -> None:
    origin = f"http://{site.host}"
    assert site.request("/panel/enter", "POST", body, content_type="application/json", origin=origin)[0] == 403


def test_a_form_of_another_page_cannot_bring_a_token(site: Site) -> None:
    assert site.enter(content_type="text/plain")[0] == 415


@pytest.mark.parametrize("path", ["/panel/report", "/panel/pictures"])
@pytest.mark.parametrize("cookie", ["", "first_pass=x", "first_pass_{port}=", "first_pass_{port}=wrong"])
def test_without_the_cookie_nothing_is_told(site: Site, path: str, cookie: str) -> None:
    assert site.request(path, cookie=cookie.format(port=site.port))[0] == 403


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "evil.example:{port}",
        "127.0.0.1",
        "127.0.0.1:1",
        "localhost.evil.example:{port}",
        "[::1]:{port}",
    ],
)
def test_a_name_that_is_not_ours_is_refused(site: Site, host: str) -> None:
    name = host.format(port=site.port)
    assert site.request("/panel/", host=name)[0] in (400, 403)
    assert site.enter(host=name, origin=f"http://{name}")[0] in (400, 403)


def test_we_go_by_our_address_and_this_computers_name(site: Site) -> None:
    assert site.request("/panel/", host=f"localhost:{site.port}")[0] == 200
    assert site.request("/panel/", host=site.host.upper())[0] == 200
    assert "192.168.1.5:9101" in authorities(("192.168.1.5", 9101))
    assert "localhost:9101" not in authorities(("192.168.1.5", 9101))
    assert "[fe80::1]:9101" in authorities(("fe80::1", 9101))
    assert authorities(None) == frozenset()


@pytest.mark.parametrize(
    "origin", ["", "null", "http://evil.example", "https://127.0.0.1:{port}", "http://127.0.0.1:1"]
)
def test_what_another_page_sends_is_refused(site: Site, origin: str) -> None:
    assert site.enter(origin=origin.format(port=site.port))[0] == 403


# --- how much and how often ------------------------------------------------------------------------------------


def test_a_request_that_is_too_large_is_refused(site: Site) -> None:
    origin = f"http://{site.host}"
    large = {"origin": origin, "content_type": "application/json"}
    assert site.request("/panel/enter", "POST", b" " * (MOST_BODY_BYTES + 1), **large)[0] == 413
    assert site.request("/panel/enter", "POST", b"", content_length="9" * 30, **large)[0] in (400, 413)
    assert site.request("/panel/enter", "POST", b"0\r\n\r\n", transfer_encoding="chunked", **large)[0] == 411
    assert site.request("/panel/" + "x" * 3000)[0] == 414
    assert site.request("/panel/", cookie="x" * 40_000)[0] in (400, 431)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_other_methods_are_refused(site: Site, method: str) -> None:
    assert site.request("/panel/", method, origin=f"http://{site.host}")[0] == 405


def test_who_asks_too_often_is_told_to_slow_down(site: Site) -> None:
    found = {site.request("/panel/icon.svg")[0] for _ in range(int(REQUESTS_AT_ONCE * 4))}
    assert found == {200, 429}


def test_who_connects_and_asks_nothing_is_cut_off() -> None:
    with serving("127.0.0.1", patience_seconds=0.1) as site:
        for said_first in (
            b"",
            b"GET /panel/ HTTP/1.1\r\nhost: ",
            b"POST /panel/enter HTTP/1.1\r\ncontent-length: 5\r\n\r\n",
        ):
            with socket.create_connection(("127.0.0.1", site.port), SECONDS) as client:
                client.sendall(said_first)
                with suppress(ConnectionError):
                    while client.recv(4096):
                        pass
        with site.page() as page:
            told(page)
            # longer than anybody who asks nothing may stay
            with pytest.raises(TimeoutError):
                page.recv(0.5)
            said(page, "analyse", "1")
            assert told(page) == {"taken": "1"}


def test_nobody_takes_all_connections(site: Site) -> None:
    with ExitStack() as clients:
        opened = [
            clients.enter_context(socket.create_connection(("127.0.0.1", site.port), SECONDS))
            for _ in range(MOST_OF_EACH + 5)
        ]
        refused = 0
        for client in opened[MOST_OF_EACH:]:
            with suppress(ConnectionError):
                refused += client.recv(1) == b""
                continue
            refused += 1
        assert refused == 5
    wait_until(lambda: _is_open(site))


def _is_open(site: Site) -> bool:
    with suppress(ConnectionError, http.client.HTTPException):
        return site.request("/panel/")[0] == 200
    return False


def test_a_device_that_was_not_let_in_is_told_to_ask_at_the_desk(site: Site) -> None:
    site_of_nobody = Guests(monotonic)
    assert not site_of_nobody.admits("192.168.1.77")
    heard: list[dict[str, Any]] = []
    scope = {
        "type": "http", "method": "GET", "path": "/panel/", "query_string": b"", "client": ("192.168.1.77", 5),
        "server": ("192.168.1.5", 9101), "headers": [(b"host", b"192.168.1.5:9101")],
    }  # fmt: skip
    web = Web(site.panel.routes(), site_of_nobody)

    async def send(message: Any) -> None:
        heard.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    asyncio.run(web._guard(scope, receive, send))
    assert heard[0]["status"] == 403
    assert b"Ask at the desk" in heard[1]["body"]
    assert site_of_nobody.waiting() == ("192.168.1.77",)


# --- live ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [{"cookie": ""}, {"cookie": "first_pass=x"}, {"origin": ""}, {"origin": "http://evil.example"}, {"origin": "null"}],
)
def test_a_page_that_may_not_come_in_gets_no_connection(site: Site, headers: dict[str, str]) -> None:
    with pytest.raises(InvalidStatus) as refused, site.page(**headers):
        pass
    assert refused.value.response.status_code == 403


def test_a_page_is_told_the_whole_picture_and_then_what_changes(site: Site) -> None:
    with site.page() as page:
        first = told(page)
        assert first["full"]["state"]["sentence"] == "Ready."
        assert first["fixed"]["has_preview"] is True
        site.show(amount_ratio=0.5)
        assert told(page) == {"set": {"amount_ratio": 0.5}}


def test_pages_that_are_open_together_show_the_same(site: Site) -> None:
    with site.page() as one, site.page() as other:
        assert told(one) == told(other)
        site.show(hearing="before")
        assert told(one) == told(other) == {"set": {"hearing": "before"}}


def test_an_order_is_taken_at_once_and_its_end_is_told(site: Site) -> None:
    with site.page() as page:
        told(page)
        said(page, "nudge", "4", name="vocal", value=0.5)
        assert told(page) == {"taken": "4"}
        assert told(page) == {"done": {"id": "4", "sentence": "Done.", "ok": True}}
        said(page, "redo", "5")
        assert told(page) == {"taken": "5"}
        assert told(page) == {"done": {"id": "5", "sentence": "No pass stands.", "ok": False}}
    assert [(order.do, dict(order.options)) for order in site.asked] == [
        ("nudge", {"name": "vocal", "value": 0.5}),
        ("redo", {}),
    ]


def test_what_came_of_an_order_is_told_before_its_end(site: Site) -> None:
    with site.page() as page:
        told(page)
        for value in (0.1, 0.2, 0.3):
            site.changes_with_orders = {"amount_ratio": value}
            said(page, "amount", part="all", ratio=value)
            assert [told(page), told(page), told(page)] == [
                {"taken": "1"},
                {"set": {"amount_ratio": value}},
                {"done": {"id": "1", "sentence": "Done.", "ok": True}},
            ]


def test_pages_that_number_their_orders_alike_do_not_hinder_each_other(site: Site) -> None:
    with site.page() as one, site.page() as other:
        for page in (one, other):
            told(page)
            said(page, "mix_all", "1")
            assert told(page) == {"taken": "1"}
    assert [order.request_id for order in site.asked] == ["", ""]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"do": "stop"}', '{"do": "nudge"}', "\x00", '{"do": "mix_all", "id": 3}']
)
def test_a_message_that_is_none_is_refused_and_the_page_stays(site: Site, text: str) -> None:
    with site.page() as page:
        told(page)
        page.send(text)
        assert told(page)["refused"]["sentence"].endswith(".")
        page.send(b"\x00\x01")
        assert told(page)["refused"]["sentence"] == "Send text."
        said(page, "analyse", "2")
        assert told(page) == {"taken": "2"}
    assert [order.do for order in site.asked] == ["analyse"]


def test_what_the_service_cannot_do_is_refused(site: Site) -> None:
    with site.page() as page:
        told(page)
        said(page, "preview", "3")
        assert told(page) == {"taken": "3"}
        assert told(page) == {"refused": {"id": "3", "sentence": "That cannot be done here."}}


def test_what_is_asked_while_the_service_stops_is_refused(site: Site) -> None:
    with site.page() as page:
        told(page)
        said(page, "take_back", "3")
        assert told(page) == {"taken": "3"}
        assert told(page)["refused"]["sentence"].startswith("The service is stopping")


def test_names_of_any_kind_are_told(site: Site) -> None:
    name = "half \udce9 of <b>Ünï</b> \x00 \u2028"
    site.show(tracks=(TrackPicture("{1}", name, "kick", "Kick drum", 0.5, "drums"),))
    with site.page() as page:
        assert told(page)["full"]["tracks"][0]["name"] == name


def test_a_message_that_is_too_long_ends_the_page(site: Site) -> None:
    with site.page() as page:
        told(page)
        page.send("x" * (MOST_MESSAGE_BYTES + 1))
        with pytest.raises(ConnectionClosed):
            told(page)
    assert not site.asked


def test_a_page_that_sends_too_much_is_closed(site: Site) -> None:
    with site.page() as page:
        for _ in range(int(MESSAGES_AT_ONCE * 5)):
            with suppress(ConnectionClosed):
                said(page, "cancel")
        assert len(list(until_closed(page))) <= MESSAGES_AT_ONCE * 4
    assert MESSAGES_AT_ONCE <= len(site.asked) < MESSAGES_AT_ONCE * 5


def test_only_so_many_pages_are_open_at_once(site: Site) -> None:
    with ExitStack() as pages:
        for _ in range(MOST_PAGES):
            pages.enter_context(site.page())
        with pytest.raises(InvalidStatus):
            pages.enter_context(site.page())


# --- tablets that ask ------------------------------------------------------------------------------------------


@pytest.fixture
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the list of tablets to the test."""
    monkeypatch.setenv("FIRST_PASS_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("FIRST_PASS_DATA_DIR", str(tmp_path / "data"))


def test_a_tablet_that_asks_is_shown_and_let_in(site: Site, own_settings: None) -> None:
    with site.page() as page:
        assert told(page)["full"]["asking"] == {"waiting": [], "let_in": []}
        site.guests.knocked("192.168.1.20")
        assert told(page) == {"set": {"asking": {"waiting": ["192.168.1.20"], "let_in": []}}}
        said(page, "let_in", "1", ip="192.168.1.20")
        assert told(page) == {"done": {"id": "1", "sentence": "192.168.1.20 is let in.", "ok": True}}
        assert let_in() == ("192.168.1.20",)
        while (shown := told(page)["set"]["asking"])["waiting"]:
            pass
        assert shown == {"waiting": [], "let_in": ["192.168.1.20"]}
        said(page, "let_nobody_in", "2")
        assert told(page)["done"]["ok"]
        assert let_in() == ()


def test_what_is_no_address_is_not_let_in(site: Site, own_settings: None) -> None:
    with site.page() as page:
        told(page)
        said(page, "let_in", "1", ip="everybody")
        assert "is no IP address" in told(page)["refused"]["sentence"]
    assert let_in() == ()


def own_address() -> str:
    """Return an address by which the network knows this computer; "" where there is none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # nothing is sent: it is only asked from where that would be
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return ""


def test_a_page_in_the_network_lets_nobody_in(own_settings: None) -> None:
    address = own_address()
    if not address or is_this_computer(address):
        pytest.skip("this computer is in no network")
    with serving(address) as site:
        assert site.request("/panel/")[0] == 403
        assert site.guests.waiting() == (address,)
        allow(address)
        site.guests.knocked("192.168.1.20")
        wait_until(lambda: site.request("/panel/")[0] == 200)
        with site.page() as page:
            assert told(page)["full"]["asking"] == {}
            said(page, "let_in", "1", ip="192.168.1.20")
            assert told(page)["refused"]["sentence"] == "This can be done at the desk alone."
        assert let_in() == (address,)


# --- the report and its numbers --------------------------------------------------------------------------------


def test_the_report_and_its_numbers_are_told_to_who_was_let_in(site: Site, tmp_path: Path) -> None:
    assert site.request("/panel/report", cookie=site.cookie)[0] == 404
    assert site.request("/panel/pictures", cookie=site.cookie)[0] == 204
    report = tmp_path / "song.html"
    report.write_text("<p>Report</p>", "utf-8")
    report.with_suffix(".json").write_text('{"label": "First pass 1"}', "utf-8")
    site.show(state=replace(site.picture.state, report=str(report)))
    status, headers, body = site.request("/panel/report", cookie=site.cookie)
    assert (status, body) == (200, b"<p>Report</p>")
    assert headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert json.loads(site.request("/panel/pictures", cookie=site.cookie)[2]) == {"label": "First pass 1"}


def test_a_port_that_is_taken_is_told(site: Site) -> None:
    web = Web([], Guests(monotonic))
    with pytest.raises(SettingsError, match=f"127.0.0.1:{site.port}"):
        asyncio.run(web.open(port=site.port))
