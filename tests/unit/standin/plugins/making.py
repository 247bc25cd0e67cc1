"""Plug-ins for tests, and the blocks of some as a project file holds them."""

import rpp

from tests.standin.plugins import new_plugin, plugin_from_block
from tests.standin.plugins.instance import Instance

REACOMP_BLOCK = """<VST "VST: ReaComp (Cockos)" reacomp.dll 0 "" 1919247213<5653547265636D726561636F6D700000> ""
  bWNlcu9e7f4EAAAAAQAAAAAAAAACAAAAAAAAAAQAAAAAAAAACAAAAAAAAAACAAAAAQAAAAAAAAACAAAAAAAAAFwAAAAAAAAAAAAQAA==
  776t3g3wrd4AAIA/ED74PKabxDsK16M8AAAAAAAAAAAAAIA/AAAAAAAAAAAAAAAAnNEHMwAAgD8AAAAAzcxMPQAAAAAAAAAAAAAAAAAAgD4AAAAAAAAAAAAAAAA=
  AAAQAAAA
>"""
THIRD_PARTY_BLOCK = """<VST "VST: Strange (Somebody)" strange.dll 0 "" 1111111111<00000000000000000000000000000000> ""
  xzU6Qu5e7f4CAAAAAQAAAAAAAAACAAAAAAAAAAIAAAABAAAAAAAAAAIAAAAAAAAAAwAAAAEAAAAAABAA
  AQID
  AAAQAAAA
>"""


def fresh(name: str) -> Instance:
    plugin = new_plugin(name)
    assert plugin is not None
    return plugin


def index_of(plugin: Instance, name: str) -> int:
    return next(index for index in range(plugin.parameter_count()) if plugin.parameter_name(index) == name)


def again(plugin: Instance) -> Instance:
    """Save a plug-in's block as text and load it."""
    loaded = plugin_from_block(rpp.loads(rpp.dumps(plugin.block())))
    assert loaded is not None
    return loaded


def values(plugin: Instance) -> list[float]:
    return [plugin.raw(index)[0] for index in range(plugin.parameter_count())]


ALL = ("ReaEQ", "ReaComp", "ReaGate", "ReaVerbate", "ReaLimit", "ReaDelay", "utility/volume", "Channel Strip", "Panel")
