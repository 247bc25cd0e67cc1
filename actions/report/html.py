"""The report as one self-contained HTML page: no script, no network, every text of the session escaped."""

import functools
import math
import os
import re
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import numpy as np

from actions.report.alignment import alignment_finding, alignment_picture, moved
from actions.report.contents import ChangeLine, GroupLevel, MaskingPicture, ReportContents, SectionMark, TrackStory
from actions.report.effect_words import db, number, percent
from actions.report.findings import (
    headline_numbers,
    levels_finding,
    loudness_finding,
    masking_finding,
    reduction_finding,
    spectrum_finding,
    stereo_finding,
)
from actions.report.ink import clean, shortened
from actions.report.pictures import (
    levels_picture,
    loudness_picture,
    masking_picture,
    mean_reduction_db,
    most_masked,
    reduction_picture,
    sparkline,
    spectrum_picture,
    stereo_picture,
)
from actions.report.riding import bed_finding, drawn, ride_finding, ride_picture
from actions.report.room import room_sentence
from actions.report.translation import Measure, device_finding, device_picture, has_values
from reaper_bridge.session.errors import ProjectWriteError

if TYPE_CHECKING:
    from jinja2 import Environment

TOP_CHANGES: Final = 10
HEADLINE_NUMBERS: Final = 5
LONGEST_NAME: Final = 90
SECTION_NAME_LENGTH: Final = 14
SHADES: Final = 6
STAGE_TITLES: Final = {
    "alignment": "Alignment",
    "gain": "Gain",
    "balance": "Balance",
    "pan": "Panorama",
    "tone": "Tone",
    "masking": "Making room",
    "dynamics": "Dynamics",
    "ducking": "Ducking",
    "deessing": "De-essing",
    "space": "Space",
}
SEVERITY_TITLES: Final = {"serious": "Serious", "notable": "Worth a look", "minor": "For information"}
PREVIEW_TITLES: Final = {
    "before": "Before",
    "after": "After, at the same loudness",
    "after_raw": "After, as it comes out of REAPER",
}
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
# matplotlib keeps its settings in one place for all threads
_DRAWING: Final = threading.Lock()
_COLOR: Final = re.compile(r"#[0-9a-fA-F]{6}")
_NUMBER_AND_UNIT: Final = re.compile(r"(?<=\d) (?=(?:%|dB|dBTP|dBFS|LU|LUFS|Hz|kHz|ms|s)(?!\w))")
_SIGNED_ZERO: Final = re.compile(r"[−+]0\.0(?!\d)")
_HYPHEN_MINUS: Final = re.compile(r"(?<![\w.])-(?=\d|inf\b)")


@dataclass(frozen=True)
class Figure:
    """A picture with its title and the sentence below it. Both are finished: ``svg`` is markup, the rest text."""

    title: str
    svg: str
    caption: str


def write_report(contents: ReportContents, path: Path) -> None:
    """Write the page whole or not at all.

    Raises:
        ProjectWriteError: It cannot be written; a page that stood there still stands.
    """
    page = format_report(contents).encode("utf-8")
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=".first-pass-", suffix=".tmp", dir=path.parent)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(page)
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        reason = (error.strerror or str(error)).lower()
        raise ProjectWriteError(
            f"The report {path} cannot be written: {reason}. Free some space or choose another place with --report."
        ) from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def format_report(contents: ReportContents) -> str:
    """Return the page. The same contents always give the same text."""
    before, after = _same_tracks(contents.masking_before, contents.masking_after)
    groups = tuple(_titled(group) for group in contents.groups)
    contents = replace(contents, groups=groups, masking_before=before, masking_after=after)
    numbers = headline_numbers(contents)
    changed = sorted(
        (track for track in contents.tracks if track.changes), key=lambda t: (-t.importance, t.number, t.name)
    )
    grave = [problem for problem in contents.problems if problem.severity != "minor"]
    template = _environment().get_template("template.html.j2")
    return template.render(
        contents=contents,
        numbers=numbers[:HEADLINE_NUMBERS],
        more_numbers=numbers[HEADLINE_NUMBERS:],
        top=_top_changes(changed),
        change_count=sum(len(track.changes) for track in changed),
        figures=figures(contents),
        changed=changed,
        unmixed=[track for track in contents.tracks if not track.changes and track.unmixed_because],
        in_place=[track for track in contents.tracks if not track.changes and not track.unmixed_because],
        problems=sorted(grave, key=lambda p: list(SEVERITY_TITLES).index(p.severity)),
        minor_problems=[p for p in contents.problems if p.severity == "minor"],
        previews=_previews(contents.previews),
        seconds=sorted(contents.seconds.items(), key=lambda item: -item[1]),
        total_seconds=contents.seconds.get("total", sum(contents.seconds.values())),
    )


