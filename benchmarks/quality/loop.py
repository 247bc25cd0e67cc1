"""How far a pass predicted what it renders to, and how well its protected groups are heard before and after."""

from collections.abc import Mapping

from actions.first_pass import Outcome
from benchmarks.quality.tables import table, text

LIMITS = {
    "track loudness": 0.2,
    "track third octaves": 0.5,
    "group loudness": 0.2,
    "group third octaves": 0.5,
    "gain reduction": 1.0,
    "return loudness": 0.2,
    "lead to accompaniment": 0.2,
}
"""What the mean error shall stay within."""

Loop = dict[str, dict[str, float | None]]


def loop_rows(outcome: Outcome) -> Loop:
    """Return every measure with its mean and largest error, and every protected group with its audibility."""
    rows: Loop = {
        name: {"mean": error.mean, "largest": error.largest, "limit": LIMITS.get(name)}
        for name, error in outcome.verified.errors.measures.items()
    }
    before, after = outcome.before.mixture.audibility, outcome.after.mixture.audibility
    for group in sorted(after):
        rows[f"audibility of {group.replace('_', ' ')}"] = {"before": before.get(group), "after": after[group]}
    withheld = [why for _, why in outcome.decision.dropped if why.startswith("taken out")]
    rows["taken out"] = {"count": float(len(withheld))}
    return rows


def told_loop(rows: Mapping[str, Mapping[str, float | None]]) -> str:
    """Return the prediction errors and the audibilities of one session as markdown."""
    errors = [
        [name, text(row["mean"], ".3f"), text(row["largest"], ".3f"), text(row["limit"], "g")]
        for name, row in rows.items()
        if "mean" in row
    ]
    heard = [
        [name, text(row["before"], ".3f"), text(row["after"], ".3f")] for name, row in rows.items() if "after" in row
    ]
    count = rows.get("taken out", {}).get("count") or 0.0
    return "\n\n".join(
        [
            table(("prediction against rendering", "mean error", "largest", "mean wanted"), errors),
            table(("protected", "before", "after"), heard),
            f"Changes taken out since they made something protected worse: {count:.0f}.",
        ]
    )


__all__ = ["LIMITS", "Loop", "loop_rows", "told_loop"]
