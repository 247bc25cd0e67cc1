"""The instruments a style chooses from: a table of roles, General MIDI programs, ways of playing and names."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """One instrument. ``kind`` is what may go wrong with it, ``near`` the key it plays around.

    ``drive_db`` sends it through an amplifier with a cone of ``cone_hz``. ``keys`` and ``steps`` are percussion.
    """

    role: str
    kind: str
    way: str
    near: int
    programs: tuple[int, ...]
    names: tuple[str, ...]
    is_stereo: bool = False
    presence: float = 0.75
    drive_db: float | None = None
    cone_hz: float = 5000.0
    keys: tuple[int, ...] = ()
    steps: tuple[int, ...] = ()


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split(", "))


_EVERY = tuple(range(0, 16, 2))
_FINGER = Part("bass_di", "bass", "bass", 33, (33, 34), _words("Bass DI, bass, Bs gtr, BASS"))
_AMP = Part("bass_amp", "bass", "bass", 33, (33, 34), _words("Bass Amp, bs amp, Bass mic"), drive_db=3, cone_hz=3500)
_UPRIGHT = Part("bass", "bass", "bass", 33, (32,), _words("Upright, Dbl Bass, Contrabass, Kontrabass"))
_SYNTH_BASS = Part("synth_bass", "bass", "bass", 33, (38, 39), _words("Synth Bass, SubBass, Moog bass, 303"))
_RHYTHM = Part("egtr_rhythm", "electric guitars", "powered", 45, (29, 30), _words("Gtr L, RHY GTR, E-Git, Dist Gtr 1"),
               drive_db=14, cone_hz=5200)  # fmt: skip
_CLEAN = Part("egtr_clean", "electric guitars", "comped", 57, (26, 27), _words("Clean Gtr, El Gtr clean, Strat"),
              drive_db=-6, cone_hz=5200)  # fmt: skip
_LEAD_GUITAR = Part("egtr_lead", "electric guitars", "line", 67, (29, 30), _words("Lead Gtr, Solo gtr, GTR SOLO"),
                    presence=0.5, drive_db=16, cone_hz=5500)  # fmt: skip
_STRUMMED = Part("agtr", "acoustic guitars", "strummed", 55, (24, 25), _words("Ac Gtr, Acoustic, AGtr"))
_PICKED = Part(
    "agtr", "acoustic guitars", "broken", 57, (24, 25), _words("Nylon, Picking Gtr, Ac Gtr 2, Konzertgitarre")
)
_PIANO = Part("piano", "keys", "comped", 60, (0, 1, 2), _words("Piano, Pno, Grand, Klavier"), True)
_PIANO_HELD = Part("piano", "keys", "broken", 64, (0, 1), _words("Piano, Flügel, PNO L-R"), True)
_EPIANO = Part("epiano", "keys", "comped", 60, (4, 5), _words("Rhodes, EP, Wurli, E-Piano"), True)
_ORGAN = Part("organ", "keys", "held", 60, (16, 17, 18, 19), _words("Organ, B3, Hammond, Orgel"), True)
_PAD = Part("synth_pad", "synths", "held", 62, (88, 89, 90, 91, 94, 95), _words("Pad, Warm Pad, Synth Pad"), True)
_SYNTH_LEAD = Part("synth_lead", "synths", "line", 72, (80, 81, 82, 84), _words("Synth Lead, Lead Syn, SawLead"), True)
_STABS = Part("synth", "synths", "sparse", 64, (62, 63, 81, 90), _words("Synth, Stabs, Syn pluck"), True)
_ENSEMBLE = Part("strings", "strings", "held", 64, (48, 49, 50), _words("Strings, Str ens, Streicher"), True)
_VIOLIN = Part("strings", "strings", "line", 74, (40,), _words("Violin, Vln 1, Fiddle"))
_CELLO = Part("strings", "strings", "line", 50, (42,), _words("Cello, Vc, Violoncello"))
_BRASS = Part("brass", "horns", "sparse", 60, (61, 56, 57), _words("Brass, Horns, Trumpets, Bläser"), presence=0.6)
_HORN = Part("brass", "horns", "held", 55, (60,), _words("French Horn, Hn, Corni"))
_SAX = Part("woodwind", "horns", "line", 64, (65, 66), _words("Tenor Sax, Alto Sax, Sax"))
_WIND = Part("woodwind", "horns", "line", 76, (68, 71, 73), _words("Flute, Clarinet, Oboe, Klarinette"))
_CHOIR = Part("choir", "choirs", "held", 64, (52, 53), _words("Choir, Chor, Choir Aahs"), True)
_SHAKER = Part(
    "shaker", "percussion", "steady", 0, (0,), _words("Shaker, shkr, Maracas"), keys=(70,), steps=tuple(range(16))
)
_TAMBOURINE = Part("tambourine", "percussion", "steady", 0, (0,), _words("Tamb, Tambourine"), keys=(54,), steps=_EVERY)
_CONGAS = Part("percussion", "", "steady", 0, (0,), _words("Congas, Perc, Bongos"), True,
               keys=(62, 63, 64), steps=(0, 3, 4, 6, 8, 10, 11, 14))  # fmt: skip
_CLAP = Part("clap", "percussion", "steady", 0, (0,), _words("Claps, Clap"), keys=(39,), steps=(4, 12))
_CLICK = Part("click", "", "steady", 0, (0,), _words("Click, Klick, Metronome"), presence=1.0,
              keys=(76, 77, 77, 77), steps=(0, 4, 8, 12))  # fmt: skip


@dataclass(frozen=True)
class Style:
    """A style: its tempo, its kit and how it is recorded, its band (each part with the chance that it plays)."""

    name: str
    slowest: float
    fastest: float
    kits: tuple[int, ...]
    has_drum_microphones: bool
    band: tuple[tuple[Part, float], ...]
    voices: int
    swing: float = 0.0


STYLES: tuple[Style, ...] = (
    Style("rock", 95, 150, (0, 8, 16), True,
          ((_FINGER, 1), (_AMP, 0.6), (_RHYTHM, 1), (_RHYTHM, 0.6), (_CLEAN, 0.6), (_LEAD_GUITAR, 0.7), (_ORGAN, 0.5),
           (_PIANO, 0.4), (_TAMBOURINE, 0.6)), 3),
    Style("jazz", 90, 140, (32, 40, 0), True,
          ((_UPRIGHT, 1), (_PIANO, 0.8), (_EPIANO, 0.4), (_CLEAN, 0.5), (_SAX, 0.7), (_BRASS, 0.5), (_WIND, 0.3)),
          1, 0.6),
    Style("electronic", 110, 132, (24, 25), False,
          ((_SYNTH_BASS, 1), (_PAD, 1), (_SYNTH_LEAD, 0.8), (_STABS, 0.7), (_EPIANO, 0.5), (_ENSEMBLE, 0.4),
           (_CLAP, 0.6), (_SHAKER, 0.5), (_CONGAS, 0.3)), 2),
    Style("folk", 75, 115, (), False,
          ((_STRUMMED, 1), (_PICKED, 0.7), (_UPRIGHT, 0.8), (_VIOLIN, 0.6), (_PIANO_HELD, 0.5), (_WIND, 0.4),
           (_SHAKER, 0.6), (_CONGAS, 0.5), (_CLICK, 0.6)), 2),
    Style("orchestral", 65, 100, (), False,
          ((_ENSEMBLE, 1), (_VIOLIN, 0.6), (_CELLO, 0.8), (_HORN, 0.7), (_BRASS, 0.6), (_WIND, 0.9), (_WIND, 0.4),
           (_CHOIR, 0.7), (_PIANO_HELD, 0.8), (_PAD, 0.3), (_CLICK, 0.3)), 1),
)  # fmt: skip
