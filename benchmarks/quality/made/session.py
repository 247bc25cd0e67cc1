"""Record a session: have its parts played, put microphones before them, flaw them, write project and truth."""

import json
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.quality.made.blemishes import Truth, blemished
from benchmarks.quality.made.midi import Note
from benchmarks.quality.made.parts import Part, Style
from benchmarks.quality.made.playing import WAYS, Chance, Song, drum_part, line, playing_bars, song_by_chance, steady
from benchmarks.quality.made.recording import coloured, in_room, late, passed, through_amplifier
from benchmarks.quality.made.sounds import RATE_HZ, Sound, played, soundfonts
from benchmarks.quality.made.voice import SYLLABLES, VOICES, sung

SECONDS = 44.0
_GENERIC_SHARE = 0.3
# Kit pieces: role, kind, names, keys, delay to the overheads in ms, place between left (-1) and right.
_PIECES = (
    ("kick", "kick", ("Kick", "BD", "Kick In", "Bassdrum"), (35, 36), 3.2, 0.0),
    ("snare", "snare", ("Snare", "SN top", "Snr", "SD"), (38, 40), 2.4, 0.1),
    ("hihat", "cymbals", ("HH", "Hat", "HiHat", "hats"), (42, 44, 46), 2.1, -0.5),
    ("tom_rack", "toms", ("Rack Tom", "Tom 1", "T1"), (47, 48, 50), 2.2, 0.3),
    ("tom_floor", "toms", ("Floor Tom", "Flr Tom", "FT"), (41, 43, 45), 2.9, 0.6),
    ("ride", "cymbals", ("Ride", "ride cym"), (51, 53, 59), 1.6, 0.6),
    ("cymbals", "cymbals", ("Crash", "Cymbals"), (49, 52, 55, 57), 1.5, -0.6),
)


@dataclass
class Take:
    """One track before it is written: what it is and what was done to it."""

    role: str
    kind: str
    names: tuple[str, ...]
    sound: Sound
    flaws: list[Truth] = field(default_factory=list)
    pair_with: str = ""


def write_session(folder: Path, style: Style, seed: int) -> None:
    """Make one session of a style in a folder; the seed decides everything."""
    chance = np.random.default_rng([seed, sum(style.name.encode())])
    song = song_by_chance(chance, style.slowest, style.fastest, SECONDS, style.swing)
    takes: list[Take] = []
    relations: list[Truth] = []
    if style.kits:
        takes += _drums(song, style, chance, relations)
    for part, likelihood in style.band:
        if chance.random() < likelihood:
            takes.append(_instrument(song, part, chance))
    takes += _voices(song, style, chance)
    _amplifier_relation(takes, relations, chance)
    for take in takes:
        if take.role != "click":
            take.sound, flaws = blemished(take.sound, take.kind, chance)
            take.flaws += flaws
    _write(folder, style, song, takes, relations, chance)


def _instrument(song: Song, part: Part, chance: Chance) -> Take:
    bars = playing_bars(song, chance, part.presence)
    if part.way == "steady":
        notes = steady(song, chance, bars, part.keys, part.steps)
    else:
        notes = WAYS[part.way](song, chance, bars, part.near)
    sound = _rendered(song, notes, chance, int(chance.choice(part.programs)), is_drums=bool(part.keys))
    if not part.is_stereo:
        sound = sound.mean(axis=0)
    if part.drive_db is not None:
        sound = through_amplifier(
            sound, part.drive_db + chance.uniform(-3, 3), part.cone_hz * chance.uniform(0.85, 1.2)
        )
    if part.role != "click":
        sound = coloured(sound, chance)
        if not part.role.endswith("_di") and chance.random() < 0.7:
            sound = in_room(sound, chance, float(chance.uniform(-26, -12)))
    return Take(part.role, part.kind, part.names, sound)


def _rendered(song: Song, notes: list[Note], chance: Chance, program: int, *, is_drums: bool) -> Sound:
    fonts = soundfonts()
    font = fonts[int(chance.integers(len(fonts)))]
    return played(notes, font, program=program, is_drums=is_drums, seconds=song.seconds + 1)


