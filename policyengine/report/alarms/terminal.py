"""`alarms` in words: the templates, how long vaults may be silent, what has no alarm; or what a template differs in."""

from __future__ import annotations

from collections.abc import Sequence

from policyengine.analysis.alarms import AlarmPlan, TemplateChange
from policyengine.base.text import escaped
from policyengine.report.json_output import to_json_line
from policyengine.report.shown_text import count, some
from policyengine.report.terminal import TerminalPage

_MOST_CHANGES = 20
_LONGEST_PATH = 200
_LONGEST_VALUE = 60


def render(  # noqa: PLR0913 - the templates, and what is told beside them
    plans: Sequence[AlarmPlan],
    unknown: Sequence[str],
    suffix: str,
    *,
    enabled: bool = True,
    color: bool = False,
    width: int | None = None,
) -> str:
    """The templates as lines; where backup policies are not `enabled` no plan runs."""
    page = TerminalPage(color=color, width=width)
    page.line((count(len(plans), "template"), "strong"))
    for plan in plans:
        page.line("")
        page.line((f"{plan.name}{suffix}", "strong"), f" for {count(len(plan.accounts), 'account')} in {plan.region}")
        parts = (count(len(plan.events), "event"), count(len(plan.alarms), "alarm"), count(len(plan.age_rules), "rule"))
        page.line(f"  {parts[0]}, {parts[1]}, {parts[2]} of AWS Config")
        for alarm in plan.alarms:
            if alarm.silence:
                page.line(f"  silence of vault {alarm.vault}: {alarm.hours} h without {alarm.metric}")
        for rule in plan.age_rules:
            page.line(f"  {rule.identifier}: {count(rule.days, 'day')}")
        for note in plan.notes:
            page.line("  ", ("note", "warning"), f": {note}")
    if not enabled:
        page.line("")
        page.line(("note", "warning"), ": backup policies are not enabled in this organization, so that no plan runs")
    if unknown:
        page.line("")
        page.line(("note", "warning"), f": nobody knows what AWS serves {some(unknown)}: their policy is invalid")
    return page.text()


def render_changes(
    file: str, name: str, changes: Sequence[TemplateChange], *, color: bool = False, width: int | None = None
) -> str:
    """The differences between a deployed template and the one that plans ask for now."""
    page = TerminalPage(color=color, width=width)
    if not changes:
        page.line(f"{file}: ", ("as it should be", "good"), f" ({name})")
        return page.text()
    page.line(f"{file}: ", (f"differs in {count(len(changes), 'place')}", "error"), f" from {name}")
    for change in changes[:_MOST_CHANGES]:
        page.line(f"  {change.kind}: ", (escaped(change.path, _LONGEST_PATH), "place"), _values(change))
    if len(changes) > _MOST_CHANGES:
        page.line(f"  and {len(changes) - _MOST_CHANGES:,} more")
    return page.text()


def _values(change: TemplateChange) -> str:
    """`: 2, expected 1`, each as JSON."""
    if change.kind != "different":
        return ""
    found, expected = (escaped(to_json_line(value), _LONGEST_VALUE) for value in (change.deployed, change.expected))
    return f": {found}, expected {expected}"
