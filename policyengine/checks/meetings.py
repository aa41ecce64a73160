"""The meetings of continuous rules, and findings that are about two plans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations_with_replacement

from policyengine.checks.facts import Facts
from policyengine.diagnostics import Diagnostic, Label
from policyengine.plan import Meeting, Plan, meet, origins


def meetings_of_continuous(facts: Facts) -> Mapping[Meeting, tuple[str, ...]]:
    """The meetings in which a rule backs up continuously, with the ids of the accounts that have both plans."""
    accounts: dict[tuple[Plan, Plan], list[str]] = {}
    for view in facts.deployment.candidates:
        for pair in combinations_with_replacement([deployed.plan for deployed in view.plans], 2):
            if any(rule.continuous for plan in pair for rule in plan.rules):
                accounts.setdefault(pair, []).extend(account.id or "" for account in view.accounts)
    found = {meet(*pair): tuple(sorted(ids)) for pair, ids in accounts.items()}
    return {meeting: ids for meeting, ids in found.items() if meeting.types}


def between(
    found: Diagnostic, places: tuple[tuple[Plan, str], tuple[Plan, str]], accounts: tuple[str, ...]
) -> Diagnostic:
    """A finding at the first of two places, told also of the plan of the second one."""
    authors = [author for plan, path in places for author in origins(plan, path)]
    spans = dict.fromkeys(author.span for author in origins(*places[1]) if author.span)
    names = [author.policy.name for author in sorted(authors, key=lambda author: len(author.entity.chain))]
    labels = tuple(Label(span, "and this") for span in list(spans)[-1:])
    return replace(found, labels=labels, accounts=accounts, policies=tuple(dict.fromkeys(names)))