def _drums(song: Song, style: Style, chance: Chance, relations: list[Truth]) -> list[Take]:
    notes = drum_part(song, chance, style.name, playing_bars(song, chance, 0.9))
    kit, font = int(chance.choice(style.kits)), soundfonts()[int(chance.integers(len(soundfonts())))]
    pieces = []
    for role, kind, names, keys, delay_ms, place in _PIECES:
        own = [note for note in notes if note.key in keys]
        if own:
            sound = played(own, font, program=kit, is_drums=True, seconds=song.seconds + 1).mean(axis=0)
            pieces.append((Take(role, kind, names, coloured(sound, chance)), delay_ms, place))
    if not style.has_drum_microphones:
        return [take for take, _, _ in pieces]
    takes = [Take(take.role, take.kind, take.names, take.sound.copy()) for take, _, _ in pieces]
    everything = sum(take.sound for take, _, _ in pieces)
    for take in takes:
        bleed = passed(np.asarray(everything) - take.sound, 6000, "lowpass", 1)
        take.sound += late(bleed, float(chance.uniform(1, 2.5))) * 10 ** (chance.uniform(-34, -22) / 20)
    takes = [take for take in takes if take.role != "cymbals" or chance.random() < 0.3]
    left, right = (
        sum(
            late(take.sound, delay + side * place * 0.5) * np.sqrt(0.5 * (1 - side * place))
            for take, delay, place in pieces
        )
        for side in (1, -1)
    )
    over = in_room(coloured(passed(np.stack((left, right)), 120, "highpass", 1), chance), chance, -15)
    takes.append(Take("overheads", "overheads", ("OH", "Overheads", "Over L-R"), over))
    room = in_room(np.asarray(everything), chance, 4)
    takes.append(Take("room", "", ("Room", "Drum Room", "Amb"), late(passed(room, 9000, "lowpass", 1), 9.0)))
    if chance.random() < 0.7:
        takes.append(_snare_bottom(takes, chance, relations))
    return takes


def _snare_bottom(takes: list[Take], chance: Chance, relations: list[Truth]) -> Take:
    """Return the microphone under the snare, which hears it the other way round."""
    top = next(take for take in takes if take.role == "snare")
    top.role, top.names = "snare_top", ("SN top", "Snare Top", "SD oben")
    wires = top.sound + 0.6 * passed(chance.normal(0, 1, top.sound.size) * np.abs(top.sound), 1500, "highpass")
    top.pair_with = "snare_bottom"
    relations.append({"a": "snare_top", "b": "snare_bottom", "kind": "polarity", "natural": True})
    return Take("snare_bottom", "", ("SN btm", "Snare Bottom"), -passed(wires, 220, "highpass", 1))


