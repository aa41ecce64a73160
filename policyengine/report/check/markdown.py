"""`check --format markdown`: a comment on a pull request, in the Markdown of GitHub and GitLab.

What fails the gate is listed, everything else is folded. The first line is a mark to find the comment by, so that the
next run can put its own in the same place. Findings that are too many for a comment are counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from policyengine.diagnostics import Severity
from policyengine.findings import Finding
from policyengine.report.check.result import CheckResult
from policyengine.report.check.terminal import summary
from policyengine.report.diagnostic import details, tally
from policyengine.report.markdown_text import code, prose
from policyengine.report.text import inert, plain

_MARK = "<!-- policyengine-check -->"
_MOST = 60_000  # characters; GitHub takes 65,536
_LONGEST_REST = len("- and 1,000,000,000 more\n")


class _Section(NamedTuple):
    """Lines that stand around findings, and each finding's own."""

    head: str
    findings: Sequence[str]
    foot: str

    @property
    def frame(self) -> int:
        """Characters that it takes without any finding."""
        return len(self.head) + len(self.foot) + _LONGEST_REST


def render(result: CheckResult) -> str:
    """The verdict as a comment of at most 60,000 characters."""
    head = f"{_MARK}\n### policyengine check\n\n{prose(plain(summary(result)))}\n"
    sections = [section for section in _sections(result) if section.findings]
    room = _MOST - len(head) - sum(section.frame for section in sections)
    text = [head]
    for section in sections:
        shown = _fitting(section.findings, room)
        room -= sum(map(len, shown))
        rest = len(section.findings) - len(shown)
        text += [section.head, *shown, f"- and {rest:,} more\n" if rest else "", section.foot]
    return "".join(text)


def _fitting(findings: Sequence[str], room: int) -> Sequence[str]:
    """The first findings, as many as there is room for."""
    taken = 0
    for number, finding in enumerate(findings):
        taken += len(finding)
        if taken > room:
            return findings[:number]
    return findings


def _sections(result: CheckResult) -> Iterator[_Section]:
    verdict, fail_on = result.verdict, result.gate.fail_on
    standing = [made for made in verdict.findings if made.counts]
    failing = [made for made in standing if made.diagnostic.severity.rank <= fail_on.rank]
    yield _Section("\n", [_finding(made, result) for made in failing], "")
    for severity in Severity:
        if severity.rank > fail_on.rank:
            rest = [made for made in standing if made.diagnostic.severity is severity]
            yield _folded(tally([made.diagnostic for made in rest]), rest, result)
    yield _folded(f"{len(verdict.waived):,} waived", verdict.waived, result)
    yield _folded(f"{len(verdict.accepted):,} accepted in the baseline", verdict.accepted, result)
    yield _Section("\n", [_item(f"- not judged: {prose(reason)}") for reason in result.not_judged], "")


def _folded(title: str, findings: Sequence[Finding], result: CheckResult) -> _Section:
    head = f"\n<details>\n<summary>{title}</summary>\n\n"
    return _Section(head, [_finding(made, result) for made in findings], "\n</details>\n")


def _finding(made: Finding, result: CheckResult) -> str:
    """A finding as an item of a list, and what else it says as items below."""
    found, waiver = made.diagnostic, made.waiver
    where = f" {code(f'{found.span.source.name}:{found.span.first.line}')}" if found.span else ""
    lines = [f"- **{found.code} {found.name}**{where} {prose(found.message)}"]
    if waiver:
        lines.append(f"  - waived until {waiver.until}: {prose(waiver.because)}")
    lines += [f"  - {title}: {_detail(title, text)}" for title, text in details(found, result.names)]
    return "".join(map(_item, lines))


def _item(line: str) -> str:
    return f"{inert(line)}\n"


def _detail(title: str, text: str) -> str:
    return prose(text) if title == "help" else code(text)
