"""What the meanings found in a name add up to: an ordered table of rules, the first that fits wins.

A rule reads ``needs ! unless -> role confidence``. Meanings are those of words.py; ``a|b`` needs one of the
two, ``@group`` one of a group. ``side`` is there when the name says left or right, ``bare`` when it names no
instrument, ``fx_first`` when an effect word stands before a voice ("FX vox" is a voice, "vox FX" an effect).
Confidences are the share of names of that form one would expect to be right; they are judgement, not counts.
"""

from dataclasses import dataclass
from functools import lru_cache

_GROUPS = {
    "kick": "kick letter_k",
    "piece": "kick subkick snare rim hihat tom rack_tom floor_tom ride cymbal overhead overhead_l overhead_r",
    "drums": "drums drum_machine beat fill",
    "perc": "perc shaker tambourine clap tops",
    "bass": "bass double_bass synth_bass contra_section",
    "gtr": "gtr egtr agtr",
    "keys": "piano epiano organ keys",
    "synth": "synth pad synth_lead stab",
    "wind": "brass woodwind",
    "solo_voice": "vocal lead_vocal rap scream",
    "voice": "vocal lead_vocal rap scream backing_vocal adlib choir speech",
}
GROUPS: dict[str, frozenset[str]] = {name: frozenset(words.split()) for name, words in _GROUPS.items()}
NOUNS: frozenset[str] = frozenset({"strings", "808", "909", "303", "loop"}).union(
    *(members for name, members in GROUPS.items() if name != "kick")
)

_RULES = """
click ! @piece -> click .95
click kick -> kick .6
guide -> guide .93
talkback @drums -> room .7
talkback -> guide .85
scratch @voice|@gtr|@bass|@keys|@drums|lead|strings -> guide .9
scratch bare -> guide .55
reference -> reference .92
print -> print .9
master bus -> bus .9
mix bus -> bus .9
master mix -> print .85
master @voice|@piece|@drums|@gtr|@bass|@keys|@synth -> bus .8
master -> print .7
reverb|delay bus|sends|aux -> return .9
fx|parallel sends -> return .92
sends -> return .85
bus -> bus .92
aux reverb|delay -> return .85
aux @perc -> percussion .85
aux bare -> bus .75
aux -> bus .6
reverb|delay bare -> return .9
reverb|delay -> return .75
slap @voice|snare|gtr -> return .6
slap bare -> return .55
parallel -> bus .75
flanger bare -> return .6
mix bare -> print .6
playback -> unknown 0
reverse @piece|@voice|@gtr|@keys|@synth|@perc|strings -> fx .8
reverse -> fx .85
rev cymbal -> fx .75
rev @voice|snare|drums|room -> return .55
rev bare -> return .5
rev -> fx .6
fx_first vocal ! lead -> backing_vocal .6
fx @gtr -> egtr .6
fx @voice -> fx .65
fx @perc|@keys|strings|@wind -> fx .6
fx -> fx .88
drop bare -> fx .55
chop -> fx .5
hit bare -> fx .6
build bare -> fx .6
swell cymbal -> fx .6
swell bare -> fx .6
slide bare -> fx .5
overhead vocal -> backing_vocal .6
subkick -> kick_sub .93
kick snare -> drum_loop .8
letter_k letter_s -> drum_loop .75
letter_k in -> kick_in .75
letter_k out -> kick_out .75
kick overhead -> drum_loop .6
kick hihat -> drum_loop .6
kick sub -> kick_sub .93
kick trigger -> kick .9
kick in|beater|gear_kick_in -> kick_in .94
kick out -> kick_out .94
kick room -> kick .7
kick -> kick .95
snare hihat -> snare .5
snare top|letter_t -> snare_top .95
snare bottom|letter_b -> snare_bottom .95
snare clap -> snare .7
snare room -> snare .7
snare -> snare .94
rim -> snare .75
overhead 808|909|drum_machine -> hihat .6
hihat ride|cymbal -> cymbals .7
hihat -> hihat .94
floor_tom -> tom_floor .93
rack_tom tom -> tom_rack .95
tom cymbal -> drum_loop .5
tom low -> tom_floor .7
tom high -> tom_rack .8
tom mid -> tom_rack .6
tom -> tom .93
rack_tom -> tom_rack .85
ride cymbal -> ride .8
ride -> ride .93
cymbal -> cymbals .93
overhead_l -> overhead_l .95
overhead_r -> overhead_r .95
overhead -> overheads .94
crush @drums|room|bare -> room .55
drums room|atmosphere|far -> room .93
room atmosphere|bare -> room .85
atmosphere mic -> room .6
drums perc loop -> percussion .6
shaker -> shaker .92
tambourine -> tambourine .92
clap -> clap .9
perc synth|keys|pad -> synth .55
perc -> percussion .9
tops -> percussion .65
bass woodwind -> woodwind .9
bass brass -> brass .85
bass @voice -> backing_vocal .75
bass drums|beat -> drum_loop .5
synth_bass -> synth_bass .93
bass 808|303|synth|stab|pad|keys|synth_lead|arp -> synth_bass .9
bass sub -> synth_bass .85
bass organ -> organ .7
bass piano -> piano .55
bass|double_bass amp|cab -> bass_amp .95
bass|double_bass di|pickup -> bass_di .95
bass strings -> strings .55
bass mic -> bass_amp .9
contra_section -> strings .5
double_bass -> bass .88
bass -> bass .93
drums|drum_machine|beat -> drum_loop .88
fill ! @gtr|@keys|@voice -> drum_loop .65
synth gtr -> synth .6
strum gtr ! electric|rhythm|egtr -> agtr .6
strum bare -> agtr .6
pad gtr -> egtr .6
agtr di|pickup -> agtr_di .95
agtr mic -> agtr_mic .94
agtr -> agtr .92
vocal gtr amp -> egtr .6
vocal|lead_vocal gtr -> lead_vocal .5
gtr|egtr di -> egtr_di .94
gtr|egtr rhythm ! solo -> egtr_rhythm .93
gtr|egtr lead|solo|harmony|harmony_lead|slide -> egtr_lead .92
gtr|egtr clean -> egtr_clean .93
gtr side -> egtr_rhythm .72
gtr double -> egtr_rhythm .65
egtr -> egtr .93
gtr -> egtr .84
epiano -> epiano .93
piano electric -> epiano .9
piano pad -> synth_pad .6
piano vocal -> lead_vocal .5
organ -> organ .92
piano -> piano .94
keys pad -> synth_pad .7
keys strings -> strings .6
keys synth -> synth .6
keys lead|solo -> synth_lead .5
keys -> keys .9
choir pad|synth -> synth_pad .75
pad|synth vocal -> synth_pad .6
strings pad|synth -> strings .68
synth brass -> synth .6
strings -> strings .92
brass -> brass .92
choir woodwind -> choir .7
singer_part|sop woodwind -> woodwind .93
woodwind -> woodwind .92
singer_part gtr -> egtr .8
synth_lead -> synth_lead .92
synth|stab lead|solo -> synth_lead .92
pad -> synth_pad .9
synth -> synth .9
arp lead -> synth_lead .6
arp bare -> synth .9
stab -> synth .7
303 -> synth_bass .7
808 -> synth_bass .75
909 -> drum_loop .65
adlib -> adlib .93
speech -> speech .86
vo -> speech .86
choir backing -> backing_vocal .9
choir -> choir .85
vocal|lead_vocal|singer_part backing -> backing_vocal .95
backing_vocal -> backing_vocal .93
vocal|lead_vocal|rap harmony -> backing_vocal .93
@solo_voice double -> vocal_double .92
letter_b vocal -> backing_vocal .8
whisper vocal -> vocal_double .55
vocal|lead_vocal high|low|mid ! lead -> backing_vocal .55
vocal singer_part -> backing_vocal .75
lead|lead_vocal vocal -> lead_vocal .96
lead_vocal -> lead_vocal .95
vocal amp|cab -> egtr .45
rap -> lead_vocal .75
scream -> lead_vocal .6
vocal chorus -> lead_vocal .55
vocal female|male|solo -> lead_vocal .82
vocal side -> lead_vocal .6
vocal -> lead_vocal .78
loop -> drum_loop .6
harmony -> backing_vocal .75
whisper -> adlib .55
singer_part -> choir .5
backing -> backing_vocal .6
chorus -> backing_vocal .4
sub -> synth_bass .6
atmosphere -> synth_pad .5
rhythm -> egtr_rhythm .55
clean di -> egtr_di .4
clean -> egtr_clean .4
solo|lead -> egtr_lead .35
trigger -> fx .4
far -> room .45
di -> egtr_di .35
amp|cab -> egtr .4
double -> vocal_double .4
gear_kick_in -> kick_in .55
gear_kick -> kick .6
gear_snare -> snare .4
gear_tom -> tom .55
gear_overheads -> overheads .45
gear_egtr -> egtr .5
amp_model -> egtr .55
mic room -> room .6
"""