def _voices(song: Song, style: Style, chance: Chance) -> list[Take]:
    takes: list[Take] = []
    near = int(chance.choice((55, 60, 64)))
    bars = playing_bars(song, chance, 0.75)
    words = [str(word) for word in chance.permutation(SYLLABLES)]
    lead = line(song, chance, bars, near)
    for number in range(style.voices):
        voice = str(chance.choice(VOICES))
        if number == 0:
            role, names, notes = "lead_vocal", ("Lead Vox", "LV", "Vocal", "Gesang", "Ld Voc"), lead
        else:
            role, names = "backing_vocal", ("BV", "Backing Vox", "harm", "Chor 1", "bgv")
            kept = set(bars[len(bars) // 2 :])
            move = int(chance.choice((-5, 3, 4, 7)))
            notes = [n for n in lead if int(n.start_seconds / song.bar_seconds) in kept]
            notes = [type(n)(n.start_seconds + 0.01, n.length_seconds, n.key + move, n.velocity) for n in notes]
        sound = coloured(sung(notes, voice, words, song.seconds + 1), chance)
        takes.append(Take(role, "voices", names, in_room(sound, chance, float(chance.uniform(-26, -16)))))
    return takes


def _amplifier_relation(takes: list[Take], relations: list[Truth], chance: Chance) -> None:
    """Let an amplifier repeat what the direct signal played, perhaps late, perhaps inverted."""
    by_role = {take.role: take for take in takes}
    direct, amplifier = by_role.get("bass_di"), by_role.get("bass_amp")
    if direct is None or amplifier is None:
        return
    amplifier.sound = coloured(through_amplifier(direct.sound, 4.0, 3500.0), chance)
    kinds, relation = [], {"a": "bass_di", "b": "bass_amp", "natural": False}
    if chance.random() < 0.6:
        delay_ms = float(chance.uniform(0.8, 3))
        amplifier.sound, relation["delay_ms"] = late(amplifier.sound, delay_ms), round(delay_ms, 2)
        kinds.append("delay")
    if chance.random() < 0.5:
        amplifier.sound, relation["needs_flip"] = -amplifier.sound, "bass_amp"
        kinds.append("polarity")
    if kinds:
        relations.append({**relation, "kind": "+".join(kinds)})


def _write(folder: Path, style: Style, song: Song, takes: list[Take], relations: list[Truth], chance: Chance) -> None:
    import soundfile

    (folder / "media").mkdir(parents=True, exist_ok=True)
    names = _names(takes, chance)
    tracks = []
    for name, take in zip(names, takes, strict=True):
        error_db = float(np.clip(chance.normal(0, 6), -12, 12))
        peak_dbfs = min(-0.3, -12 + error_db)
        sound = take.sound / max(1e-9, float(np.abs(take.sound).max())) * 10 ** (peak_dbfs / 20)
        soundfile.write(folder / "media" / f"{name}.flac", sound.T, RATE_HZ, subtype="PCM_24")
        tracks.append(
            {
                "track_name": name, "file": f"media/{name}.flac", "role": take.role, "channels": sound.ndim,
                "sample_rate": RATE_HZ, "length_s": round(sound.shape[-1] / RATE_HZ, 3),
                "level_error_db": round(error_db, 2), "target_gain_db": round(-error_db, 2), "reference_pan": 0.0,
                "flaws": take.flaws,
            }
        )  # fmt: skip
    by_role = {take.role: name for take, name in zip(takes, names, strict=True)}
    told = []
    for relation in relations:
        named = {key: by_role.get(value, value) if isinstance(value, str) else value for key, value in relation.items()}
        if named["kind"] == "polarity" and relation["natural"]:
            named["needs_flip"] = named["b"]
        told.append(named)
    truth = {"title": f"made {style.name}", "sample_rate": RATE_HZ, "bpm": round(song.beats_per_minute, 2),
             "length_s": tracks[0]["length_s"], "tracks": tracks, "relations": told}  # fmt: skip
    (folder / "truth.json").write_text(json.dumps(truth, indent=1, ensure_ascii=False) + "\n", "utf-8")
    (folder / "session.RPP").write_text(_project(song, tracks), "utf-8")


def _names(takes: list[Take], chance: Chance) -> list[str]:
    names: list[str] = []
    for number, take in enumerate(takes, 1):
        name = str(chance.choice(take.names))
        if chance.random() < _GENERIC_SHARE:
            name = f"Audio {number:02d}"
        while name in names:
            name = f"{name} {number}"
        names.append(name)
    return names


def _project(song: Song, tracks: list[Truth]) -> str:
    def guid(text: str) -> str:
        return f"{{{str(uuid.uuid5(uuid.NAMESPACE_OID, text)).upper()}}}"

    lines = ['<REAPER_PROJECT 0.1 "7.0/linux-x86_64" 1700000000', f"  SAMPLERATE {RATE_HZ} 1 0",
             f"  TEMPO {song.beats_per_minute:.4f} 4 4"]  # fmt: skip
    for track in tracks:
        name = track["track_name"]
        lines += [
            f"  <TRACK {guid(name)}", f'    NAME "{name}"', "    VOLPAN 1 0 -1 -1 1", "    NCHAN 2", "    FX 1",
            f"    TRACKID {guid(name)}", "    MAINSEND 1 0", "    <ITEM", "      POSITION 0",
            f"      LENGTH {track['length_s']}", f"      IGUID {guid(name + 'item')}", f'      NAME "{name}.flac"',
            "      VOLPAN 1 0 1 -1", "      SOFFS 0", "      PLAYRATE 1 1 0 -1 0 0.0025",
            f"      GUID {guid(name + 'take')}", "      <SOURCE FLAC", f'        FILE "{track["file"]}"', "      >",
            "    >", "  >",
        ]  # fmt: skip
    return "\n".join([*lines, ">"]) + "\n"
