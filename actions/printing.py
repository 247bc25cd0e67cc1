"""What a person reads on the terminal: progress, tables, sentences."""

import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from actions.progress import Course

if TYPE_CHECKING:
    from actions.first_pass import Outcome
    from actions.hearing import Heard

MOST_CHANGES = 14


class _Lines:
    """A watcher that writes a plain line for each stage, for pipes and logs."""

    def stage(self, name: str, count: int = 0) -> None:
        sys.stderr.write(f"{name} …\n")
        sys.stderr.flush()

    def track(self, name: str, ratio: float) -> None:
        if ratio >= 1.0:
            sys.stderr.write(f"  {name}\n")

    def notice(self, text: str, is_busy: bool = False) -> None:
        if text:
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()

    def done(self) -> None:
        sys.stderr.flush()


class _Bars:
    """A watcher that shows a bar for each track at work."""

    def __init__(self, progress: Any) -> None:
        self._progress = progress
        self._bars: dict[str, Any] = {}
        self._stage: Any = None

    def stage(self, name: str, count: int = 0) -> None:
        self._clear()
        if self._stage is not None:
            self._progress.remove_task(self._stage)
        self._stage = self._progress.add_task(f"[bold]{name}", total=None)

    def track(self, name: str, ratio: float) -> None:
        from rich.markup import escape

        bar = self._bars.get(name)
        if bar is None:
            bar = self._bars[name] = self._progress.add_task(f"  {escape(name)}", total=1.0)
        self._progress.update(bar, completed=ratio, visible=ratio < 1.0)

    def notice(self, text: str, is_busy: bool = False) -> None:
        from rich.markup import escape

        if text:
            self._progress.console.print(escape(text), highlight=False)

    def done(self) -> None:
        self._clear()
        if self._stage is not None:
            self._progress.remove_task(self._stage)
            self._stage = None

    def _clear(self) -> None:
        for bar in self._bars.values():
            self._progress.remove_task(bar)
        self._bars.clear()


@contextmanager
def watched_course(*, quiet: bool) -> Iterator[Course]:
    """Show progress on a terminal as bars, elsewhere as lines on stderr, or not at all."""
    if quiet:
        from actions.progress import QUIET

        yield QUIET
    elif not sys.stderr.isatty():
        yield Course(_Lines())
    else:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        with Progress(*columns, console=console, transient=True) as progress:
            yield Course(_Bars(progress))


def print_analysis(heard: "Heard") -> None:
    """Print every track's role and numbers, and what is wrong."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from actions.examining.recordings import TONE
    from actions.session_doctor import findings_of, told

    table = Table(box=None, pad_edge=False)
    for column in ("#", "Track", "Role", "sure", "LUFS", "peak dBTP", "crest", "floor"):
        table.add_column(column, justify="left" if column in ("Track", "Role") else "right")
    for track in heard.session.tracks:
        role, measures = heard.roles.tracks.get(track.id), heard.measures.get(track.id)
        cells = [str(track.index + 1), escape(track.name), role.role if role else "unknown"]
        cells.append(f"{100 * role.confidence:.0f} %" if role else "")
        if measures is None:
            cells += ["–"] * 4
        else:
            loudness = measures.loudness
            numbers = (
                loudness.integrated_lufs,
                loudness.true_peak_dbtp,
                measures.crest_db,
                measures.noise_floor_dbfs,
            )
            cells += [f"{number:.1f}" if math.isfinite(number) else "–" for number in numbers]
        table.add_row(*cells)
    console = Console()
    console.print(table)
    for track in heard.session.tracks:
        for flaw in heard.flaws.get(track.id, ()):
            if flaw.kind in TONE:
                console.print(f"  [bold]{escape(track.name)}[/]: {escape(flaw.text)}")
    for finding in findings_of(heard):
        console.print(f"  {escape(told(finding, heard.session))}", highlight=False)


def print_outcome(outcome: "Outcome") -> None:
    """Print what a pass did: the numbers of the mix, and its most important changes."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from actions.examining.quality import quality_of, quality_told
    from actions.report.words import change_headline
    from actions.session_doctor import findings_of, told, unmended
    from actions.telling import by_importance, plain_check

    console = Console()
    console.print(f"Mixed as [bold]{outcome.genre}[/] ({escape(outcome.genre_because)}).")
    table = Table(box=None, pad_edge=False)
    for column in ("", "before", "after"):
        table.add_column(column, justify="left" if not column else "right")
    before, after = plain_check(outcome.before), plain_check(outcome.after)
    for key, label in (
        ("loudness_lufs", "Loudness, LUFS"),
        ("true_peak_dbtp", "True peak, dBTP"),
        ("lead_to_accompaniment_db", "Lead against the rest, dB"),
        ("vocal_clarity", "Clarity of the lead, 0 to 1"),
        ("spectrum_distance_db", "Spectrum off the usual, dB"),
        ("low_side_to_mid_db", "Side/mid below 120 Hz, dB"),
        ("imbalance_db", "Left against right, dB"),
    ):
        if after[key] is not None:
            table.add_row(label, *("–" if side[key] is None else f"{side[key]:.2f}" for side in (before, after)))
    console.print(table)
    quality = quality_of(outcome.heard, outcome.mixed_session, outcome.decision.desk, outcome.after)
    if quality is not None:
        console.print(f"The mix now: {' '.join(quality_told(quality))}", highlight=False)
    changes = by_importance(outcome.plan)
    for change in changes[:MOST_CHANGES]:
        name = outcome.mixed_session.track(change.address.track_id).name
        headline = change_headline(change, outcome.mixed_session)
        console.print(f"  [bold]{escape(name)}[/]  {escape(headline)} – {escape(change.because)}", highlight=False)
    if len(changes) > MOST_CHANGES:
        console.print(f"  … and {len(changes) - MOST_CHANGES} more; --report FILE tells them all.")
    for track_id, why in outcome.decision.unmixed.items():
        console.print(f"  [dim]{escape(outcome.heard.session.track(track_id).name)}: left alone, {escape(why)}[/]")
    findings = unmended(findings_of(outcome.heard), outcome.plan)
    unheard = ("media", "media_note", "not_in_a_file")
    shown = [finding for finding in findings if finding.severity == "serious" or finding.kind in unheard]
    for finding in shown:
        console.print(f"  {escape(told(finding, outcome.heard.session))}", highlight=False)
    if len(findings) > len(shown):
        console.print(f"  {len(findings) - len(shown)} things worth knowing; `first-pass doctor --session` tells them.")


def print_roles(tracks: list[dict[str, Any]]) -> None:
    """Print who plays what, and why."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for column in ("#", "Track", "Role", "sure", "because"):
        table.add_column(column, justify="right" if column in ("#", "sure") else "left")
    for track in tracks:
        table.add_row(
            str(track["number"]),
            escape(track["name"]),
            track["role"],
            f"{100 * track['confidence']:.0f} %",
            escape("; ".join(track["evidence"])),
        )
    Console().print(table)
