"""Findings, the rules behind them, and the results of requirements, as a page has them."""

from __future__ import annotations

from policyengine.analysis.findings import Waiver
from policyengine.analysis.findings.registry import RULES
from policyengine.analysis.requirements import Judgement, Requirement
from policyengine.base.rules import Rule
from policyengine.base.source import Span
from policyengine.report.html.page import Sets, ShownFinding, Table
from policyengine.report.html.tree import place
from policyengine.report.terminal import some

_RULES = {rule.code: rule for rule in RULES}
_WIDEST = 160  # characters of a source line that are shown
_MOST_PLACES = 20
_BEFORE = 40  # of them before the mark


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
            "place": place(diagnostic.span),
            "excerpt": excerpt(diagnostic.span),
            "labels": [
                *([label.text, place(label.span)] for label in diagnostic.labels),
                *([["also at", some(finding.elsewhere, _MOST_PLACES)]] if finding.elsewhere else []),
            ],
            "path": diagnostic.path,
            "region": diagnostic.region,
            "policies": list(diagnostic.policies),
            "requirement": diagnostic.requirement,
            "waiver": _waiver(finding.waiver) if finding.waiver else None,
        }
        accounts = {"accounts": self._sets.add(diagnostic.accounts)} if diagnostic.accounts else {}
        return {**{name: value for name, value in row.items() if value or value == 0}, **accounts}

    def catalogue(self) -> str:
        """The entries of the catalogue as a JSON list."""
        return self._rules.text()


def excerpt(span: Span | None) -> list[object] | None:
    """The line of a place without its indent, and which characters are meant; of a long line only what is near them."""
    if span is None or not span.source.text:
        return None
    first, last = span.first, span.last
    line = span.source.line(first.line)
    start = first.column - 1
    end = last.column - 1 if last.line == first.line else len(line)
    indent = min(start, len(line) - len(line.lstrip()))
    left = max(indent, start - _BEFORE) if len(line) > _WIDEST else indent
    shown = line[left : left + _WIDEST]
    return [shown, start - left, min(end - left, len(shown))]


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