@dataclass(frozen=True)
class Rule:
    """One line of the table: every set of ``needs`` must be met, none of ``unless`` may be there."""

    needs: tuple[frozenset[str], ...]
    unless: frozenset[str]
    role: str
    confidence: float


def _alternatives(text: str) -> frozenset[str]:
    found: set[str] = set()
    for part in text.split("|"):
        found |= GROUPS[part[1:]] if part.startswith("@") else {part}
    return frozenset(found)


def parse_rule(line: str) -> Rule:
    """Read one line of the table."""
    condition, _, result = line.partition("->")
    needs, _, unless = condition.partition("!")
    role, confidence = result.split()
    return Rule(
        tuple(_alternatives(word) for word in needs.split()),
        frozenset().union(*(_alternatives(word) for word in unless.split())),
        role,
        float(confidence),
    )


RULES: tuple[Rule, ...] = tuple(parse_rule(line) for line in _RULES.strip().splitlines())


@lru_cache(maxsize=4096)
def first_rule(meanings: frozenset[str]) -> Rule | None:
    """Return the first rule of the table that fits these meanings."""
    for rule in RULES:
        if rule.unless.isdisjoint(meanings) and all(not need.isdisjoint(meanings) for need in rule.needs):
            return rule
    return None


def completed(meanings: frozenset[str], has_side: bool) -> frozenset[str]:
    """Return the meanings with what they imply: an electric or acoustic what, left or right, no instrument."""
    full = set(meanings)
    has_noun = not NOUNS.isdisjoint(full)
    for kind, names in (("egtr", {"electric", "letter_e"}), ("agtr", {"acoustic", "letter_a"})):
        is_alone = not has_noun and not names.isdisjoint(full & {"electric", "acoustic"})
        if not names.isdisjoint(full) and ("gtr" in full or is_alone):
            full = (full - {"gtr"}) | {kind}
    if "vo" in full and full & {"lead", "double", "backing", "harmony", "female", "male", "high", "low"}:
        full = (full - {"vo"}) | {"vocal"}
    if "agtr" in full:
        full -= {"gtr", "egtr"}
    if "egtr" in full:
        full |= {"gtr"}
    if has_side:
        full.add("side")
    if NOUNS.isdisjoint(full):
        full.add("bare")
    return frozenset(full)