def figures(contents: ReportContents) -> list[Figure]:
    """Return the pictures of a pass with their captions. One thread draws at a time."""
    with _DRAWING:
        return _drawn(contents)


def _drawn(contents: ReportContents) -> list[Figure]:
    reference = "the lead" if contents.mix_after.lead_to_accompaniment_db is not None else "the loudest group"
    before, after = contents.mix_before, contents.mix_after
    captions = {
        "tone": spectrum_finding(contents),
        "levels": levels_finding(contents),
        "stereo": stereo_finding(contents),
        "loudness": loudness_finding(contents),
        "reduction": reduction_finding(contents),
    }
    return [
        Figure(
            "Tone against the target",
            spectrum_picture(
                before.band_levels_db,
                after.band_levels_db,
                contents.target_levels_db,
                f"Spectrum before, after and target. {captions['tone']}",
            ),
            captions["tone"],
        ),
        Figure(
            "Loudness through the song",
            loudness_picture(
                before.times_seconds,
                before.short_term_lufs,
                after.times_seconds,
                after.short_term_lufs,
                f"Short-term loudness over time, before and after. {captions['loudness']}",
            ),
            captions["loudness"],
        ),
        Figure(
            "Level of each group",
            levels_picture(contents.groups, f"Level of each group of tracks. {captions['levels']}", reference),
            captions["levels"],
        ),
        Figure(
            "Where everything stands",
            stereo_picture(contents.tracks, f"Stereo field. {captions['stereo']}"),
            captions["stereo"],
        ),
        *_masking_figures(contents),
        *_alignment_figures(contents),
        *_ride_figures(contents),
        *_device_figures(contents),
        Figure(
            "What the compressors take away",
            reduction_picture(contents.tracks, f"Gain reduction over time. {captions['reduction']}"),
            captions["reduction"],
        ),
    ]


def _alignment_figures(contents: ReportContents) -> list[Figure]:
    if not moved(contents.alignments):
        return []
    found = alignment_finding(contents.alignments)
    alt = f"Attacks of two tracks over each other, before and after. {found}"
    return [Figure("Microphones in time", alignment_picture(contents.alignments, alt), found)]


def _ride_figures(contents: ReportContents) -> list[Figure]:
    figures = []
    bed = bed_finding(contents.rides)
    for index, story in enumerate(drawn(contents.rides)):
        found = ride_finding(story) + (bed if not index else "")
        alt = f"Automation of the level over the waveform of {story.name}, with the sections of the song. {found}"
        title = "The lead, ridden" if story.kind == "lead" else "A solo, ridden"
        figures.append(Figure(title, ride_picture(story, contents.sections, f"ride-{index}", alt), found))
    return figures


def _device_figures(contents: ReportContents) -> list[Figure]:
    titles: dict[Measure, str] = {"lead": "The lead on other loudspeakers", "bass": "The bass on other loudspeakers"}
    notes: dict[Measure, list[str]] = {"lead": [], "bass": []}
    for note in contents.device_notes:
        notes["bass" if "bass" in note else "lead"].append(note)
    drawn = []
    for measure, title in titles.items():
        if has_values(contents.devices, measure):
            found = device_finding(contents.devices, measure, notes[measure])
            alt = f"{title}, before and after, with limits. {found}"
            drawn.append(Figure(title, device_picture(contents.devices, measure, alt), found))
    return drawn


def _masking_figures(contents: ReportContents) -> list[Figure]:
    before, after = contents.masking_before, contents.masking_after
    found = masking_finding(before, after)
    is_whole = before.names == after.names and before.matrix.shape == (len(before.names),) * 2
    chosen = most_masked(before.matrix) if is_whole else None
    how = "Read a row: the track named at its left is hidden, in percent, by those named on top."
    return [
        _masking_figure("Who hides whom, before", before, chosen, "masking-before", how, found),
        _masking_figure("Who hides whom, after", after, chosen, "masking-after", found, found),
    ]


def _same_tracks(before: MaskingPicture, after: MaskingPicture) -> tuple[MaskingPicture, MaskingPicture]:
    """Return both less the tracks that are only in one of them, so that they can be compared."""
    common = [name for name in after.names if before.names.count(name) == after.names.count(name) == 1]
    if before.names == after.names or len(common) < 2:
        return before, after
    return _only(before, common), _only(after, common)


def _only(masking: MaskingPicture, names: list[str]) -> MaskingPicture:
    if masking.matrix.shape != (len(masking.names),) * 2:
        return masking
    chosen = [masking.names.index(name) for name in names]
    return MaskingPicture(tuple(names), masking.matrix[np.ix_(chosen, chosen)])


