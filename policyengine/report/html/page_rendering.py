"""A page as text: the template filled, its scripts and styles named by their hashes, its data inert.

The data is one JSON text in which each part stands once and is referred to by number.
"""

from __future__ import annotations

from collections.abc import Mapping

from policyengine.aws.merge import AccountPolicy
from policyengine.base import VERSION
from policyengine.report.html.accounts import States
from policyengine.report.html.findings import Findings, requirement_rows
from policyengine.report.html.offline_page import Pieces, code_pieces, embedded, inline, page_template, shown
from policyengine.report.html.page import HeadTable, Page, Sets, Table, compact, organization_title
from policyengine.report.html.pages import comparison_row
from policyengine.report.html.plans import DAYS, Plans, RunTable
from policyengine.report.html.tree import PageTree, PageUnit, Trails
from policyengine.report.json_output import stamp

_MOST_CAUSES = 10
_STYLES = ("page.css", "words.css", "tree.css", "cards.css", "findings.css", "plans.css")

# In the order in which they need each other.
_SCRIPTS = (
    "dom.js",
    "data.js",
    "address.js",
    "filter.js",
    "trail.js",
    "calendar.js",
    "findings.js",
    "changes.js",
    "requirements.js",
    "plans.js",
    "protection.js",
    "details.js",
    "rows.js",
    "tree.js",
    "app.js",
)


def content(page: Page) -> str:
    """The JSON text of a page; `data.js` reads it."""
    tree = PageTree.of(page)
    sets = Sets(tree.numbers)
    organization = page.results.organization
    policies = {name: number for number, name in enumerate(organization.policies if organization else ())}
    trails, runs = Trails(tree, policies), RunTable(page.at)
    plans = Plans(trails, runs)
    states = States(tree, plans, page.results.deployment)
    texts = {  # in this order: each part adds to the tables that follow it
        **_head(page, tree, policies),
        **_accounts(page, tree, states, policies),
        **_outcomes(page, sets),
        **{f"{name}Table": text for name, text in plans.texts().items()},
        **{f"{name}Table": text for name, text in runs.texts().items()},
        **{f"{name}Table": text for name, text in states.texts().items()},
        "trailsTable": trails.text(),
        "sets": sets.text(),
    }
    return "{" + ",".join(f"{compact(name)}:{text}" for name, text in texts.items()) + "}"


def _head(page: Page, tree: PageTree, policies: Mapping[str, int]) -> dict[str, str]:
    """The call, the policies and the units; `policies` numbers the policies by their names."""
    return {
        "command": compact(page.command),
        "at": compact(stamp(page.at)),
        "days": compact(DAYS),
        "baseline": compact(page.baseline),
        "policies": compact(list(policies)),
        "refused": compact(sorted(policies[name] for name in page.refused if name in policies)),
        "units": compact([_unit(unit, policies) for unit in tree.units]),
    }


def _outcomes(page: Page, sets: Sets) -> dict[str, str]:
    """The findings with their rules, the requirements and, of a `diff`, the changes."""
    findings, judgement = Findings(sets), page.results.judgement
    return {
        "findings": compact([findings.row(finding) for finding in page.findings]),
        "requirements": compact(requirement_rows(judgement, sets) if judgement else []),
        "comparison": compact(comparison_row(page.result, sets) if page.result else None),
        "rules": findings.catalogue(),
    }


def _unit(unit: PageUnit, policies: Mapping[str, int]) -> dict[str, object]:
    return {
        "name": unit.entity.name,
        "parent": unit.parent,
        "policies": [policies[policy.name] for policy in unit.entity.policies],
        "first": unit.first,
        "own": unit.own,
        "end": unit.end,
    }


def _accounts(page: Page, tree: PageTree, states: States, policies: Mapping[str, int]) -> dict[str, str]:
    """The accounts in columns; `attached` are the policies of those that have their own."""
    outcomes: Mapping[object, AccountPolicy] = (
        {a.account: a for a in page.results.effective.accounts} if page.results.effective else {}
    )
    tags = Table()
    tags.add({})
    attached = {
        number: [policies[policy.name] for policy in account.policies]
        for number, account in enumerate(tree.accounts)
        if account.policies
    }
    columns = {
        "id": [account.id for account in tree.accounts],
        "name": [account.name for account in tree.accounts],
        "tags": [tags.add(dict(account.tags)) for account in tree.accounts],
        "state": [states.add(outcomes[account]) if account in outcomes else None for account in tree.accounts],
    }
    return {"accounts": compact(columns), "attached": compact(attached), "tagsTable": tags.text()}


def render(page: Page) -> str:
    """The page of a result: one HTML file that needs no other. Equal results give equal texts."""
    styles, scripts = (tuple(inline("html", name) for name in names) for names in (_STYLES, _SCRIPTS))
    return page_template("html", "page.html.jinja").render(
        page=page,
        verdict=page.verdict,
        at=stamp(page.at),
        compared=shown(page.compared),
        organization=shown(organization_title(page.results.organization) if page.results.organization else ""),
        urgent=tuple(map(_pieces, page.urgent)),
        remarks=tuple(map(_pieces, page.remarks)),
        causes=tuple((row, shown(row.title), shown(row.place)) for row in page.causes[:_MOST_CAUSES]),
        tables=tuple(map(_table, page.tables)),
        version=VERSION,
        styles=styles,
        scripts=scripts,
        data=embedded(content(page)),
    )


def _table(table: HeadTable) -> tuple[str, tuple[str, ...], list[list[Pieces]], list[Pieces]]:
    """A table of the head whose cells and notes are in pieces."""
    rows = [list(map(_pieces, row)) for row in table.rows]
    return shown(table.title), table.columns, rows, list(map(_pieces, table.notes))


def _pieces(text: str) -> Pieces:
    return code_pieces(shown(text))
