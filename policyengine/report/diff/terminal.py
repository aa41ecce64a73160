"""`diff` on a terminal: what must not be missed first, then the changes, the worst first, then the sum.

On top stand requirements that the change violates, and accounts that became invalid.
"""

from __future__ import annotations

from policyengine.analysis.diff import Change, ChangeClass
from policyengine.analysis.requirements import Level
from policyengine.base.source import Span
from policyengine.report.diff.result import DiffResult, DiffVerdict
from policyengine.report.diff.words import (
    Invalid,
    broken_text,
    ending_text,
    finding_text,
    flip_text,
    headline,
    idle_text,
    invalid,
    invalid_text,
    notices,
    refusal_texts,
    shown_causes,
    summary,
)
from policyengine.report.shown_text import count
from policyengine.report.terminal import TerminalPage

_STYLES = {
    ChangeClass.LOST: "error",
    ChangeClass.WEAKENED: "warning",
    ChangeClass.CHANGED: "info",
    ChangeClass.STRENGTHENED: "good",
    ChangeClass.ADDED: "good",
}
_LEVELS: dict[Level, str] = {"mandatory": "error", "advisory": "warning"}
_FLIPS = {"undecided": "warning", "not applicable": "info"}
_VERDICTS: dict[DiffVerdict, str] = {"fail": "error", "pass": "good", "not gated": "strong"}
_MOST = 20  # of what is listed beside what is lost or weakened
_WORST = frozenset({ChangeClass.LOST, ChangeClass.WEAKENED})


def render(result: DiffResult, *, color: bool = False, width: int | None = None) -> str:
    """The comparison for people."""
    page = TerminalPage(color=color, width=width)
    _violations(page, result)
    for group in invalid(result):
        _invalid(page, group)
    for change_class in ChangeClass:
        _changes(page, change_class, result)
    for notice in notices(result):
        page.line((f"{notice.title}: ", notice.style), notice.text)
    for flip in result.other_flips[:_MOST]:
        page.line(("requirement: ", _FLIPS.get(flip.after, "good")), flip_text(flip, result))
    _rest(page, len(result.other_flips), "requirement")
    _findings(page, result)
    _agreements(page, result)
    _resources(page, result)
    _costs(page, result)
    page.gap()
    page.line((result.verdict, _VERDICTS[result.verdict]), f": {summary(result)}")
    return page.text()


def _violations(page: TerminalPage, result: DiffResult) -> None:
    """The requirements that the change violates, and the policies that AWS would refuse."""
    for flip in result.broken:
        page.line(("violated", _LEVELS[flip.level]), ": ", (broken_text(flip, result), "strong"))
    for text in refusal_texts(result):
        page.line(("refused: ", "error"), text)
    if result.broken or result.comparison.refusals:
        page.line()


def _agreements(page: TerminalPage, result: DiffResult) -> None:
    """The waivers that end soon, and the allowed changes that are none."""
    for waiver in result.ending:
        page.line(("waiver: ", "warning"), ending_text(waiver, result), (_place(waiver.span), "place"))
    for number in result.idle:
        page.line(("allowed: ", "warning"), idle_text(number, result))


def _resources(page: TerminalPage, result: DiffResult) -> None:
    if result.resources is not None:
        from policyengine.report.diff.resource_section import write_resources  # noqa: PLC0415 - start-up: as for costs

        write_resources(page, result.resources, result.accounts)


def _costs(page: TerminalPage, result: DiffResult) -> None:
    if result.cost is not None:
        from policyengine.report.diff.cost_section import write_costs  # noqa: PLC0415 - start-up: few ask for the cost

        write_costs(page, result.cost)


def _invalid(page: TerminalPage, group: Invalid) -> None:
    page.line(("invalid", "error"), ": ", (group.accounts, "strong"))
    for error in group.errors:
        page.line(("   = ", "place"), invalid_text(error))
    page.line(("   = ", "place"), group.meaning)
    page.line()


def _rest(page: TerminalPage, number: int, noun: str) -> None:
    """Adds how many entries a capped list leaves out."""
    if number > _MOST:
        page.line((f"and {count(number - _MOST, f'more {noun}')}; --format json has them", "dim"))


def _changes(page: TerminalPage, change_class: ChangeClass, result: DiffResult) -> None:
    """All changes that lose or weaken backups or fail the gate, of others the first."""
    changes = [change for change in result.comparison.changes if change.change_class is change_class]
    whole = change_class in _WORST | result.fail_on
    for change in changes if whole else changes[:_MOST]:
        _change(page, change, result)
    if not whole and len(changes) > _MOST:
        _rest(page, len(changes), f"{change_class} setting")
        page.line()


def _change(page: TerminalPage, change: Change, result: DiffResult) -> None:
    label = (f"{change.change_class}[{change.id}]", _STYLES[change.change_class])
    page.line(label, ": ", (headline(change, result), "strong"))
    lines, more = shown_causes(change)
    for line in lines:
        sign = (f"   {line.sign} ", "good" if line.sign == "+" else "error")
        page.line(sign, (f"{line.place}: " if line.place else "", "place"), line.text)
    if more:
        page.line((f"   and {count(more, 'more line')}", "dim"))
    if change.id in result.allow:
        page.line(("   = ", "place"), ("allowed: ", "strong"), result.allow[change.id])
    page.line()


def _findings(page: TerminalPage, result: DiffResult) -> None:
    comparison = result.comparison
    for word, findings, accounts in (
        ("new", comparison.new_findings, result.accounts),
        ("gone", comparison.gone_findings, result.gone_accounts),
    ):
        for diagnostic in findings[:_MOST]:
            style = "dim" if word == "gone" else diagnostic.severity.value
            label = (f"{diagnostic.severity}[{diagnostic.code} {diagnostic.name}]", style)
            page.line(
                (f"{word} ", "strong"),
                label,
                ": ",
                finding_text(diagnostic, accounts),
                (_place(diagnostic.span), "place"),
            )
        _rest(page, len(findings), f"{word} finding")


def _place(span: Span | None) -> str:
    return f"  {span.source.name}:{span.first.line}" if span else ""
