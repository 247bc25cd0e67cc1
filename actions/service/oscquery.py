"""The OSCQuery tree: what addresses there are, what they take and how they stand, as plain JSON values.

By the OSCQuery proposal (version 1.0): a node has FULL_PATH and CONTENTS, a method also TYPE, RANGE, VALUE, ACCESS
(1 can be read, 2 written, 3 both) and DESCRIPTION. Whoever serves HTTP asks ``answer``; nothing here opens a socket.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from actions.service.addresses import ADDRESSES, Address, Feedback, Index, expand, indices
from actions.service.osc_values import Sent

Read: TypeAlias = Callable[[str], Sent | None]
"""What an address shows now, None where that is not known."""

READ, WRITE = 1, 2
EXTENSIONS: Final = ("ACCESS", "VALUE", "RANGE", "DESCRIPTION")
ATTRIBUTES: Final = ("FULL_PATH", "CONTENTS", "TYPE", *EXTENSIONS)
OK, NO_CONTENT, BAD_REQUEST, NOT_FOUND = 200, 204, 400, 404
_DESCRIPTION: Final = "A first-pass mix for REAPER"


def host_info(osc_ip: str, osc_port: int, name: str = "First Pass") -> dict[str, Any]:
    """Return what a client asks first: where OSC is spoken, and which attributes the nodes have."""
    return {
        "NAME": name,
        "OSC_IP": osc_ip,
        "OSC_PORT": osc_port,
        "OSC_TRANSPORT": "UDP",
        "EXTENSIONS": dict.fromkeys(EXTENSIONS, True),
    }


def tree(read: Read, counts: Mapping[Index, int]) -> dict[str, Any]:
    """Return the whole tree; of changes and tracks as many as there are."""
    root: dict[str, Any] = {"FULL_PATH": "/", "ACCESS": 0, "DESCRIPTION": _DESCRIPTION, "CONTENTS": {}}
    for address in ADDRESSES:
        for index in indices(address):
            if index is None or (address.index is not None and index <= counts.get(address.index, 0)):
                path = expand(address, index)
                _node(root, path).update(_method(address, path, read(path)))
    return root


def answer(
    path: str, query: str, read: Read, counts: Mapping[Index, int], info: Mapping[str, Any]
) -> tuple[int, dict[str, Any] | None]:
    """Return status and body of an HTTP GET of a path, with what stands after its question mark."""
    if query == "HOST_INFO":
        return OK, dict(info)
    node: dict[str, Any] | None = tree(read, counts)
    for part in path.strip("/").split("/") if path.strip("/") else ():
        node = None if node is None else node.get("CONTENTS", {}).get(part)
    if node is None:
        return NOT_FOUND, None
    if not query:
        return OK, node
    if query not in ATTRIBUTES:
        return BAD_REQUEST, None
    return (OK, {query: node[query]}) if query in node else (NO_CONTENT, None)


def _node(root: dict[str, Any], path: str) -> dict[str, Any]:
    """Return the node at a path, made with all above it where it is missing."""
    node, full = root, ""
    for part in path.strip("/").split("/"):
        full += f"/{part}"
        contents = node.setdefault("CONTENTS", {})
        node = contents.setdefault(part, {"FULL_PATH": full, "ACCESS": 0})
    return node


def _method(address: Address, path: str, value: Sent | None) -> dict[str, Any]:
    kind = _kind(address)
    access = (WRITE if address.argument != "none" else 0) | (READ if address.feedback != "none" else 0)
    node: dict[str, Any] = {
        "FULL_PATH": path,
        "TYPE": {"switch": "i", "text": "s", "none": "i"}.get(kind, "i" if address.is_whole else "f"),
        "ACCESS": access,
        "DESCRIPTION": address.meaning,
    }
    if address.choices:
        node["RANGE"] = [{"VALS": list(address.choices)}]
    elif kind == "number":
        node["RANGE"] = [{"MIN": address.low, "MAX": address.high}]
    elif kind != "text":
        node["RANGE"] = [{"VALS": [0, 1]}]
    if value is not None and address.feedback != "none":
        node["VALUE"] = [value]
    return node


def _kind(address: Address) -> Feedback:
    """Return what an address carries, a trigger being a switch that is only pressed."""
    if address.argument == "none":
        return address.feedback
    return "switch" if address.argument == "trigger" else address.argument
