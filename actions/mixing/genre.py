"""Guess the genre from who plays, for when nobody says. A guess is reported as one."""

from collections import Counter

from analysis.roles import Roles

_ACOUSTIC = ("agtr", "agtr_mic", "agtr_di", "strings", "woodwind", "piano")
_KIT = ("kick", "kick_in", "kick_out", "snare", "snare_top", "overheads", "overhead_l", "tom", "tom_rack")
_SYNTHS = ("synth", "synth_pad", "synth_lead", "synth_bass", "drum_loop")


def guess_genre(roles: Roles) -> tuple[str, str]:
    """Return a genre and, in one sentence, why. Pop where nothing speaks for another."""
    count = Counter(entry.role for entry in roles.tracks.values())
    families = Counter(entry.family for entry in roles.tracks.values())
    orchestral = families["strings"] + families["horns"]
    kit = sum(count[role] for role in _KIT)
    synths = sum(count[role] for role in _SYNTHS)
    distorted = count["egtr_rhythm"] + count["egtr_lead"] + count["egtr"]
    acoustic = sum(count[role] for role in _ACOUSTIC)
    sings = count["lead_vocal"] > 0
    if orchestral >= 5 and kit == 0 and not sings and synths == 0 and distorted == 0:
        return "orchestral", f"{orchestral} strings and wind tracks, no drums, no voice"
    if families["horns"] >= 2 and distorted == 0 and synths == 0 and not sings:
        return "jazz", f"{families['horns']} horn tracks, no voice, no electric guitars"
    if synths >= 4 and synths > distorted + acoustic and kit <= synths + 2:
        return "electronic", f"{synths} synthesiser and loop tracks"
    if acoustic >= 2 and kit == 0 and distorted == 0 and synths <= 1:
        return "folk", f"{acoustic} acoustic instruments, no drum kit"
    if distorted >= 2 and kit >= 3:
        return "rock", f"{distorted} electric guitars and a drum kit"
    return "pop", "nothing speaks for another genre"
