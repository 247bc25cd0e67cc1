"""What a message of OSC, or a control of the panel, asks the service for: an address with its value as an order.

Numbers of changes and tracks are those of the picture that the client saw; the order names the thing itself, so that
one that comes late hits the right one or nothing.
"""

from actions.service.addresses import Address
from actions.service.orders import Order
from actions.service.osc_values import Value
from actions.service.picture import DeskPicture


def order_of(
    address: Address, index: int | None, value: Value, picture: DeskPicture, request_id: str = ""
) -> Order | None:  # fmt: skip
    """Return what a value at an address asks for, as ``match`` and ``incoming`` gave them.

    None where it asks for nothing: what concerns one client only (hello, refresh, ping, reply_port), a release, and
    a change or track that is not there.
    """
    raise NotImplementedError
