"""`coverage --format markdown`: a comment on a pull request, in the Markdown of GitHub and GitLab."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policyengine.report.coverage.remedies import change_for
from policyengine.report.coverage.result import CoverageCause, CoverageReport, CoverageSection
from policyengine.report.coverage.words import cause_title, compared, ending, headline, remarks, written_line
from policyengine.report.coverage_reasons import MEANINGS, reason_url
from policyengine.report.markdown import Section, code, comment, item, prose, table_row
from policyengine.report.shown_text import count

_PERCENT = re.compile(r"^[0-9.]+ %")
_FEW = 3  # reasons that need no table above them
_REASONS = "\n| reason | unprotected | undecided |\n|---|---:|---:|\n"
_HEAD = "\n| {by} | resources | protected | unprotected | undecided |\n|---|---:|---:|---:|---:|\n"


def render(covered: CoverageReport) -> str:
    """The coverage as a comment of at most 60,000 characters."""
    decision = ending(covered)
    verdict = f"**{covered.verdict}**: {prose(decision)}\n\n" if decision else ""
    sums = _PERCENT.sub(r"`\g<0>`", headline(covered))  # a number with a dot is code, as in all comments
    return comment("coverage", f"{verdict}{prose(sums)}", _sections(covered))


def _sections(covered: CoverageReport) -> Iterator[Section]:
    yield Section("\n", [item(f"- {prose(remark)}") for remark in remarks(covered)])
    yield Section("\n", [_finding(text) for text in _violated(covered)])
    sections = covered.sections()
    if covered.by == "reason":
        yield Section(_REASONS, [_reason_row(section) for section in sections] if len(sections) > _FEW else [])
    else:
        yield Section(_HEAD.format(by=covered.by), [_row(section) for section in sections])
    for section in sections:
        yield Section(f"\n{_title(section, covered)}\n", [_cause(cause, covered) for cause in section.causes])


def _violated(covered: CoverageReport) -> list[str]:
    return [f"{each.code} {each.name}: {each.message}" for each in covered.check.verdict.standing]


def _finding(text: str) -> str:
    return item(f"- {prose(text)}")


def _row(section: CoverageSection) -> str:
    numbers = (section.resources, section.protected, section.unprotected, section.undecided)
    return table_row(code(section.title), *(f"{number:,}" for number in numbers))


def _reason_row(section: CoverageSection) -> str:
    reason = section.causes[0].first.reason
    return table_row(f"[{reason.value}]({reason_url(reason)})", f"{section.unprotected:,}", f"{section.undecided:,}")


def _title(section: CoverageSection, covered: CoverageReport) -> str:
    number = count(section.unprotected + section.undecided, "resource")
    if covered.by != "reason":
        return item(f"**{code(section.title)}**: {number}").rstrip("\n")
    reason = section.causes[0].first.reason
    return f"**[{reason.value}]({reason_url(reason)})**: {number}; {MEANINGS[reason]}"


def _cause(cause: CoverageCause, covered: CoverageReport) -> str:
    group = cause.first
    reason = "" if covered.by == "reason" else f"{group.reason.value}: "
    lines = [f"- {reason}{prose(cause_title(cause, covered))}"]
    if text := compared(group):
        lines.append(f"  - {prose(text)}")
    if line := written_line(group):
        lines.append(f"  - nearly: {code(line)}")
    lines.append(f"  - change: {prose(change_for(cause, covered))}")
    lines += [f"  - {code(arn)}" for arn in cause.sample]
    return "".join(map(item, lines))
