"""`coverage --format html`: one page that loads nothing; units by types, and the groups with their reasons on click."""

from __future__ import annotations

from policyengine.analysis.coverage import CoverageGroup, CoverageReason
from policyengine.base import VERSION
from policyengine.report.blind_spots import not_visible
from policyengine.report.coverage.remedies import change_for
from policyengine.report.coverage.result import CoverageCause, CoverageReport
from policyengine.report.coverage.words import (
    cause_title,
    compared,
    ending,
    remarks,
    share,
    written_line,
)
from policyengine.report.coverage_reasons import MEANINGS, reason_url
from policyengine.report.html.offline_page import embedded, inline, page_template, shown
from policyengine.report.html.page import Table, compact, organization_title
from policyengine.report.json_output import stamp

_STYLES = (("html", "page.css"), ("html", "words.css"), ("coverage", "coverage.css"))
_SCRIPTS = (("html", "dom.js"), ("coverage", "coverage.js"))


def render(covered: CoverageReport) -> str:
    """The coverage as a page. Equal results give equal texts."""
    result = covered.result
    return page_template("coverage", "coverage.html.jinja").render(
        version=VERSION,
        styles=tuple(inline(*place) for place in _STYLES),
        scripts=tuple(inline(*place) for place in _SCRIPTS),
        verdict=covered.verdict,
        gated=bool(ending(covered)),
        at=stamp(covered.check.at),
        organization=shown(organization_title(covered.organization)),
        share=share(covered),
        numbers=(result.resources, result.protected, result.unprotected, result.undecided),
        notices=[shown(text) for text in (*_sentences(covered), *remarks(covered))],
        data=embedded(content(covered)),
    )


def _sentences(covered: CoverageReport) -> list[str]:
    findings = [f"{each.code} {each.name}: {each.message}" for each in covered.check.verdict.standing]
    decision = ending(covered)
    hidden = [not_visible(each) for each in covered.result.not_visible]
    return [*([decision] if decision else []), *findings, *hidden]


def content(covered: CoverageReport) -> str:
    """The JSON text of the page; `coverage.js` reads it.

    A cell is `[unit, type, protected, unprotected, undecided]`, a group `[unit, type, reason, account, region, count,
    title, observed and wanted, line, remedy, [ARN, ...]]`; units, types, accounts and texts that repeat by number.
    """
    texts = Table()
    groups = [_group(group, covered, texts) for group in covered.groups]
    reasons = {reason.value: [MEANINGS[reason], reason_url(reason), reason.is_undecided] for reason in CoverageReason}
    cells = [[texts.add(unit), texts.add(kind), *numbers] for (unit, kind), numbers in _cells(covered).items()]
    parts = {"cells": compact(cells), "groups": compact(groups), "reasons": compact(reasons), "texts": texts.text()}
    return "{" + ",".join(f"{compact(name)}:{text}" for name, text in parts.items()) + "}"


def _cells(covered: CoverageReport) -> dict[tuple[str, str], list[int]]:
    sums: dict[tuple[str, str], list[int]] = {}
    for cell in covered.result.cells:
        place = covered.unit_title(cell.account), covered.type_title(cell.type)
        row = sums.setdefault(place, [0, 0, 0])
        for number, more in enumerate((cell.protected, cell.unprotected, cell.undecided)):
            row[number] += more
    return dict(sorted(sums.items()))


def _group(group: CoverageGroup, covered: CoverageReport, texts: Table) -> list[object]:
    shared = (
        covered.unit_title(group.account),
        covered.type_title(group.type),
        group.reason.value,
        covered.account_title(group.account),
        group.region or "",
    )
    cause = CoverageCause((group,))
    cells = (cause_title(cause, covered), compared(group), written_line(group), change_for(cause, covered))
    return [*map(texts.add, shared), group.count, cells[0], *map(texts.add, cells[1:]), list(group.sample)]
