"""`controls` on a terminal: the sums first, then each control, those that are not met in front."""

from __future__ import annotations

from itertools import islice

from policyengine.analysis.controls import Compliance, ControlResult
from policyengine.report.controls.result import WORDS, EvaluatedControls, counts, groups, without_rows
from policyengine.report.shown_text import some
from policyengine.report.terminal import TerminalPage

_STYLES = {
    Compliance.NON_COMPLIANT: "error",
    Compliance.INSUFFICIENT_DATA: "warning",
    Compliance.COMPLIANT: "good",
    Compliance.NOT_APPLICABLE: "dim",
}
_MOST_GROUPS = 5
_MOST_NAMES = 12


def render(evaluated: EvaluatedControls, *, color: bool = False, width: int | None = None) -> str:
    """The results as text."""
    page = TerminalPage(color=color, width=width)
    named = f" of framework {evaluated.framework}" if evaluated.framework else ", each with its defaults"
    page.line((evaluated.summary, "strong"), named)
    rows = [result for result in evaluated.ordered if result.rows]
    for result in rows:
        _control(page, result)
    for (compliance, basis), names in without_rows(evaluated).items():
        page.line("")
        page.line((WORDS[compliance], _STYLES[compliance]), " ", (some(names, _MOST_NAMES), "strong"))
        page.line("  ", (basis, "dim"))
    return page.text()


def _control(page: TerminalPage, result: ControlResult) -> None:
    page.line("")
    word = WORDS[result.compliance]
    page.line((word, _STYLES[result.compliance]), " ", (result.demand.control.name, "strong"))
    tally = counts(result)
    page.line(f"  {tally}; " if tally else "  ", (result.basis, "dim"))
    shown = [group for group in groups(result) if group.compliance is not Compliance.NOT_APPLICABLE]
    for group in islice(shown, _MOST_GROUPS):
        page.line(
            f"  {len(group.rows):,} ", (WORDS[group.compliance], _STYLES[group.compliance]), f": {group.annotation}"
        )
        page.line("      ", (group.places, "place"))
    if len(shown) > _MOST_GROUPS:
        page.line(f"  and {len(shown) - _MOST_GROUPS:,} more; --format json has all of them")
