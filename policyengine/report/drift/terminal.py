"""`drift` on a terminal: each difference with its accounts and what it does to their backups, then the sum."""

from __future__ import annotations

from policyengine.analysis.diff import ChangeClass
from policyengine.analysis.drift import Difference
from policyengine.report.drift.result import (
    DriftResult,
    DriftVerdict,
    classes_text,
    tree_texts,
    unjudged_text,
)
from policyengine.report.terminal import TerminalPage
from policyengine.report.terminal_findings import write_diagnostic

_MOST = 5  # changes of a difference that are shown
_STYLES = {ChangeClass.LOST: "error", ChangeClass.WEAKENED: "warning"}
_VERDICTS: dict[DriftVerdict, str] = {"drift": "error", "none": "good", "unknown": "warning"}


def render(result: DriftResult, *, color: bool = False, width: int | None = None) -> str:
    """The comparison for people."""
    page = TerminalPage(color=color, width=width)
    if age := result.compared_with.age_text(result.at):
        page.line((age, "dim"))
    for diagnostic in result.findings:
        write_diagnostic(page, diagnostic)
    for difference in result.differences:
        _difference(page, difference, result)
    for text in unjudged_text(result.unjudged, result):
        page.line(("unknown", "warning"), f": {text}")
    for text in tree_texts(result):
        page.line(("note", "dim"), f": {text}")
    page.gap()
    page.line(
        (result.verdict if result.verdict != "none" else "no drift", _VERDICTS[result.verdict]), f": {result.summary()}"
    )
    return page.text()


def _difference(page: TerminalPage, difference: Difference, result: DriftResult) -> None:
    counts = difference.cause in result.fail_on
    page.line((difference.cause.value, "error" if counts else "info"), f": {difference.message}")
    if difference.span:
        page.line("  ", (f"{difference.span.source.name}:{difference.span.first.line}", "place"))
    effect = classes_text(difference)
    if difference.accounts:
        page.line(f"  {result.accounts_text(difference.accounts)}: {effect or 'nothing of their backups changes'}")
    if difference.invalid:
        page.line("  ", ("invalid", "error"), f": {result.accounts_text(difference.invalid)}")
    for change in difference.changes[:_MOST]:
        accounts = "" if change.accounts == difference.accounts else f" ({result.accounts_text(change.accounts)})"
        page.line(
            "  - ",
            (change.change_class.value, _STYLES.get(change.change_class, "strong")),
            f": {change.message}{accounts}",
        )
    if len(difference.changes) > _MOST:
        page.line(f"  - and {len(difference.changes) - _MOST:,} more")
    page.line()