def _masking_figure(
    title: str, masking: MaskingPicture, chosen: list[int] | None, key: str, caption: str, found: str
) -> Figure:
    if masking.matrix.shape != (len(masking.names),) * 2:
        masking = MaskingPicture()
    if chosen is None:
        chosen = most_masked(masking.matrix)
    names = [masking.names[i] for i in chosen]
    shown = masking.matrix[np.ix_(chosen, chosen)]
    return Figure(title, masking_picture(names, shown, f"{title}, as a matrix. {found}", key), caption)


def _titled(group: GroupLevel) -> GroupLevel:
    """Return a group with a name for people: ``lead_vocal`` becomes ``Lead vocal``."""
    name = group.name.replace("_", " ").strip()
    return replace(group, name=name[:1].upper() + name[1:])


def _top_changes(tracks: list[TrackStory]) -> list[tuple[TrackStory, ChangeLine]]:
    lines = [(track, change) for track in tracks for change in track.changes]
    return sorted(lines, key=lambda line: (-line[1].importance, line[0].number, line[1].address))[:TOP_CHANGES]


def _previews(previews: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return title and link of each preview; a link is always relative to the page."""
    known = [key for key in PREVIEW_TITLES if key in previews]
    others = sorted(set(previews) - set(PREVIEW_TITLES))
    return [
        (PREVIEW_TITLES.get(key, key.replace("_", " ").capitalize()), _relative_link(previews[key]))
        for key in (*known, *others)
    ]


def _relative_link(path: str) -> str:
    parts = [part for part in path.replace("\\", "/").split("/") if part]
    return "./" + quote("/".join(parts).encode("utf-8", "surrogatepass"))


@functools.cache
def _environment() -> "Environment":
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        loader=FunctionLoader(_packaged_text),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_final,
    )
    environment.filters.update(
        name=_name,
        sentence=_sentence,
        room=room_sentence,
        ending=_ending,
        moment=_moment,
        number=number,
        db=db,
        percent=percent,
        stage=lambda stage: STAGE_TITLES.get(stage, stage.capitalize()),
        severity=lambda severity: SEVERITY_TITLES[severity],
        swatch=_swatch,
        pan=_pan,
        spark=_spark,
        reduction=mean_reduction_db,
        finite=math.isfinite,
        clock=_clock,
        share=_share,
        shade=lambda letter: sum(map(ord, letter)) % SHADES,
        called=lambda name: _name(shortened(name.strip(), SECTION_NAME_LENGTH)) if name.strip() else "",
    )
    return environment


def _final(value: Any) -> Any:
    """Return a text as the page shall hold it: nothing unprintable, and no line break before a unit."""
    return _NUMBER_AND_UNIT.sub("\u00a0", clean(value)) if type(value) is str else value


def _moment(text: str) -> str:
    """Return an ISO date and time as people write it; anything else as it is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}, {moment:%H:%M}"


def _packaged_text(name: str) -> str | None:
    file = resources.files("actions.report").joinpath(name)
    return file.read_text("utf-8") if file.is_file() else None


def _name(text: str) -> Any:
    """Return a name of the session as markup that keeps its direction to itself."""
    from markupsafe import Markup, escape

    return Markup("<bdi>{}</bdi>").format(escape(shortened(text.strip(), LONGEST_NAME) or "(no name)"))


def _sentence(text: str) -> str:
    """Return a reason as a sentence: a capital, real minus signs, no signed zero, a full stop."""
    text = _ending(text)
    return text[:1].upper() + text[1:]


def _ending(text: str) -> str:
    """Return the rest of a sentence: real minus signs, no signed zero, a full stop."""
    text = _SIGNED_ZERO.sub("0.0", _HYPHEN_MINUS.sub("−", text.strip()).replace("−inf", "−∞"))
    return text if not text or text[-1] in ".!?…" else f"{text}."


def _swatch(color: str | None) -> str:
    """Return a track colour that is safe in a style, or the neutral one."""
    return color if color is not None and _COLOR.fullmatch(color) else "var(--rule)"


def _pan(track: TrackStory) -> str:
    from actions.report.words import pan_words

    return pan_words(track.pan) if math.isfinite(track.pan) else "–"


def _clock(seconds: float) -> str:
    """Return a time of the song as ``1:05``."""
    return f"{int(max(seconds, 0.0)) // 60}:{int(max(seconds, 0.0)) % 60:02d}"


def _share(section: SectionMark) -> str:
    """Return how wide a section is drawn, beside the others."""
    return f"{max(section.end_seconds - section.start_seconds, 0.1):.1f}"


def _spark(track: TrackStory) -> Any:
    from markupsafe import Markup

    if track.gain_reduction is None:
        return ""
    return Markup(sparkline(*track.gain_reduction, f"Gain reduction, {db(mean_reduction_db(track))} on average"))
