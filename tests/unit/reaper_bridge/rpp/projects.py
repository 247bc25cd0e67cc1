"""Small projects for the tests, as REAPER would write them."""

FIRST = "{11111111-0000-4000-8000-000000000001}"
SECOND = "{22222222-0000-4000-8000-000000000002}"
THIRD = "{33333333-0000-4000-8000-000000000003}"
FOREIGN_FX = "{AAAAAAAA-0000-4000-8000-00000000000A}"
EQ_FX = "{BBBBBBBB-0000-4000-8000-00000000000B}"

_HEAD = """\
<REAPER_PROJECT 0.1 "7.27/win64" 1734702480
  RIPPLE 0
  PANLAW 1
  PANMODE 3
  SAMPLERATE 48000 0 0
  TEMPO 120 4 4
  MASTERMUTESOLO 4
  MASTER_NCH 2 2
  MASTER_VOLUME 1 0 -1 -1 1
  MASTER_FX 1
  MASTER_SEL 0
  <PROJBAY
  >
"""
_TRACK = """\
  <TRACK {guid}
    NAME {name}
    PEAKCOL 16576
    BEAT -1
    AUTOMODE 0
    VOLPAN {volume} 0 -1 -1 1
    MUTESOLO 0 0 0
    IPHASE 0
    PLAYOFFS 0 1
    ISBUS {folder}
    BUSCOMP 0 0 0 0 0
    SHOWINMIX 1 0.6667 0.5 1 0.5 0 0 0
    SEL 0
    REC 0 0 1 0 0 0 0 0
    VU 2
    TRACKHEIGHT 0 0 0 0 0 0 0
    INQ 0 0 0 0.5 100 0 0 100
    NCHAN 2
    FX 1
    TRACKID {guid}
    PERF 0
{receives}    MIDIOUT -1
    MAINSEND 1 0
{rest}  >
"""
_CHAIN = f"""\
    <FXCHAIN
      WNDRECT 10 20 700 400
      SHOW 1
      LASTSEL 0
      DOCKED 0
      BYPASS 0 0 0
      <VST "VST: Strange (Nobody)" strange.dll 0 "my 'own' name" 1315513407<5653544E69243F726320343800000000> ""
        PyROae5e7f4CAAAAAQAAAAAAAAACAAAAAAAAAAIAAAABAAAAAAAAAAIAAAAAAAAABAAAAAEAAAAAABAA
        3q2+7w==
        AAAQAAAA
      >
      FLOATPOS 5 6 7 8
      FXID {FOREIGN_FX}
      <PARMENV 3 0 1 0.5
        ACT 1 -1
        PT 0 0.25 0
      >
      WAK 0 0
    >
"""
_ITEM = """\
    <ITEM
      POSITION 0
      LENGTH 4
      LOOP 0
      NAME "a > b"
      VOLPAN 1 0 1 -1
      SOFFS 0
      <NOTES
        |<not a block
        |  "unbalanced
      >
      <SOURCE WAVE
        FILE "media\\one's.wav"
      >
    >
"""
_TAIL = """\
  <EXTENSIONS
    <SOWER_v2.0 0 -1
    >
  >
>
"""


def project_text(*tracks: str, head: str = _HEAD, tail: str = _TAIL) -> bytes:
    """Return a project of these tracks with REAPER's line ends."""
    return (head + "".join(tracks) + tail).replace("\n", "\r\n").encode()


def track_text(
    guid: str,
    name: str = "Vox",
    *,
    volume: str = "1",
    folder: str = "0 0",
    receives: str = "",
    rest: str = "",
) -> str:
    """Return the lines of a track."""
    return _TRACK.format(guid=guid, name=name, volume=volume, folder=folder, receives=receives, rest=rest)


def three_tracks() -> bytes:
    """Return a folder with two tracks in it, a foreign plug-in, an item and a send."""
    return project_text(
        track_text(FIRST, '"Band bus"', folder="1 1"),
        track_text(SECOND, "Vöx", volume="0.70710678118655", rest=_CHAIN + _ITEM),
        track_text(THIRD, '`it\'s "1"`', folder="2 -1", receives="    AUXRECV 1 0 0.5 0 0 0 0 0 0 -1:U 0 -1 ''\n"),
    )
