"""Findings, the rules behind them, and the results of requirements, as a page has them."""

from __future__ import annotations

from collections.abc import Mapping

from policyengine.analysis.findings import Waiver
from policyengine.analysis.findings.registry import RULES
from policyengine.analysis.requirements import Judgement, Requirement
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.rules import Family, Rule, family_of
from policyengine.base.source import Span
from policyengine.report.finding_text import path_of
from policyengine.report.html.page import Sets, ShownFinding, Table
from policyengine.report.html.tree import place

_RULES = {rule.code: rule for rule in RULES}
_WIDEST = 160  # characters of a source line that are shown
_BEFORE = 40  # of them before the mark
_MOST_LINES = 12  # of a condition


class Findings:
    """Findings, and the entries of the catalogue that they are cases of, each once."""

    def __init__(self, sets: Sets) -> None:
        self._sets = sets
        self._rules = Table()

    def row(self, finding: ShownFinding) -> dict[str, object]:
        """A finding; what it does not say is left out."""
        diagnostic = finding.diagnostic
        row = {
            "rule": self._rules.add(_rule(_RULES[diagnostic.code])),
            "severity": diagnostic.severity.value,
            "standing": finding.standing,
            "message": diagnostic.message,
            "help": diagnostic.help,
            **_where(diagnostic),
            "places": [self._place(each) for each in finding.places],
            "region": diagnostic.region,
            "requirement": diagnostic.requirement,
            "waiver": _waiver(finding.waiver) if finding.waiver else None,
        }
        return {**_stated(row), **self._accounts(diagnostic)}

    def _place(self, diagnostic: Diagnostic) -> dict[str, object]:
        """One of several places of a finding, with the accounts that it is about there."""
        return {**_stated(_where(diagnostic)), **self._accounts(diagnostic)}

    def _accounts(self, diagnostic: Diagnostic) -> dict[str, int]:
        return {"accounts": self._sets.add(diagnostic.accounts)} if diagnostic.accounts else {}

    def catalogue(self) -> str:
        """The entries of the catalogue as a JSON list."""
        return self._rules.text()


def _where(diagnostic: Diagnostic) -> dict[str, object]:
    """Where a finding is, in the text and in the policies."""
    return {
        "place": place(diagnostic.span),
        "excerpt": excerpt(diagnostic.span, whole=family_of(diagnostic.code) is Family.REQUIREMENTS),
        "labels": [[label.text, place(label.span)] for label in diagnostic.labels],
        "path": path_of(diagnostic),
        "policies": list(diagnostic.policies),
    }


def _stated(row: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if value or value == 0}


def excerpt(span: Span | None, *, whole: bool = False) -> list[object] | None:
    """The line of a place without its indent, and which characters are meant; of a long line only what is near them.

    Where the `whole` span is meant, such as a condition over several lines, these follow, each as far below the first.
    """
    if span is None or not span.source.text:
        return None
    first, last = span.first, span.last
    if whole and last.line > first.line:
        return _lines(span)
    line = span.source.line(first.line)
    start = first.column - 1
    end = last.column - 1 if last.line == first.line else len(line)
    indent = min(start, len(line) - len(line.lstrip()))
    left = max(indent, start - _BEFORE) if len(line) > _WIDEST else indent
    shown = line[left : left + _WIDEST]
    return [shown, start - left, min(end - left, len(shown))]


def _lines(span: Span) -> list[object]:
    """The lines of a span, of very many the first, all of them meant."""
    first = span.first.line
    numbers = range(first, min(span.last.line + 1, first + _MOST_LINES))
    lines = [span.source.line(number).rstrip() for number in numbers]
    indent = len(lines[0]) - len(lines[0].lstrip())
    shown = [(line[min(indent, len(line) - len(line.lstrip())) :])[:_WIDEST] for line in lines]
    text = "\n".join(shown)
    return [text, span.first.column - 1 - indent, len(text)]


def requirement_rows(judgement: Judgement, sets: Sets) -> list[dict[str, object]]:
    """The result of each requirement: the accounts for which it is violated, open, or holds."""
    return [_requirement(requirement, judgement, sets) for requirement in judgement.requirements]


def _requirement(requirement: Requirement, judgement: Judgement, sets: Sets) -> dict[str, object]:
    violated: set[str] = set()
    undecided: set[str] = set()
    judged: set[str] = set()
    for result in judgement.of(requirement):
        ids = {account.id or "" for account in result.accounts}
        judged |= ids
        if result.violated:
            violated |= ids
        elif result.undecided:
            undecided |= ids
    return {
        "name": requirement.name,
        "title": requirement.title,
        "reference": requirement.reference,
        "level": requirement.level,
        "pack": requirement.pack,
        "place": place(requirement.span),
        "violated": sets.add(violated),
        "undecided": sets.add(undecided - violated),
        "holds": sets.add(judged - undecided - violated),
    }


def _rule(rule: Rule) -> dict[str, str]:
    return {"code": rule.code, "name": rule.name, "title": rule.page.title, "rationale": rule.page.why, "url": rule.url}


def _waiver(waiver: Waiver) -> dict[str, object]:
    return {"until": waiver.until.isoformat(), "because": waiver.because, "place": place(waiver.span)}
