"""Feed the decoder of OSC with what atheris makes up: ``python -m tests.fuzz_osc [-max_total_time=60]``.

Run by `tests/properties/test_osc_fuzzing.py` where atheris is installed, which it cannot be everywhere;
`tests/properties/test_osc_packets.py` does much the same without. It ends with an error if an exception gets out, or an
order that is out of range.
"""

import contextlib
import sys

import atheris

with atheris.instrument_imports(include=["pythonosc", "actions.service"]):
    from actions.service.osc import NotTakenError, parsed
    from tests.unit.actions.service.test_osc_conversation import MIXED, TABLET, Room


def feed(packet: bytes) -> None:
    """Take one packet as the server does."""
    with contextlib.suppress(NotTakenError):
        room = Room(MIXED)
        for path, arguments in parsed(packet):
            room.conversation.hear(path, arguments, TABLET, 0)
        for order in room.orders:
            for value in order.options.values():
                assert not isinstance(value, float) or -36.0 <= value <= 1.0, order
        for _, _, told in room.conversation.due():
            assert all(type(value) in (int, float, str) for _, value in told)


if __name__ == "__main__":
    atheris.Setup(sys.argv, feed)
    atheris.Fuzz()
