"""`drift --format markdown`: an issue or a comment, in the Markdown of GitHub and GitLab."""

from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.drift import Difference
from policyengine.report.drift.result import DriftResult, classes_text, tree_texts, unjudged_text
from policyengine.report.markdown import Section, comment, folded, item, prose, table_row

_MOST = 20  # changes of a difference that are listed


def render(result: DriftResult) -> str:
    """The comparison as a comment of at most 60,000 characters."""
    verdict = "no drift" if result.verdict == "none" else result.verdict
    return comment("drift", f"**{verdict}**: {prose(result.summary())}", _sections(result))


def _sections(result: DriftResult) -> Iterator[Section]:
    if age := result.compared_with.age_text(result.at):
        yield Section("\n", [prose(age)])
    rows = [table_row(each.cause, prose(each.message), *_cells(each, result)) for each in result.differences]
    yield Section("\n| cause | what | accounts | backups |\n|---|---|---|---|\n", rows)
    yield Section("\n", [item(f"- **unknown**: {prose(text)}") for text in unjudged_text(result.unjudged, result)])
    yield Section("\n", [item(f"- **note**: {prose(text)}") for text in tree_texts(result)])
    yield Section("\n", [item(f"- **{each.name}**: {prose(each.message)}") for each in result.findings])
    for difference in result.differences:
        changes = [
            item(f"- {change.change_class}: {prose(change.message)} ({prose(result.accounts_text(change.accounts))})")
            for change in difference.changes[:_MOST]
        ]
        yield folded(f"{difference.cause}: {classes_text(difference)}", changes)


def _cells(difference: Difference, result: DriftResult) -> tuple[str, str]:
    return prose(result.accounts_text(difference.accounts)), classes_text(difference) or "no change"
