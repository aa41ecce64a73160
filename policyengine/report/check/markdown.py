"""`check --format markdown`: a comment on a pull request, in the Markdown of GitHub and GitLab.

What fails the gate is listed, everything else is folded. Of many findings a table stands first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policyengine.analysis.findings import SharedFinding
from policyengine.base.diagnostics import Severity
from policyengine.report.check.causes import MANY, FindingCount, elsewhere, finding_counts, places
from policyengine.report.check.result import CheckResult
from policyengine.report.check.terminal import summary
from policyengine.report.finding_text import details, tally
from policyengine.report.markdown import Section, code, comment, folded, item, prose, table_row
from policyengine.report.shown_text import some
from policyengine.report.terminal import plain

_TABLE = "\n| level | check | findings | places | accounts | first at |\n|---|---|---:|---:|---:|---|\n"
_MOST = 20  # rows
_SENTENCES = frozenset({"help", "account", "accounts"})


def render(result: CheckResult) -> str:
    """The verdict as a comment of at most 60,000 characters."""
    verdict, rest = plain(summary(result)).split(": ", 1)
    return comment("check", f"**{verdict}**: {prose(rest)}", _sections(result))


def _sections(result: CheckResult) -> Iterator[Section]:
    findings, fail_on = result.verdict.shared, result.gate.fail_on
    counting = [finding for finding in findings if finding.counts]
    yield _table(finding_counts(findings) if places(findings) > MANY else [])
    yield Section("\n", [item(f"- {title}: {prose(text)}") for title, text in result.remarks])
    failing = [finding for finding in counting if finding.diagnostic.severity.rank <= fail_on.rank]
    yield Section("\n", _findings(failing, result))
    for severity in Severity:
        if severity.rank > fail_on.rank:
            rest = [finding for finding in counting if finding.diagnostic.severity is severity]
            yield folded(tally([finding.diagnostic for finding in rest]), _findings(rest, result))
    waived = [finding for finding in findings if finding.waiver]
    yield folded(f"{len(waived):,} waived", _findings(waived, result))
    accepted = [finding for finding in findings if finding.accepted]
    yield folded(f"{len(accepted):,} accepted in the baseline", _findings(accepted, result))


def _table(rows: Sequence[FindingCount]) -> Section:
    """The checks with the most findings; text in cells holds no bar that ends one."""
    rest = f"\n{len(rows) - _MOST:,} more checks have findings: see `policyengine check --statistics`\n"
    return Section(_TABLE, [_table_row(row) for row in rows[:_MOST]], rest if len(rows) > _MOST else "")


def _table_row(row: FindingCount) -> str:
    first = row.first
    of = f" of {code(first.requirement)}" if first.requirement else ""
    check = f"[{first.code} {first.name}]({first.url}){of}"
    cells = (
        row.severity.value,
        check,
        f"{row.findings:,}",
        f"{row.places:,}",
        f"{row.accounts:,}",
        code(row.place) if row.place else "",
    )
    return table_row(*cells)


def _findings(findings: Sequence[SharedFinding], result: CheckResult) -> list[str]:
    return [_finding(finding, result) for finding in findings]


def _finding(finding: SharedFinding, result: CheckResult) -> str:
    """A finding as an item of a list, and what else it says as items below."""
    diagnostic, waiver = finding.diagnostic, finding.waiver
    where = f" {code(f'{diagnostic.span.source.name}:{diagnostic.span.first.line}')}" if diagnostic.span else ""
    lines = [f"- **{diagnostic.code} {diagnostic.name}**{where} {prose(diagnostic.message)}"]
    if waiver:
        lines.append(f"  - waived until {waiver.until}: {prose(waiver.because)}")
    if others := elsewhere(finding):
        lines.append(f"  - also at: {some(others, shown=code)}")
    lines += [f"  - {title}: {_detail(title, text)}" for title, text in details(diagnostic, result.names)]
    return "".join(map(item, lines))


def _detail(title: str, text: str) -> str:
    if title == "page":
        return text  # both make a link of a bare address of ours
    return prose(text) if title in _SENTENCES else code(text)
