"""Everything that a page shows, as one JSON text in which each thing stands once and is referred to by number."""

from __future__ import annotations

from collections.abc import Mapping

from policyengine.effective import AccountPolicy
from policyengine.report.html.changes import comparison_row
from policyengine.report.html.page import Page
from policyengine.report.html.plans import Plans
from policyengine.report.html.runs import DAYS, Runs
from policyengine.report.html.states import States
from policyengine.report.html.tables import Sets, Table, compact
from policyengine.report.html.told import Findings, requirement_rows
from policyengine.report.html.trails import Trails
from policyengine.report.html.tree import Tree, Unit
from policyengine.report.json_text import stamp


def content(page: Page) -> str:
    """The JSON text of a page; `data.js` reads it."""
    tree = Tree.of(page)
    sets = Sets(tree.numbers)
    policies = {
        name: number for number, name in enumerate(page.found.organization.policies if page.found.organization else ())
    }
    trails, runs = Trails(tree, policies), Runs(page.at)
    plans, findings = Plans(trails, runs), Findings(sets)
    states = States(tree, plans, page.found.deployment)
    texts = {
        "command": compact(page.command),
        "at": compact(stamp(page.at)),
        "days": compact(DAYS),
        "baseline": compact(page.baseline),
        "policies": compact(list(policies)),
        "refused": compact(sorted(policies[name] for name in page.refused if name in policies)),
        "units": compact([_unit(unit, policies) for unit in tree.units]),
        **_accounts(page, tree, states, policies),
        "findings": compact([findings.row(told) for told in page.findings]),
        "requirements": compact(requirement_rows(page.found.judgement, sets) if page.found.judgement else []),
        "comparison": compact(comparison_row(page.result, sets) if page.result else None),
        "rules": findings.catalogue(),
        **{f"{name}Table": text for name, text in plans.texts().items()},
        **{f"{name}Table": text for name, text in runs.texts().items()},
        **{f"{name}Table": text for name, text in states.texts().items()},
        "trailsTable": trails.text(),
        "sets": sets.text(),
    }
    return "{" + ",".join(f"{compact(name)}:{text}" for name, text in texts.items()) + "}"


def _unit(unit: Unit, policies: Mapping[str, int]) -> dict[str, object]:
    return {
        "name": unit.entity.name,
        "parent": unit.parent,
        "policies": [policies[policy.name] for policy in unit.entity.policies],
        "first": unit.first,
        "own": unit.own,
        "end": unit.end,
    }


def _accounts(page: Page, tree: Tree, states: States, policies: Mapping[str, int]) -> dict[str, str]:
    """The accounts in columns; `attached` are the policies of those that have their own."""
    found: Mapping[object, AccountPolicy] = (
        {a.account: a for a in page.found.effective.accounts} if page.found.effective else {}
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
        "state": [states.add(found[account]) if account in found else None for account in tree.accounts],
    }
    return {"accounts": compact(columns), "attached": compact(attached), "tagsTable": tags.text()}
